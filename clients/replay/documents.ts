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

export const MEMBER = `query ReplayMember($id: ID!, $currency: String!, $after: String) {
  member(id: $id) {
    tier { code }
    wallet(currency: $currency) { available pending held deficit }
    purchases(first: 50, after: $after) {
      nodes { id total { amount } returned { amount } entries { amount } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

export const ENTRIES = `query ReplayEntries($id: ID!, $currency: String!, $after: String) {
  member(id: $id) {
    ledger(first: 100, currency: $currency, after: $after) { nodes { kind amount } pageInfo { hasNextPage endCursor } }
  }
}`;
