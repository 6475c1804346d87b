// Documents become versions, everywhere or nowhere.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  programmeInForce,
  programmeOf,
  programmesAt,
  programmesByVersion,
} from '../../../subgraphs/points/programme/programme.service.ts';
import { advanceClock, now } from '../../../subgraphs/shared/clock.ts';
import type { Space } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import { inSpace, operator } from '../../support/viewer.ts';
import { giving, openProgramme, SHIPPED, type ProgrammeRooms } from './rooms.ts';

let rooms: ProgrammeRooms;
let live: Space;
beforeAll(async () => {
  rooms = await openProgramme();
  live = rooms.points.room.database.space('live');
});
afterAll(() => rooms.points.close());
beforeEach(() => {
  for (const peer of Object.values(rooms.points.peers)) peer.away = false;
  for (const versions of Object.values(rooms.taken)) versions.length = 0;
});

const VERSION = '{ version state awaits effectiveAt origin rollbackOf appliedBy { kind id } }';
const PAYLOAD = `{ programme ${VERSION} replayed userErrors { code field message retryable } }`;
const APPLY = `mutation ($input: ProgrammeApplyInput!) { programmeApply(input: $input) ${PAYLOAD} }`;
const ROLLBACK = `mutation ($input: ProgrammeRollbackInput!) { programmeRollback(input: $input) ${PAYLOAD} }`;
const PLAN = `query ($document: String!) { programmePlan(document: $document) {
  version changes { path before after } tierMoves { from { code name } to { code } members } userErrors { code field message } } }`;
const DRAFT = `mutation ($input: ProgrammeDraftInput!) { programmeDraft(input: $input) {
  draft { version draftedBy { kind id } } replayed userErrors { code message } } }`;
const HISTORY = `query ($first: Int! $after: String) { programmes(first: $first, after: $after) {
  nodes ${VERSION} pageInfo { hasNextPage endCursor } } }`;
const DOCUMENT = 'query ($version: String) { programmeDocument(version: $version) }';

const apply = (document: string, over: object = {}, viewer = operator) =>
  rooms.ask(APPLY, { input: { idempotencyKey: newId(), document, ...over } }, viewer);
const rollback = (over: object = {}) => rooms.ask(ROLLBACK, { input: { idempotencyKey: newId(), ...over } });
const history = async (first = 100, viewer = operator) => (await rooms.ask(HISTORY, { first }, viewer)).nodes;

const pointsOf = async (space = live): Promise<number> =>
  (await programmeInForce(space.source)).earning[0]!.rules[0]!.give.perAmount!.points;
const version = async (): Promise<number> => (await programmeInForce(live.source)).version;
const versionsOf = async () => (await live.source.query<{ n: number }[]>('select count(*) n from programme'))[0]!.n;

