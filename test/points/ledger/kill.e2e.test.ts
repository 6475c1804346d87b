// Tills and an operator write under load while processes are killed at random: what they were told is in the ledger once,
// and nothing else is. `KILLS=20` and more go on for longer, `KILL_SHAPE='six processes'` kills each of them, and `KILL_SEED`
// gives the kills and the writes of an earlier run.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeId, encodeId } from '../../../subgraphs/shared/id.ts';
import { client, type Client } from '../../support/client.ts';
import { deploy, processesOf, SERVER, type Deployment, type Shape } from '../../support/deployment.ts';
import { Journal, type Held } from '../../support/journal.ts';
import { build, demoOf } from '../../support/process.ts';
import { queried, rowsOf } from '../../support/replay.ts';
import { ACTS, Writer, type Act, type Customer } from '../../support/writer.ts';

const KILLS = Number(process.env['KILLS'] ?? 4);
const SEED = Number(process.env['KILL_SEED'] ?? randomInt(1_000_000_000));
const SHAPE = (process.env['KILL_SHAPE'] ?? 'one process') as Shape;
/** After a kill the graph goes on within this time. */
const STUCK_MS = 60_000;
const WRITERS = 12;
const MEMBERS = 8;
const TELLERS = ['members', 'partners', 'points', 'rewards'];
const LOCATIONS = ['northside-london', 'northside-leeds'];

const ENROLL = `mutation ($input: MemberEnrollInput!) { memberEnroll(input: $input) { member { id } } }`;
const WALLET = `query ($id: ID!) { member(id: $id) { wallet(currency: "points") { pending available held deficit } } }`;
const STATE = `query ($id: ID!) { redemption(id: $id) { state } }`;

const KILL = fc.record({
  victim: fc.oneof(fc.constantFrom(...processesOf(SHAPE)), fc.constantFrom(...SERVER)),
  /** So many more writes are answered first. */
  answers: fc.integer({ min: 5, max: 60 }),
  pauseMs: fc.nat(30),
});
const ACT: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(...ACTS),
  member: fc.nat(MEMBERS - 1),
  amount: fc.integer({ min: 1, max: 5_000 }),
});

jest.setTimeout(120_000 + KILLS * 30_000);

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

