// Who sees which field of what: product.md P5 and S7, and the READMEs of the rooms, as data. A field that is not here
// fails the test.
import type { Asker, Brand } from './world.ts';

/** `absent`: what has the field is never shown. `hidden`: null, absent or forbidden, whichever way was taken. */
export type Outcome = 'visible' | 'null' | 'absent' | 'hidden';

/** How someone who asks stands to what is asked for. */
export type Relation =
  | 'self' // a member, and what is its own
  | 'stranger' // a member, and what is another's
  | 'referee' // a member, and the referral that brought it
  | 'public' // a member, and what is a brand's
  | 'operator'
  | 'sharing' // a brand, and a member who shares its data with it
  | 'enrolling' // a brand, and a member who has its card from it
  | 'acquainted' // a brand, and a member who presented itself to it
  | 'unknown' // a brand, and a member of whom it never heard
  | 'till' // a till, and what is of its own brand
  | 'brand' // a brand's program, and what is of its own
  | 'bearer' // a brand, and a voucher that it gave out or has before it
  | 'unacquainted' // a brand, and what is of its own and of a member of whom it never heard
  | 'rival' // a brand, and what is another brand's
  | 'nobody'; // without a credential

/** Scopes that open a field: one of them is enough. What has none is open to every credential. */
export type Scopes = readonly string[];
/** With scopes of its own where one relation needs more than the others. */
type Row = Partial<Record<Relation, Outcome | { needs: Scopes }>>;

const PRESENCE: Row = {
  self: 'visible',
  operator: 'visible',
  sharing: 'visible',
  enrolling: 'visible',
  acquainted: 'visible',
};
const OF_MEMBER: Row = { self: 'visible', operator: 'visible', sharing: 'null', enrolling: 'null', acquainted: 'null' };
const INSIDE: Row = { self: 'visible', operator: 'visible' };
const TRADE: Row = { self: 'visible', operator: 'visible', till: 'visible', brand: 'visible' };
const PUBLIC: Row = { ...TRADE, public: 'visible' };
const REDEEMED: Row = { ...TRADE, bearer: 'visible', unacquainted: 'visible' };
const CATALOGUE: Row = { ...PUBLIC, rival: 'visible' };
const BROUGHT: Row = { self: 'visible', referee: 'visible', operator: 'visible' };

interface Rule {
  row: Row;
  scopes: Scopes;
  /** All of these too. */
  besides?: Scopes;
}

