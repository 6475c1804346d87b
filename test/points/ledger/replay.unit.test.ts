// One wallet's history, and what is found when somebody changes it. Tests with PostgreSQL change every column there is.
import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  afterMoves,
  canonical,
  netOf,
  standAfter,
  START,
  type ChainEntry,
  type ChainLot,
  type ChainMove,
  type Pocket,
} from '../../../subgraphs/points/ledger/chain.rules.ts';
import {
  historyBreaks,
  sidesBreak,
  type History,
  type StoredHold,
  type StoredLot,
} from '../../../subgraphs/points/ledger/replay.rules.ts';

const sha256 = (...parts: Uint8Array[]) => hash('sha256', Buffer.concat(parts), 'buffer');

type Step = Partial<ChainEntry> & {
  kind: string;
  by: [source: Pocket, target: Pocket, amount: number, lot?: string, until?: number][];
  made?: Partial<ChainLot>[];
};

/** Earned, waiting, held and captured, released with grace, given back, reversed, held, held and lapsed. */
const STORY: Step[] = [
  {
    kind: 'EARN',
    origin: 'o1',
    idleUntil: 1_200,
    made: [{ amount: 100 }],
    by: [['ISSUED', 'AVAILABLE', 100, '1.0', 900]],
  },
  {
    kind: 'EARN',
    origin: 'o2',
    made: [
      { amount: 40, activatesAt: 300 },
      { n: 1, amount: 10, cancelsAt: 400 },
    ],
    by: [
      ['ISSUED', 'PENDING', 40, '2.0', 950],
      ['ISSUED', 'PENDING', 10, '2.1'],
    ],
  },
  { kind: 'HOLD', origin: 'h3', by: [['AVAILABLE', 'HELD', 30]] },
  { kind: 'CAPTURE', origin: 'h3', by: [['HELD', 'SPENT', 20]] },
  { kind: 'RELEASE', origin: 'h3', by: [['HELD', 'AVAILABLE', 10, '1.0', 990]] },
  { kind: 'REVERSE', origin: 'r6', reverses: 'e4', by: [['SPENT', 'AVAILABLE', 5]] },
  { kind: 'REVERSE', origin: 'r7', reverses: 'e1', by: [['AVAILABLE', 'REVERSED', 15]] },
  { kind: 'HOLD', origin: 'h8', by: [['AVAILABLE', 'HELD', 10]] },
  { kind: 'HOLD', origin: 'h9', by: [['AVAILABLE', 'HELD', 5]] },
  { kind: 'RELEASE', origin: 'h9', actorId: 'clock', effectiveAt: 110, by: [['HELD', 'AVAILABLE', 5]] },
];

const hold = (seq: number, amount: number, more: Partial<StoredHold>): StoredHold => ({
  id: `h${seq}`,
  seq,
  amount,
  captured: 0,
  released: 0,
  restored: 0,
  state: 'HELD',
  lapsesAt: null,
  lapseGrace: null,
  taker: null,
  ...more,
});

const HOLDS = [
  hold(3, 30, { captured: 20, released: 10, restored: 5, state: 'CAPTURED' }),
  hold(8, 10, { lapsesAt: 800 }),
  hold(9, 5, { released: 5, state: 'RELEASED', lapsesAt: 110 }),
];

