// `npm run ledger -- verify`: every wallet and every seal of a space, by several threads; one that was stopped goes on
// where it ended.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Presets, SingleBar } from 'cli-progress';
import { EVERYBODY, inSnapshot, type Range } from './points/ledger/history.service.ts';
import { publishedBreaks } from './points/ledger/sealed.service.ts';
import { commonBreaks, rangeOf, verifyRange, type Found, type Verified } from './points/ledger/verify.service.ts';
import type { Space } from './shared/database.ts';
import { decodeId, encodeId } from './shared/id.ts';
import type { Keep } from './shared/room.ts';
import type { Told, WorkerData } from './verify-worker.ts';

/** Wallets between two points at which it can go on. */
const STEP = 2_000;
const LINE_EVERY_MS = 5_000;

export interface VerifyOptions {
  /** `mbr_…`; null: all, the seals and the budgets. */
  member: string | null;
  workers: number;
  /** Begins anew, though another run has not ended. */
  again: boolean;
}

export interface Verdict extends Verified {
  /** What is wrong with seals and budgets. */
  common: string[];
  /** How many seals have been published here; null: nobody has looked, for one member. */
  published: number | null;
}

export async function verifySpace(space: Space, url: string, keep: Keep, options: VerifyOptions): Promise<Verdict> {
  if (options.member !== null) {
    const member = decodeId('mbr', options.member);
    if (member === null) throw new Error(`${options.member} is no member's id.`);
    const total: Verdict = { ...NOTHING, breaks: [], common: [], published: null };
    for await (const part of verifyRange(space.source, rangeOf(member))) add(total, part);
    return total;
  }
  const run = await openRun(space, keep, options.again);
  const [, common, { count, breaks }] = await Promise.all([
    verifySteps(run, url, space.name, options.workers),
    inSnapshot(space.source, commonBreaks),
    publishedBreaks(space, keep),
  ]);
  run.end();
  return { ...run.state, common: [...common, ...breaks], published: count };
}

/** A line for each break, then the sum. */
export function report(space: string, { walletCount, entryCount, breaks, common, published }: Verdict): string[] {
  const located = ({ memberId, currency, entryId, reason }: Found) =>
    [encodeId('mbr', memberId), currency, ...(entryId === null ? [] : [encodeId('ent', entryId)])].join(' ') +
    `: ${reason}`;
  const count = breaks.length + common.length;
  const counted = [`${walletCount} wallets`, `${entryCount} entries`];
  if (published !== null) counted.push(`${published} published seals`);
  return [
    ...breaks.map(located),
    ...common,
    `${space}: ${counted.join(', ')}: ${count === 0 ? 'intact' : `${count} breaks`}.`,
  ];
}

const NOTHING = { walletCount: 0, entryCount: 0 };

function add(total: Verified, part: Verified): void {
  total.walletCount += part.walletCount;
  total.entryCount += part.entryCount;
  total.breaks.push(...part.breaks);
}

/** What has been verified, kept in a file after each step. */
interface State extends Verified {
  /** Each step goes from the end of the one before up to its own. */
  ends: string[];
  done: number[];
}

interface Run {
  state: State;
  total: number;
  ended(step: number, found: Verified): void;
  end(): void;
}

async function openRun({ name, source }: Space, { dataDir }: Keep, again: boolean): Promise<Run> {
  const file = join(dataDir, 'verify', `${name}.json`);
  const [{ total }] = await source.query<[{ total: number }]>('select count(*) total from wallet');
  const state = (again ? null : readState(file)) ?? { ...NOTHING, breaks: [], done: [], ends: await stepsOf(source) };
  const keep = () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  };
  keep();
  return {
    state,
    total,
    ended(step, found) {
      state.done.push(step);
      add(state, found);
      keep();
    },
    end: () => rmSync(file, { force: true }),
  };
}

function readState(file: string): State | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State;
  } catch {
    return null;
  }
}

async function stepsOf(source: Space['source']): Promise<string[]> {
  const ends = await source.query<{ id: string }[]>(
    `select distinct member_id id from (select member_id, row_number() over (order by member_id, currency) n from wallet) w
     where n % $1 = 0 order by 1`,
    [STEP],
  );
  return [...ends.map(({ id }) => id), EVERYBODY.upTo];
}

/** Gives each thread the next step when it has ended one. */
async function verifySteps(run: Run, url: string, space: string, workers: number): Promise<void> {
  const { ends, done } = run.state;
  const waiting = [...ends.keys()].filter((step) => !done.includes(step)).values();
  const shown = progress(run.total, run.state.walletCount);
  const rangeAt = (step: number): Range => ({ above: ends[step - 1] ?? EVERYBODY.above, upTo: ends[step]! });

  const thread = () =>
    new Promise<void>((resolve, reject) => {
      const file = new URL(`./verify-worker${extname(import.meta.url)}`, import.meta.url);
      const worker = new Worker(file, { workerData: { url, space } satisfies WorkerData });
      let step: number | undefined;
      let found: Verified = { ...NOTHING, breaks: [] };
      worker.on('message', (told: Told) => {
        if (told !== null) {
          add(found, told);
          return shown.step(told.walletCount);
        }
        if (step !== undefined) run.ended(step, found);
        step = waiting.next().value;
        found = { ...NOTHING, breaks: [] };
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
        return worker.postMessage(step === undefined ? null : rangeAt(step));
      });
      worker.once('error', reject).once('exit', () => resolve());
    });
  try {
    await Promise.all(Array.from({ length: Math.min(workers, ends.length - done.length) }, thread));
  } finally {
    shown.end();
  }
}

/** A bar on a terminal, a line every few seconds elsewhere. */
function progress(total: number, before: number) {
  if (process.stderr.isTTY) {
    const format = 'verify {bar} {percentage} % | {value} of {total} wallets | {eta_formatted} left';
    const bar = new SingleBar(
      { format, etaBuffer: 200, hideCursor: true, stream: process.stderr },
      Presets.shades_classic,
    );
    bar.start(total, before);
    return { step: (by: number) => bar.increment(by), end: () => bar.stop() };
  }
  let value = before;
  const tell = () => void process.stderr.write(`verify: ${value} of ${total} wallets\n`);
  const timer = setInterval(tell, LINE_EVERY_MS);
  return { step: (by: number) => void (value += by), end: () => clearInterval(timer) };
}
