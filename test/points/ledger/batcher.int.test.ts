import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { postedAll, postTogether, type Repeatable } from '../../../subgraphs/points/ledger/batcher.service.ts';
import { post } from '../../../subgraphs/points/ledger/ledger.service.ts';
import type { Space, Sql } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { checkLedger, openPoints } from '../room.ts';
import { codes, operations, tally } from './operation.ts';

let points: TestRoom;
let ledger: ReturnType<typeof operations>;
let space: Space;
beforeAll(async () => {
  points = await openPoints();
  ledger = operations(points);
  space = points.room.database.space('live');
});
afterEach(() => checkLedger(points));
afterAll(() => points.close());

/** `OK`, or the code of the refusal. */
const outcome = (answer: { userErrors: { code: string }[] }): string => codes(answer)[0] ?? 'OK';

const codeOf = (settled: PromiseSettledResult<unknown>): string =>
  settled.status === 'fulfilled' ? 'OK' : settled.reason.code;

/** Members of whom an event has told, as of all but those who enrolled this very second. */
async function toldMembers(count: number): Promise<string[]> {
  const members = Array.from({ length: count }, newId);
  await points.query(`insert into member_copy select id, 'ACTIVE', false, false, 1 from unnest($1::uuid[]) id`, [
    members,
  ]);
  return members;
}

const inWallet = (member: string) => ({
  member,
  currency: 'points',
  origin: newId(),
  actor_kind: 'SYSTEM' as const,
  actor_id: null,
});
const keyed = (key: string, input_hash: string) => ({ owner: 'another', mutation: 'pointsEarn', key, input_hash });

const credit = (member: string, key: string = newId(), hash = 'ab'): Repeatable => ({
  ...inWallet(member),
  ...keyed(key, hash),
  op: 'credit',
  kind: 'EARN',
  amount: 5,
  earned_at: '2026-03-01T00:00:00Z',
  expires_at: null,
  funder: null,
});
const debit = (member: string, amount: number): Repeatable => ({
  ...inWallet(member),
  ...keyed(newId(), 'ab'),
  op: 'debit',
  kind: 'SPEND',
  amount,
});
const hold = (member: string, amount: number): Repeatable => ({
  ...inWallet(member),
  op: 'hold',
  asker: newId(),
  amount,
});

/** What happens while a transaction of another process is open, which commits when it has waited. */
async function whileOpen<T>(first: (tx: Sql) => Promise<unknown>, then: () => Promise<T>, wait = 150): Promise<T> {
  const runner = space.source.createQueryRunner();
  await runner.startTransaction();
  await first(runner.manager);
  const [second] = await Promise.all([then(), sleep(wait).then(() => runner.commitTransaction())]);
  await runner.release();
  return second;
}

const lockWallet = (member: string) => (tx: Sql) =>
  tx.query('select 1 from wallet where member_id = $1 for update', [member]);

/** Entries of a member as anybody would tell them, and its lots. */
const account = async (member: string) => ({
  entries: await points.query(
    'select seq, kind, amount, moved, available, held, deficit, reason from entry where member_id = $1 order by seq',
    [member],
  ),
  lots: await points.query('select seq, amount, remaining, held, gone from lot where member_id = $1 order by seq, n', [
    member,
  ]),
});

describe('what is asked', () => {
  /** What was done, without the reading of each answer's own entry. */
  const written = () => points.statements.filter((text) => !text.includes('from entry e where id')).length;

  beforeEach(async () => {
    await ledger.earn((await toldMembers(1))[0]!, 1);
    points.statements.length = 0;
  });

  test('alone is posted by one statement, after those that read the programme and the member', async () => {
    const [member] = await toldMembers(1);
    points.statements.length = 0;

    await ledger.earn(member!, 10);

    expect(written()).toBe(3);
  });

  test('by 256 at once over 40 members ends as asked one by one, by four statements', async () => {
    const members = await toldMembers(40);
    const twins = await toldMembers(40);
    const amount = (index: number) => 1 + ((index * 7) % 23);
    points.statements.length = 0;

    const answers = await Promise.all(
      Array.from({ length: 256 }, (_, index) => ledger.earn(members[index % 40]!, amount(index))),
    );

    expect(written()).toBe(4);
    expect(answers.map(({ entry }) => entry.amount)).toEqual(answers.map((_, index) => amount(index)));
    expect(new Set(answers.map(({ entry }) => entry.id)).size).toBe(256);
    for (let index = 0; index < 256; index += 1) await ledger.earn(twins[index % 40]!, amount(index));
    for (const [index, member] of members.entries()) {
      expect(await account(member)).toEqual(await account(twins[index]!));
    }
  });

  test('of one member is done in its order, whatever it is', async () => {
    const members = await toldMembers(12);

    const outcomes = await Promise.allSettled(
      members
        .flatMap((member) => [
          credit(member),
          debit(member, 5),
          hold(member, 1),
          credit(member),
          hold(member, 5),
          debit(member, 1),
          credit(member),
        ])
        .map((posting) => postTogether(space, posting)),
    );

    const each = ['OK', 'OK', 'INSUFFICIENT_POINTS', 'OK', 'OK', 'INSUFFICIENT_POINTS', 'OK'];
    expect(outcomes.map(codeOf)).toEqual(members.flatMap(() => each));
    for (const member of members) {
      expect((await ledger.entries(member)).map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
        'EARN 5',
        'SPEND -5',
        'EARN 5',
        'HOLD 0',
        'EARN 5',
      ]);
    }
  });
});

