// What a source's first run decided and how far it has come, in one file that is replaced whole: a kill leaves the old one or the new one.
// Losing it loses time and the first run's day, never a receipt: those are in the ledger.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Till } from './plan.ts';

/** What decides the requests; fixed by the first run, since a key stands for one input. */
export interface Settings {
  tills: Till[];
  zone: string;
  currency: string;
  columns: string | null;
  dateFormat: string | null;
  encoding: string | null;
  /** `keep`, a day, or null: the day of the first run. */
  endDate: string | null;
}

/** How one invoice ended. */
export interface Outcome {
  state: 'RECORDED' | 'REFUSED';
  /** The ledger had it before it was sent. */
  replayed: boolean;
  /** Null for a return and for what was refused. */
  purchaseId: string | null;
  /** Signed, of all its entries. */
  points: number;
  /** Of a return, per line: how much was accepted, and why not all. */
  lines: { quantity: string; reason: string | null }[];
  /** Why it was refused. */
  code: string | null;
}

export interface State {
  source: string;
  firstRunAt: string;
  address: string;
  settings: Settings;
  /** Member's id by customer. */
  members: Record<string, string>;
  /** By invoice number. */
  outcomes: Record<string, Outcome>;
  /** Everything was sent. */
  finished: boolean;
}

export const statePath = (folder: string, hash: string): string => join(folder, `${hash}.json`);

/** Null when this source was never sent from here. */
export async function readState(path: string): Promise<State | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read; remove it to begin anew: ${String(error)}`, { cause: error });
  }
}

export async function writeState(path: string, state: State): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const next = `${path}.${process.pid}.next`;
  await writeFile(next, JSON.stringify(state), { mode: 0o600 });
  await rename(next, path);
}

/** Writes at most once in `interval` milliseconds, one write at a time; `flush` writes the rest. */
export class StateFile {
  readonly #path: string;
  readonly #state: State;
  readonly #interval: number;
  #written = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, state: State, interval = 1000) {
    this.#path = path;
    this.#state = state;
    this.#interval = interval;
  }

  async touch(): Promise<void> {
    if (Date.now() - this.#written >= this.#interval) await this.flush();
  }

  async flush(): Promise<void> {
    this.#written = Date.now();
    this.#writing = this.#writing.then(() => writeState(this.#path, this.#state));
    await this.#writing;
  }
}

/**
 * The settings to use: those of the first run, else those given, else the defaults.
 * Throws when one that is given differs from the first run's: the receipts sent under it have other content.
 */
export function settle(
  remembered: Settings | null,
  given: Partial<Settings>,
  path: string,
  defaults: () => Settings,
): Settings {
  if (remembered === null) return { ...defaults(), ...given };
  for (const [name, value] of Object.entries(given)) {
    const first = JSON.stringify(remembered[name as keyof Settings]);
    if (JSON.stringify(value) !== first) {
      throw new Error(
        `This source was begun with ${name} ${first}, and its receipts stand so in the ledger. ` +
          `Leave the option out, or remove ${path} and begin anew with an empty ledger.`,
      );
    }
  }
  return remembered;
}

/** The state to go on with. Progress counts only while it is unfinished and goes to the same address. */
export function resume(found: State | null, fresh: Omit<State, 'members' | 'outcomes' | 'finished'>): State {
  const same = found !== null && !found.finished && found.address === fresh.address;
  return {
    ...fresh,
    firstRunAt: found?.firstRunAt ?? fresh.firstRunAt,
    members: found?.address === fresh.address ? found.members : {},
    outcomes: same ? found.outcomes : {},
    finished: false,
  };
}
