// The documents of clients in an order that works, for a member of its own, so that several can go the same way.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, print, separateOperations } from 'graphql';
import type { TestGraph } from '../../support/graph.ts';

const CONTRACT = join('schema', 'contract');
/** Each operation of each file, by its name. */
export const documents = Object.fromEntries(
  readdirSync(CONTRACT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => Object.entries(separateOperations(parse(readFileSync(join(CONTRACT, file), 'utf8')))))
    .map(([name, document]) => [name, print(document)]),
);

/** Only the fields that the journey goes on with. */
// oxlint-disable-next-line typescript/no-explicit-any -- answers are compared whole
type Answer = any;

export type Who = 'till' | 'cafe' | 'partner' | 'operator' | 'member';
/** The data; throws when there are top-level errors. */
export type Run = (who: Who, name: string, variables?: object) => Promise<Answer>;

/** What a journey has made, for who reads it. */
export interface Made {
  memberId: string;
  partnerId: string;
  email: string;
  receipt: string;
  /** Its name and codes that look like any word. */
  own: string[];
}

const ANEW =
  /[a-z]{3}_[0-9a-z]{26}|\d{4}-\d\d-\d\dT[\d:.]+Z|290\d{10}|[0-9a-f]{64}|lyl_live_\w+|(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}|WyI[\w-]+/g;

/** The answers of a journey as those of any journey: what is named anew each time, by its first appearance. */
export function numbered(answers: object[], { own }: Made): object[] {
  const seen = new Map<string, number>();
  const number = (name: string) => {
    if (!seen.has(name)) seen.set(name, seen.size);
    return `#${seen.get(name)}`;
  };
  const text = own.reduce((all, name, index) => all.replaceAll(name, `own ${index}`), JSON.stringify(answers));
  return JSON.parse(text.replaceAll(ANEW, number)) as object[];
}

const HOUR_MS = 3_600_000;
const sold = new Date(Date.now() - 2 * HOUR_MS).toISOString();
const returned = new Date(Date.now() - HOUR_MS).toISOString();

