// An item of a batch before any lock is taken: its numbers checked, its location and member found. Single mutations are
// batches of one, so that both are the same code.
import { Big } from 'big.js';
import { decodeId } from '../../shared/id.ts';
import { inputHash, isKey, keyInvalid } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { requireKey } from '../../shared/viewer.ts';
import { scaleOf } from './money.rules.ts';
import type { PersonalFacts } from '../earning/personal.service.ts';
import { locationsByCode, memberIds, type IdentifierInput, type Location } from './lookup.service.ts';
import {
  checkReceipt,
  FINE_DECIMALS,
  LINES_MAX,
  readSale,
  unprintable,
  type ReceiptInput,
  type Sale,
  type SaleInput,
} from './receipt.rules.ts';
import type { ReturnLine } from './return.rules.ts';

interface Keyed {
  idempotencyKey?: string | null;
  member?: IdentifierInput | null;
}

export type PurchaseInput = SaleInput &
  Keyed & {
    redemptionIds?: string[] | null;
    vouchers?: string[] | null;
  };

export interface PurchaseReferenceInput {
  id?: string | null;
  location?: string | null;
  receiptNumber?: string | null;
  businessDate?: string | null;
}

export type ReturnInput = ReceiptInput &
  Keyed & {
    purchase?: PurchaseReferenceInput | null;
    whole?: boolean | null;
    lines?: { number?: number | null; sku?: string | null; quantity: string; unitPrice?: string | null }[] | null;
    amount?: string | null;
  };

export interface BatchItemInput {
  purchase?: PurchaseInput | null;
  return?: ReturnInput | null;
}

/** `hash`: of the one that it has, as hex; what tells the same item sent again from another under its key. */
export type HashedInput = BatchItemInput & { hash: string };

export const hashed = (item: BatchItemInput): HashedInput => ({
  ...item,
  hash: inputHash(item.purchase ?? item.return ?? {}).toString('hex'),
});

interface Item<Input> {
  index: number;
  input: Input;
  key: string;
  hash: string;
  location: Location;
  /** UUID; null: anonymous, or a return that names its purchase. */
  memberId: string | null;
}

export type PurchaseItem = Item<PurchaseInput> & {
  mutation: 'purchaseRecord';
  sale: Sale;
  /** UUID under which its vouchers are reserved; null: it has none. */
  attemptId: string | null;
  /** What the rules in force ask of the member; null: nothing, or there is none. */
  personal: PersonalFacts | null;
};

/** Which purchase is returned from. */
export type Reference = { id: string } | { locationId: string; receiptNumber: string; businessDate: string | null };

export type ReturnMode = { whole: true } | { amount: Big } | { lines: ReturnLine[] };

export type ReturnItem = Item<ReturnInput> & {
  mutation: 'purchaseReturn';
  reference: Reference | null;
  mode: ReturnMode;
};

export type BatchItem = PurchaseItem | ReturnItem;

export const isSale = (item: BatchItem): item is PurchaseItem => item.mutation === 'purchaseRecord';
export const isReturn = (item: BatchItem): item is ReturnItem => item.mutation === 'purchaseReturn';

export const isItem = (draft: BatchItem | Refused): draft is BatchItem => !(draft instanceof Refused);

const refuse = (code: string, message: string, ...field: string[]) => new Refused(code, message, { field });

const given = (value: unknown): boolean => value !== null && value !== undefined;

function readMode(input: ReturnInput): ReturnMode {
  const { whole, lines, amount } = input;
  if ([whole === true, given(lines), given(amount)].filter(Boolean).length !== 1) {
    throw refuse('RETURN_INVALID', 'Send exactly one of `whole: true`, `lines` and `amount`.');
  }
  if (given(input.purchase) === given(input.member)) {
    throw refuse('RETURN_INVALID', 'Send exactly one of `purchase` and `member`: what was bought, or who bought it.');
  }
  if (!given(input.purchase) && !given(lines)) {
    throw refuse('RETURN_INVALID', 'Without `purchase`, send `lines`.', 'lines');
  }
  if (whole === true) return { whole };
  if (given(amount)) {
    if (Big(amount!).lte(0)) throw refuse('AMOUNT_INVALID', 'An amount is above 0.', 'amount');
    return { amount: Big(amount!) };
  }
  if (lines!.length === 0 || lines!.length > LINES_MAX) {
    throw refuse('LINES_INVALID', `A return by lines has 1 to ${LINES_MAX} of them.`, 'lines');
  }
  return {
    lines: lines!.map((line, index) => {
      const field = ['lines', String(index)];
      if (given(line.number) === given(line.sku) || (given(line.number) && !given(input.purchase))) {
        throw refuse('RETURN_INVALID', 'Send exactly one of `number` (of a named purchase) and `sku`.', ...field);
      }
      if (Big(line.quantity).lte(0) || scaleOf(line.quantity) > FINE_DECIMALS) {
        const message = `A returned quantity is above 0, with at most ${FINE_DECIMALS} decimals.`;
        throw refuse('QUANTITY_INVALID', message, ...field, 'quantity');
      }
      return {
        number: line.number ?? null,
        sku: line.sku ?? null,
        quantity: Big(line.quantity),
        unitPrice: given(line.unitPrice) ? Big(line.unitPrice!) : null,
      };
    }),
  };
}

