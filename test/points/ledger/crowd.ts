// Plays phases of transactions that run at once on many connections of a sandbox, and then asks the model for the same in
// the order in which the ledger did them.
import type { QueryRunner } from 'typeorm';
import { advanceClock } from '../../../subgraphs/shared/clock.ts';
import { failure, type Space } from '../../../subgraphs/shared/database.ts';
import { emptyWorld, touched, type Command, type WalletKey } from './command.ts';
import { commandOf, walletsOf, type Draw, type Phase } from './history.ts';
import { place, postingOf, postSql, type Posted } from './posting.ts';
import { replay, type Done } from './replay.ts';
import { expectIntact } from './run.ts';
import type { Stage } from './stage.ts';
import { Witness } from './witness.ts';

const MEMBERS = 3;

/** One transaction of commands, or the job. */
type Task = Command[] | 'sweep';

export class Crowd {
  readonly #sandbox: Space;
  readonly #played: Stage['played'];
  readonly #connections: QueryRunner[];
  readonly #witness: Witness;
  readonly #wallets = walletsOf(MEMBERS);
  #day = 0;
  #world = emptyWorld();

  constructor({ sandbox, prepared, connections, played }: Stage, start: number) {
    this.#sandbox = sandbox;
    this.#played = played;
    this.#connections = connections;
    this.#witness = new Witness(prepared, this.#wallets, start);
  }

  async play(phases: Phase[]): Promise<void> {
    this.#played.histories += 1;
    for (const phase of phases) {
      await advanceClock(this.#sandbox, `P${phase.days}D`);
      this.#witness.pass(this.#world, this.#day, this.#day + phase.days);
      this.#day += phase.days;
      const done = await this.#atOnce(this.#tasks(phase));
      await this.#agree(done);
    }
    await this.#witness.remember();
    await expectIntact(this.#sandbox, this.#witness);
  }

  #tasks({ batches, sweeps }: Phase): Task[] {
    const tasks: Task[] = batches.flatMap((draws) => this.#transactions(draws));
    for (let count = 1; count <= sweeps; count += 1) tasks.splice((tasks.length * count) / (sweeps + 1), 0, 'sweep');
    return tasks;
  }

  /** Some are sent twice at once, as by a caller who has lost patience. */
  #transactions(draws: Draw[]): Command[][] {
    const commands = draws.map((drawn) => commandOf(drawn, this.#world, this.#day, this.#wallets));
    if (commands.length === 1) {
      const again = commands[0]!.key !== null || 'asker' in commands[0]!;
      return again && draws[0]!.pick % 2 === 0 ? [commands, commands] : [commands];
    }
    // New keys and holds that others have in another order would make them wait for each other.
    const known = commands.map((command): Command => {
      if ('asker' in command) return { ...command, asker: `${command.asker.split(' of ')[0]} of ${command.wallet}` };
      return command.key !== null && command.key in this.#world.requests ? command : { ...command, key: null };
    });
    const order = (command: Command) => {
      const { member, currency } = place(this.#witness.names, command.wallet);
      return `${member} ${currency}`;
    };
    return [known.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))];
  }

  async #atOnce(tasks: Task[]): Promise<Done[]> {
    const queue = tasks.values();
    const done: Done[] = [];
    const worked = await Promise.allSettled(
      this.#connections.map(async (connection) => {
        for (const task of queue) {
          if (task === 'sweep') await connection.query('select ledger_sweep(100)');
          else done.push(...(await this.#transaction(connection, task)));
        }
      }),
    );
    const failed = worked.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return done;
  }

  async #transaction(connection: QueryRunner, commands: Command[]): Promise<Done[]> {
    const postings = commands.map((command) => postingOf(command, this.#witness.names));
    const ofOneLot = commands.every((command) => command.op === 'credit' && command.lots.length === 1);
    const passing = commands.length > 1 && commands.some(({ op }) => op === 'transfer');
    await connection.startTransaction();
    try {
      if (passing) await this.#lock(connection, [...new Set(commands.flatMap(touched))]);
      const routine = ofOneLot && commands.length > 1 ? 'ledger_credit' : 'ledger_post';
      const answers: Posted[] = await connection.query(postSql(routine), [JSON.stringify(postings)]);
      const isRefused = answers.every(({ refusal }) => refusal !== null);
      await (isRefused ? connection.rollbackTransaction() : connection.commitTransaction());
      return answers.map((posted, index) => ({ posted, command: commands[index]! }));
    } catch (error) {
      await connection.rollbackTransaction();
      // Another wallet's posting was faster with the key: now it is found.
      if (failure(error).constraint === 'request_pkey') return this.#transaction(connection, commands);
      throw error;
    }
  }

  /** Both ends of every transfer, so that two batches never wait for each other. */
  async #lock(connection: QueryRunner, wallets: WalletKey[]): Promise<void> {
    const places = wallets.map((wallet) => place(this.#witness.names, wallet));
    await connection.query('select ledger_lock($1, $2)', [
      places.map(({ member }) => member),
      places.map(({ currency }) => currency),
    ]);
  }

  async #agree(done: Done[]): Promise<void> {
    this.#played.operations += done.length;
    const before = this.#world;
    const rows = await this.#witness.written(before, this.#wallets);
    for (const wallet of this.#wallets) this.#witness.learn(wallet, rows[wallet]!.entries);
    const entries = Object.fromEntries(
      this.#wallets.map((wallet) => [wallet, new Map(rows[wallet]!.entries.map((entry) => [entry.seq, entry]))]),
    );
    const world = replay(before, done, { entries, idsOf: this.#witness.idsOf, day: this.#day });
    this.#world = await this.#witness.look(before, world, this.#day);
  }
}
