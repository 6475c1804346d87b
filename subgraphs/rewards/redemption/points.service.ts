// What rewards asks of points about a redemption's points. Its id is the key of each, so that asking again does no harm.
import type { RoomRequest } from '../../shared/room.ts';

export interface WalletAnswer {
  currency: { code: string };
  available: number;
  held: number;
}

export interface HoldAnswer {
  state: 'HELD' | 'CAPTURED' | 'RELEASED' | null;
  wallets: WalletAnswer[];
  userErrors: { code: string; message: string; retryable: boolean }[];
}

/** Points did not answer: what it did is not known. */
export class Unanswered extends Error {}

async function ask<T>(request: RoomRequest, query: string, input: object): Promise<T> {
  try {
    return await request.ask<T>('points', query, { input });
  } catch (error) {
    throw new Unanswered(`points did not answer: ${String(error)}`, { cause: error });
  }
}

const HOLD = 'state wallets { currency { code } available held } userErrors { code message retryable }';

export async function holdPoints(
  request: RoomRequest,
  input: {
    idempotencyKey: string;
    memberId: string;
    currency: string;
    amount: number;
    forPurchase: boolean;
    /** `ptn_…`: whose purchases alone may take it; null: any. */
    partnerId: string | null;
  },
): Promise<HoldAnswer> {
  const query = `mutation ($input: PointsHoldInput!) { pointsHold(input: $input) { ${HOLD} } }`;
  return (await ask<{ pointsHold: HoldAnswer }>(request, query, input)).pointsHold;
}

/** Ends a hold or says how it has ended; its answer is never a refusal. */
export async function releasePoints(request: RoomRequest, redemptionId: string): Promise<HoldAnswer> {
  const query = `mutation ($input: PointsHoldEndInput!) { pointsRelease(input: $input) { ${HOLD} } }`;
  const { pointsRelease } = await ask<{ pointsRelease: HoldAnswer }>(request, query, { redemptionId });
  if (pointsRelease.state === 'CAPTURED' || pointsRelease.state === 'RELEASED') return pointsRelease;
  throw new Error(`points did not end the hold of ${redemptionId}: ${JSON.stringify(pointsRelease)}`);
}

/** Spends what is held, once; the entry that did. */
export async function capturePoints(
  request: RoomRequest,
  redemptionId: string,
): Promise<{ entryId: string | null; wallets: WalletAnswer[] }> {
  const query = `mutation ($input: PointsHoldEndInput!) { pointsCapture(input: $input) { ${HOLD} capture { id } } }`;
  type Captured = { pointsCapture: HoldAnswer & { capture: { id: string } | null } };
  const { pointsCapture } = await ask<Captured>(request, query, { redemptionId });
  // It is for good here: points that are not there would be a free reward.
  if (pointsCapture.state !== 'CAPTURED') {
    throw new Error(`the points of ${redemptionId} are not there: ${JSON.stringify(pointsCapture)}`);
  }
  return { entryId: pointsCapture.capture?.id ?? null, wallets: pointsCapture.wallets };
}

/** Gives back what was spent, once; false: it cannot be. */
export async function reversePoints(request: RoomRequest, redemptionId: string): Promise<boolean> {
  const { entryId } = await capturePoints(request, redemptionId);
  const query =
    'mutation ($input: PointsReverseInput!) { pointsReverse(input: $input) { userErrors { code message } } }';
  const { pointsReverse } = await ask<{ pointsReverse: Pick<HoldAnswer, 'userErrors'> }>(request, query, {
    idempotencyKey: `${redemptionId}:refund`,
    entryId,
  });
  const refusal = pointsReverse.userErrors[0];
  if (refusal === undefined) return true;
  if (refusal.code === 'ENTRY_NOT_REVERSIBLE') return false;
  throw new Unanswered(`points did not reverse ${redemptionId}: ${refusal.code}`);
}