function readReference(input: ReturnInput, location: (code: string) => Location): Reference | null {
  const reference = input.purchase;
  if (reference === null || reference === undefined) return null;
  const byReceipt = given(reference.location) && given(reference.receiptNumber);
  if (given(reference.id) === byReceipt || given(reference.location) !== given(reference.receiptNumber)) {
    throw refuse('RETURN_INVALID', 'Send exactly one of `id` and `location` with `receiptNumber`.', 'purchase');
  }
  if (!byReceipt) return { id: decodeId('pur', reference.id!) ?? '00000000-0000-0000-0000-000000000000' };
  return {
    locationId: location(reference.location!).locationId,
    receiptNumber: reference.receiptNumber!,
    businessDate: reference.businessDate ?? null,
  };
}

/** Reads a batch: an item, or why it is refused, for each. Other rooms are asked once for all of it. */
export async function readItems(request: RoomRequest, inputs: HashedInput[]): Promise<(BatchItem | Refused)[]> {
  const { viewer } = request;
  const codes = inputs.flatMap(({ purchase, return: back }) =>
    [purchase?.location, back?.location, back?.purchase?.location]
      .filter((code) => typeof code === 'string')
      .filter((code) => unprintable(code) === null),
  );
  const locations = await locationsByCode(request, codes);
  // A location of another partner is as unknown as one that is nowhere.
  const own = (location: Location | undefined): location is Location =>
    location !== undefined && (viewer.kind === 'operator' || location.partnerId === viewer.partnerId);

  const drafts = inputs.map((input, index) => {
    try {
      if (given(input.purchase) === given(input.return)) {
        throw refuse('ITEM_INVALID', 'An item has exactly one of `purchase` and `return`.');
      }
      const receipt = (input.purchase ?? input.return)!;
      const odd = unprintable(receipt);
      if (odd !== null) throw refuse('TEXT_INVALID', 'This text has signs that cannot be printed.', ...odd);
      const key = requireKey(receipt.idempotencyKey);
      if (!isKey(key)) throw keyInvalid();
      const locate = (code: string) => {
        const location = locations.get(code);
        if (!own(location))
          throw refuse('LOCATION_UNKNOWN', `There is no location ${JSON.stringify(code)}.`, 'location');
        return location;
      };
      const common = { index, key, hash: input.hash, location: locate(receipt.location), memberId: null };
      if (given(input.purchase)) {
        const mutation = 'purchaseRecord' as const;
        return {
          ...common,
          mutation,
          input: input.purchase!,
          sale: readSale(input.purchase!),
          attemptId: null,
          personal: null,
        };
      }
      checkReceipt(receipt);
      const back = input.return!;
      const reference = readReference(back, locate);
      return { ...common, mutation: 'purchaseReturn' as const, input: back, reference, mode: readMode(back) };
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
  });
  return withMembers(request, drafts);
}

/** Finds the members that items name: one ask for each partner among them. */
async function withMembers(request: RoomRequest, drafts: (BatchItem | Refused)[]): Promise<(BatchItem | Refused)[]> {
  const naming = drafts.filter(isItem).filter((item) => given(item.input.member));
  const found = new Map<number, string | null>();
  for (const [partnerId, items] of Map.groupBy(naming, (item) => item.location.partnerId)) {
    const ids = await memberIds(
      request,
      items.map((item) => item.input.member!),
      partnerId,
    );
    items.forEach((item, position) => found.set(item.index, ids[position] ?? null));
  }
  return drafts.map((draft) => {
    if (!isItem(draft) || !found.has(draft.index)) return draft;
    const memberId = found.get(draft.index) ?? null;
    if (memberId === null) return refuse('MEMBER_UNKNOWN', 'No member has this identifier.', 'member');
    return { ...draft, memberId };
  });
}
