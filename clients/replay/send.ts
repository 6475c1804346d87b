// Sends what was planned: each till its own invoices in order, one batch after the other, several tills at once. An item that may succeed later
// is sent again together with everything behind it, so that no return overtakes its sale.
import type { Api } from './api.ts';
import { PURCHASE_RECORD_BATCH } from './documents.ts';
import { itemOf, type ItemOptions, type Planned } from './plan.ts';
import type { Outcome } from './state.ts';

interface UserError {
  code: string;
  message: string;
  retryable: boolean;
}

export interface Result {
  index: number;
  state: 'RECORDED' | 'REPLAYED' | 'REFUSED';
  purchase: { id: string } | null;
  lines: { index: number; accepted: boolean; quantity: string; reason: string | null }[];
  entries: { id: string; amount: number }[];
  userErrors: UserError[];
}

interface Payload {
  purchaseRecordBatch: { results: Result[]; userErrors: UserError[] } | null;
}

export interface SendOptions extends ItemOptions {
  /** Invoices in one batch, at most. */
  batch: number;
  /** The credential of a till. */
  keyOfTill: (till: number) => string;
  onOutcome: (invoice: Planned, outcome: Outcome) => void;
  /** After each batch. */
  onBatch: () => Promise<void>;
}

/** Stays below the gateway's limit for a body, 8 MB. */
const BATCH_BYTES = 3_000_000;

export async function send(api: Api, invoices: Planned[], options: SendOptions): Promise<void> {
  const queues = options.tills.map((_, till) => invoices.filter((invoice) => invoice.till === till));
  await Promise.all(queues.map((queue, till) => sendQueue(api, queue, options.keyOfTill(till), options)));
}

async function sendQueue(api: Api, queue: Planned[], key: string, options: SendOptions): Promise<void> {
  let next = 0;
  while (next < queue.length) {
    const items = batchFrom(queue, next, options);
    const results = await sendBatch(api, key, items);
    results.forEach((result, index) => options.onOutcome(queue[next + index]!, outcomeOf(result)));
    next += results.length;
    await options.onBatch();
  }
}

function batchFrom(queue: Planned[], from: number, options: SendOptions): object[] {
  const items: object[] = [];
  let bytes = 0;
  for (const invoice of queue.slice(from, from + options.batch)) {
    const item = itemOf(invoice, options);
    bytes += JSON.stringify(item).length;
    if (items.length > 0 && bytes > BATCH_BYTES) break;
    items.push(item);
  }
  return items;
}

/** The answers up to the first item that has none for good: at least one. */
async function sendBatch(api: Api, key: string, items: object[]): Promise<Result[]> {
  const { purchaseRecordBatch } = await api.untilSettled<Payload>(
    key,
    PURCHASE_RECORD_BATCH,
    { input: { items } },
    ({ purchaseRecordBatch: payload }) => {
      if (payload === null) return 'no answer';
      return (
        [...payload.userErrors, ...(payload.results[0]?.userErrors ?? [])].find((error) => error.retryable)?.code ??
        null
      );
    },
  );
  const { results, userErrors } = purchaseRecordBatch!;
  const [refusal] = userErrors;
  if (refusal !== undefined) throw new Error(`A batch was refused. ${refusal.code}: ${refusal.message}`);
  if (results.length !== items.length) {
    throw new Error(`A batch of ${items.length} got ${results.length} answers.`);
  }
  const open = results.findIndex((result) => result.userErrors.some((error) => error.retryable));
  return open === -1 ? results : results.slice(0, open);
}

function outcomeOf(result: Result): Outcome {
  return {
    state: result.state === 'REFUSED' ? 'REFUSED' : 'RECORDED',
    replayed: result.state === 'REPLAYED',
    purchaseId: result.purchase?.id ?? null,
    points: result.entries.reduce((sum, entry) => sum + entry.amount, 0),
    lines: result.lines.map(({ quantity, reason }) => ({ quantity, reason })),
    code: result.userErrors[0]?.code ?? null,
  };
}