/** What is stored after steps, with hashes over whatever they are; lots as they were made. */
function chained(steps: Step[], holds: StoredHold[] = []): History {
  const history: History = {
    wallet: null,
    entries: [],
    moves: [],
    lots: [],
    holds: structuredClone(holds),
    sealed: [],
  };
  let stand = START;
  let head = Buffer.alloc(0);
  for (const { by, made = [], ...step } of steps) {
    const seq = stand.seq + 1;
    const lots = made.map((lot): ChainLot => ({
      n: 0,
      amount: 0,
      earnedAt: 90,
      activatesAt: null,
      cancelsAt: null,
      funder: 'p1',
      ...lot,
    }));
    const moves = by.map(([source, target, amount, lot = '1.0', until = null], n): ChainMove => {
      const [lotSeq, lotN] = lot.split('.').map(Number) as [number, number];
      return { n, lotSeq, lotN, source, target, amount, until };
    });
    const balances = afterMoves(stand.balances, moves);
    const entry: ChainEntry = {
      memberId: 'm',
      currency: 'points',
      seq,
      id: `e${seq}`,
      ...balances,
      amount: netOf(balances) - netOf(stand.balances),
      moved: moves.reduce((sum, { amount }) => sum + amount, 0),
      origin: null,
      reverses: null,
      recordedAt: 100 + seq,
      effectiveAt: 100 + seq,
      ruleVersion: null,
      explanation: null,
      reason: null,
      actorKind: 'PARTNER',
      actorId: 'till',
      idleUntil: null,
      ...step,
      moves,
      lots,
      hold: holds.find((one) => one.seq === seq),
    };
    head = sha256(head, Buffer.from(canonical(entry)));
    stand = standAfter(entry, stand);
    const { moves: _, lots: __, hold: ___, ...stored } = entry;
    history.entries.push({ ...stored, hash: head });
    history.moves.push(...moves.map((move) => ({ ...move, seq })));
    history.lots.push(
      ...lots.map((lot) => ({
        ...lot,
        seq,
        expiresAt: null,
        pending: lot.amount,
        remaining: 0,
        held: 0,
        gone: 0,
        reversed: 0,
        open: true,
      })),
    );
  }
  history.wallet = {
    ...stand.balances,
    seq: stand.seq,
    headHash: head,
    lastAt: stand.recordedAt,
    nextEventAt: 300,
    idleUntil: stand.idleUntil,
    readAt: 1_199,
  };
  return history;
}

/** The story as it is stored, or one in which an entry, and with it all later hashes, is another. */
function written(seq?: number, change?: Partial<Step>): History {
  const steps = STORY.map((step, index) => (index + 1 === seq ? { ...step, ...change } : step));
  const history = chained(steps, HOLDS);
  const [first, second] = history.lots;
  Object.assign(first!, { expiresAt: 990, pending: 0, remaining: 60, held: 10, gone: 30, reversed: 15 });
  Object.assign(second!, { expiresAt: 950 });
  history.sealed.push(
    { day: '2026-11-20', seq: 3, head: history.entries[2]!.hash },
    { day: '2026-11-21', seq: 7, head: history.entries[6]!.hash },
  );
  return history;
}

const reasons = (history: History) =>
  historyBreaks(history, sha256).map(({ entryId, reason }) => `${entryId}: ${reason}`);

function changed(change: (history: History) => void): string[] {
  const history = written();
  change(history);
  return reasons(history);
}

test('a history is whole as it was written', () => {
  expect(reasons(written())).toEqual([]);
});

test('a wallet in which nothing ever happened is whole', () => {
  const { wallet } = written();
  const bare = {
    ...wallet!,
    ...START.balances,
    seq: 0,
    headHash: Buffer.alloc(0),
    lastAt: null,
    nextEventAt: null,
    idleUntil: null,
  };

  expect(reasons({ wallet: bare, entries: [], moves: [], lots: [], holds: [], sealed: [] })).toEqual([]);
});

describe('in the chain', () => {
  test('an entry that was changed is located, and those behind it are not blamed', () => {
    expect(changed(({ entries }) => (entries[3]!.reason = 'x'))).toEqual(['e4: entry 4 does not match its hash']);
  });

  test('an entry that was taken away is told where it was, with what it left', () => {
    expect(changed(({ entries }) => entries.splice(7, 1))).toEqual([
      'e9: entry 8 is missing before entry 9',
      'null: entry 8 is missing; its moves or lots are there',
      'null: there is a hold without an entry 8',
    ]);
  });

  test('a lot that was made up is without an entry', () => {
    expect(
      changed(({ lots }) => lots.push({ ...lots[1]!, seq: 77, pending: 0, gone: 40, open: false, expiresAt: null })),
    ).toContain('null: entry 77 is missing; its moves or lots are there');
  });

  test('a seal tells when all hashes were made anew', () => {
    const { entries, ...rest } = written();
    const other = written(5, { reason: 'x' });

    expect(reasons({ ...other, sealed: rest.sealed })).toEqual([
      'e7: entries 4 to 7 are not what was sealed on 2026-11-21',
    ]);
    expect(
      reasons({ ...other, sealed: [...rest.sealed.slice(0, 1), { day: 'D', seq: 4, head: entries[4]!.hash }] }),
    ).toEqual(['e4: entry 4 is not what was sealed on D']);
    expect(reasons({ ...written(), sealed: [{ day: 'D', seq: 12, head: entries[4]!.hash }] })).toEqual([
      'null: entries 1 to 12 are not what was sealed on D',
    ]);
  });
});

