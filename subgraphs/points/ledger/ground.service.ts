// What a posting stands on: the moment, the policies of its currency, and what events have told of the member. Read once
// for all who ask at the same time.
import DataLoader from 'dataloader';
import type { Instant, Space } from '../../shared/database.ts';
import { decodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { programmeInForce, type Programme } from '../programme/programme.service.ts';
import { currencyOf, memberOf, refuse, type AmountInput } from './wallet.service.ts';

interface Facts {
  at: Instant;
  programme: Programme;
  /** Null: no event has told of the member yet. */
  status: 'ACTIVE' | 'SUSPENDED' | 'CLOSED' | 'ERASED' | null;
  spendingBlocked: boolean | null;
}

export interface Ground {
  at: Instant;
  programme: Programme;
  currency: Programme['currencies'][number];
  /** UUID. */
  member: string;
  /** False: no event has told of the member yet. */
  isTold: boolean;
  maySpend: boolean;
}

const loaders = new WeakMap<Space, DataLoader<string, Facts>>();

async function read({ source }: Space, members: readonly string[]): Promise<Facts[]> {
  const [programme, rows] = await Promise.all([
    programmeInForce(source),
    source.query<Omit<Facts, 'programme'>[]>(
      `select clock() at, c.status, c.spending_blocked "spendingBlocked"
       from unnest($1::uuid[]) with ordinality m(id, n) left join member_copy c on c.member_id = m.id order by n`,
      [members],
    ),
  ]);
  return rows.map((row) => ({ ...row, programme }));
}

function factsOf(space: Space, member: string): Promise<Facts> {
  const loader = loaders.get(space) ?? new DataLoader((ids: readonly string[]) => read(space, ids), { cache: false });
  loaders.set(space, loader);
  return loader.load(member);
}

/** Of a wallet: the UUID of its member, the code of its currency. */
export async function groundOf(space: Space, member: string, code: string): Promise<Ground> {
  const { at, programme, status, spendingBlocked } = await factsOf(space, member);
  const currency = currencyOf(programme, code);
  // A member of whom nothing was told has enrolled just now: it is active.
  const maySpend = status === null || (status === 'ACTIVE' && spendingBlocked === false);
  return { at, programme, currency, member, isTold: status !== null, maySpend };
}

/** Of the wallet that is meant; throws when there is no such member or currency. */
export async function groundFor(request: RoomRequest, input: AmountInput): Promise<Ground> {
  const member = decodeId('mbr', input.memberId);
  if (member === null) throw refuse('MEMBER_UNKNOWN', 'There is no member with this id.', 'memberId');
  const ground = await groundOf(request.space, member, input.currency);
  return ground.isTold ? ground : { ...ground, member: await memberOf(request, input.memberId) };
}