describe('a refusal among many', () => {
  test('is its own: the others get what they asked for', async () => {
    const members = await toldMembers(30);
    for (const member of members) await ledger.earn(member, 10);

    const answers = await Promise.all(
      members.flatMap((member, index) => [
        ledger.adjust(member, index % 3 === 0 ? -12 : -4),
        ledger.hold(member, index % 5 === 0 ? 12 : 6),
        ledger.earn(member, 1),
      ]),
    );

    expect(answers.map(outcome)).toEqual(
      members.flatMap((_, index) => [
        index % 3 === 0 ? 'INSUFFICIENT_POINTS' : 'OK',
        index % 5 === 0 ? 'INSUFFICIENT_POINTS' : 'OK',
        'OK',
      ]),
    );
    for (const [index, member] of members.entries()) {
      const taken = index % 3 === 0 ? 0 : 4;
      const held = index % 5 === 0 ? 0 : 6;
      expect(await ledger.wallet(member)).toEqual({ pending: 0, available: 11 - taken - held, held, deficit: 0 });
    }
  });

  test('leaves its key free', async () => {
    const [rich, poor] = await toldMembers(2);
    const idempotencyKey = newId();

    const [refused] = await Promise.all([ledger.adjust(poor!, -5, { idempotencyKey }), ledger.earn(rich!, 1)]);
    await ledger.earn(poor!, 5);
    const accepted = await ledger.adjust(poor!, -5, { idempotencyKey });

    expect([outcome(refused), outcome(accepted)]).toEqual(['INSUFFICIENT_POINTS', 'OK']);
  });
});

describe('one key', () => {
  test('sent 20 times, some at once and some while a batch is under way, is one entry', async () => {
    const [member] = await toldMembers(1);
    const idempotencyKey = newId();

    const answers = await whileOpen(
      (tx) => post(tx, [credit(member!)]),
      () =>
        Promise.all(
          Array.from({ length: 20 }, async (_, index) => {
            await sleep(10 * (index % 4));
            return ledger.adjust(member!, 25, { idempotencyKey });
          }),
        ),
    );

    expect(tally(answers.map(({ replayed }) => String(replayed)))).toEqual({ false: 1, true: 19 });
    expect(tally(answers.map(({ entry }) => entry.id))).toEqual({ [answers[0].entry.id]: 20 });
    expect(await ledger.entries(member!)).toEqual([
      { kind: 'EARN', amount: 5 },
      { kind: 'ADJUST', amount: 25 },
    ]);
  });

  test('with two inputs in one batch is the first one’s, and the other is refused', async () => {
    const [one, other] = await toldMembers(2);
    const [credited, corrected] = [newId(), newId()];

    const answers = await Promise.all([
      ledger.earn(one!, 10, { idempotencyKey: credited }),
      ledger.earn(one!, 11, { idempotencyKey: credited }),
      ledger.earn(one!, 10, { idempotencyKey: credited }),
      ledger.adjust(other!, 20),
      ledger.adjust(other!, -3, { idempotencyKey: corrected }),
      ledger.adjust(other!, -4, { idempotencyKey: corrected }),
    ]);

    expect(answers.map(outcome)).toEqual(['OK', 'IDEMPOTENCY_KEY_REUSED', 'OK', 'OK', 'OK', 'IDEMPOTENCY_KEY_REUSED']);
    expect(answers[2].entry.id).toBe(answers[0].entry.id);
    expect(answers[1].userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }]);
    expect([await ledger.wallet(one!), await ledger.wallet(other!)]).toMatchObject([
      { available: 10 },
      { available: 17 },
    ]);
  });

  test('sent for 20 members at once is one member’s, in whichever queue', async () => {
    const members = await toldMembers(20);
    const idempotencyKey = newId();

    const answers = await Promise.all(members.map((member) => ledger.earn(member, 3, { idempotencyKey })));

    expect(tally(answers.map(outcome))).toEqual({ OK: 1, IDEMPOTENCY_KEY_REUSED: 19 });
    expect(await points.query('select amount from entry where member_id = any($1)', [members])).toEqual([
      { amount: 3 },
    ]);
  });

  test('that another process takes just now is waited for, alone and among others, which are posted', async () => {
    const [theirs, lone, ...members] = await toldMembers(8);
    const keys = [newId(), newId()];
    const mine = (member: string, key?: string) => postTogether(space, credit(member, key, 'cd'));

    const alone = await whileOpen(
      (tx) => post(tx, [credit(theirs!, keys[0])]),
      () => Promise.allSettled([mine(lone!, keys[0])]),
    );
    const among = await whileOpen(
      (tx) => post(tx, [credit(theirs!, keys[1])]),
      () => Promise.allSettled(members.map((member, index) => mine(member, index === 2 ? keys[1] : undefined))),
    );

    expect([...alone, ...among].map(codeOf)).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
      ...members.map((_, index) => (index === 2 ? 'IDEMPOTENCY_KEY_REUSED' : 'OK')),
    ]);
  });

  test('remembered as `once` remembers answers is replayed, alone and among many', async () => {
    const members = await toldMembers(40);
    const keys = members.map(() => newId());
    const earn = (index: number) => ledger.earn(members[index]!, 10, { idempotencyKey: keys[index]! });
    const first = await Promise.all(members.map((_, index) => earn(index)));
    await points.query(
      `update request set answer = jsonb_build_object('entryId', answer -> 'entryIds' -> 0) where key = any($1)`,
      [keys],
    );

    const alone = await earn(0);
    const again = await Promise.all(members.map((_, index) => earn(index)));

    expect(alone).toEqual(first[0]);
    expect(again).toEqual(first);
  });
});