test('an entry that moved nothing follows as well', () => {
  const history = chained([
    { kind: 'EARN', made: [{ amount: 100 }], by: [['ISSUED', 'PENDING', 100]] },
    { kind: 'ADJUST', by: [] },
  ]);

  expect(reasons(history)).toEqual([]);
});

describe('the wallet', () => {
  test.each([
    [{ seq: 9 }, ['the wallet ends with entry 9, its history with entry 10']],
    [{ headHash: Buffer.from('x') }, ['the wallet ends with entry 10, its history with entry 10']],
    [{ pending: 51 }, ['the wallet says pending 51, its last entry 50']],
    [{ available: 61 }, ['the wallet says available 61, its last entry 60']],
    [{ deficit: 1 }, ['the wallet says deficit 1, its last entry 0']],
    [{ held: 11 }, ['the wallet says held 11, its last entry 10', 'the wallet holds 11, its open holds 10']],
    [{ lastAt: 111 }, ['the wallet says another moment of its last entry']],
    [{ idleUntil: 1_201 }, ['the wallet says another inactivity expiry than its entries']],
    [{ idleUntil: null }, ['the wallet says another inactivity expiry than its entries']],
    [{ idleUntil: 1_201, readAt: 1_200 }, ['the wallet says another inactivity expiry than its entries']],
  ])('with %j is not what its entries made it', (change, wrong) => {
    expect(changed(({ wallet }) => Object.assign(wallet!, change))).toEqual(wrong.map((reason) => `e10: ${reason}`));
  });

  test('may have forgotten an inactivity expiry that is over', () => {
    expect(changed(({ wallet }) => Object.assign(wallet!, { idleUntil: null, readAt: 1_200 }))).toEqual([]);
  });

  test('may be gone, when only its rows are asked about', () => {
    expect(reasons({ ...written(), wallet: null })).toEqual([]);
  });
});

describe('what falls due', () => {
  const lot = ['what falls due of lot 2.0', 'what falls due of lot 2.1', 'what falls due of lot 1.0'] as const;
  const lapse = 'the lapse of the hold of entry 8';
  const idle = 'its inactivity expiry';

  test.each([
    [299, []],
    [300, []],
    [301, [lot[0]]],
    [401, [lot[0], lot[1]]],
    [801, [lot[0], lot[1], lapse]],
    [991, [lot[2], lot[0], lot[1], lapse]],
    [1_201, [lot[2], lot[0], lot[1], lapse, idle]],
    [null, [lot[2], lot[0], lot[1], lapse, idle]],
  ])('would be missed with a reminder at %s', (nextEventAt, missed) => {
    expect(changed(({ wallet }) => (wallet!.nextEventAt = nextEventAt))).toEqual(
      missed.map((what) => `e10: the wallet would miss ${what}`),
    );
  });

  test('is neither the expiry of a lot that is used up nor the inactivity of a wallet with nothing to spend', () => {
    const history = chained([
      { kind: 'EARN', idleUntil: 1_200, made: [{ amount: 100 }], by: [['ISSUED', 'AVAILABLE', 100, '1.0', 990]] },
      { kind: 'SPEND', by: [['AVAILABLE', 'SPENT', 100]] },
      { kind: 'EARN', made: [{ amount: 40, activatesAt: 300 }], by: [['ISSUED', 'PENDING', 40, '3.0', 950]] },
      { kind: 'ACTIVATE', by: [['PENDING', 'AVAILABLE', 40, '3.0']] },
      { kind: 'SPEND', by: [['AVAILABLE', 'SPENT', 40, '3.0']] },
    ]);
    Object.assign(history.lots[0]!, { pending: 0, gone: 100, open: false, expiresAt: 990 });
    Object.assign(history.lots[1]!, { pending: 0, gone: 40, open: false, expiresAt: 950 });
    Object.assign(history.wallet!, { nextEventAt: null });

    expect(reasons(history)).toEqual([]);
  });
});

