// Plays a random history against PostgreSQL, in a sandbox whose clock it moves, and against the model.
import { expect } from '@jest/globals';
import { post, type Posting } from '../../../subgraphs/points/ledger/ledger.service.ts';
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { advanceClock, now as instantOf } from '../../../subgraphs/shared/clock.ts';
import type { Space, Sql } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import { apply, type Command } from './command.ts';
import { commandOf, type Step } from './history.ts';
import { bySpending, emptyModel, settle, type Model } from './model.ts';

const DAY_MS = 86_400_000;

function expectAgreed(found: unknown, expected: unknown): void {
  expect(found).toEqual(expected);
}

/** What people see: balances and open lots, in the order of spending. */
function shown(model: Model, day: number) {
  const { pending, available, held, deficit, lots } = settle(structuredClone(model), day);
  const open = lots.filter((lot) => lot.pending + lot.remaining > 0);
  return {
    balances: { pending, available, held, deficit },
    lots: bySpending(open).map((lot) => ({ seq: lot.seq, pending: lot.pending, remaining: lot.remaining })),
  };
}

/** What is written down: entries after one, and lots. */
const written = ({ entries, lots }: Model, after: number) => ({
  entries: entries.slice(after).map(({ moves: _moves, ...entry }) => entry),
  stored: lots.map(({ activates: _activates, expires: _expires, ...lot }) => lot),
});

const SHOWN = `
  coalesce((select jsonb_build_object('pending', pending, 'available', available, 'held', held, 'deficit', deficit)
    from wallets_at(array[$1::uuid], array['points'], a.at)), '{"pending": 0, "available": 0, "held": 0, "deficit": 0}') balances,
  (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'pending', pending, 'remaining', remaining) order by expires_at, seq, n), '[]')
    from lots_at(array[$1::uuid], array['points'], a.at) where pending + remaining > 0) lots`;

/** Prepared once for all runs, since planning it costs more than its answer: of a member, what comes after an entry. */
export const PREPARE = `prepare shown_now(uuid, bigint) as select ${SHOWN},
  (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'amount', amount, 'moved', moved, 'pending', pending,
    'available', available, 'held', held, 'deficit', deficit) order by seq), '[]')
    from entry where member_id = $1 and seq > $2) entries,
  (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'amount', amount, 'pending', pending, 'remaining', remaining,
    'held', held, 'reversed', reversed) order by seq), '[]') from lot where member_id = $1) stored,
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'origin', origin) order by seq), '[]')
    from entry where member_id = $1 and seq > $2) ids,
  clock() at
  from (select null::timestamptz at) a`;

interface Known {
  at: string;
  shown: ReturnType<typeof shown>;
}

type EntryIds = { id: string; origin: string | null }[];

/** One history, played against PostgreSQL and the model side by side; they must agree after every step. */
export class Run {
  readonly #sandbox: Space;
  /** The connection that is prepared. */
  readonly #prepared: Sql;
  readonly #member = newId();
  readonly #past: Known[] = [];
  #start = 0;
  #day = 0;
  #model = emptyModel();
  readonly #ids: EntryIds = [];

  constructor(sandbox: Space, prepared: Sql) {
    this.#sandbox = sandbox;
    this.#prepared = prepared;
  }

  async play(steps: Step[]): Promise<void> {
    this.#start = Date.parse(await instantOf(this.#sandbox.source));
    for (const [index, step] of steps.entries()) {
      if (step.do === 'wait') await this.#wait(step.days);
      else if (step.do === 'sweep') await this.#sweep();
      else await this.#post(step.draws.map((draw) => commandOf(draw, this.#model, this.#day)));
      await this.#compare();
      if (index === steps.length >> 1) await this.#verify();
    }
    await this.#verify();
  }

  #at = (day: number): string => new Date(this.#start + day * DAY_MS).toISOString();

  /** Days on which nobody looks are asked about afterwards. */
  async #wait(days: number): Promise<void> {
    await advanceClock(this.#sandbox, `P${days}D`);
    for (let day = this.#day + 1; day <= this.#day + days; day += 1) {
      this.#past.push({ at: this.#at(day), shown: shown(this.#model, day) });
    }
    this.#day += days;
  }

  async #sweep(): Promise<void> {
    if (this.#model.entries.length === 0) return;
    await this.#sandbox.source.query(`select ledger_settle($1, 'points', clock())`, [this.#member]);
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
    const runner = this.#sandbox.source.createQueryRunner();
    await runner.startTransaction();
    try {
      const answers = await post(
        runner.manager,
        commands.map((command) => this.#posting(command)),
      );
      expectAgreed(
        answers.map(({ refusal, holdState }) => (refusal === null ? { refusal, state: holdState } : { refusal })),
        expected,
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
          ...wallet,
          op,
          kind,
          amount,
          origin: newId(),
          funder: null,
          earned_at: this.#at(this.#day),
          ...(activates === null ? {} : { activates_at: this.#at(activates) }),
          expires_at: expires === null ? null : this.#at(expires),
        };
      }
      case 'debit':
        return { ...wallet, ...command, origin: newId() };
      case 'hold':
      case 'capture':
      case 'release':
        return { ...wallet, ...command, asker: `${this.#member} ${command.asker}` };
      case 'restore':
        return { ...wallet, ...command, origin: newId(), asker: `${this.#member} ${command.asker}` };
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
    const after = this.#ids.length;
    const [row] = await this.#prepared.query<Record<string, unknown>[]>(
      `execute shown_now('${this.#member}', ${after})`,
    );
    const { ids, at, ...found } = row!;
    const seen = shown(this.#model, this.#day);
    expectAgreed(found, { ...seen, ...written(this.#model, after) });
    this.#ids.push(...(ids as EntryIds));
    this.#past.push({ at: at as string, shown: seen });
  }

  /** The ledger is intact, and what was shown at every moment is what is shown of it now. */
  async #verify(): Promise<void> {
    expectAgreed((await verify(this.#sandbox.source, this.#member)).firstBreak, null);
    const rows = await this.#sandbox.source.query<Known['shown'][]>(
      `select ${SHOWN} from unnest($2::timestamptz[]) with ordinality a(at, n) order by a.n`,
      [this.#member, this.#past.map(({ at }) => at)],
    );
    expectAgreed(
      rows,
      this.#past.map((known) => known.shown),
    );
  }
}