/** What is in no row is absent. */
export const RULES = {
  // Of a member. The id comes with everything that is the member's.
  id: { row: PRESENCE, scopes: ['members:read', 'points:read', 'purchases:read', 'rewards:read', 'referrals:read'] },
  presence: { row: PRESENCE, scopes: ['members:read'] },
  card: { row: { ...OF_MEMBER, sharing: 'visible', enrolling: 'visible' }, scopes: ['members:read'] },
  person: { row: { ...OF_MEMBER, sharing: 'visible' }, scopes: ['members:read'] },
  'inside the person': { row: { ...INSIDE, sharing: 'visible' }, scopes: ['members:read'] },
  private: { row: OF_MEMBER, scopes: ['members:read'] },
  'inside the private': { row: INSIDE, scopes: ['members:read'] },
  staff: { row: { ...OF_MEMBER, self: 'null' }, scopes: ['members:read'] },
  'inside the staff’s': { row: { operator: 'visible' }, scopes: ['members:read'] },
  consent: { row: { ...INSIDE, brand: 'visible', till: 'visible' }, scopes: ['members:read'] },
  'who recorded a consent': {
    row: { self: 'null', operator: 'visible', brand: 'null', till: 'null' },
    scopes: ['members:read'],
  },
  account: { row: PRESENCE, scopes: ['points:read'] },
  receipts: { row: PRESENCE, scopes: ['purchases:read'] },
  statement: { row: OF_MEMBER, scopes: ['points:read'] },
  'inside the statement': { row: INSIDE, scopes: ['points:read'] },
  'tiers by staff': { row: { ...OF_MEMBER, self: 'null' }, scopes: ['points:read'] },
  'inside the tiers by staff': { row: { operator: 'visible' }, scopes: ['points:read'] },
  code: { row: PRESENCE, scopes: ['members:read', 'referrals:read'] },
  referring: { row: OF_MEMBER, scopes: ['referrals:read'] },
  'inside the referring': { row: INSIDE, scopes: ['referrals:read'] },
  rewarding: { row: PRESENCE, scopes: ['rewards:read'] },
  // Of a redemption or its voucher: of a member, of the brand that took it, and of the brand whose reward it is.
  redemption: { row: REDEEMED, scopes: ['rewards:read'] },
  'who redeemed': { row: { ...REDEEMED, unacquainted: 'null' }, scopes: ['rewards:read'] },
  'bearer’s code': {
    row: { self: 'visible', operator: 'visible', bearer: 'visible', till: 'null', brand: 'null' },
    scopes: ['rewards:read'],
  },
  // Of a referral: of its two members, who are not told of each other.
  referral: { row: BROUGHT, scopes: ['referrals:read'] },
  'who brought': { row: { ...BROUGHT, referee: 'null' }, scopes: ['referrals:read'] },
  'who was brought': { row: { ...BROUGHT, self: 'null' }, scopes: ['referrals:read'] },
  // Of a purchase, an entry or a lot: of a member, and of the brand that sold or pays.
  receipt: { row: TRADE, scopes: ['purchases:read'] },
  quote: { row: { operator: 'visible', till: 'visible', brand: 'visible' }, scopes: ['purchases:write'] },
  entry: { row: TRADE, scopes: ['points:read', 'purchases:read'] },
  'why staff posted': { row: { ...TRADE, till: 'null', brand: 'null' }, scopes: ['points:read', 'purchases:read'] },
  proof: { row: INSIDE, scopes: ['points:read'], besides: ['ledger:verify'] },
  // Of a brand.
  brand: { row: PUBLIC, scopes: [] },
  // The catalogue names brands.
  'brand in the catalogue': { row: { ...PUBLIC, rival: { needs: ['rewards:read'] } }, scopes: [] },
  catalogue: { row: CATALOGUE, scopes: ['rewards:read'] },
  shelf: {
    row: { operator: 'visible', brand: 'visible', till: 'null', public: 'null', rival: 'null' },
    scopes: ['rewards:read'],
  },
  tills: { row: { ...TRADE, public: 'null' }, scopes: ['partners:read'] },
  'inside the tills': { row: TRADE, scopes: ['partners:read'] },
  desk: { row: { operator: 'visible', brand: 'visible', till: 'null', public: 'null' }, scopes: ['partners:manage'] },
  'inside the desk': { row: { operator: 'visible', brand: 'visible' }, scopes: ['partners:manage'] },
  // Of nobody.
  terms: { row: CATALOGUE, scopes: [] },
  programme: { row: { operator: 'visible' }, scopes: ['points:manage'] },
  // With members in it.
  'programme’s members': { row: { operator: 'visible' }, scopes: ['points:read'], besides: ['points:manage'] },
  seal: { row: { public: 'visible', operator: 'visible' }, scopes: ['ledger:verify'] },
  verification: { row: { operator: 'visible' }, scopes: ['ledger:verify'] },
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/**
 * `open`: says nothing of anyone by itself (pages, refusals, kinds of points); what lies in it has rows of its own.
 * `asked`: root fields and payloads, whose table is in the test. `unmet`: only a broken ledger has one.
 * `within`: of a value, which is as visible as the field that has it.
 */
type Unruled = 'open' | 'asked' | 'unmet' | 'within';
export const FIELDS: Record<string, Partial<Record<RuleName | Unruled, string>>> = {
  Query: {
    asked:
      'me member memberByIdentifier members partner partners purchase purchaseByReceipt purchaseQuote purchaseReviews programmes programmeDocument programmePlan programmeTerms tierSchemePreview ledgerRoot ledgerProof ledgerVerify reward rewards redemption referral',
  },
  Mutation: {
    asked:
      'memberEnroll memberUpdate memberConsentSet memberStatusSet memberBlocksSet apiClientCreate apiClientRotate apiClientRevoke pointsAdjust pointsTransfer pointsConvert purchaseRecord purchaseReturn purchaseConfirm purchaseRecordBatch purchaseReviewDecide eventRecord tierGrant tierGrantRevoke programmeApply programmeRollback programmeDraft sandboxClockAdvance pointsGoodwill partnerCreate partnerUpdate channelCreate locationCreate locationUpdate terminalCreate rewardCreate rewardUpdate rewardStockAdjust rewardRedeem redemptionHold redemptionCapture redemptionRelease redemptionRefund voucherUse referralCodeChange',
  },
  Member: {
    id: 'id',
    presence: 'status enrolledAt',
    card: 'cardNumber',
    person: 'displayName profile consents',
    private: 'consentHistory identifiers earningBlocked spendingBlocked',
    staff: 'statusHistory',
    account: 'tier wallets wallet',
    receipts: 'purchases',
    statement: 'ledger',
    code: 'referralCode',
    referring: 'referralSummary referrals',
    rewarding: 'offers redemptions',
  },
  MemberProfile: { 'inside the person': 'givenName familyName birthday locale country preferredChannel attributes' },
  MemberAttribute: { 'inside the person': 'name value' },
  MemberIdentifier: { 'inside the private': 'kind value partner addedAt' },
  Consent: {
    consent: 'purpose granted decidedAt partner source termsVersion',
    'who recorded a consent': 'recordedBy',
  },
  MemberStatusChange: { 'inside the staff’s': 'status earningBlocked spendingBlocked reason changedBy changedAt' },
  MemberTier: { account: 'code name startedAt endsAt benefits', statement: 'progress', 'tiers by staff': 'grants' },
  TierProgress: { 'inside the statement': 'metric current required nextTier atRiskOn' },
  TierBenefit: { account: 'kind code name value' },
  TierGrant: { 'inside the tiers by staff': 'id tier grantedAt until reason actor revokedAt' },
  Tier: { within: 'code name' },
  Wallet: { account: 'currency available pending held deficit nextExpiry expiries lots' },
  WalletExpiry: { account: 'expiresOn amount' },
  Purchase: {
    receipt: 'id receiptNumber businessDate occurredAt total returned lines entries review partner channel member',
  },
  PurchaseLine: { receipt: 'number sku name quantity returnedQuantity' },
  Money: { within: 'amount currencyCode' },
  LedgerEntry: {
    entry:
      'id kind amount moved currency lot lots occurredAt postedAt runningBalance hash previousHash reverses explanation',
    'why staff posted': 'reason actor',
  },
  Explanation: { within: 'summary ruleSetVersion steps' },
  ExplanationStep: { within: 'rule applied required actual amount reason summary' },
  Actor: { within: 'kind id' },
  Lot: { entry: 'id state amount remaining earnedAt activatesAt expiresAt funding' },
  LotFunding: { entry: 'partner share' },
  PurchaseQuote: { quote: 'earned tierBefore tierAfter discounts payable explanation' },
  QuotedPoints: { quote: 'currency amount state activatesAt expiresAt' },
  Discount: { quote: 'kind code amount' },
  Reward: {
    catalogue:
      'id code kind name description terms pictureUrl price value percent sku partner stock tiers availableFrom availableUntil voucherDays refundable',
    shelf: 'visibleFrom visibleUntil',
  },
  RewardPrice: { within: 'points money' },
  RewardStock: { within: 'remaining' },
  PointsAmount: { within: 'currency amount' },
  Offer: { rewarding: 'reward price available unavailableReasons' },
  OfferUnavailability: { rewarding: 'code message missingPoints' },
  Redemption: {
    redemption: 'id state quantity requestedAt holdExpiresAt pointsHeld pointsSpent reward vouchers',
    'who redeemed': 'member',
  },
  Voucher: { redemption: 'id state expiresAt usedAt remaining', 'bearer’s code': 'code' },
  Referral: { referral: 'id state rejection attributedAt', 'who brought': 'referrer', 'who was brought': 'referee' },
  ReferralCode: { code: 'code link' },
  ReferralSummary: { 'inside the referring': 'attributed qualified rewarded pointsEarned' },
  Partner: { 'brand in the catalogue': 'id name', brand: 'code channels', catalogue: 'rewards', desk: 'apiClients' },
  Channel: { brand: 'id code kind locations' },
  Location: { brand: 'id code name', tills: 'terminals' },
  Terminal: { 'inside the tills': 'id code' },
  ApiClient: { 'inside the desk': 'id kind name scopes keyPrefix createdAt expiresAt revokedAt channel' },
  LedgerRoot: { seal: 'space day root walletCount entryCount sealedAt history signature keyId publicKey' },
  LedgerProof: { proof: 'entry chain walletHead path root' },
  LedgerProofStep: { proof: 'side hash' },
  LedgerVerification: { verification: 'intact walletCount entryCount firstBreak' },
  LedgerBreak: { unmet: 'entry reason' },
  Programme: { programme: 'version state awaits effectiveAt appliedAt appliedBy origin rollbackOf' },
  ProgrammePlan: { programme: 'version changes tierMoves userErrors' },
  ProgrammeChange: { programme: 'path before after' },
  TierMove: { programme: 'from to members' },
  TierSchemePreview: { programme: 'moves userErrors', 'programme’s members': 'members' },
  TierMover: { 'programme’s members': 'member from to' },
  ProgrammeTerms: { terms: 'version effectiveAt sections' },
  ProgrammeTermsSection: { terms: 'heading text' },
  PointsCurrency: { open: 'code name decimals spendable' },
  PageInfo: { open: 'hasNextPage hasPreviousPage startCursor endCursor' },
  UserError: { open: 'code message field retryable' },
  MemberEnrollPayload: { asked: 'member existing replayed userErrors' },
  MemberUpdatePayload: { asked: 'member replayed userErrors' },
  MemberConsentSetPayload: { asked: 'member replayed userErrors' },
  MemberStatusSetPayload: { asked: 'member replayed userErrors' },
  MemberBlocksSetPayload: { asked: 'member replayed userErrors' },
  ApiClientCreatePayload: { asked: 'apiClient secret replayed userErrors' },
  ApiClientRotatePayload: { asked: 'apiClient secret previousExpiresAt replayed userErrors' },
  ApiClientRevokePayload: { asked: 'apiClient replayed userErrors' },
  PointsAdjustPayload: { asked: 'entry member replayed userErrors' },
  PointsTransferPayload: { asked: 'entries replayed userErrors' },
  EventRecordPayload: { asked: 'event entries member replayed userErrors' },
  ProgrammeApplyPayload: { asked: 'programme replayed userErrors' },
  ProgrammeDraftPayload: { asked: 'draft replayed userErrors' },
  // Who told it has it in the answer, and nobody anywhere else.
  MemberEvent: { open: 'id type occurredAt explanation' },
  ProgrammeDraft: { open: 'version draftedAt draftedBy' },
  TierGrantPayload: { asked: 'grant member replayed userErrors' },
  SandboxClockAdvancePayload: { asked: 'now replayed userErrors' },
  PartnerCreatePayload: { asked: 'partner replayed userErrors' },
  PartnerUpdatePayload: { asked: 'partner replayed userErrors' },
  ChannelCreatePayload: { asked: 'channel replayed userErrors' },
  LocationCreatePayload: { asked: 'location replayed userErrors' },
  LocationUpdatePayload: { asked: 'location replayed userErrors' },
  TerminalCreatePayload: { asked: 'terminal replayed userErrors' },
  RewardCreatePayload: { asked: 'reward replayed userErrors' },
  RewardUpdatePayload: { asked: 'reward replayed userErrors' },
  RewardStockAdjustPayload: { asked: 'reward replayed userErrors' },
  RewardRedeemPayload: { asked: 'redemption member replayed userErrors' },
  RedemptionHoldPayload: { asked: 'redemption replayed userErrors' },
  RedemptionCapturePayload: { asked: 'redemption replayed userErrors' },
  RedemptionReleasePayload: { asked: 'redemption replayed userErrors' },
  RedemptionRefundPayload: { asked: 'redemption replayed userErrors' },
  VoucherUsePayload: { asked: 'voucher replayed userErrors' },
  ReferralCodeChangePayload: { asked: 'referralCode replayed userErrors' },
  PurchaseRecordPayload: { asked: 'purchase entries member replayed userErrors' },
  PurchaseReturnPayload: { asked: 'purchases lines entries member replayed userErrors' },
  PurchaseReturnLine: { asked: 'index accepted quantity purchase reason' },
  PurchaseRecordBatchPayload: { asked: 'results summary userErrors' },
  PurchaseRecordBatchResult: { asked: 'index state purchase purchases lines entries userErrors' },
  PurchaseRecordBatchSummary: { asked: 'recorded replayed refused points' },
  ...Object.fromEntries(
    [
      'Member',
      'Consent',
      'MemberStatusChange',
      'Partner',
      'Location',
      'ApiClient',
      'Lot',
      'WalletExpiry',
      'Purchase',
      'LedgerEntry',
      'Reward',
      'Offer',
      'Redemption',
      'Referral',
      'Programme',
      'TierMover',
    ].flatMap((node) => [
      [`${node}Connection`, { open: `edges nodes pageInfo${node === 'Reward' ? ' totalCount' : ''}` }],
      [`${node}Edge`, { open: 'cursor node' }],
    ]),
  ),
};

/** `Member.status` → its rule. */
export const ruleOf = new Map<string, RuleName | Unruled>(
  Object.entries(FIELDS).flatMap(([type, rules]) =>
    Object.entries(rules).flatMap(([rule, fields]) =>
      fields.split(' ').map((field): [string, RuleName] => [`${type}.${field}`, rule as RuleName]),
    ),
  ),
);

/** The rule of a field that has one. */
export function guarded(field: string): RuleName | null {
  const rule = ruleOf.get(field);
  return rule === undefined || ['open', 'asked', 'unmet', 'within'].includes(rule) ? null : (rule as RuleName);
}

/** Whose something is; nothing here: the programme's. */
export interface Owners {
  /** `mbr_…` */
  member?: string | null;
  brand?: Brand | null;
  /** Of a redemption or a voucher: all the brands that it is of, those that may have its code, and who does not know its member. */
  brands?: Brand[];
  bearers?: Brand[];
  unacquainted?: Brand[];
  /** Of a referral: who was brought. */
  referee?: string;
  /** A reward that the catalogue does not show. */
  hidden?: boolean;
  /** A member itself: what the brands are to it. */
  known?: Record<Brand, 'sharing' | 'enrolling' | 'acquainted' | 'unknown'>;
  /** Scopes that open it, where they are fewer than its fields'. */
  scopes?: Scopes;
}

function relation({ viewer, brand, memberId }: Asker, owners: Owners): Relation {
  switch (viewer.kind) {
    case 'operator':
      return 'operator';
    case 'member':
      if (owners.hidden === true) return 'nobody';
      if (owners.member === undefined) return 'public';
      if (memberId !== null && owners.referee === memberId) return 'referee';
      return owners.member !== null && owners.member === memberId ? 'self' : 'stranger';
    case 'till':
    case 'partner':
      if (owners.known !== undefined) return owners.known[brand!];
      if (owners.bearers?.includes(brand!) === true) return 'bearer';
      if (owners.unacquainted?.includes(brand!) === true) return 'unacquainted';
      if (owners.hidden === true && viewer.kind === 'till') return 'nobody';
      if (owners.brand !== brand && owners.brands?.includes(brand!) !== true) {
        return owners.hidden === true ? 'nobody' : 'rival';
      }
      return viewer.kind === 'till' ? 'till' : 'brand';
    case 'room':
    case 'anonymous':
      return 'nobody';
  }
}

/** What an asker is to see of a field. */
export function expected(asker: Asker, rule: RuleName, owners: Owners): Outcome {
  const { row, scopes: usual, besides = [] }: Rule = RULES[rule];
  const found = row[relation(asker, owners)] ?? 'absent';
  const outcome = typeof found === 'string' ? found : 'visible';
  const scopes = typeof found === 'string' ? usual : found.needs;
  const opening = owners.scopes === undefined ? scopes : scopes.filter((scope) => owners.scopes!.includes(scope));
  const held = asker.viewer.kind === 'member' || scopes.length === 0;
  const has = (scope: string) => asker.viewer.scopes.includes(scope);
  if (held || (opening.some(has) && besides.every(has))) return outcome;
  return outcome === 'absent' ? 'absent' : 'hidden';
}
