// Which consents can be decided, and by whom.

export type ConsentPurpose = 'MARKETING_EMAIL' | 'MARKETING_SMS' | 'MARKETING_PUSH' | 'PROFILING' | 'PARTNER_SHARING';

/** A decision about one purpose; the partner's UUID for PARTNER_SHARING. */
export interface Decision {
  purpose: ConsentPurpose;
  granted: boolean;
  partnerId: string | null;
  termsVersion: string | null;
}

/** Why a decision cannot be taken; null when it can. `viewerPartnerId`: of a till or a partner, null for all others. */
export function consentProblem(
  { purpose, partnerId }: Pick<Decision, 'purpose' | 'partnerId'>,
  viewerPartnerId: string | null,
): string | null {
  if (purpose !== 'PARTNER_SHARING') {
    return partnerId === null ? null : `${purpose} is not about one partner: leave partnerId out.`;
  }
  if (partnerId === null) return 'PARTNER_SHARING names its partner: send partnerId.';
  if (viewerPartnerId !== null && viewerPartnerId !== partnerId) {
    return 'A till or a partner records consents to sharing with its own partner only.';
  }
  return null;
}