describe('a hold', () => {
  const gone = (seq: number) => [`e${seq}: the hold of entry ${seq} is gone or another`];
  const wrong = (seq: number) => [`e${seq}: the hold of entry ${seq} did not end as it says`];

  test.each([
    ['is gone', (holds: StoredHold[]) => holds.splice(0, 1), gone(3)],
    ['has another id', ([first]: StoredHold[]) => (first!.id = 'x'), gone(3)],
    ['has another amount', ([first]: StoredHold[]) => (first!.amount = 31), gone(3)],
    ['was captured by more', ([first]: StoredHold[]) => Object.assign(first!, { captured: 21, released: 9 }), wrong(3)],
    ['did not end by all', ([first]: StoredHold[]) => (first!.released = 9), wrong(3)],
    ['was restored by more', ([first]: StoredHold[]) => (first!.restored = 6), wrong(3)],
    ['was captured and says released', ([first]: StoredHold[]) => (first!.state = 'RELEASED'), wrong(3)],
    ['was released and says captured', ([, , third]: StoredHold[]) => (third!.state = 'CAPTURED'), wrong(9)],
    [
      'lapsed at another time',
      ([, , third]: StoredHold[]) => (third!.lapsesAt = 111),
      ['e9: entry 9 does not match its hash', ...wrong(9)],
    ],
    ['never ends', ([first]: StoredHold[]) => Object.assign(first!, { state: 'HELD' }), wrong(3)],
    [
      'has no entry',
      (holds: StoredHold[]) => holds.push(hold(10, 1, { released: 1, state: 'RELEASED' })),
      ['e10: there is a hold without an entry 10'],
    ],
  ])('that %s is found', (_, change, found) => {
    expect(changed(({ holds }) => change(holds))).toEqual(found);
  });

  test('that is open and says that it ended leaves the wallet with too much held', () => {
    expect(changed(({ holds }) => Object.assign(holds[1]!, { state: 'RELEASED', released: 10 }))).toEqual([
      'e10: the wallet holds 10, its open holds 0',
    ]);
  });

  test('that was released whole and says that it is open is found', () => {
    expect(changed(({ holds }) => (holds[1]!.released = 10))).toEqual([
      'e10: the wallet holds 10, its open holds 0',
      ...wrong(8),
    ]);
  });

  test('lapses by the clock alone', () => {
    expect(reasons(written(10, { actorId: 'till', effectiveAt: 999 }))).toEqual([]);
    expect(reasons(written(10, { effectiveAt: 999 }))).toEqual(wrong(9));
    expect(reasons(written(4, { actorId: 'clock', effectiveAt: 999 }))).toEqual([]);
  });
});

describe('a lot', () => {
  const left = 'e1: lot 1.0 does not have what its moves left it';

  test.each([
    [{ pending: 1 }, [left]],
    [{ remaining: 61 }, [left]],
    [{ held: 11 }, [left]],
    [{ gone: 31 }, [left]],
    [{ open: false }, [left]],
    [{ expiresAt: 900 }, ['e1: lot 1.0 does not expire when its moves say']],
    [{ expiresAt: null }, ['e1: lot 1.0 does not expire when its moves say']],
    [{ reversed: 14 }, ['e1: lot 1.0 was not reversed by what it says']],
  ])('with %j is not where its moves have put it', (change, wrong) => {
    const history = written();
    Object.assign(history.lots[0]!, change);

    expect(reasons(history).filter((reason) => !reason.includes('would miss'))).toEqual(wrong);
  });

  test('that is gone leaves its moves, each of them', () => {
    const found = changed(({ lots }) => lots.splice(2, 1));

    expect(found).toEqual(['e2: entry 2 does not match its hash', 'e2: lot 2.1 is missing']);
  });

  test('that was not reversed and says so is found', () => {
    expect(changed(({ lots }) => (lots[2]!.reversed = 1))).toEqual(['e2: lot 2.1 was not reversed by what it says']);
  });
});

