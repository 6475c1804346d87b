// The journeys that the page opens with, a tab each: they run against the demo's data as they stand, in this order.

export interface Journey {
  /** The operation's name, which is also the tab's. */
  name: string;
  /** Whom it is asked as: the name of a demo credential. */
  as: string;
  query: string;
  variables: object;
}

const TILL = 'till northside-london';
const ADA = { kind: 'EMAIL', value: 'ada@example.com' };
const GRACE = { kind: 'EMAIL', value: 'grace@example.com' };

const ME = `# A member's app: the member of the token, in one request.
query Me {
  me {
    id
    displayName
    cardNumber
    tier { code name benefits { kind value } progress { metric current required nextTier { code } } }
    wallets { currency { code name } available pending held nextExpiry { expiresOn amount } }
    purchases(first: 5) { nodes { receiptNumber occurredAt total { amount currencyCode } partner { name } } }
  }
}
`;

const IDENTIFY = `# A till: who is at the counter?
query Identify($identifier: MemberIdentifierInput!) {
  memberByIdentifier(identifier: $identifier) {
    id
    status
    tier { code name benefits { kind value } }
    wallets { currency { code } available held }
  }
}
`;

const ENROL = `# A till enrols a member, who can earn at once. Sent again: the same member, \`existing\`.
mutation Enrol($input: MemberEnrollInput!) {
  memberEnroll(input: $input) {
    member { id cardNumber tier { code } wallets { currency { code } available } }
    existing
    replayed
    userErrors { code message field }
  }
}
`;

const PURCHASE = `# A till records a purchase; the answer has the points, and why. Sent again: the same answer, \`replayed\`, no point more.
mutation Purchase($input: PurchaseRecordInput!) {
  purchaseRecord(input: $input) {
    purchase { id receiptNumber total { amount currencyCode } }
    entries { kind amount currency { code } lot { expiresAt } explanation { summary } }
    member { id tier { code } wallets { currency { code } available } }
    replayed
    userErrors { code message field }
  }
}
`;

const RETURN = `# One of the two comes back, after Purchase: what it earned goes.
mutation Return($input: PurchaseReturnInput!) {
  purchaseReturn(input: $input) {
    purchases { id returned { amount currencyCode } }
    lines { index accepted quantity reason }
    entries { kind amount reverses { id } }
    member { id tier { code } wallets { currency { code } available deficit } }
    replayed
    userErrors { code message field }
  }
}
`;

const STATEMENT = `# A member's statement: each entry with its reason.
query Statement {
  me {
    id
    wallets { currency { code } available lots(first: 10) { nodes { amount remaining earnedAt expiresAt } } }
    ledger(first: 20) {
      nodes { id kind amount runningBalance occurredAt explanation { summary steps { rule applied amount reason } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`;

const PARTNER_DESK = `# A partner's desk: what is its own, and nothing else.
query PartnerDesk {
  partners(first: 10) {
    nodes {
      id
      code
      name
      channels { code kind locations(first: 20) { nodes { code name terminals { code } } } }
      apiClients(first: 20) { nodes { id name keyPrefix scopes expiresAt } }
    }
  }
}
`;

const VERIFY = `# The operator: is every wallet's chain intact, and does every balance add up?
query Verify {
  ledgerVerify { intact walletCount entryCount firstBreak { entry { id } reason } }
}
`;

const MINUTE_MS = 60_000;

/** Receipts are of now, so that each session has purchases of its own; within one, sending again is a replay. */
export function journeys(now: Date): Journey[] {
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS).toISOString();
  const number = now.toISOString().replaceAll(/\D/g, '');
  const [sold, returned] = [minutesAgo(10), minutesAgo(5)];
  const bought = { location: 'northside-london', receiptNumber: `R-${number}`, businessDate: sold.slice(0, 10) };
  const enrol = { identifiers: [GRACE], profile: { givenName: 'Grace', locale: 'en-GB', country: 'GB' } };
  const purchase = {
    idempotencyKey: `purchase-${number}`,
    member: ADA,
    ...bought,
    terminal: 'till-1',
    occurredAt: sold,
    currencyCode: 'GBP',
    lines: [{ number: 1, sku: 'teapot', name: 'Teapot', quantity: '2', unitPrice: '59.90' }],
  };
  const back = {
    idempotencyKey: `return-${number}`,
    purchase: bought,
    location: 'northside-london',
    terminal: 'till-1',
    receiptNumber: `C-${number}`,
    businessDate: returned.slice(0, 10),
    occurredAt: returned,
    lines: [{ sku: 'teapot', quantity: '1' }],
  };
  return [
    { name: 'Me', as: 'member', query: ME, variables: {} },
    { name: 'Identify', as: TILL, query: IDENTIFY, variables: { identifier: ADA } },
    { name: 'Enrol', as: TILL, query: ENROL, variables: { input: enrol } },
    { name: 'Purchase', as: TILL, query: PURCHASE, variables: { input: purchase } },
    { name: 'Return', as: TILL, query: RETURN, variables: { input: back } },
    { name: 'Statement', as: 'member', query: STATEMENT, variables: {} },
    { name: 'PartnerDesk', as: 'partner northside', query: PARTNER_DESK, variables: {} },
    { name: 'Verify', as: 'operator', query: VERIFY, variables: {} },
  ];
}