async function until(what: string, fits: () => boolean | Promise<boolean>) {
  for (const deadline = Date.now() + STUCK_MS; !(await fits()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${STUCK_MS} ms`);
  }
}

describe(`after ${KILLS} kills in ${SHAPE} under load, by seed ${SEED}`, () => {
  const journal = new Journal();
  let built: string;
  let deployment: Deployment;
  let operator: Client;
  let writers: Writer[];
  let members: Customer[];

  const rows = <T>(room: string, text: string) => queried<T>(deployment.dataDir, room, text);
  const count = (room: string, text: string) => rowsOf(deployment.dataDir, room, text);
  const heard = async () => {
    const waiting = await Promise.all(TELLERS.map((room) => count(room, 'outbox')));
    return waiting.every((events) => events === 0);
  };

  beforeAll(async () => {
    built = await build();
    deployment = await deploy(SHAPE, built, { RATE_PER_CREDENTIAL: '1000000' });
    const { address, operator: desk, tills } = demoOf(deployment.dataDir);
    operator = client(address, desk.key);
    const places = LOCATIONS.map((location) => {
      const { key } = tills.find((till) => till.location === location)!;
      return { location, till: client(address, key) };
    });
    members = await Promise.all(
      Array.from({ length: MEMBERS }, async (_, index) => {
        const email = `member-${index}@example.com`;
        const input = { idempotencyKey: email, identifiers: [{ kind: 'EMAIL', value: email }] };
        type Enrolled = { memberEnroll: { member: { id: string } } };
        return { id: (await places[0]!.till.ask<Enrolled>(ENROLL, { input })).memberEnroll.member.id, email };
      }),
    );
    await until('everyone knows the members', heard);
    writers = Array.from(
      { length: WRITERS },
      (_, index) =>
        new Writer({ name: `writer-${index}`, operator, members, journal, ...places[index % places.length]! }),
    );
  });
  afterAll(async () => {
    await deployment?.close();
  });

  test('every write is answered', async () => {
    let over = false;
    const untilOver = async (work: () => Promise<void>) => {
      try {
        await work();
      } finally {
        over = true;
      }
    };
    const kill = async () => {
      for (const { victim, answers, pauseMs } of fc.sample(KILL, { seed: SEED, numRuns: KILLS })) {
        const wanted = journal.answers + answers;
        await until(`an answer before ${victim} is killed`, () => over || journal.answers >= wanted);
        if (over) return;
        await sleep(pauseMs);
        await deployment.kill(victim);
      }
    };
    const write = async (writer: Writer, index: number) => {
      for (let round = 0; !over; round += 1) {
        const seed = SEED + round * WRITERS + index;
        for (const act of fc.sample(ACT, { seed, numRuns: 100 })) if (!over) await writer.act(act);
      }
    };

    const works = [kill, ...writers.map((writer, index) => () => write(writer, index))];
    const ended = await Promise.allSettled(works.map(untilOver));

    expect(ended.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  test('what is sent again gets its first answer', async () => {
    expect(await journal.again(WRITERS)).toEqual([]);
  });

  test('every redemption has ended as was told, here and in rewards', async () => {
    // Nobody is at work on them any more: the clock need not be patient.
    await rows('rewards', `update redemption set wake_at = clock() where wake_at is not null and state <> 'HELD'`);
    const UNDER_WAY = `redemption where state in ('REQUESTED', 'CANCELLING', 'LAPSING', 'RELEASING')`;
    await until('redemptions end', async () => (await count('rewards', UNDER_WAY)) === 0 && (await heard()));
    for (const [id, hold] of journal.held) {
      if (hold.state !== 'REQUESTED') continue;
      const { redemption } = await operator.ask<{ redemption: { state: Held['state'] } }>(STATE, { id });
      hold.state = redemption.state;
    }

    const standing = [...journal.held]
      .map(([id, hold]) => ({ id, ...hold }))
      .filter(({ state }) => state !== 'CANCELLED' && state !== 'REFUSED')
      .toSorted(byId);
    const redemptions = await rows<{ id: string; state: string }>(
      'rewards',
      `select id, state from redemption where state not in ('CANCELLED', 'REFUSED') order by id`,
    );
    const holds = await rows<{ id: string; member: string; amount: string; state: string }>(
      'points',
      `select asker_id id, member_id member, amount::text, state from hold where amount > 0 order by asker_id`,
    );
    const cancelled = ({ id }: { id: string }) => journal.held.get(id)?.state === 'CANCELLED';

    expect(redemptions.map(({ id, state }) => ({ id: encodeId('rdm', id), state }))).toEqual(
      standing.map(({ id, state }) => ({ id, state })),
    );
    expect(holds.filter((hold) => !cancelled(hold))).toEqual(
      standing.map(({ id, member, amount, state }) => ({
        id,
        member: decodeId('mbr', member),
        amount: String(amount),
        state: state === 'CONFIRMED' ? 'CAPTURED' : state,
      })),
    );
    expect(holds.filter((hold) => cancelled(hold) && hold.state !== 'RELEASED')).toEqual([]);
  });

  test('the ledger has each entry that was told of once, and no other', async () => {
    const entries = await rows<{ id: string; member: string; amount: string }>(
      'points',
      `select id, member_id member, amount::text from entry where kind not in ('HOLD', 'RELEASE', 'CAPTURE') order by id`,
    );
    const wrongOfHolds = await rows<object>(
      'points',
      `select * from (
         select h.asker_id, h.state, string_agg(e.kind || ' ' || e.amount, ', ' order by e.seq) posted,
           concat_ws(', ', 'HOLD 0', case h.state when 'CAPTURED' then 'CAPTURE ' || -h.amount when 'RELEASED' then 'RELEASE 0' end) due
         from hold h left join entry e on e.origin = h.id where h.amount > 0 group by h.id
       ) where posted is distinct from due`,
    );
    const strays = await count(
      'points',
      `entry e where kind in ('HOLD', 'RELEASE', 'CAPTURE') and not exists (select from hold h where h.id = e.origin)`,
    );

    expect(entries).toEqual(
      [...journal.entries]
        .map(([id, { member, amount }]) => ({
          id: decodeId('ent', id)!,
          member: decodeId('mbr', member),
          amount: String(amount),
        }))
        .toSorted(byId),
    );
    expect(wrongOfHolds).toEqual([]);
    expect(strays).toBe(0);
    const total = (of: (writer: Writer) => number) => writers.reduce((sum, writer) => sum + of(writer), 0);
    expect(await count('points', 'purchase')).toBe(total(({ purchases }) => purchases));
    expect(await count('points', 'purchase_return')).toBe(total(({ returns }) => returns));
  });

  test('every wallet has what was told, added up, and the chains are whole', async () => {
    const wallets = await Promise.all(
      members.map(async ({ id }) => {
        const { member } = await operator.ask<{ member: { wallet: object } }>(WALLET, { id });
        return { id, ...member.wallet };
      }),
    );
    const { ledgerVerify } = await operator.ask<{ ledgerVerify: object }>(
      '{ ledgerVerify { intact walletCount entryCount firstBreak { reason } } }',
    );

    expect(wallets).toEqual(members.map(({ id }) => ({ id, ...journal.wallet(id) })));
    expect(ledgerVerify).toEqual({
      intact: true,
      walletCount: MEMBERS,
      entryCount: await count('points', 'entry'),
      firstBreak: null,
    });
  });
});
