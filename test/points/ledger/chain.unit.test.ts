import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  afterMoves,
  breakOf,
  canonical,
  netOf,
  standAfter,
  START,
  type ChainEntry,
  type ChainMove,
  type Pocket,
} from '../../../subgraphs/points/ledger/chain.rules.ts';

const move = (n: number, source: Pocket, target: Pocket, amount: number, more: Partial<ChainMove> = {}): ChainMove => ({
  n,
  lotSeq: 1,
  lotN: 0,
  source,
  target,
  amount,
  until: null,
  ...more,
});

/** 50 points, available at once, that expire at 900. */
const earn: ChainEntry = {
  memberId: 'a5b0',
  currency: 'points',
  seq: 1,
  id: 'e1',
  kind: 'EARN',
  amount: 50,
  moved: 50,
  pending: 0,
  available: 50,
  held: 0,
  deficit: 0,
  origin: 'o1',
  reverses: null,
  recordedAt: 100,
  effectiveAt: 90,
  ruleVersion: '3',
  explanation: '{"steps": []}',
  reason: 'said "so"',
  actorKind: 'CHANNEL',
  actorId: 'till',
  idleUntil: null,
  moves: [move(0, 'ISSUED', 'AVAILABLE', 50, { until: 900 })],
  lots: [{ n: 0, amount: 50, earnedAt: 90, activatesAt: null, cancelsAt: null, funder: 'p1' }],
};

const HEAD = String.raw`["v1", "a5b0", "points", 1, "e1", "EARN", 50, 50, 0, 50, 0, 0, "o1", null, 100, 90, "3", "{\"steps\": []}", "said \"so\"", "CHANNEL", "till"`;

describe('the canonical form', () => {
  test('is head, lots and moves, as PostgreSQL writes them', () => {
    expect(canonical(earn)).toBe(`${HEAD}][0, 50, 90, null, 900, "p1"][0,1,0,"ISSUED","AVAILABLE",50]`);
  });

  test('says what came later to it only where there is something to say', () => {
    const entry = {
      ...earn,
      idleUntil: 700,
      lots: earn.lots.map((lot) => ({ ...lot, activatesAt: 200, cancelsAt: 300 })),
    };

    expect(canonical(entry)).toBe(`${HEAD}, 700][0, 50, 90, 200, 900, "p1", 300][0,1,0,"ISSUED","AVAILABLE",50]`);
  });

  test('has the expiry of a lot with the lot that is made, and with the move where an older lot gets another', () => {
    const lots = [0, 1, 2, 3].map((n) => ({ ...earn.lots[0]!, n }));
    const moves = [
      move(0, 'AVAILABLE', 'DEFICIT', 5, { lotN: 0, until: 11 }),
      move(1, 'ADJUSTED', 'AVAILABLE', 50, { lotN: 0, until: 12 }),
      move(2, 'TRANSFERRED', 'AVAILABLE', 50, { lotN: 1, until: 13 }),
      move(3, 'CONVERTED', 'PENDING', 50, { lotN: 2, until: 14 }),
      move(4, 'ISSUED', 'PENDING', 50, { lotSeq: 8, lotN: 3, until: 15 }),
      move(5, 'HELD', 'AVAILABLE', 50, { lotN: 3, until: 16 }),
    ];

    expect(canonical({ ...earn, lots, moves })).toBe(
      [
        `${HEAD}]`,
        '[0, 50, 90, null, 12, "p1"][1, 50, 90, null, 13, "p1"][2, 50, 90, null, 14, "p1"][3, 50, 90, null, null, "p1"]',
        '[0,1,0,"AVAILABLE","DEFICIT",5,11][1,1,0,"ADJUSTED","AVAILABLE",50][2,1,1,"TRANSFERRED","AVAILABLE",50]',
        '[3,1,2,"CONVERTED","PENDING",50][4,8,3,"ISSUED","PENDING",50,15][5,1,3,"HELD","AVAILABLE",50,16]',
      ].join(''),
    );
  });

  test('differs where anything differs', () => {
    const variants: ChainEntry[] = [
      ...Object.entries(earn).flatMap(([name, value]) => {
        if (typeof value === 'number') return [{ ...earn, [name]: value + 1 }];
        return typeof value === 'string'
          ? [
              { ...earn, [name]: `${value}x` },
              { ...earn, [name]: '' },
            ]
          : [];
      }),
      { ...earn, reverses: 'e0' },
      { ...earn, idleUntil: 1 },
      { ...earn, lots: [] },
      { ...earn, moves: [] },
    ];

    expect(new Set([earn, ...variants].map(canonical)).size).toBe(variants.length + 1);
  });
});

