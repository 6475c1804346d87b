// Whose wallet is meant: members and currencies that there are, checked before anything is locked.
import { decodeId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { Programme } from '../programme/programme.service.ts';

export interface AmountInput {
  memberId: string;
  currency: string;
  amount: number;
}

export const refuse = (code: string, message: string, field: string) => new Refused(code, message, { field: [field] });

/** UUID of a member that exists: known here from its events, else asked from members. */
export async function memberOf(request: RoomRequest, id: string, field = 'memberId'): Promise<string> {
  const uuid = decodeId('mbr', id);
  const unknown = refuse('MEMBER_UNKNOWN', 'There is no member with this id.', field);
  if (uuid === null) throw unknown;
  const known = await request.space.source.query<unknown[]>('select 1 from member_copy where member_id = $1', [uuid]);
  if (known.length > 0) return uuid;
  const { membersByIds } = await request.ask<{ membersByIds: (string | null)[] }>(
    'members',
    'query ($ids: [ID!]!) { membersByIds(ids: $ids) }',
    { ids: [id] },
  );
  const found = membersByIds[0];
  if (found === null || found === undefined) throw unknown;
  return decodeId('mbr', found)!;
}

export function positive(amount: number): void {
  if (amount < 1) throw refuse('AMOUNT_INVALID', 'An amount is above 0.', 'amount');
}

/** A points currency with its policies; throws when the programme has no such one. */
export function currencyOf(
  { currencies }: Programme,
  code: string,
  field = 'currency',
): Programme['currencies'][number] {
  const found = currencies.find((known) => known.code === code);
  if (found !== undefined) return found;
  throw refuse('CURRENCY_UNKNOWN', `The programme has no points currency ${JSON.stringify(code)}.`, field);
}
