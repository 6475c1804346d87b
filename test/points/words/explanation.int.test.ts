// Explanations of entries as they are asked for: what was stored, and what is counted again from the pinned facts.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Step } from '../../../subgraphs/points/earning/facts.rules.ts';
import { evaluationsByOrigin } from '../../../subgraphs/points/earning/explanation.service.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { member as memberViewer } from '../../support/viewer.ts';
import { checkLedger, northTill, openPoints, payload, RECORD, RETURN, sale, takeBack } from '../room.ts';
import { plain } from './fixture.ts';

let points: TestRoom;
beforeAll(async () => {
  points = await openPoints('test/points/words/words.yaml');
});
afterAll(async () => {
  await checkLedger(points);
  await points.close();
});

type SaleInput = Parameters<typeof sale>;
const record = (...input: SaleInput) => payload(points.ask(northTill, RECORD, { input: sale(...input) }));
const giveBack = (over: object) => payload(points.ask(northTill, RETURN, { input: takeBack({ ...over }) }));

interface Stored {
  currency: string;
  origin: string;
  amount: number;
  explanation: { steps: Step[] };
}

const storedOf = (member: string): Promise<Stored[]> =>
  points.query(
    `select currency, origin, amount, explanation from entry where member_id = $1 and explanation is not null order by recorded_at, seq`,
    [member],
  );

const line = fc.record({
  sku: fc.constantFrom('tea', 'cup', 'pot'),
  quantity: fc.constantFrom('1', '2', '0.75', '5'),
  unitPrice: fc.integer({ min: 1, max: 12_000 }).map((pence) => (pence / 100).toFixed(2)),
});
const back = fc.oneof(
  fc.record({ number: fc.integer({ min: 1, max: 3 }), quantity: fc.constantFrom('0.5', '1') }),
  fc.constantFrom('0.01', '3.33', '20.00'),
  fc.constant('whole' as const),
);

type Back = typeof back extends fc.Arbitrary<infer Value> ? Value : never;

function returnOf(id: string, part: Back): object {
  const of = { purchase: { id } };
  if (part === 'whole') return { ...of, whole: true };
  return typeof part === 'string' ? { ...of, amount: part } : { ...of, lines: [part] };
}

describe('what an entry is explained by', () => {
  test('is what its purchase gives when it is counted again, as it stood then', async () => {
    const { source } = points.room.database.space('live');
    const seen = { entries: 0, returns: 0 };
    const purchase = fc.array(line, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(purchase, { minLength: 1, maxLength: 2 }),
        fc.array(back, { maxLength: 4 }),
        async (sales, parts) => {
          const member = newId();
          const ids: string[] = [];
          for (const lines of sales) ids.push((await record(member, lines)).purchase.id);
          for (const [n, part] of parts.entries()) await giveBack(returnOf(ids[n % ids.length]!, part));

          const entries = await storedOf(member);
          const counted = await evaluationsByOrigin(
            source,
            entries.map(({ origin }) => origin),
          );

          entries.forEach(({ currency, amount, explanation: { steps } }, index) => {
            const again = counted[index]!.grants.find((grant) => grant.currency === currency)?.steps ?? [];
            const before = steps.filter(({ kind }) => kind === 'given-before');
            const kept = steps.filter(({ kind }) => kind !== 'given-before');
            if (before.length === 0 || kept.length > 0) expect(kept).toEqual(again);
            expect(steps.reduce((sum, step) => sum + (step.amount ?? 0), 0)).toBe(amount);
            seen.entries += 1;
            seen.returns += before.length;
          });
        },
      ),
      { numRuns: 25 },
    );
    expect(seen.entries).toBeGreaterThan(25);
    expect(seen.returns).toBeGreaterThan(5);
  });
});

const EXPLAINED = `query ($members: [_Any!]!) { _entities(representations: $members) { ... on Member {
  ledger(first: 20) { nodes { amount currency { code } explanation {
    ruleSetVersion summary polish: summary(locale: "pl-PL") latvian: summary(locale: "lv")
    steps { rule applied required actual amount reason summary }
    applied: steps(all: false) { rule summary(locale: "pl") } } } } } } }`;

const ledgerOf = async (member: string) => {
  const [found] = await payload(
    points.ask(memberViewer(member), EXPLAINED, { members: [{ __typename: 'Member', id: encodeId('mbr', member) }] }),
  );
  return found.ledger.nodes;
};

