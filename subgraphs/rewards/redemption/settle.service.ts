// After a step: asks points what the step wants to know, and takes the next step by the answer. The clock does the same
// for what was left on the way, by a crash or because points was away.
import { encodeId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { capturePoints, releasePoints, reversePoints, Unanswered, type WalletAnswer } from './points.service.ts';
import type { Question, SagaEvent } from './redemption.saga.ts';
import { step, stepDue, type Stepped } from './step.service.ts';

const BATCH = 50;

/** One step in a transaction of its own; the relay is woken when it told something. */
export async function stepNow(request: RoomRequest, id: string, event: SagaEvent): Promise<Stepped> {
  const stepped = await request.space.source.transaction((tx) => step(tx, id, event));
  if (stepped.told) request.told();
  return stepped;
}

export interface Settled {
  /** As points has just answered; null when it was not asked for them. */
  wallets: WalletAnswer[] | null;
  event: SagaEvent | null;
}

/** Throws `Unanswered` when points did not answer. */
export async function settle(request: RoomRequest, id: string, question: Question): Promise<Settled> {
  const named = encodeId('rdm', id);
  if (question === 'capture') return { wallets: (await capturePoints(request, named)).wallets, event: null };
  if (question === 'release') {
    const { state, wallets } = await releasePoints(request, named);
    const event = state === 'CAPTURED' ? 'captured' : 'released';
    await stepNow(request, id, event);
    return { wallets, event };
  }
  const event = (await reversePoints(request, named)) ? 'reversed' : 'reversalRefused';
  await stepNow(request, id, event);
  return { wallets: null, event };
}

/** The same for a client that waits: without an answer things stay as they are, and the clock goes on. */
export async function trySettle(request: RoomRequest, id: string, question: Question | null): Promise<Settled> {
  if (question === null) return { wallets: null, event: null };
  try {
    return await settle(request, id, question);
  } catch (error) {
    if (error instanceof Unanswered) return { wallets: null, event: null };
    throw error;
  }
}

/** Brings what is overdue to its end; how many. Throws the first fault after all were tried. */
export async function settleDue(request: RoomRequest): Promise<number> {
  const due = await request.space.source.transaction((tx) => stepDue(tx, BATCH));
  const faults: unknown[] = [];
  for (const { id, ask } of due) {
    if (ask === null) continue;
    try {
      await settle(request, id, ask);
    } catch (error) {
      faults.push(error);
      // Points is away: it will not answer the others either.
      if (error instanceof Unanswered) break;
    }
  }
  if (faults.length > 0) throw faults[0];
  return due.length;
}
