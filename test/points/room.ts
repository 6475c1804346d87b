// The points room with members and partners played by stubs: members are found by EXTERNAL ids that are their UUIDs.
import { createHash } from 'node:crypto';
import { pointsRoom } from '../../subgraphs/points/main.ts';
import { verify } from '../../subgraphs/points/ledger/verify.service.ts';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { till } from '../support/viewer.ts';
import { checkInvariants } from './ledger/invariant.ts';

/** Two partners with a location each. */
export const NORTH = newId();
export const HARBOUR = newId();

const uuidOf = (text: string) => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const LOCATIONS: Record<string, string> = { north: NORTH, 'north-2': NORTH, harbour: HARBOUR };
const PARTNER_CODES: Record<string, string> = { [NORTH]: 'north', [HARBOUR]: 'harbour' };

interface Asked {
  query: string;
  variables: Record<string, unknown>;
}

function partners({ variables }: Asked) {
  const codes = variables['codes'] as string[];
  return {
    locationsByCode: codes.map((code) =>
      LOCATIONS[code] === undefined
        ? null
        : {
            id: encodeId('loc', uuidOf(code)),
            code,
            partnerId: encodeId('ptn', LOCATIONS[code]),
            partnerCode: PARTNER_CODES[LOCATIONS[code]],
            channelId: encodeId('chn', uuidOf(`${code}-channel`)),
            channelCode: `${code}-shops`,
          },
    ),
  };
}

function members({ query, variables }: Asked) {
  if (query.includes('membersKnown')) {
    return { membersKnown: (variables['memberIds'] as string[]).map(() => true) };
  }
  if (query.includes('membersByIds')) return { membersByIds: variables['ids'] };
  if (query.includes('memberFacts')) {
    const ids = variables['ids'] as string[];
    return { memberFacts: ids.map((id) => ({ id, birthday: null, enrolledOn: '2020-01-01' })) };
  }
  const identifiers = variables['identifiers'] as { kind: string; value: string }[];
  return {
    memberIdsByIdentifier: identifiers.map(({ value }) => (value === 'nobody' ? null : encodeId('mbr', value))),
  };
}

/** Codes that rewards refuses; every other one is usable. */
export const UNUSABLE = 'UNUSABLE';

function rewards({ variables }: Asked) {
  const { codes } = variables['input'] as { codes: string[] };
  const refused = codes.includes(UNUSABLE);
  return { vouchersPresent: { userErrors: refused ? [{ code: 'VOUCHER_NOT_USABLE', message: 'It was used.' }] : [] } };
}

/** Without its clock: what falls due is written down by what a test does, or by `ledger_sweep`. */
const { tick: _, ...quiet } = pointsRoom;

/** Under the programme of the repository, or another file. */
export const openPoints = (programme?: string): Promise<TestRoom> =>
  testRoom(quiet, { doors: { partners, members, rewards }, ...(programme === undefined ? {} : { programme }) });

export const northTill = till(NORTH);
export const harbourTill = till(HARBOUR);

let counter = 0;

export interface SaleLine {
  sku: string;
  quantity?: string;
  unitPrice: string;
  discount?: string;
  category?: string;
  brand?: string;
  taxRate?: string;
}

/** A purchase input; each call is another receipt unless told otherwise. */
export function sale(member: string | null, lines: SaleLine[], over: Record<string, unknown> = {}) {
  counter += 1;
  return {
    idempotencyKey: `sale-${counter}`,
    ...(member === null ? {} : { member: { kind: 'EXTERNAL', value: member } }),
    location: 'north',
    terminal: 'till-1',
    receiptNumber: `R${counter}`,
    businessDate: '2026-03-02',
    occurredAt: '2026-03-02T10:00:00Z',
    currencyCode: 'GBP',
    lines: lines.map((line, index) => ({ number: index + 1, quantity: '1', ...line })),
    ...over,
  };
}

/** A return input; each call is another receipt. */
export function takeBack(over: Record<string, unknown>) {
  counter += 1;
  return {
    idempotencyKey: `return-${counter}`,
    location: 'north',
    receiptNumber: `C${counter}`,
    businessDate: '2026-03-05',
    occurredAt: '2026-03-05T10:00:00Z',
    ...over,
  };
}

export const RECORD = `mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) {
  purchase { id receiptNumber occurredAt total { amount currencyCode } partner { id } channel { id code } }
  entries { id kind amount currency { code } lot { state expiresAt } explanation { summary ruleSetVersion steps(all: false) { rule applied required actual amount reason } } }
  member { id tier { code } wallets { currency { code } available pending deficit } }
  replayed userErrors { code field message retryable } } }`;

export const RETURN = `mutation ($input: PurchaseReturnInput!) { purchaseReturn(input: $input) {
  purchases { id returned { amount currencyCode } }
  lines { index accepted quantity purchase { id } reason }
  entries { id kind amount currency { code } reverses { id } }
  member { id tier { code } wallets { currency { code } available deficit } }
  replayed userErrors { code field message } } }`;

export const BATCH = `mutation ($input: PurchaseRecordBatchInput!) { purchaseRecordBatch(input: $input) {
  results { index state purchase { id } purchases { id } lines { index accepted quantity reason } entries { id amount } userErrors { code field message } }
  summary { recorded replayed refused points }
  userErrors { code field message } } }`;

/** The payload of the only root field; fails on top-level errors. */
// oxlint-disable-next-line typescript/no-explicit-any -- answers are read field by field
export async function payload(result: Promise<{ data?: unknown; errors?: unknown }>): Promise<any> {
  const { data, errors } = await result;
  if (errors !== undefined) throw new Error(JSON.stringify(errors, null, 1));
  return Object.values(data as object)[0];
}

/** Every invariant that the ledger can check by itself, and those that tie it to purchases. */
export async function checkLedger(room: TestRoom): Promise<void> {
  const { firstBreak } = await verify(room.room.database.space('live').source, null);
  if (firstBreak !== null) throw new Error(`the ledger is broken: ${firstBreak.reason}`);
  await checkInvariants(room.room.database.space('live').source, null);
  const wrong = await room.query(
    `select p.id, o.currency from purchase p cross join lateral (
       select currency, sum(amount)::bigint amount from (
         select e.currency, e.amount from entry e where e.member_id = p.member_id and (e.origin = p.id
           or e.origin in (select t.id from purchase_return_part t where t.purchase_id = p.id)) and e.kind in ('EARN', 'REVERSE')
         union all select key, 0 from jsonb_each(p.given)
       ) e group by currency
     ) o where o.amount <> coalesce((p.given ->> o.currency)::bigint, 0)`,
  );
  if (wrong.length > 0)
    throw new Error(`purchases have given other points than their entries: ${JSON.stringify(wrong)}`);
  const spent = await room.query(
    `select b.account from budget b left join budget_move m using (account) group by b.account
     having b.points <> coalesce(sum(m.points), 0) or b.money <> coalesce(sum(m.money), 0)
       or b.points > b.points_max or b.money > b.money_max`,
  );
  if (spent.length > 0) throw new Error(`budgets are not the sum of their moves: ${JSON.stringify(spent)}`);
  const tables = await room.query(
    `select s.member_id from standing s left join (
       select member_id, sum(round((total - returned) * rate, 2)) kept from purchase where earns group by member_id
     ) p using (member_id) where s.spend <> coalesce(p.kept, 0)`,
  );
  if (tables.length > 0) throw new Error(`standings are not the sum of what was kept: ${JSON.stringify(tables)}`);
}