describe('an explanation', () => {
  test('tells each rule that was looked at, applied or why not, in the language asked for', async () => {
    const member = newId();
    await record(member, [{ sku: 'cup', unitPrice: '80.40' }]);

    const entry = (await ledgerOf(member)).find(
      ({ currency }: { currency: { code: string } }) => currency.code === 'points',
    );

    expect(entry.explanation).toMatchObject({
      ruleSetVersion: '1',
      summary: '91 points: 80 for £80.40 (A point per pound); 11 for a visit (any)',
      steps: [
        { rule: 'pounds', applied: true, required: '1 GBP', actual: '80.40 GBP', amount: 80, reason: null },
        { rule: 'any', applied: true, amount: 11 },
        {
          rule: 'tea',
          applied: false,
          amount: null,
          reason: 'items',
          summary: 'Tea days: only for items with code tea',
        },
        {
          rule: 'small',
          applied: false,
          required: '60 GBP',
          actual: '80.40 GBP',
          reason: 'maximum',
          summary: 'small: only for an amount of at most £60; it was £80.40',
        },
        {
          rule: 'large',
          applied: false,
          reason: 'minimum',
          summary: 'large: only for an amount of at least £150.00; it was £80.40',
        },
        { rule: 'far', reason: 'best', summary: 'far: another rule gave more – first; this rule 6.50' },
        { rule: 'near', reason: 'partners', summary: 'near: only at partner harbour; it was north' },
      ],
      applied: [{ rule: 'pounds' }, { rule: 'any' }],
    });
    expect(plain(entry.explanation.polish)).toBe('91 punktów: 80 za 80,40 GBP (Punkt za funt); 11 za wizytę (any)');
    expect(plain(entry.explanation.latvian)).toBe(
      '91 punkts: 80 par 80,40 £ (Punkts par mārciņu); 11 par apmeklējumu (any)',
    );
    expect(plain(entry.explanation.applied[0].summary)).toBe('80 za 80,40 GBP (Punkt za funt)');
  });

  test('of before facts were kept has the steps that were stored', async () => {
    const member = newId();
    const { purchase } = await record(member, [{ sku: 'cup', unitPrice: '80.40' }]);
    await points.query(`update purchase set facts = null where receipt_number = $1`, [purchase.receiptNumber]);

    const [, entry] = await ledgerOf(member);

    expect(entry.explanation.steps).toHaveLength(entry.explanation.applied.length);
    expect(entry.explanation.applied.length).toBeGreaterThan(0);
  });

  test('of a page costs as many statements as of one entry', async () => {
    const [few, many] = [newId(), newId()];
    const buy = async (member: string) => {
      const { purchase } = await record(member, [{ sku: 'cup', unitPrice: '9.00', quantity: '4' }]);
      await giveBack({ purchase: { id: purchase.id }, lines: [{ number: 1, quantity: '1' }] });
    };
    await buy(few);
    for (let n = 0; n < 7; n += 1) await buy(many);

    const counts = [];
    for (const member of [few, many]) {
      points.statements.length = 0;
      counts.push([(await ledgerOf(member)).length, points.statements.length]);
    }

    expect(counts[1]![0]).toBe(20);
    expect(counts[1]![1]).toBe(counts[0]![1]);
  });
});

const TERMS = `query ($locale: Locale!, $at: DateTime) { programmeTerms(locale: $locale, at: $at) {
  version effectiveAt sections { heading text } } }`;

describe('terms', () => {
  test('are read by a member in each language, with their version', async () => {
    const asked = ['en', 'pl-PL', 'lv', 'fr'].map((locale) =>
      payload(points.ask(memberViewer(newId()), TERMS, { locale })),
    );
    const [en, pl, lv, fr] = await Promise.all(asked);

    expect(en).toMatchObject({ version: '1', effectiveAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
    expect([en, pl, lv].map(({ sections }) => sections[0].heading)).toEqual(['The programme', 'Program', 'Programma']);
    expect(fr).toEqual(en);
    expect(new Set([en, pl, lv].map(({ sections }) => sections.length)).size).toBe(1);
  });

  test('of an instant before the first version are those of the first', async () => {
    const answer = await payload(points.ask(northTill, TERMS, { locale: 'en', at: '2001-01-01T00:00:00Z' }));

    expect(answer.version).toBe('1');
  });
});