/** `name` tells this journey's from others'. Runs each mutation of the contract. */
export async function journey(name: string, run: Run, graph: TestGraph): Promise<Made> {
  const email = `${name}@example.com`;
  const member = { kind: 'EMAIL', value: email };
  const key = (attempt: string) => ({ idempotencyKey: `${name}:${attempt}` });
  const receipt = (number: number, occurredAt = sold) => ({
    location: 'northside-london',
    terminal: 'till-1',
    receiptNumber: `${name}-${number}`,
    businessDate: occurredAt.slice(0, 10),
    occurredAt,
    ...key(`receipt-${number}`),
  });
  const line = (number: number, sku: string, unitPrice: string) => ({ number, sku, quantity: '1', unitPrice });
  const sale = (number: number, ...lines: object[]) => ({ ...receipt(number), member, currencyCode: 'GBP', lines });

  const profile = { givenName: 'Grace' };
  const enrolled = await run('till', 'MemberEnroll', { input: { identifiers: [member], profile, ...key('enrol') } });
  const memberId = enrolled.memberEnroll.member.id as string;
  const friend = await run('till', 'MemberEnroll', {
    input: { identifiers: [{ kind: 'EXTERNAL', value: name }], ...key('friend') },
  });
  await graph.settle();

  const bought = await run('till', 'PurchaseRecord', {
    input: sale(1, line(1, 'mug', '20.50'), line(2, 'pan', '100')),
  });
  const back = { purchase: { id: bought.purchaseRecord.purchase.id }, lines: [{ number: 1, quantity: '1' }] };
  await run('till', 'PurchaseReturn', { input: { ...receipt(2, returned), ...back } });
  const tea = { purchase: sale(3, line(1, 'tea', '5.00')) };
  const unknown = { return: { ...receipt(4, returned), member, lines: [{ sku: 'never-bought', quantity: '1' }] } };
  await run('till', 'PurchaseRecordBatch', { input: { items: [tea, tea, unknown] } });

  const given = { memberId, currency: 'points', amount: 200, reason: 'goodwill', ...key('gift') };
  await run('operator', 'PointsAdjust', { input: given });
  const toMemberId = friend.memberEnroll.member.id;
  const moved = { fromMemberId: memberId, toMemberId, currency: 'points', amount: 7, ...key('move') };
  await run('operator', 'PointsTransfer', { input: moved });
  await run('operator', 'PointsTransfer', { input: moved });

  const { rewards } = await run('till', 'RewardCatalogue', { first: 10 });
  const rewardId = rewards.edges.find(({ node }: Answer) => node.code === 'coffee').node.id;
  const { rewardRedeem } = await run('operator', 'RewardRedeem', { input: { memberId, rewardId, ...key('redeem') } });
  await graph.settle();
  const use = { code: rewardRedeem.redemption.vouchers[0].code, location: 'harbour-dover', ...key('use') };
  await run('cafe', 'VoucherUse', { input: { ...use, receiptNumber: `${name}-5` } });

  const hold = async (attempt: string) => {
    const input = { memberId, points: { currency: 'points', amount: 30 }, ttlSeconds: 600, ...key(attempt) };
    return (await run('till', 'RedemptionHold', { input })).redemptionHold.redemption.id as string;
  };
  const released = await hold('hold-1');
  await run('till', 'RedemptionRelease', { input: { redemptionId: released, ...key('release') } });
  const captured = await hold('hold-2');
  await run('till', 'RedemptionCapture', { input: { redemptionId: captured, ...key('capture') } });

  await run('operator', 'ProgrammeApply', { input: { document: 'points: none', ...key('programme') } });

  const partnerId = graph.partner('northside').id;
  const shop = { partnerId, name: 'Shop', scopes: ['partners:read'], ...key('client') };
  const { apiClientCreate } = await run('partner', 'ApiClientCreate', { input: shop });
  const rotation = { apiClientId: apiClientCreate.apiClient.id, ...key('rotate') };
  await run('partner', 'ApiClientRotate', { input: rotation });
  await graph.settle();
  const codes = [enrolled, friend].map(({ memberEnroll }) => memberEnroll.member.referralCode.code as string);
  return { memberId, partnerId, email, receipt: `${name}-1`, own: [name, ...codes] };
}

/** Each query of the contract about what a journey has made. */
export async function readings({ memberId: id, partnerId, email, receipt }: Made, run: Run): Promise<void> {
  const statement = await run('operator', 'LedgerStatement', { id, first: 20 });
  await run('operator', 'LedgerStatement', { id, first: 5, asOf: '2020-01-01T00:00:00Z' });
  await run('operator', 'LedgerProof', { entryId: statement.member.ledger.edges[0].node.id });
  await run('operator', 'LedgerVerify', { memberId: id });
  await run('operator', 'MemberCockpit', { id });
  await run('operator', 'MemberPurchases', { id, first: 1 });
  await run('operator', 'PurchaseByReceipt', { location: 'northside-london', receiptNumber: receipt });
  await run('till', 'PosIdentify', { identifier: { kind: 'EMAIL', value: email } });
  await run('operator', 'ProgrammePlan', { document: readFileSync(join('programmes', 'hybrid-retail.yaml'), 'utf8') });
  await run('till', 'ProgrammeTerms', { locale: 'pl' });
  const basket = { location: 'northside-london', occurredAt: '2026-03-02T10:15:00Z', currencyCode: 'GBP' };
  const lines = [{ number: 1, sku: 'NS-MUG-01', category: 'mugs', quantity: '2', unitPrice: '9.90' }];
  await run('till', 'PurchaseQuote', { input: { ...basket, member: { kind: 'EMAIL', value: email }, lines } });
  await run('till', 'RewardCatalogue', { first: 2, locale: 'lv' });
  await run('partner', 'PartnerDesk', { id: partnerId });
  await run('member', 'Me');
}
