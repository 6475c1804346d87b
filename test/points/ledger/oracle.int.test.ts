import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { post, type Posting } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { advanceClock, now as instantOf } from '../../../subgraphs/shared/clock.ts';
import type { Space } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import type { TestRoom } from '../../support/room.ts';
import { openPoints } from '../room.ts';
import { commandOf, histories, type Step } from './history.ts';
import { apply, bySpending, emptyModel, settle, type Command, type Model } from './model.ts';

/** More of them for a longer soak: `LEDGER_RUNS=5000 npm test -- test/points/ledger/oracle`. */
const RUNS = Number(process.env['LEDGER_RUNS'] ?? 200);
const SEED = process.env['LEDGER_SEED'];
const DAY_MS = 86_400_000;

let points: TestRoom;
let sandbox: Space;
beforeAll(async () => {
  points = await openPoints();
  sandbox = points.room.database.space('sandbox');
});
afterAll(() => points.close());

/** What people see: balances and open lots, in the order of spending. */
function shown(model: Model, day: number) {
  const { pending, available, held, deficit, lots } = settle(structuredClone(model), day);
  const open = lots.filter((lot) => lot.pending + lot.remaining > 0);
  return {
    balances: { pending, available, held, deficit },
    lots: bySpending(open).map((lot) => ({ seq: lot.seq, pending: lot.pending, remaining: lot.remaining })),
  };
}

/** What is written down. */
const written = ({ entries, lots }: Model) => ({
  entries: entries.map(({ moves: _, ...entry }) => entry),
  stored: lots.map(({ activates: _, expires: __, ...lot }) => lot),
});

const SHOWN = `
  coalesce((select jsonb_build_object('pending', pending, 'available', available, 'held', held, 'deficit', deficit)
    from wallets_at(array[$1::uuid], array['points'], a.at)), '{"pending": 0, "available": 0, "held": 0, "deficit": 0}') balances,
  (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'pending', pending, 'remaining', remaining) order by expires_at, seq, n), '[]')
    from lots_at(array[$1::uuid], array['points'], a.at) where pending + remaining > 0) lots`;

const NOW = `select ${SHOWN},
  (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'amount', amount, 'moved', moved, 'pending', pending,
    'available', available, 'held', held, 'deficit', deficit) order by seq), '[]') from entry where member_id = $1) entries,
  (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'amount', amount, 'pending', pending, 'remaining', remaining,
    'held', held, 'reversed', reversed) order by seq), '[]') from lot where member_id = $1) stored,
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'origin', origin) order by seq), '[]') from entry where member_id = $1) ids,
  clock() at
  from (select null::timestamptz at) a`;

interface Known {
  at: string;
  shown: ReturnType<typeof shown>;
}

type EntryIds = { id: string; origin: string | null }[];

class Run {
  readonly #member = newId();
  readonly #past: Known[] = [];
  #start = 0;
  #day = 0;
  #model = emptyModel();
  #ids: EntryIds = [];

  async play(steps: Step[]): Promise<void> {
    this.#start = Date.parse(await instantOf(sandbox.source));
    for (const step of steps) {
      if (step.do === 'wait') await this.#wait(step.days);
      else if (step.do === 'sweep') await this.#sweep();
      else await this.#post(step.draws.map((draw) => commandOf(draw, this.#model, this.#day)));
      await this.#compare();
    }
    await this.#comparePast();
    expect((await verify(sandbox.source, this.#member)).firstBreak).toBeNull();
  }

  #at = (day: number): string => new Date(this.#start + day * DAY_MS).toISOString();

  /** Days on which nobody looks are asked about afterwards. */
  async #wait(days: number): Promise<void> {
    await advanceClock(sandbox, `P${days}D`);
    for (let day = this.#day + 1; day <= this.#day + days; day += 1) {
      this.#past.push({ at: this.#at(day), shown: shown(this.#model, day) });
    }
    this.#day += days;
  }

  async #sweep(): Promise<void> {
    if (this.#model.entries.length === 0) return;
    await sandbox.source.query(`select ledger_settle($1, 'points', clock())`, [this.#member]);
    settle(this.#model, this.#day);
  }

  async #post(commands: Command[]): Promise<void> {
    const expected = commands.map((command) => {
      const { model, refusal } = apply(this.#model, command, this.#day);
      this.#model = model;
      const state = 'asker' in command ? (model.holds[command.asker]?.state ?? null) : null;
      return refusal === null ? { refusal, state } : { refusal };
    });
    const allRefused = expected.every(({ refusal }) => refusal !== null);
    const runner = sandbox.source.createQueryRunner();
    await runner.startTransaction();
    try {
      const answers = await post(
        runner.manager,
        commands.map((command) => this.#posting(command)),
      );
      expect(answers).toMatchObject(
        expected.map(({ refusal, state }) => (refusal === null ? { refusal, holdState: state } : { refusal })),
      );
    } finally {
      await (allRefused ? runner.rollbackTransaction() : runner.commitTransaction());
      await runner.release();
    }
  }

  #posting(command: Command): Posting {
    const wallet = { member: this.#member, currency: 'points', actor_kind: 'SYSTEM' as const, actor_id: null };
    switch (command.op) {
      case 'credit': {
        const { op, kind, amount, activates, expires } = command;
        return {
          ...{ ...wallet, op, kind, amount, origin: newId(), funder: null, earned_at: this.#at(this.#day) },
          ...(activates === null ? {} : { activates_at: this.#at(activates) }),
          expires_at: expires === null ? null : this.#at(expires),
        };
      }
      case 'debit':
        return { ...wallet, ...command, origin: newId() };
      case 'hold':
      case 'capture':
      case 'release':
        return { ...wallet, ...command, asker: `${this.#member} ${command.asker}` } as Posting;
      case 'reverse': {
        const { id, origin } = this.#ids[command.seq - 1]!;
        const caused = { ...wallet, op: 'reverse' as const, origin: newId() };
        return command.amount === null
          ? { ...caused, reverses: id }
          : { ...caused, undoes: origin!, amount: command.amount };
      }
    }
  }

  async #compare(): Promise<void> {
    const [row] = await sandbox.source.query<Record<string, unknown>[]>(NOW, [this.#member]);
    const { ids, at, ...found } = row!;
    const seen = shown(this.#model, this.#day);
    expect(found).toEqual({ ...seen, ...written(this.#model) });
    this.#ids = ids as EntryIds;
    this.#past.push({ at: at as string, shown: seen });
  }

  /** What was shown at every moment is what is shown of it now. */
  async #comparePast(): Promise<void> {
    const rows = await sandbox.source.query<Known['shown'][]>(
      `select ${SHOWN} from unnest($2::timestamptz[]) with ordinality a(at, n) order by a.n`,
      [this.#member, this.#past.map(({ at }) => at)],
    );
    expect(rows).toEqual(this.#past.map((known) => known.shown));
  }
}

test('every history ends, and shows at each moment, what the model of the rules says', async () => {
  await fc.assert(
    fc.asyncProperty(histories, (steps) => new Run().play(steps)),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }), interruptAfterTimeLimit: 600_000 },
  );
}, 700_000);
