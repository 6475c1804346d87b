// Takes batches of purchases and returns. What is decided, is decided under the members' locks and posted in the same
// transaction, so that the answer carries the points. Sending anything again gives its first answer.
import { crashPoint } from '../../shared/crash.ts';
import { DEADLOCK, failure, LOCK_TIMEOUT, UNIQUE_VIOLATION } from '../../shared/database.ts';
import { keyInProgress, keyReused } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { Book } from './book.service.ts';
import { isItem, readItems, type BatchItem, type BatchItemInput } from './item.service.ts';
import { refused, type Outcome } from './outcome.rules.ts';
import { giveBack } from './return.service.ts';
import { record } from './sale.service.ts';
import { reserveVouchers } from './voucher.service.ts';

/** Items of one transaction: enough to share its cost, few enough that nobody waits long for its locks. */
const CHUNK = 100;
const ATTEMPTS = 5;
/** Tills' clocks are not ours. */
const AHEAD_HOURS = 24;

/** One outcome per item, in order. */
export async function recordBatch(request: RoomRequest, inputs: BatchItemInput[]): Promise<Outcome[]> {
  const items = await reserveVouchers(request, await readItems(request, inputs));
  const outcomes: Outcome[] = [];
  for (let start = 0; start < items.length; start += CHUNK) {
    const chunk = items.slice(start, start + CHUNK);
    const decided = await recordChunk(request, chunk.filter(isItem));
    crashPoint('purchase-committed');
    outcomes.push(...chunk.map((item) => (isItem(item) ? decided.shift()! : refused(item))));
  }
  return outcomes;
}

/** All in one transaction; where another one was faster with a key or a receipt, one by one. */
async function recordChunk(request: RoomRequest, items: BatchItem[]): Promise<Outcome[]> {
  if (items.length === 0) return [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request.space.source.transaction(async (tx) => {
        await tx.query(`set local lock_timeout = '2s'`);
        const book = await Book.open(tx, request.viewer.owner, items);
        const outcomes = items.map((item) => decide(request, book, item));
        await book.close(tx);
        return outcomes;
      });
    } catch (error) {
      const { code } = failure(error);
      if (code === null || ![UNIQUE_VIOLATION, DEADLOCK, LOCK_TIMEOUT].includes(code)) throw error;
      if (items.length > 1) {
        const outcomes: Outcome[] = [];
        for (const item of items) outcomes.push(...(await recordChunk(request, [item])));
        return outcomes;
      }
      if (code === LOCK_TIMEOUT) return [refused(keyInProgress())];
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function decide(request: RoomRequest, book: Book, item: BatchItem): Outcome {
  try {
    const hash = item.hash.toString('hex');
    const answered = book.answered(item);
    if (answered !== undefined) {
      if (answered.hash !== hash) throw keyReused();
      return { state: 'REPLAYED', answer: answered.answer, points: 0 };
    }
    const recorded = book.recorded(item);
    if (recorded !== undefined) {
      if (recorded.hash === hash) return { state: 'REPLAYED', answer: recorded.answer, points: 0 };
      throw new Refused('RECEIPT_CONFLICT', 'This receipt is recorded already, with other content.', {
        field: ['receiptNumber'],
      });
    }
    if (hoursAhead(item.input.occurredAt, book.now) > AHEAD_HOURS) {
      throw new Refused('OCCURRED_IN_FUTURE', `occurredAt is more than ${AHEAD_HOURS} h ahead of ${book.now}.`, {
        field: ['occurredAt'],
      });
    }
    return item.mutation === 'purchaseRecord' ? record(request, book, item) : giveBack(request, book, item);
  } catch (error) {
    if (error instanceof Refused) return refused(error);
    throw error;
  }
}

const hoursAhead = (at: string, now: string): number => (Date.parse(at) - Date.parse(now)) / 3_600_000;