describe('reversals', () => {
  /** An entry of two lots, and what is taken back of them. */
  const reversed = (...later: Step[]) =>
    chained([
      {
        kind: 'EARN',
        made: [{ amount: 60 }, { n: 1, amount: 40 }],
        by: [
          ['ISSUED', 'AVAILABLE', 60],
          ['ISSUED', 'AVAILABLE', 40, '1.1'],
        ],
      },
      { kind: 'EARN', made: [{ amount: 500 }], by: [['ISSUED', 'AVAILABLE', 500, '2.0']] },
      ...later,
    ]);
  const back = (amount: number, more: Partial<Step> = {}): Step => ({
    kind: 'REVERSE',
    reverses: 'e1',
    by: [['AVAILABLE', 'REVERSED', amount, '2.0']],
    ...more,
  });
  const counted = (history: History, lots: Partial<StoredLot>[]) => {
    lots.forEach((lot, index) => Object.assign(history.lots[index]!, { pending: 0 }, lot));
    return reasons(history).filter((reason) => !reason.includes('would miss'));
  };

  test('count for the lots of what they undo, one after the other, from wherever the points came', () => {
    const lots = (first: number, second: number, taken: number) => [
      { remaining: 60, reversed: first },
      { remaining: 40, reversed: second },
      { remaining: 500 - taken, gone: taken, reversed: 0 },
    ];

    expect(counted(reversed(back(50)), lots(50, 0, 50))).toEqual([]);
    expect(counted(reversed(back(70)), lots(60, 10, 70))).toEqual([]);
    expect(counted(reversed(back(50), back(25)), lots(60, 15, 75))).toEqual([]);
    expect(counted(reversed(back(50), back(25)), lots(50, 25, 75))).toEqual([
      'e1: lot 1.0 was not reversed by what it says',
      'e1: lot 1.1 was not reversed by what it says',
    ]);
  });

  test('by the clock count for the lots that waited in vain', () => {
    const cancelled = reversed(back(40, { actorId: 'clock', by: [['AVAILABLE', 'REVERSED', 40, '1.1']] }));

    expect(
      counted(cancelled, [
        { remaining: 60 },
        { remaining: 0, gone: 40, reversed: 40, open: false },
        { remaining: 500 },
      ]),
    ).toEqual([]);
  });

  test('count what is gone, not what else they move', () => {
    const both = reversed(
      back(15, {
        by: [
          ['AVAILABLE', 'REVERSED', 15],
          ['AVAILABLE', 'PENDING', 5],
        ],
      }),
    );

    expect(
      counted(both, [{ pending: 5, remaining: 40, gone: 15, reversed: 15 }, { remaining: 40 }, { remaining: 500 }]),
    ).toEqual([]);
  });

  test('that take nothing away count for no lot', () => {
    const moved = reversed(back(0, { by: [['AVAILABLE', 'PENDING', 5]] }));

    expect(counted(moved, [{ pending: 5, remaining: 55 }, { remaining: 40 }, { remaining: 500 }])).toEqual([]);
  });

  test('of nothing that is known count for no lot', () => {
    for (const reverses of [null, 'x']) {
      expect(
        counted(reversed(back(50, { reverses })), [{ remaining: 60 }, { remaining: 40 }, { remaining: 450, gone: 50 }]),
      ).toEqual([]);
    }
  });
});

describe('a transfer', () => {
  const giver = { kind: 'TRANSFER', currency: 'points', given: 30, got: 0 };
  const getter = { kind: 'TRANSFER', currency: 'points', given: 0, got: 30 };

  test('has two sides, one that gives and one that gets as much', () => {
    expect([sidesBreak([giver, getter]), sidesBreak([getter, giver])]).toEqual([null, null]);
  });

  test('to another currency gives what it gives', () => {
    expect(sidesBreak([giver, { ...getter, currency: 'miles', got: 7 }])).toBeNull();
  });

  test('that gives more than comes is found', () => {
    expect(sidesBreak([giver, { ...getter, got: 29 }])).toBe('a transfer gives 30, and 29 come');
  });

  test.each([
    ['one side', [giver]],
    ['two givers', [giver, giver]],
    ['two getters', [getter, getter]],
    ['a third side', [giver, getter, getter]],
    ['sides of two kinds', [giver, { ...getter, kind: 'CONVERT' }]],
    ['a side that does both', [giver, { ...getter, given: 1 }]],
    ['a giver that gets', [{ ...giver, got: 1 }, getter]],
    ['a giver that gives nothing', [{ ...giver, given: 0 }, getter]],
    ['a getter that gets nothing', [giver, { ...getter, got: 0 }]],
  ])('with %s is none', (_, sides) => {
    expect(sidesBreak(sides)).toBe('a transfer does not have two sides');
  });
});
