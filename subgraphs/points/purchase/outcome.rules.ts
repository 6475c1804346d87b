// What becomes of an item of a batch.
import { Refused } from '../../shared/refusal.ts';
import type { LineAnswer } from './return.rules.ts';

/** What is remembered under a key: enough to give the first answer again. UUIDs. */
export interface Answer {
  memberId: string | null;
  purchaseId: string | null;
  /** Holds that the purchase captured: the origins of those entries. */
  holds: string[];
  /** Steps of the ladder that it caused: the origins of what reached levels gave, or lost ones took back. */
  steps: string[];
  /** Origins of the entries that took points back, each with its purchase. */
  parts: { id: string; purchaseId: string; restores: string[] }[];
  lines: LineAnswer[];
}

/** An answer as it was stored; those of before redemptions or steps say nothing of them. */
export type StoredAnswer = Omit<Answer, 'holds' | 'steps' | 'parts'> & {
  holds?: string[];
  steps?: string[];
  parts: { id: string; purchaseId: string; restores?: string[] }[];
};

export const storedAnswer = ({ holds = [], steps = [], parts, ...answer }: StoredAnswer): Answer => ({
  ...answer,
  holds,
  steps,
  parts: parts.map(({ restores = [], ...part }) => ({ ...part, restores })),
});

export type Outcome =
  | { state: 'RECORDED' | 'REPLAYED'; answer: Answer; points: number }
  | { state: 'REFUSED'; refusal: Refused; lines: LineAnswer[] };

/** A return of which nothing was accepted: the refusal carries the answer of each line. */
export class NothingReturned extends Refused {
  readonly lines: LineAnswer[];

  constructor(lines: LineAnswer[]) {
    const code = lines[0]?.reason ?? 'RETURN_UNMATCHED';
    const message =
      code === 'RETURN_UNMATCHED' ? 'No sale of these items is left to return.' : 'More is returned than was bought.';
    super(code, message, { field: ['lines'] });
    this.lines = lines;
  }
}

export const refused = (refusal: Refused): Outcome => ({
  state: 'REFUSED',
  refusal,
  lines: refusal instanceof NothingReturned ? refusal.lines : [],
});