describe('balances', () => {
  const none = START.balances;

  test('follow the moves from pocket to pocket; what is owed grows by what is taken there', () => {
    const moves = [
      move(0, 'ISSUED', 'PENDING', 100),
      move(1, 'PENDING', 'AVAILABLE', 70),
      move(2, 'AVAILABLE', 'HELD', 20),
      move(3, 'HELD', 'SPENT', 5),
      move(4, 'DEFICIT', 'REVERSED', 9),
      move(5, 'AVAILABLE', 'DEFICIT', 4),
    ];

    expect(afterMoves(none, moves)).toEqual({ pending: 30, available: 46, held: 15, deficit: 5 });
    expect(none).toEqual({ pending: 0, available: 0, held: 0, deficit: 0 });
  });

  test('are worth what can come to be spent less what is owed', () => {
    expect(netOf({ pending: 1, available: 20, held: 300, deficit: 4_000 })).toBe(-3_679);
  });

  test('change by what comes into the wallet, less what leaves it, whatever moves inside', () => {
    const inside: Pocket[] = ['PENDING', 'AVAILABLE', 'HELD', 'DEFICIT'];
    const pockets = fc.constantFrom<Pocket[]>(...inside, 'ISSUED', 'SPENT', 'TRANSFERRED', 'LOST');
    const moves = fc.array(fc.tuple(pockets, pockets, fc.nat(99)));
    fc.assert(
      fc.property(moves, (drawn) => {
        const made = drawn.map(([source, target, amount], n) => move(n, source, target, amount));

        const flow = made.reduce(
          (sum, { source, target, amount }) =>
            sum + (inside.includes(target) ? amount : 0) - (inside.includes(source) ? amount : 0),
          0,
        );
        expect(netOf(afterMoves(none, made))).toBe(flow);
      }),
    );
  });
});

describe('an entry follows from the one before', () => {
  const before = standAfter(earn, START);
  const spend: ChainEntry = {
    ...earn,
    seq: 2,
    kind: 'SPEND',
    amount: -20,
    moved: 20,
    available: 30,
    recordedAt: 101,
    idleUntil: 500,
    moves: [move(0, 'AVAILABLE', 'SPENT', 20)],
    lots: [],
  };

  test('when it does', () => {
    expect([breakOf(earn, START), breakOf(spend, before)]).toEqual([null, null]);
  });

  test('and leaves the wallet as it says, with the inactivity of the last that said one', () => {
    expect(standAfter(spend, before)).toEqual({
      seq: 2,
      recordedAt: 101,
      idleUntil: 500,
      balances: { pending: 0, available: 30, held: 0, deficit: 0 },
    });
    expect(standAfter({ ...earn, idleUntil: null }, { ...before, idleUntil: 400 }).idleUntil).toBe(400);
  });

  test.each([
    [{ seq: 3 }, 'entry 2 is missing before entry 3'],
    [{ recordedAt: 100 }, 'entry 2 was not recorded after the one before'],
    [{ recordedAt: 99 }, 'entry 2 was not recorded after the one before'],
    [{ pending: 1 }, 'entry 2 says pending 1, its moves make it 0'],
    [{ available: 31 }, 'entry 2 says available 31, its moves make it 30'],
    [{ held: 1 }, 'entry 2 says held 1, its moves make it 0'],
    [{ deficit: 1 }, 'entry 2 says deficit 1, its moves make it 0'],
    [{ available: -1, moves: [move(0, 'AVAILABLE', 'SPENT', 51)] }, 'entry 2 has available -1'],
    [{ amount: -21 }, 'entry 2 has an amount that its moves do not make'],
    [{ moved: 21 }, 'entry 2 moved another sum'],
  ])('not with %j', (wrong, reason) => {
    expect(breakOf({ ...spend, ...wrong }, before)).toBe(reason);
  });

  test('not when it moves the inactivity expiry back', () => {
    const reason = 'entry 2 moves the wallet’s inactivity expiry back';

    expect([499, 500, 501, null].map((idleUntil) => breakOf(spend, { ...before, idleUntil }))).toEqual([
      null,
      reason,
      reason,
      null,
    ]);
    expect(breakOf({ ...spend, idleUntil: null }, { ...before, idleUntil: 600 })).toBeNull();
  });
});
