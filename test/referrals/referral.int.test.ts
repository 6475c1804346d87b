// A referral from the enrolment to the reward and back, with the clock of a sandbox.
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '../../subgraphs/shared/id.ts';
import {
  enrolled,
  enrolledAgain,
  mbr,
  recorded,
  REFEREE_POINTS,
  REFERRER_POINTS,
  referralsWorld,
  returned,
} from './world.ts';

const world = await referralsWorld();
const { ledger } = world;
afterEach(() => {
  ledger.silent = false;
  ledger.meanwhile = async () => undefined;
  ledger.refuses.clear();
  world.peers.points.away = false;
});
afterAll(() => world.close());

const state = async (referee: string) => (await world.of(referee)).map((referral) => referral.state);
const balances = ({ referrer, referee }: { referrer: string; referee: string }) => [
  ledger.balance(referrer),
  ledger.balance(referee),
];
const NOTHING = { attributed: 0, qualified: 0, rewarded: 0, pointsEarned: 0 };

test('who enrols with a code is brought by its owner', async () => {
  const { referrer, referee } = await world.pair();

  expect(await world.of(referee)).toEqual([
    { id: expect.stringMatching(/^ref_/), state: 'REGISTERED', rejection: null },
  ]);
  expect(await world.summary(referrer)).toEqual({ ...NOTHING, attributed: 1 });
  expect(await world.of(referrer)).toEqual([]);
});

test('both sides are rewarded when the return window after the first purchase of the minimum has passed, and once', async () => {
  const pair = await world.pair();
  await world.hear(
    recorded(pair.referee, '19.99', await world.at(-1)),
    recorded(pair.referee, '20.00', await world.at(0)),
  );
  const qualified = [await state(pair.referee), await world.summary(pair.referrer)];

  await world.pass('P29DT23H');
  const before = [await state(pair.referee), balances(pair)];
  await world.pass('PT2H');
  await world.pass('P365D');

  expect(qualified).toEqual([['QUALIFIED'], { ...NOTHING, attributed: 1, qualified: 1 }]);
  expect(before).toEqual([['QUALIFIED'], [0, 0]]);
  expect(await state(pair.referee)).toEqual(['REWARDED']);
  expect(balances(pair)).toEqual([REFERRER_POINTS, REFEREE_POINTS]);
  expect(await world.summary(pair.referrer)).toEqual({
    attributed: 1,
    qualified: 1,
    rewarded: 1,
    pointsEarned: REFERRER_POINTS,
  });
});

test('points is asked for both sides at once, under keys of the referral, with a reason that names it', async () => {
  const pair = await world.pair();
  const { id } = (await world.of(pair.referee))[0]!;
  world.peers.points.asked.length = 0;

  await world.hear(recorded(pair.referee, '50', await world.at(-31)));
  await world.pass('PT0S');

  expect(world.peers.points.asked.map(({ variables, viewer }) => ({ variables, owner: viewer.owner }))).toEqual([
    {
      owner: 'referrals',
      variables: {
        referrer: {
          idempotencyKey: `${id}:referrer`,
          memberId: mbr(pair.referrer),
          currency: 'points',
          amount: 200,
          reason: `Referral ${id}`,
        },
        referee: {
          idempotencyKey: `${id}:referee`,
          memberId: mbr(pair.referee),
          currency: 'points',
          amount: 100,
          reason: `Referral ${id}`,
        },
      },
    },
  ]);
});

