// What the documents of clients cost, at the longest pages: that is what the defaults of the limits were chosen from.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildASTSchema, Kind, parse, separateOperations } from 'graphql';
import { costing } from '../../../gateway/limits/cost/cost.ts';
import { readConfig } from '../../../subgraphs/shared/config.ts';

const SCHEMA = 'schema';
const supergraph = parse(readFileSync(join(SCHEMA, 'supergraph.graphql'), 'utf8'));
const compile = costing(buildASTSchema(supergraph, { assumeValidSDL: true }));
const documents = Object.fromEntries(
  readdirSync(join(SCHEMA, 'contract'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => Object.entries(separateOperations(parse(readFileSync(join(SCHEMA, 'contract', file), 'utf8'))))),
);

function costOf(name: string) {
  const document = documents[name]!;
  return compile(document, document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as never);
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const receipt = { member: { kind: 'CARD', value: '1' }, lines: times(4, { sku: 'a' }), receiptNumber: '1' };
/** A till's night: a thousand receipts of four lines. */
const batch = { input: { items: times(1_000, { purchase: receipt }) } };
const VARIABLES: Record<string, Record<string, unknown>> = {
  PurchaseRecord: { input: receipt },
  PurchaseReturn: { input: { purchase: { id: 'pur_1' }, lines: times(4, { number: 1 }) } },
  MemberEnroll: { input: { identifiers: times(3, {}), profile: {}, consents: times(5, {}) } },
  RedemptionHold: { input: { points: {} } },
  PurchaseRecordBatch: batch,
};
const variablesOf = (name: string) => VARIABLES[name] ?? { first: 100, input: {}, identifier: {} };

const requested = (name: string) => costOf(name).requested(variablesOf(name));

describe('the documents of the contract', () => {
  const { costs, rates } = readConfig({});

  test('cost so much, with pages of a hundred', () => {
    const all = Object.keys(documents).map((name) => [name, requested(name)]);

    expect(Object.fromEntries(all)).toEqual({
      ApiClientCreate: 27,
      ApiClientRotate: 27,
      LedgerProof: 84,
      LedgerStatement: 2655,
      LedgerVerify: 502,
      Me: 10,
      MemberCockpit: 386,
      MemberEnroll: 45,
      MemberPurchases: 2903,
      PartnerDesk: 1062,
      PointsAdjust: 33,
      PointsTransfer: 28,
      PosIdentify: 72,
      ProgrammeApply: 233,
      ProgrammePlan: 480,
      ProgrammeTerms: 40,
      PurchaseByReceipt: 3,
      PurchaseQuote: 63,
      PurchaseRecord: 85,
      PurchaseRecordBatch: 35517,
      PurchaseReturn: 107,
      RedemptionCapture: 39,
      RedemptionHold: 30,
      RedemptionRelease: 27,
      RewardCatalogue: 802,
      RewardRedeem: 48,
      VoucherUse: 28,
    });
  });

  test('have room for five of each in what one operation may cost', () => {
    const tight = Object.keys(documents).filter((name) => requested(name) * 5 > costs.max);

    expect(tight).toEqual([]);
  });

  test('may be asked as often as requests are answered, the first screen of a member’s app too', () => {
    expect(requested('MemberCockpit') * rates.perCredential).toBeLessThanOrEqual(costs.perMinute);
  });

  test('let a hundred tills with one key send their nights at once, and five hundred a minute', () => {
    const { actual } = costOf('PurchaseRecordBatch');
    const result = { purchase: {}, purchases: null, lines: null, entries: times(2, {}), userErrors: [] };
    const cost = actual({ purchaseRecordBatch: { results: times(1_000, result), summary: {}, userErrors: [] } }, batch);

    expect(cost).toBe(11_512);
    expect(requested('PurchaseRecordBatch') * 100).toBeLessThanOrEqual(costs.perMinute);
    expect(cost * 500).toBeLessThanOrEqual(costs.perMinute);
  });
});

describe('what makes an operation cost a lot', () => {
  const one = (text: string) => {
    const document = parse(text);
    return compile(document, document.definitions[0] as never).requested({});
  };

  test.each([
    [
      'long lists in long lists',
      '{ members(first: 100) { nodes { ledger(first: 100) { nodes { explanation { steps { rule } } } } } } }',
      220_201,
    ],
    ['a page longer than rooms give', '{ members(first: 1000000) { nodes { id } } }', 1_000_001],
  ])('is %s, and it is refused', (_, text, cost) => {
    expect(one(text)).toBe(cost);
    expect(one(text)).toBeGreaterThan(readConfig({}).costs.max);
  });
});
