// Plays a random history against PostgreSQL, in a sandbox whose clock it moves, and against the model, one step after another.
import { verify } from '../../../subgraphs/points/ledger/verify.service.ts';
import { advanceClock } from '../../../subgraphs/shared/clock.ts';
import type { Space } from '../../../subgraphs/shared/database.ts';
import { apply, emptyWorld, settled, touched, type Command, type WalletKey } from './command.ts';
import { commandOf, walletsOf, type Step } from './history.ts';
import { checkInvariants } from './invariant.ts';
import { answerOf, postingOf, postSql, type Posted } from './posting.ts';
import type { Stage } from './stage.ts';
import { expectAgreed, Witness } from './witness.ts';

const MEMBERS = 2;

/**
 * A step's postings come in one call, and what fell due is written down when somebody comes by; or each posting comes by
 * itself; or what fell due is written down each time that days have passed.
 */
export const MANNERS = ['together', 'apart', 'swept'] as const;
export type Manner = (typeof MANNERS)[number];

/** Chain, and everything that must hold of the history's wallets by themselves. */
export async function expectIntact(sandbox: Space, { names }: Witness): Promise<void> {
  for (const member of names.members) expectAgreed((await verify(sandbox.source, member)).firstBreak, null);
  await checkInvariants(sandbox.source, names.members);
}

export class Run {
  readonly #sandbox: Space;
  readonly #played: Stage['played'];
  readonly #manner: Manner;
  readonly #witness: Witness;
  readonly #wallets = walletsOf(MEMBERS);
  #day = 0;
  #world = emptyWorld();
  readonly #told: string[] = [];

  constructor({ sandbox, prepared, played }: Stage, start: number, manner: Manner) {
    this.#sandbox = sandbox;
    this.#played = played;
    this.#manner = manner;
    this.#witness = new Witness(prepared, this.#wallets, start);
  }

  /** Fails with the commands that led there. */
  async play(steps: Step[]): Promise<void> {
    try {
      await this.#play(steps);
    } catch (error) {
      (error as Error).message += `\n\nafter\n${this.#told.join('\n')}`;
      throw error;
    }
  }

  async #play(steps: Step[]): Promise<void> {
    this.#played.histories += 1;
    for (const [index, step] of steps.entries()) {
      if (step.do === 'wait') await this.#wait(step.days);
      else if (step.do === 'sweep') await this.#sweep();
      else await this.#post(step);
      if (index === steps.length >> 1) await this.#witness.remember();
    }
    await this.#witness.remember();
    await expectIntact(this.#sandbox, this.#witness);
  }

  async #wait(days: number): Promise<void> {
    this.#told.push(`wait ${days}`);
    await advanceClock(this.#sandbox, `P${days}D`);
    this.#witness.pass(this.#world, this.#day, this.#day + days);
    this.#day += days;
    this.#world = await this.#witness.look(this.#world, this.#world, this.#day);
    if (this.#manner === 'swept') await this.#sweep();
  }

  async #sweep(): Promise<void> {
    this.#told.push(`day ${this.#day}: sweep`);
    await this.#sandbox.source.query('select ledger_sweep(100000)');
    const before = this.#world;
    const wallets = Object.keys(before.wallets) as WalletKey[];
    const after = Object.fromEntries(wallets.map((wallet) => [wallet, settled(before, wallet, this.#day)]));
    this.#world = await this.#witness.look(before, { ...before, wallets: after }, this.#day);
  }

  async #post(step: Extract<Step, { draws: unknown }>): Promise<void> {
    const before = this.#world;
    const commands = step.draws.map((drawn) => commandOf(drawn, before, this.#day, this.#wallets));
    if (this.#manner === 'apart') for (const command of commands) await this.#transaction([command], 'ledger_post');
    else await this.#transaction(commands, step.do === 'give' ? 'ledger_credit' : 'ledger_post');
  }

  async #transaction(commands: Command[], routine: 'ledger_post' | 'ledger_credit'): Promise<void> {
    this.#told.push(`day ${this.#day}: ${routine}`, ...commands.map((command) => `  ${JSON.stringify(command)}`));
    this.#played.operations += commands.length;
    const before = this.#world;
    const expected = commands.map((command) => {
      const { world, answer } = apply(this.#world, command, this.#day);
      this.#world = world;
      return answer;
    });
    const runner = this.#sandbox.source.createQueryRunner();
    await runner.startTransaction();
    let answers: Posted[] = [];
    try {
      const postings = commands.map((command) => postingOf(command, this.#witness.names));
      answers = await runner.query(postSql(routine), [JSON.stringify(postings)]);
    } finally {
      const allRefused = answers.every(({ refusal }) => refusal !== null);
      await (allRefused ? runner.rollbackTransaction() : runner.commitTransaction());
      await runner.release();
    }
    this.#world = await this.#witness.look(before, this.#world, this.#day, [...new Set(commands.flatMap(touched))]);
    const said = answers.map((answer, index) => answerOf(answer, commands[index]!));
    expectAgreed(
      said,
      expected.map((answer, index) => ({
        ...answer,
        entries: said[index]!.entries && this.#witness.idsOf(answer.entries),
      })),
    );
  }
}