describe('a return', () => {
  test('below the minimum within the window takes the referral back to where it was', async () => {
    const pair = await world.pair();
    const purchase = recorded(pair.referee, '60', await world.at(0));
    await world.hear(purchase);

    await world.hear(returned(purchase, '19.99', await world.at(1)));
    await world.pass('P60D');

    expect(await state(pair.referee)).toEqual(['REGISTERED']);
    expect(balances(pair)).toEqual([0, 0]);
  });

  test('that keeps the minimum changes nothing', async () => {
    const pair = await world.pair();
    const purchase = recorded(pair.referee, '60', await world.at(0));
    await world.hear(purchase);

    await world.hear(returned(purchase, '20', await world.at(1)));
    await world.pass('P31D');

    expect(await state(pair.referee)).toEqual(['REWARDED']);
  });

  test('lets the next purchase count, whose own window begins with it', async () => {
    const pair = await world.pair();
    const first = recorded(pair.referee, '60', await world.at(0));
    await world.hear(first, recorded(pair.referee, '30', await world.at(10)));

    await world.hear(returned(first, '0', await world.at(1)));
    await world.pass('P39D');
    const before = await state(pair.referee);
    await world.pass('P2D');

    expect(before).toEqual(['QUALIFIED']);
    expect(await state(pair.referee)).toEqual(['REWARDED']);
  });

  test('after the reward takes both rewards back, once and for good', async () => {
    const pair = await world.pair();
    const purchase = recorded(pair.referee, '60', await world.at(-31));
    await world.hear(purchase);
    await world.pass('PT0S');
    const paid = balances(pair);

    await world.hear(returned(purchase, '5', await world.at(0)));
    const shown = await state(pair.referee);
    await world.pass('PT0S');
    await world.hear(returned(purchase, '0', await world.at(0)), recorded(pair.referee, '90', await world.at(-40)));
    await world.pass('P90D');

    expect(paid).toEqual([REFERRER_POINTS, REFEREE_POINTS]);
    expect(shown).toEqual(['REWARDED']);
    expect(await state(pair.referee)).toEqual(['REVERSED']);
    expect(balances(pair)).toEqual([0, 0]);
    expect(await world.summary(pair.referrer)).toEqual({ ...NOTHING, attributed: 1 });
  });

  test('that is heard while the reward is being paid takes it back afterwards', async () => {
    const pair = await world.pair();
    const purchase = recorded(pair.referee, '60', await world.at(-31));
    await world.hear(purchase);
    ledger.meanwhile = async () => {
      ledger.meanwhile = async () => undefined;
      await world.hear(returned(purchase, '0', await world.at(0)));
    };

    await world.pass('PT0S');

    expect(await state(pair.referee)).toEqual(['REVERSED']);
    expect(balances(pair)).toEqual([0, 0]);
    expect(await world.query('select 1 from referral where due_at is not null', [], world.space)).toEqual([]);
  });
});

describe('in any order, twice delivered', () => {
  const permutations = <T>(list: T[]): T[][] =>
    list.length < 2
      ? [list]
      : list.flatMap((first, index) =>
          permutations([...list.slice(0, index), ...list.slice(index + 1)]).map((rest) => [first, ...rest]),
        );

  test('an enrolment, two purchases and the returns of the first end alike', async () => {
    const referrer = newId();
    const code = await world.code(referrer);
    const [early, late] = [await world.at(-3), await world.at(-2)];
    const ends: unknown[] = [];

    for (const order of permutations([0, 1, 2, 3, 4])) {
      const referee = newId();
      const [first, second] = [recorded(referee, '80', early), recorded(referee, '40', late)];
      const events = [
        enrolled(referee, code),
        first,
        second,
        returned(first, '30', late),
        returned(first, '0', late),
      ] as const;
      for (const index of order) {
        await world.hear(events[index]!);
        await world.hear(events[index]!);
      }
      ends.push(
        ...(await world.query(
          `select state, purchase_id = $2 as "second", due_at = $3::timestamptz + interval '30 days' as "due", tries
           from referral where referee_id = $1`,
          [referee, second.payload.purchaseId, late],
          world.space,
        )),
      );
    }

    expect(ends).toHaveLength(120);
    expect(new Set(ends.map((end) => JSON.stringify(end)))).toEqual(
      new Set([JSON.stringify({ state: 'QUALIFIED', second: true, due: true, tries: 0 })]),
    );
  });

  test('all of it in one batch ends so too', async () => {
    const { referrer } = await world.pair();
    const referee = newId();
    const purchase = recorded(referee, '80', await world.at(-3));
    const returns = [returned(purchase, '10', await world.at(-2)), returned(purchase, '30', await world.at(-2))];

    await world.hear(...returns, purchase, enrolled(referee, await world.code(referrer)), ...returns);

    expect(await state(referee)).toEqual(['REGISTERED']);
  });

  test('an enrolment and a purchase that are heard at the same moment find each other', async () => {
    const referrer = newId();
    const code = await world.code(referrer);
    const referees = Array.from({ length: 40 }, newId);
    const at = await world.at(-1);

    await Promise.all(
      referees.flatMap((referee) => [world.hear(enrolled(referee, code)), world.hear(recorded(referee, '25', at))]),
    );

    expect(await world.summary(referrer)).toEqual({ ...NOTHING, attributed: 40, qualified: 40 });
  });
});

