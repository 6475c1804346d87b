// What a member's year asks of the points room.
const ERRORS = 'userErrors { code field message }';

export const CLOCK = `mutation ($input: SandboxClockAdvanceInput!) { sandboxClockAdvance(input: $input) { now ${ERRORS} } }`;

export const QUOTE = `query ($input: PurchaseQuoteInput!) { purchaseQuote(input: $input) {
  earned { currency { code } amount } tierAfter { code } discounts { code amount { amount } } payable { amount } } }`;

export const RECORD = `mutation ($input: PurchaseRecordInput!) { purchaseRecord(input: $input) {
  purchase { id } entries { amount currency { code } } member { tier { code } } ${ERRORS} } }`;

export const RETURN = `mutation ($input: PurchaseReturnInput!) { purchaseReturn(input: $input) { purchases { id } ${ERRORS} } }`;

export const CONFIRM = `mutation ($input: PurchaseConfirmInput!) { purchaseConfirm(input: $input) { ${ERRORS} } }`;

export const EVENT = `mutation ($input: EventRecordInput!) { eventRecord(input: $input) { ${ERRORS} } }`;

export const HOLD = `mutation ($input: PointsHoldInput!) { pointsHold(input: $input) { holdId ${ERRORS} } }`;

export const CAPTURE = `mutation ($input: PointsHoldEndInput!) { pointsCapture(input: $input) { holdId ${ERRORS} } }`;

export const LEDGER = `query ($members: [_Any!]!) { _entities(representations: $members) { ... on Member {
  ledger(first: 20) { edges { node { id kind amount currency { code } explanation { steps { rule applied amount } } } } } } } }`;

export const STATE = `query ($members: [_Any!]!) { _entities(representations: $members) { ... on Member {
  tier { code endsAt }
  wallets { currency { code } pending available deficit nextExpiry { expiresOn amount } } } } }`;

export const VERIFY = 'query { ledgerVerify { intact walletCount entryCount firstBreak { reason } } }';
