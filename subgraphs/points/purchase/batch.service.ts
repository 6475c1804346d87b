// Takes batches of purchases and returns. What is decided, is decided under the members' locks and posted in the same
// transaction, so that the answer carries the points. Sending anything again gives its first answer.
import { crashPoint } from '../../shared/crash.ts';
import { DEADLOCK, failure, LOCK_TIMEOUT, UNIQUE_VIOLATION } from '../../shared/database.ts';
import { isKey, keyInProgress, keyReused } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { withAccounts } from '../earning/limit.service.ts';
import type { Book } from './book.service.ts';
import { hashed, isItem, readItems, type BatchItem, type BatchItemInput, type HashedInput } from './item.service.ts';
import { refused, type Outcome } from './outcome.rules.ts';
import { requestsAnswered, type Remembered } from './answered.service.ts';
import { openBook } from './opening.service.ts';
import { giveBack } from './return.service.ts';
import { withPersonal } from './personal.service.ts';
import { record } from './sale.service.ts';
import { reserveVouchers } from './voucher.service.ts';

/** Items of one transaction: enough to share its cost, few enough that nobody waits long for its locks. */
const CHUNK = 100;
const ATTEMPTS = 5;
/** Tills' clocks are not ours. */
const AHEAD_HOURS = 24;

/** One outcome per item, in order. */
export async function recordBatch(request: RoomRequest, sent: BatchItemInput[]): Promise<Outcome[]> {
  const inputs = sent.map(hashed);
  // What was answered is answered again before anybody else is asked: it holds whatever has become of the member since.
  const answered = await answeredBefore(request, inputs);
  const open = inputs.filter((_, index) => answered[index] === undefined);
  const items = await reserveVouchers(request, await withPersonal(request, await readItems(request, open)));
  const outcomes: Outcome[] = [];
  for (let start = 0; start < items.length; start += CHUNK) {
    const chunk = items.slice(start, start + CHUNK);
    const decided = await recordChunk(request, chunk.filter(isItem));
    outcomes.push(...chunk.map((item) => (isItem(item) ? decided.shift()! : refused(item))));
  }
  return answered.map((outcome) => outcome ?? outcomes.shift()!);
}

async function answeredBefore(request: RoomRequest, inputs: HashedInput[]): Promise<(Outcome | undefined)[]> {
  const keyed = inputs.map(({ purchase, return: back, hash }) => {
    const input = purchase ?? back;
    const key = input?.idempotencyKey;
    if (input === null || input === undefined || typeof key !== 'string' || !isKey(key)) return null;
    return { mutation: purchase === input ? 'purchaseRecord' : 'purchaseReturn', key, hash } as const;
  });
  const known = await requestsAnswered(
    request.space.source,
    request.viewer.owner,
    keyed.filter((item) => item !== null),
  );
  const byKey = new Map(known.map((remembered) => [`${remembered.mutation} ${remembered.key}`, remembered]));
  return keyed.map((item) => {
    const remembered = item === null ? undefined : byKey.get(`${item.mutation} ${item.key}`);
    return remembered === undefined ? undefined : again(remembered, item!.hash);
  });
}

function again({ hash, answer }: Remembered, asked: string): Outcome {
  return hash === asked ? { state: 'REPLAYED', answer, points: 0 } : refused(keyReused());
}

/** All in one transaction; whatever goes wrong with them together, one by one, so that each has its own answer. */
async function recordChunk(request: RoomRequest, items: BatchItem[]): Promise<Outcome[]> {
  if (items.length === 0) return [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      const decided = await withAccounts((opened) =>
        request.space.source.transaction(async (tx) => {
          await tx.query(`set local lock_timeout = '2s'`);
          const book = await openBook(tx, request.viewer.owner, items, { opened });
          const outcomes = items.map((item) => decide(request, book, item));
          await book.close(tx);
          return outcomes;
        }),
      );
      crashPoint('purchase-committed');
      return decided;
    } catch (error) {
      if (items.length > 1) {
        const outcomes: Outcome[] = [];
        for (const item of items) outcomes.push(...(await recordChunk(request, [item])));
        return outcomes;
      }
      if (error instanceof Refused) return [refused(error)];
      const { code } = failure(error);
      if (code === LOCK_TIMEOUT) return [refused(keyInProgress())];
      // Another request was faster with the key or the receipt: now it can be seen.
      if ((code !== UNIQUE_VIOLATION && code !== DEADLOCK) || attempt === ATTEMPTS) throw error;
    }
  }
}

function decide(request: RoomRequest, book: Book, item: BatchItem): Outcome {
  try {
    const answered = book.answered(item);
    if (answered !== undefined) return again(answered, item.hash);
    const recorded = book.recorded(item);
    if (recorded !== undefined) {
      if (recorded.hash === item.hash) return { state: 'REPLAYED', answer: recorded.answer, points: 0 };
      throw new Refused('RECEIPT_CONFLICT', 'This receipt is recorded already, with other content.', {
        field: ['receiptNumber'],
      });
    }
    checkMoment(item.input.occurredAt, book.at.now);
    return item.mutation === 'purchaseRecord' ? record(request, book, item) : giveBack(request, book, item);
  } catch (error) {
    if (error instanceof Refused) return refused(error);
    throw error;
  }
}

/** Throws when it has not happened yet, by more than tills' clocks may be wrong. */
export function checkMoment(occurredAt: string, now: string): void {
  if ((Date.parse(occurredAt) - Date.parse(now)) / 3_600_000 <= AHEAD_HOURS) return;
  throw new Refused('OCCURRED_IN_FUTURE', `occurredAt is more than ${AHEAD_HOURS} h ahead of ${now}.`, {
    field: ['occurredAt'],
  });
}