describe('when points does not answer', () => {
  test.each([
    ['is away', () => void (world.peers.points.away = true)],
    ['posts and falls silent', () => void (ledger.silent = true)],
  ])('because it %s, it is asked again later, and pays once', async (_, happens) => {
    const pair = await world.pair();
    await world.hear(recorded(pair.referee, '60', await world.at(-31)));
    happens();
    await expect(world.pass('PT0S')).rejects.toThrow('1 of 1 referrals');
    const shown = [await state(pair.referee), await world.summary(pair.referrer)];

    world.peers.points.away = false;
    ledger.silent = false;
    world.peers.points.asked.length = 0;
    await world.pass('PT0S');
    const tooSoon = world.peers.points.asked.length;
    await world.pass('PT5S');

    expect(shown).toEqual([['QUALIFIED'], { ...NOTHING, attributed: 1, qualified: 1 }]);
    expect(tooSoon).toBe(0);
    expect(await state(pair.referee)).toEqual(['REWARDED']);
    expect(balances(pair)).toEqual([REFERRER_POINTS, REFEREE_POINTS]);
  });

  test('a side that is refused holds up no other referral, and is tried again less and less often', async () => {
    const [refused, other] = [await world.pair(), await world.pair()];
    ledger.refuses.set(mbr(refused.referee), 'MEMBER_UNKNOWN');
    const at = await world.at(-31);
    await world.hear(recorded(refused.referee, '60', at), recorded(other.referee, '60', at));

    await expect(world.pass('PT0S')).rejects.toThrow('points refused the referee: MEMBER_UNKNOWN');
    await expect(world.pass('PT3S')).rejects.toThrow('1 of 1 referrals');
    const waits = await world.query<{ tries: number; seconds: number }>(
      `select tries, round(extract(epoch from due_at - clock()))::int seconds from referral where referee_id = $1`,
      [refused.referee],
      world.space,
    );
    ledger.refuses.clear();
    await world.pass('PT1H');

    expect(waits).toEqual([{ tries: 2, seconds: 4 }]);
    expect(await state(other.referee)).toEqual(['REWARDED']);
    expect(balances(refused)).toEqual([REFERRER_POINTS, REFEREE_POINTS]);
  });

  test('a process that died between asking and writing is taken over, and both are paid once', async () => {
    const pair = await world.pair();
    await world.hear(recorded(pair.referee, '60', await world.at(-31)));
    ledger.silent = true;
    await expect(world.pass('PT0S')).rejects.toThrow('points fell silent');
    // As a crash leaves it: nobody has set the time of the next try.
    await world.query(
      `update referral set due_at = clock() + interval '2 minutes' where referee_id = $1`,
      [pair.referee],
      world.space,
    );
    ledger.silent = false;

    await world.pass('PT121S');

    expect(await state(pair.referee)).toEqual(['REWARDED']);
    expect(balances(pair)).toEqual([REFERRER_POINTS, REFEREE_POINTS]);
  });

  test('what someone else has reversed already counts as taken back', async () => {
    const pair = await world.pair();
    const purchase = recorded(pair.referee, '60', await world.at(-31));
    await world.hear(purchase);
    await world.pass('PT0S');
    ledger.refuses.set(mbr(pair.referrer), 'ENTRY_NOT_REVERSIBLE');

    await world.hear(returned(purchase, '0', await world.at(0)));
    await world.pass('PT0S');

    expect(await state(pair.referee)).toEqual(['REVERSED']);
    expect(balances(pair)).toEqual([REFERRER_POINTS, 0]);
  });
});

