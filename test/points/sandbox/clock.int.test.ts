// The test clock: time moves in every room, and what it does has happened when the answer comes.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOMS } from '../../../subgraphs/shared/config.ts';
import { pointsRoom } from '../../../subgraphs/points/main.ts';
import { encodeId, newId } from '../../../subgraphs/shared/id.ts';
import { testRoom, type TestRoom } from '../../support/room.ts';
import { inSpace, operator, till } from '../../support/viewer.ts';
import { payload } from '../room.ts';

const ADVANCE = `mutation ($input: SandboxClockAdvanceInput!) { sandboxClockAdvance(input: $input) {
  now replayed userErrors { code field } } }`;
const ADJUST = `mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { entry { id } userErrors { code } } }`;

const OTHERS = ROOMS.filter((name) => name !== 'points');
const clerk = inSpace('sandbox', operator);

let points: TestRoom;
beforeAll(async () => {
  points = await testRoom(pointsRoom, {
    programme: 'test/points/policies.yaml',
    doors: Object.fromEntries(
      OTHERS.map((name) => [
        name,
        ({ query, variables }) => (query.includes('membersByIds') ? { membersByIds: variables['ids'] } : { done: 0 }),
      ]),
    ),
  });
});
afterAll(() => points.close());

let counter = 0;
const advance = (over: object) => {
  counter += 1;
  return payload(points.ask(clerk, ADVANCE, { input: { idempotencyKey: `advance-${counter}`, ...over } }));
};
const clock = async () => (await points.query<{ at: string }>('select clock() at', [], 'sandbox'))[0]!.at;
const kinds = async (member: string) =>
  (
    await points.query<{ kind: string }>(
      'select kind from entry where member_id = $1 order by seq',
      [member],
      'sandbox',
    )
  ).map(({ kind }) => kind);
const movesAsked = () =>
  OTHERS.map((name) =>
    points.peers[name].asked.filter(({ query }) => query.includes('ClockMove')).map(({ variables }) => variables),
  );
const forget = () => OTHERS.forEach((name) => points.peers[name].asked.splice(0));

describe('time moves on', () => {
  test('by a span or to an instant, and what falls due has happened', async () => {
    const member = newId();
    const memberId = encodeId('mbr', member);
    const input = { idempotencyKey: 'gift', memberId, currency: 'points', amount: 10, reason: 'a gift' };
    await payload(points.ask(clerk, ADJUST, { input }));

    const first = await advance({ by: 'P11M' });
    const before = await kinds(member);
    const to = `${Number(first.now.slice(0, 4)) + 1}-12-01T00:00:00Z`;
    const second = await advance({ to });

    expect(before).toEqual(['ADJUST']);
    expect(await kinds(member)).toEqual(['ADJUST', 'EXPIRE']);
    expect(second).toMatchObject({ replayed: false, userErrors: [] });
    expect(Date.parse(second.now)).toBeGreaterThanOrEqual(Date.parse(to));
  });

  test('as far in every room, and in each before any acts', async () => {
    forget();
    await advance({ by: 'P1D' });

    const [{ ahead }] = (await points.query<{ ahead: number }>(
      'select extract(epoch from ahead)::float8 ahead from clock_offset',
      [],
      'sandbox',
    )) as [{ ahead: number }];
    for (const moves of movesAsked()) {
      expect(moves.map(({ due }) => due)).toEqual([false, true, true]);
      expect(moves.map((move) => Number(/^PT(.+)S$/.exec(String(move['ahead']))![1]))).toEqual([ahead, ahead, ahead]);
    }
  });

  test('until nothing is due in any room', async () => {
    const left = [3, 1];
    const { answer } = points.peers.rewards;
    points.peers.rewards.answer = ({ variables }) => ({ done: variables['due'] === true ? (left.shift() ?? 0) : 0 });
    forget();

    await advance({ by: 'P1D' });
    points.peers.rewards.answer = answer;

    expect(left).toEqual([]);
    expect(movesAsked()[0]!.filter(({ due }) => due)).toHaveLength(3);
  });
});

describe('sent again', () => {
  test('it moves no more, and finishes what was left when a room was away', async () => {
    const input = { idempotencyKey: 'away', by: 'P1D' };
    points.peers.partners.away = true;
    const { errors } = await points.ask(clerk, ADVANCE, { input });
    points.peers.partners.away = false;
    const moved = await clock();
    forget();

    const again = await payload(points.ask(clerk, ADVANCE, { input }));

    expect(errors).toHaveLength(1);
    expect(again).toMatchObject({ replayed: true, userErrors: [] });
    expect(Date.parse(await clock()) - Date.parse(moved)).toBeLessThan(3_600_000);
    expect(movesAsked().every((moves) => moves.length === 3)).toBe(true);
  });

  test('two at once add up', async () => {
    const before = Date.parse(await clock());

    await Promise.all([advance({ by: 'P1D' }), advance({ by: 'P1D' })]);

    expect(Math.floor((Date.parse(await clock()) - before) / 86_400_000)).toBe(2);
  });
});

describe('refused', () => {
  test('is a live programme', async () => {
    const answer = await payload(points.ask(operator, ADVANCE, { input: { idempotencyKey: 'live', by: 'P1D' } }));

    expect(answer).toEqual({ now: null, replayed: false, userErrors: [{ code: 'SANDBOX_ONLY', field: null }] });
  });

  test('is the way back, and nothing moves', async () => {
    forget();
    expect((await advance({ to: '2020-01-01T00:00:00Z' })).userErrors).toEqual([
      { code: 'CLOCK_INVALID', field: ['to'] },
    ]);
    expect(movesAsked().flat()).toEqual([]);
  });

  test('is who is no operator, or one without the scope', async () => {
    for (const viewer of [inSpace('sandbox', till(newId())), { ...clerk, scopes: [] }]) {
      const { errors } = await points.ask(viewer, ADVANCE, { input: { idempotencyKey: 'no', by: 'P1D' } });

      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});
