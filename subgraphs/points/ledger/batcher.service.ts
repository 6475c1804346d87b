// Postings of many requests share a transaction: what is asked while a batch is under way goes into the next. A member has
// one queue, so that batches do not wait for each other's wallets; a lone request waits for nobody.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Space } from '../../shared/database.ts';
import { DEADLOCK, failure, LOCK_TIMEOUT, UNIQUE_VIOLATION } from '../../shared/database.ts';
import { keyInProgress, keyReused } from '../../shared/idempotency.ts';
import { accepted, post, type Posted, type Posting, type RequestKey } from './ledger.service.ts';

const QUEUES = 2;
const BATCH_MAX = 256;
const WAITING_MAX = 10_000;
const ATTEMPTS = 5;
const GATHER_MS = 2;
/** SQLSTATE classes of what one posting can do to the others: bad data, constraint, deadlock, lock timeout, exception. */
const OF_A_POSTING = /^(22|23|40|55|P0)/;

/** What happens once however often it is posted: under a request key, or as a step of a hold. */
export type Repeatable =
  | (Extract<Posting, { op: 'credit' | 'debit' }> & RequestKey)
  | Extract<Posting, { op: 'hold' | 'capture' | 'release' }>;

interface Waiting {
  posting: Repeatable;
  resolve(posted: Posted): void;
  reject(error: unknown): void;
}

/** In its members' order; different queues never wait for each other. */
class Queue {
  readonly #space: Space;
  readonly #waiting: Waiting[] = [];
  #working: Promise<void> | null = null;

  constructor(space: Space) {
    this.#space = space;
  }

  async post(posting: Repeatable): Promise<Posted> {
    if (this.#waiting.length >= WAITING_MAX) throw keyInProgress();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ posting, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    // Whoever asks in this very moment comes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      for (const part of parts(batch)) await settle(this.#space, part);
      // Who was answered may ask again at once: a batch of a few costs nearly what one of many does.
      if (this.#waiting.length < batch.length / 2) await sleep(GATHER_MS);
    }
    this.#working = null;
  }
}

/**
 * Credits, which are posted all at once, and the rest, one after another; a credit that comes after another posting of its
 * member stays after it. Each part is one statement, a transaction of its own, and locks wallets in their order, which both in one would not.
 */
function parts(batch: Waiting[]): Waiting[][] {
  const inTurn = new Set<string>();
  const { credits = [], rest = [] } = Object.groupBy(batch, ({ posting: { op, member } }) => {
    if (op !== 'credit') inTurn.add(member);
    return inTurn.has(member) ? 'rest' : 'credits';
  });
  return [credits, rest]
    .filter((part) => part.length > 0)
    .map((part) =>
      part.toSorted(
        ({ posting: a }, { posting: b }) => a.member.localeCompare(b.member) || a.currency.localeCompare(b.currency),
      ),
    );
}

/** Gives each its outcome and never throws. What fails together is posted one by one. */
async function settle(space: Space, batch: Waiting[]): Promise<void> {
  try {
    const posted = await postAll(
      space,
      batch.map(({ posting }) => posting),
    );
    batch.forEach(({ resolve }, index) => resolve(posted[index]!));
  } catch (error) {
    if (batch.length > 1 && OF_A_POSTING.test(failure(error).code ?? '')) {
      for (const one of batch) await settle(space, [one]);
    } else {
      for (const { reject } of batch) reject(error);
    }
  }
}

async function postAll(space: Space, postings: Repeatable[]): Promise<Posted[]> {
  const lone = postings.length === 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(space.source, postings);
    } catch (error) {
      const { code } = failure(error);
      if (lone && code === LOCK_TIMEOUT) throw keyInProgress();
      // Another process was faster with the key: now it can be seen.
      if (!lone || (code !== UNIQUE_VIOLATION && code !== DEADLOCK) || attempt === ATTEMPTS) throw error;
    }
  }
}

function outcome(posted: Posted): Posted {
  if (posted.refusal === 'IDEMPOTENCY_KEY_REUSED') throw keyReused();
  return accepted(posted);
}

const queues = new WeakMap<Space, Queue[]>();

function queuesOf(space: Space): Queue[] {
  const known = queues.get(space);
  if (known !== undefined) return known;
  const own = Array.from({ length: QUEUES }, () => new Queue(space));
  queues.set(space, own);
  return own;
}

/** Posts with what others ask at the same time, or throws its own refusal: retryable, where it waited for 2 s. */
export async function postTogether(space: Space, posting: Repeatable): Promise<Posted> {
  const queue = queuesOf(space)[Number.parseInt(posting.member.slice(-4), 16) % QUEUES]!;
  return outcome(await queue.post(posting));
}

/** Until nothing is under way. */
export async function postedAll(space: Space): Promise<void> {
  await Promise.all(queuesOf(space).map((queue) => queue.idle()));
}
