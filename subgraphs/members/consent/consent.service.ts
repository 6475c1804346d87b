// The only writer of consents: decisions are appended, and the newest of a purpose and partner is the current state.
import { decodeId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import type { Transaction } from '../../shared/database.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { Viewer } from '../../shared/viewer.ts';
import { lockMember } from '../member/member.service.ts';
import { knownPartners } from '../partner/partner.service.ts';
import { writeOf, type MemberWrite, type Written } from '../write.rules.ts';
import { readText } from '../text.rules.ts';
import { consentProblem, type ConsentPurpose, type Decision } from './consent.rules.ts';

export interface GivenConsent {
  purpose: ConsentPurpose;
  granted: boolean;
  partnerId?: string | null;
  termsVersion?: string | null;
}

const TERMS_MAX = 50;

/** Decisions that can be taken by this viewer; refuses the first that cannot. Call outside of transactions. */
export async function readDecisions(
  request: RoomRequest,
  given: GivenConsent[],
  fieldOf: (index: number) => string[],
): Promise<Decision[]> {
  const { viewer } = request;
  const decisions = given.map(({ purpose, granted, partnerId, termsVersion }, index): Decision => {
    const decoded = partnerId == null ? null : decodeId('ptn', partnerId);
    if (partnerId != null && decoded === null) throw unknownPartner(fieldOf(index));
    const problem = consentProblem({ purpose, partnerId: decoded }, viewer.partnerId ?? null);
    if (problem !== null) throw new Refused('CONSENT_INVALID', problem, { field: [...fieldOf(index), 'partnerId'] });
    const terms = termsVersion == null ? null : readText(termsVersion, TERMS_MAX);
    if (termsVersion != null && terms === null) {
      throw new Refused('CONSENT_INVALID', `termsVersion is 1 to ${TERMS_MAX} printable characters.`, {
        field: [...fieldOf(index), 'termsVersion'],
      });
    }
    return { purpose, granted, partnerId: decoded, termsVersion: terms };
  });
  const named = [...new Set(decisions.map(({ partnerId }) => partnerId).filter((id) => id !== null))];
  const known = await knownPartners(request, named);
  decisions.forEach(({ partnerId }, index) => {
    if (partnerId !== null && !known.has(partnerId)) throw unknownPartner(fieldOf(index));
  });
  return decisions;
}

const unknownPartner = (field: string[]) =>
  new Refused('PARTNER_UNKNOWN', 'There is no such partner.', { field: [...field, 'partnerId'] });

/** Appends decisions; the member's row is locked or new. */
export async function appendDecisions(
  tx: Transaction,
  viewer: Viewer,
  memberId: string,
  decisions: Decision[],
): Promise<void> {
  if (decisions.length === 0) return;
  await tx.query(
    `insert into consent_decision (member_id, purpose, granted, partner_id, terms_version, source, recorded_by)
     select $1, d.purpose, d.granted, d.partner_id, d.terms_version, $2, $3
     from unnest($4::text[], $5::boolean[], $6::uuid[], $7::text[]) with ordinality
       d (purpose, granted, partner_id, terms_version, place) order by place`,
    [
      memberId,
      viewer.kind,
      viewer.owner,
      decisions.map(({ purpose }) => purpose),
      decisions.map(({ granted }) => granted),
      decisions.map(({ partnerId }) => partnerId),
      decisions.map(({ termsVersion }) => termsVersion),
    ],
  );
}

export interface ConsentSet extends MemberWrite, GivenConsent {}

export const consentService = (request: RoomRequest) => ({
  async set(input: ConsentSet): Promise<Written> {
    const { viewer, space } = request;
    const decisions = await readDecisions(request, [input], () => []);
    return once(space.source, writeOf(viewer, 'memberConsentSet', input), async (tx) => {
      const member = await lockMember(tx, viewer, decodeId('mbr', input.memberId));
      await appendDecisions(tx, viewer, member.id, decisions);
      return { memberId: member.id };
    });
  },
});
