// What every change of a member has in common: whom it changes, and under which key it is remembered.
import type { Request } from '../shared/idempotency.ts';
import type { Viewer } from '../shared/viewer.ts';

export interface MemberWrite {
  idempotencyKey?: string | null;
  /** `mbr_…` */
  memberId: string;
}

/** The member that was changed, by UUID, and whether the answer is that of an earlier request. */
export interface Written<Answer = { memberId: string }> {
  answer: Answer;
  replayed: boolean;
}

/** Keys are optional in this room: without one the write is made each time. */
export function writeOf(viewer: Viewer, mutation: string, input: { idempotencyKey?: string | null }): Request | null {
  const { idempotencyKey: key } = input;
  return key === null || key === undefined ? null : { owner: viewer.owner, mutation, key, input };
}
