// What replay asks.

export const MEMBER_ENROLL = `mutation MemberEnroll($input: MemberEnrollInput!) {
  memberEnroll(input: $input) { member { id } userErrors { code message retryable } }
}`;

export const PURCHASE_RECORD_BATCH = `mutation PurchaseRecordBatch($input: PurchaseRecordBatchInput!) {
  purchaseRecordBatch(input: $input) {
    results {
      index state purchase { id } lines { index accepted quantity reason } entries { id amount }
      userErrors { code message retryable }
    }
    userErrors { code message retryable }
  }
}`;

export const LEDGER_VERIFY = `query LedgerVerify {
  ledgerVerify { intact walletCount entryCount firstBreak { reason } }
}`;

export const PROGRAMMES = `query ReplayProgrammes { programmes(first: 20) { nodes { version state } } }`;

export const PROGRAMME = `query ReplayProgramme($version: String!) { programmeDocument(version: $version) }`;

export const MEMBER = `query ReplayMember($id: ID!, $after: String) {
  member(id: $id) {
    tier { code }
    wallets { currency { code } available pending held deficit }
    purchases(first: 50, after: $after) {
      nodes { id total { amount } returned { amount } entries { amount currency { code } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

export const ENTRIES = `query ReplayEntries($id: ID!, $after: String) {
  member(id: $id) {
    ledger(first: 100, after: $after) {
      nodes { id kind amount currency { code } explanation { steps { amount } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;