test('clocks of many processes at once ask for each referral once', async () => {
  const pairs = [];
  for (let count = 0; count < 60; count += 1) pairs.push(await world.pair());
  const at = await world.at(-31);
  await world.hear(...pairs.map(({ referee }) => recorded(referee, '60', at)));
  world.peers.points.asked.length = 0;

  const done = await Promise.all(Array.from({ length: 4 }, () => world.tick()));

  expect(done.reduce((sum, count) => sum + count, 0)).toBe(60);
  expect(world.peers.points.asked).toHaveLength(60);
  expect(new Set(pairs.map((pair) => balances(pair).join()))).toEqual(new Set(['200,100']));
});

describe('a code that brings nobody', () => {
  test('is told by its reason; the enrolment itself is none of this room’s', async () => {
    const unknown = newId();

    await world.hear(enrolled(unknown, 'NOBODYS'), enrolled(newId(), null));

    expect(await world.of(unknown)).toEqual([{ id: expect.any(String), state: 'REJECTED', rejection: 'UNKNOWN_CODE' }]);
  });

  test('is someone’s whose bringer comes too late: a member already, brought or not', async () => {
    const { referee } = await world.pair();
    const alone = newId();
    await world.hear(enrolled(alone, null));
    const code = await world.code(newId());

    const again = [enrolledAgain(alone, code), enrolledAgain(referee, code)];
    await world.hear(...again);
    await world.hear(...again);

    expect((await world.of(alone)).map(({ rejection }) => rejection)).toEqual(['EXISTING_MEMBER']);
    expect((await world.of(referee)).map(({ rejection }) => rejection)).toEqual([null, 'SECOND_CODE']);
  });

  test('is one’s own, a second one, or that of someone whom one brought', async () => {
    const { referrer, referee } = await world.pair();
    const own = newId();

    await world.hear(
      enrolled(own, await world.code(own)),
      enrolled(referee, await world.code(newId())),
      enrolled(referrer, await world.code(referee)),
    );

    expect((await world.of(own)).map(({ rejection }) => rejection)).toEqual(['OWN_CODE']);
    expect((await world.of(referee)).map(({ rejection }) => rejection)).toEqual([null, 'SECOND_CODE']);
    expect((await world.of(referrer)).map(({ rejection }) => rejection)).toEqual(['CYCLE']);
  });

  test('is rewarded by no purchase', async () => {
    const referee = newId();
    await world.hear(enrolled(referee, 'NOBODYS'));

    await world.hear(recorded(referee, '60', await world.at(-31)), recorded(null, '60', await world.at(-31)));
    await world.pass('P60D');

    expect(await state(referee)).toEqual(['REJECTED']);
    expect(ledger.balance(referee)).toBe(0);
  });
});

test('a referral keeps the terms under which it was attributed', async () => {
  const pair = await world.pair();
  const [{ settings }] = (await world.query('select settings from programme', [], world.space)) as [
    { settings: object },
  ];
  const change = (to: object) => world.query('update programme set settings = $1', [JSON.stringify(to)], world.space);

  await change({ ...settings, purchaseMinimum: '1000', refereePoints: 0, returnWindowDays: 700 });
  const later = await world.pair();
  await world.hear(
    recorded(pair.referee, '20', await world.at(-31)),
    recorded(later.referee, '1000', await world.at(-701), randomUUID()),
  );
  await world.pass('PT0S');
  await change(settings);

  expect(balances(pair)).toEqual([200, 100]);
  expect(balances(later)).toEqual([200, 0]);
});
