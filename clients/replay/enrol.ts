// Enrols the source's customers under the partner's own ids, a few at a time. Enrolling someone again gives the same member.
import type { Api } from './api.ts';
import { MEMBER_ENROLL } from './documents.ts';

interface Payload {
  memberEnroll: {
    member: { id: string } | null;
    userErrors: { code: string; message: string; retryable: boolean }[];
  } | null;
}

export interface Enrolment {
  /** Member's id by customer. */
  members: Record<string, string>;
  /** Why a customer could not be enrolled: its invoices cannot be sent. */
  refused: Record<string, string>;
}

export async function enrol(
  api: Api,
  key: string,
  hash: string,
  customers: string[],
  onEach: () => void,
  atOnce = 8,
): Promise<Enrolment> {
  const enrolment: Enrolment = { members: {}, refused: {} };
  const waiting = customers.values();
  const worker = async () => {
    for (const customer of waiting) {
      const outcome = await enrolOne(api, key, hash, customer);
      if ('id' in outcome) enrolment.members[customer] = outcome.id;
      else enrolment.refused[customer] = outcome.code;
      onEach();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return enrolment;
}

async function enrolOne(
  api: Api,
  key: string,
  hash: string,
  customer: string,
): Promise<{ id: string } | { code: string }> {
  const input = {
    idempotencyKey: `replay:${hash.slice(0, 12)}:customer:${encodeURIComponent(customer)}`,
    identifiers: [{ kind: 'EXTERNAL', value: customer }],
  };
  const payload = await api.untilSettled<Payload>(key, MEMBER_ENROLL, { input }, ({ memberEnroll }) =>
    memberEnroll === null ? 'no answer' : (memberEnroll.userErrors.find((error) => error.retryable)?.code ?? null),
  );
  const { member, userErrors } = payload.memberEnroll!;
  return member ?? { code: userErrors[0]?.code ?? 'UNKNOWN' };
}