describe('a document', () => {
  test('is in force at once, and every room has taken it', async () => {
    const next = (await version()) + 1;

    const { programme, replayed, userErrors } = await apply(giving(2));

    expect({ programme, replayed, userErrors }).toEqual({
      programme: {
        version: String(next),
        state: 'IN_FORCE',
        awaits: [],
        effectiveAt: expect.any(String),
        origin: 'API',
        rollbackOf: null,
        appliedBy: { kind: 'OPERATOR', id: operator.owner },
      },
      replayed: false,
      userErrors: [],
    });
    expect(rooms.taken).toEqual({ members: [next], rewards: [next], referrals: [next], partners: [next] });
    expect([await version(), await pointsOf()]).toEqual([next, 2]);
    expect(await rooms.ask(DOCUMENT, { version: String(next) })).toBe(giving(2));
    expect(await rooms.ask(DOCUMENT, {})).toBe(giving(2));
  });

  test('is applied once under its key, also when it could not be applied any more', async () => {
    const input = { idempotencyKey: newId(), document: giving(3) };
    const first = await rooms.ask(APPLY, { input });
    const count = await versionsOf();
    rooms.points.peers.members.away = true;

    const again = await rooms.ask(APPLY, { input });
    const other = await rooms.ask(APPLY, { input: { ...input, document: giving(4) } });

    expect(again).toEqual({ ...first, replayed: true });
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect(await versionsOf()).toBe(count);
  });

  test('is refused for every fault of any room, in the order of lines, and nothing is applied anywhere', async () => {
    const before = await versionsOf();
    rooms.faults.rewards = ['line 30, column 3: rewards.0: is there twice', 'line 4, column 3: rewards.1: too'];
    try {
      const wrong = SHIPPED.replace('decimals: 0', 'decimals: x').replace('perDay: 1000', 'perDay: 0');

      const { programme, userErrors } = await apply(wrong);

      const at = (text: string) => SHIPPED.split('\n').findIndex((line) => line.includes(text)) + 1;
      expect(programme).toBeNull();
      expect(userErrors).toEqual(
        [
          /^line 4, column 3: rewards\.1: too$/,
          new RegExp(`^line ${at('decimals: 0')}, column 17: points\\.currencies\\.0\\.decimals: `),
          new RegExp(`^line ${at('perDay: 1000')}, column 45: points\\.transfer\\.perDay: `),
          /^line 30, column 3: rewards\.0: is there twice$/,
        ].map((message) => ({
          code: 'PROGRAMME_INVALID',
          field: ['document'],
          message: expect.stringMatching(message),
          retryable: false,
        })),
      );
      expect([await versionsOf(), Object.values(rooms.taken).flat()]).toEqual([before, []]);
    } finally {
      delete rooms.faults.rewards;
    }
  });

  test.each([
    ['is no YAML', `${SHIPPED}points: {}\n`, /^line \d+, column 1: Map keys must be unique$/],
    ['no database keeps', `${SHIPPED}# \0\n`, /^line \d+, column 3: a character that cannot be stored/],
    ['has a section that nobody reads', `${SHIPPED}point: {}\n`, /^line \d+, column 1: Unrecognized key: "point"$/],
  ])('that %s is refused once', async (_, document, message) => {
    expect((await apply(document)).userErrors).toMatchObject([{ message: expect.stringMatching(message) }]);
  });

  test('is refused where another version was applied last than was expected', async () => {
    const before = await version();

    const refused = await apply(giving(5), { expectedVersion: String(before + 1) });
    const applied = await apply(giving(5), { expectedVersion: String(before) });

    expect(refused.userErrors).toMatchObject([{ code: 'PROGRAMME_VERSION_CONFLICT', field: ['expectedVersion'] }]);
    expect(applied.programme.version).toBe(String(before + 1));
  });

  test('of two at once that expect the same version is applied once', async () => {
    const expectedVersion = String(await version());

    const answers = await Promise.all([6, 7, 8].map((points) => apply(giving(points), { expectedVersion })));

    expect(answers.filter(({ programme }) => programme !== null)).toHaveLength(1);
  });

  test('cannot drop what members have', async () => {
    const member = newId();
    await live.source.query(`insert into wallet (member_id, currency) values ($1, 'miles')`, [member]);
    await live.source.query(`insert into standing (member_id, tier) values ($1, 'member')`, [member]);
    try {
      const { userErrors } = await apply(
        SHIPPED.replaceAll('miles', 'stars')
          .replace('baseCurrency: GBP', 'baseCurrency: EUR')
          .replace('{ code: member,', '{ code: guest,'),
      );

      expect(userErrors).toMatchObject([
        { message: expect.stringMatching(/^line 11, column 5: points\.currencies: the points currency miles is gone/) },
        { message: expect.stringContaining('the tier member is gone, which members have') },
      ]);
    } finally {
      await live.source.query('delete from wallet where member_id = $1', [member]);
      await live.source.query('delete from standing where member_id = $1', [member]);
    }
  });

  test('is for operators alone', async () => {
    const { errors } = await rooms.points.ask({ ...operator, kind: 'partner' }, APPLY, {
      input: { idempotencyKey: newId(), document: SHIPPED },
    });

    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a room that is away', () => {
  test('before it has checked its sections lets nothing be applied', async () => {
    const before = await versionsOf();
    rooms.points.peers.partners.away = true;

    const { userErrors } = await apply(giving(9));

    expect(userErrors).toMatchObject([{ code: 'ROOM_UNAVAILABLE', retryable: true }]);
    expect(await versionsOf()).toBe(before);
  });

  test('when it should take them keeps the version waiting, and the one before in force', async () => {
    const [before, points] = [await version(), await pointsOf()];
    const { rewards } = rooms.points.peers;
    const answer = rewards.answer;
    rewards.answer = (request) => {
      if (request.query.includes('Take')) throw new Error('away');
      return answer(request);
    };

    const { programme } = await apply(giving(10));
    const waiting = [await version(), await pointsOf(), await rooms.tick()];
    rewards.answer = answer;
    const done = [await rooms.tick(), await version(), await pointsOf(), await rooms.tick()];

    expect(programme).toMatchObject({ version: String(before + 1), state: 'PENDING', awaits: ['rewards'] });
    expect(waiting).toEqual([before, points, 0]);
    expect(done).toEqual([1, before + 1, 10, 0]);
    expect(rooms.taken).toMatchObject({ members: [before + 1], rewards: [before + 1] });
    expect((await history(1))[0]).toMatchObject({ state: 'IN_FORCE', awaits: [], effectiveAt: expect.any(String) });
  });

  test('is not asked for a version that a later one has overtaken', async () => {
    const before = await version();
    const { referrals } = rooms.points.peers;
    const answer = referrals.answer;
    referrals.answer = (request) => {
      if (request.variables['version'] === before + 1) throw new Error('away');
      return answer(request);
    };

    await apply(giving(11));
    await apply(giving(12));
    referrals.answer = answer;

    expect([await rooms.tick(), await version(), await pointsOf()]).toEqual([0, before + 2, 12]);
    expect((await history(2)).map(({ state }: { state: string }) => state)).toEqual(['IN_FORCE', 'SUPERSEDED']);
  });
});

describe('a moment', () => {
  const inSandbox = inSpace('sandbox', operator);
  let sandbox: Space;
  beforeAll(() => void (sandbox = rooms.points.room.database.space('sandbox')));
  const inDays = async (days: number) => {
    const [row] = await sandbox.source.query<{ at: string }[]>(`select clock() + $1::interval "at"`, [`${days} days`]);
    return row!.at;
  };
  const states = async () => (await history(100, inSandbox)).map(({ state }: { state: string }) => state);

  test('is when a version comes into force, and rooms take it then', async () => {
    const effectiveAt = await inDays(2);

    const { programme } = await apply(giving(2), { effectiveAt }, inSandbox);
    const early = [await rooms.tick('sandbox'), await pointsOf(sandbox), Object.values(rooms.taken).flat()];
    await advanceClock(sandbox, 'P3D');
    const due = [await rooms.tick('sandbox'), await pointsOf(sandbox)];

    expect(programme).toMatchObject({ version: '2', state: 'SCHEDULED', effectiveAt });
    expect(early).toEqual([0, 1, []]);
    expect(due).toEqual([1, 2]);
    expect(rooms.taken['members']).toEqual([2]);
    expect((await history(1, inSandbox))[0]).toMatchObject({ state: 'IN_FORCE', effectiveAt });
  });

  test('cannot be in the past', async () => {
    const { userErrors } = await apply(giving(3), { effectiveAt: await inDays(-1) }, inSandbox);

    expect(userErrors).toMatchObject([{ code: 'EFFECTIVE_PAST', field: ['effectiveAt'] }]);
  });

  test('of a version that a later one was in force before never comes', async () => {
    await apply(giving(3), { effectiveAt: await inDays(2) }, inSandbox);
    await apply(giving(4), {}, inSandbox);
    await advanceClock(sandbox, 'P3D');

    expect([await rooms.tick('sandbox'), await pointsOf(sandbox)]).toEqual([0, 4]);
    expect(await states()).toEqual(['IN_FORCE', 'SUPERSEDED', 'PAST', 'PAST']);
  });

  test('for which a room is late is when the last room has taken it, since the one before counted until then', async () => {
    const [effectiveAt, before] = [await inDays(1), await programmeInForce(sandbox.source)];
    const { members } = rooms.points.peers;
    await apply(giving(5), { effectiveAt }, inSandbox);
    members.away = true;

    await advanceClock(sandbox, 'P2D');
    const waiting = [await rooms.tick('sandbox'), (await history(1, inSandbox))[0]];
    members.away = false;
    const done = await rooms.tick('sandbox');

    expect(waiting).toMatchObject([0, { state: 'PENDING', awaits: ['members'], effectiveAt: null }]);
    const [row] = await history(1, inSandbox);
    expect([done, row.state]).toEqual([1, 'IN_FORCE']);
    const found = await programmesAt(sandbox.source, [effectiveAt, row.effectiveAt]);
    expect(found.map((programme) => programme.version)).toEqual([before.version, Number(row.version)]);
  });

  test('to come keeps what may come into use until then', async () => {
    const without = SHIPPED.replaceAll('miles', 'stars')
      .replace('baseCurrency: GBP', 'baseCurrency: EUR')
      .replace('{ code: member,', '{ code: guest,');

    const { userErrors } = await apply(without, { effectiveAt: await inDays(2) }, inSandbox);

    expect(userErrors.map(({ message }: { message: string }) => message.split(': ').slice(1))).toEqual([
      ['programme.baseCurrency', 'the base currency GBP is gone, which members may have by then'],
      ['points.currencies', 'the points currency miles is gone, which members may have by then'],
      ['points.tiers.levels', 'the tier member is gone, which members may have by then'],
    ]);
  });

  test('past has the version that was in force then; before the first it was the first', async () => {
    const [, effectiveAt] = (await history(100, inSandbox))
      .toReversed()
      .map((row: { effectiveAt: string }) => row.effectiveAt);
    const at = ['1999-01-01T00:00:00Z', effectiveAt, await now(sandbox.source), effectiveAt];

    const found = await programmesAt(sandbox.source, at);

    expect(found.map((programme) => programme.version)).toEqual([1, 2, 5, 2]);
    expect(found[1]).toBe(found[3]);
    expect(await programmesAt(sandbox.source, [])).toEqual([]);
  });
});

describe('a plan', () => {
  test('says what would change and who would move, and changes nothing', async () => {
    const [member, count] = [newId(), await versionsOf()];
    await live.source.query('insert into standing (member_id, spend) values ($1, 80)', [member]);
    await apply(SHIPPED);
    const levels = `levels: [{ code: member, name: Member }, { code: gold, name: Gold, from: { spend: '50' } }]`;

    const plan = await rooms.ask(PLAN, {
      document: giving(2).replace('levels: [{ code: member, name: Member }]', levels),
    });

    expect(plan).toEqual({
      version: String((await version()) + 1),
      changes: [
        { path: 'points.earning.earning.rules.one-per-pound.give.perAmount.points', before: '1', after: '2' },
        {
          path: 'points.tiers.levels.gold',
          before: null,
          after: '{"code":"gold","name":"Gold","from":{"spend":"50"}}',
        },
      ],
      tierMoves: [{ from: { code: 'member', name: 'Member' }, to: { code: 'gold' }, members: 1 }],
      userErrors: [],
    });
    expect(await versionsOf()).toBe(count + 1);
  });

  test('of what cannot be applied says why', async () => {
    const { changes, userErrors } = await rooms.ask(PLAN, { document: SHIPPED.replace('decimals: 0', 'decimals: x') });

    expect(changes).toEqual([]);
    expect(userErrors).toMatchObject([
      { code: 'PROGRAMME_INVALID', message: expect.stringMatching(/decimals/), field: ['document'] },
    ]);
  });
});

describe('a rollback', () => {
  test('undoes what was applied last, and the next one that', async () => {
    await apply(giving(20));
    const before = await version();
    await apply(giving(21));

    const { programme } = await rollback();
    const back = await pointsOf();
    await rollback();

    expect(programme).toMatchObject({
      version: String(before + 2),
      state: 'IN_FORCE',
      origin: 'ROLLBACK',
      rollbackOf: String(before),
    });
    expect([back, await pointsOf()]).toEqual([20, 21]);
  });

  test('of what is not in force yet withdraws it', async () => {
    const [before, points] = [await version(), await pointsOf()];
    await apply(giving(22), { effectiveAt: '2999-01-01T00:00:00Z' });

    const { programme } = await rollback();

    expect(programme).toMatchObject({ state: 'IN_FORCE', rollbackOf: String(before) });
    expect(await pointsOf()).toBe(points);
    expect((await history(2))[1]).toMatchObject({ state: 'SUPERSEDED' });
  });

  test('goes to any earlier version, and to none that there is not', async () => {
    await rollback({ toVersion: '1' });

    expect(await pointsOf()).toBe(1);
    expect((await rollback({ toVersion: '999' })).userErrors).toMatchObject([
      { code: 'PROGRAMME_VERSION_UNKNOWN', field: ['toVersion'] },
    ]);
  });
});

describe('a draft', () => {
  test('is a programme under a name, and nothing else', async () => {
    const [before, count] = [await version(), await versionsOf()];

    const { draft, userErrors } = await rooms.ask(DRAFT, {
      input: { idempotencyKey: newId(), document: giving(30) },
    });
    const found = await programmeOf(live.source, draft.version);

    expect(userErrors).toEqual([]);
    expect(draft).toEqual({ version: 'draft-1', draftedBy: { kind: 'OPERATOR', id: operator.owner } });
    expect(found).toMatchObject({ version: -1, earning: [{ rules: [{ give: { perAmount: { points: 30 } } }] }] });
    expect(await programmeOf(live.source, draft.version)).toBe(found);
    expect([await version(), await versionsOf()]).toEqual([before, count]);
    expect(await rooms.ask(DOCUMENT, { version: draft.version })).toBe(giving(30));
  });

  test('is found by its text as versions are, and what is neither is not', async () => {
    expect((await programmeOf(live.source, '1'))!.version).toBe(1);
    for (const text of ['0', '999', 'draft-9', 'draft', '', '1.0', '99999999999', "1' or true"]) {
      expect(await programmeOf(live.source, text)).toBeNull();
    }
  });
});

describe('history', () => {
  test('tells versions by pages, the latest first', async () => {
    const all = await history();
    const first = await rooms.ask(HISTORY, { first: 2 });
    const second = await rooms.ask(HISTORY, { first: 2, after: first.pageInfo.endCursor });

    expect([...first.nodes, ...second.nodes]).toEqual(all.slice(0, 4));
    expect(all.at(-1)).toMatchObject({ version: '1', origin: 'FILE', appliedBy: { kind: 'SYSTEM', id: null } });
  });

  test('is read in one statement, and a version once', async () => {
    const before = await programmeInForce(live.source);
    const statements: string[] = [];
    const sql = {
      dataSource: live.source,
      query: <T>(text: string, values?: unknown[]) => (statements.push(text), live.source.query<T>(text, values)),
    };

    expect(await programmeInForce(sql)).toBe(before);
    expect((await programmesAt(sql, [await now(live.source)]))[0]).toBe(before);
    expect(statements).toHaveLength(2);
  });

  test('has versions that an earlier release stored, as they are meant now', async () => {
    const tiers = [
      { code: 'member', name: 'Member', spend: '0' },
      { code: 'gold', name: 'Gold', spend: '100', discountPercent: '5' },
    ];
    const earning = { rule: 'one-per-pound', currency: 'points', pointsPerUnit: 2 };
    await live.source.query(
      `insert into programme (version, document) select 0, (document - '{campaigns,events}'::text[]) || $1 from programme where version = 1`,
      [JSON.stringify({ earning, tiers })],
    );

    const programme = (await programmesByVersion(live.source, [0])).get(0)!;

    expect(programme).toMatchObject({
      version: 0,
      earning: [{ rules: [{ code: 'one-per-pound', give: { perAmount: { points: 2, each: '1', whole: true } } }] }],
      campaigns: [],
      tiers: { window: 'lifetime', levels: [{ code: 'member' }, { code: 'gold', from: { spend: '100' } }] },
    });
  });
});