describe('when PostgreSQL fails', () => {
  test('for one of them, it alone gets the error', async () => {
    const members = await toldMembers(20);
    await points.query(`create function refuse_poison() returns trigger language plpgsql as
      $$ begin raise exception 'poison'; end $$`);
    await points.query(`create trigger poison before insert on entry for each row when (new.reason = 'poison')
      execute function refuse_poison()`);

    const settled = await Promise.allSettled(
      members.map((member, index) => ledger.earn(member, 2, index === 7 ? { reason: 'poison' } : {})),
    );
    await points.query('drop trigger poison on entry');

    expect(settled.map(({ status }) => status)).toEqual(
      members.map((_, index) => (index === 7 ? 'rejected' : 'fulfilled')),
    );
    expect(await ledger.wallet(members[7]!)).toBeNull();
    expect(await ledger.wallet(members[8]!)).toMatchObject({ available: 2 });
  });

  test('by losing the connection, nobody waits for ever, and asking again gives each its own once', async () => {
    const members = await toldMembers(40);
    for (const member of members) await ledger.earn(member, 1);
    const keys = members.map(() => newId());
    const askAll = () =>
      Promise.allSettled(members.map((member, index) => ledger.earn(member, 2, { idempotencyKey: keys[index]! })));

    const broken = await whileOpen(lockWallet(members[0]!), async () => {
      const asked = askAll();
      await sleep(80);
      await points.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return asked;
    });
    const again = await askAll();

    expect(broken.some(({ status }) => status === 'rejected')).toBe(true);
    expect(again.map(({ status }) => status)).toEqual(members.map(() => 'fulfilled'));
    for (const member of members) expect(await ledger.wallet(member)).toMatchObject({ available: 3 });
  });

  test('to lock one wallet in time, that one may be tried again and the others are posted', async () => {
    const members = await toldMembers(9);
    for (const member of members) await ledger.earn(member, 1);

    const answers = await whileOpen(
      lockWallet(members[4]!),
      () => Promise.all(members.map((member) => ledger.earn(member, 2))),
      4_500,
    );

    expect(answers.map(outcome)).toEqual(members.map((_, index) => (index === 4 ? 'IDEMPOTENCY_IN_PROGRESS' : 'OK')));
    expect(await ledger.wallet(members[4]!)).toMatchObject({ available: 1 });
  });
});

describe('the queue', () => {
  test('takes 10 000 and sends the next away to try again', async () => {
    const stuck = { name: 'live', source: { query: () => new Promise(() => undefined) } } as unknown as Space;
    const member = newId();

    const waiting = Array.from({ length: 10_000 }, () => postTogether(stuck, credit(member)));

    await expect(postTogether(stuck, credit(member))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_IN_PROGRESS',
      retryable: true,
    });
    expect(waiting).toHaveLength(10_000);
  });

  test('is empty once all that was asked has its outcome', async () => {
    const members = await toldMembers(30);
    let outcomes = 0;

    for (const member of members) void postTogether(space, credit(member)).then(() => (outcomes += 1));
    await postedAll(space);
    await Promise.resolve();

    expect(outcomes).toBe(30);
  });
});
