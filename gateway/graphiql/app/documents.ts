// What the tabs ask, in lines that fit beside an answer.

export const ME = `# A member's app: who the token is of, in one request.
query Me {
  me {
    id
    displayName
    cardNumber
    tier {
      code
      name
      benefits { kind value }
      progress {
        metric current required
        nextTier { code }
      }
    }
    wallets {
      currency { code name }
      available pending held
      nextExpiry { expiresOn amount }
    }
    purchases(first: 5) {
      nodes {
        receiptNumber
        occurredAt
        total { amount currencyCode }
        partner { name }
      }
    }
  }
}
`;

export const IDENTIFY = `# A till: who is at the counter?
query Identify($identifier: MemberIdentifierInput!) {
  memberByIdentifier(identifier: $identifier) {
    id
    status
    tier { code name benefits { kind value } }
    wallets { currency { code } available held }
  }
}
`;

export const ENROL = `# A till enrols a member, who can earn at once; a friend's
# code brings points to both. Again: the same, \`existing\`.
mutation Enrol($input: MemberEnrollInput!) {
  memberEnroll(input: $input) {
    member {
      id
      cardNumber
      tier { code }
      wallets { currency { code } available }
    }
    existing
    replayed
    userErrors { code message field }
  }
}
`;

export const PURCHASE = `# A till records a purchase; the answer has the points, and
# why. Again: the same, \`replayed\`, and no point more.
mutation Purchase($input: PurchaseRecordInput!) {
  purchaseRecord(input: $input) {
    purchase {
      id
      receiptNumber
      total { amount currencyCode }
    }
    entries {
      kind
      amount
      currency { code }
      lot { expiresAt }
      explanation { summary }
    }
    member {
      id
      tier { code }
      wallets { currency { code } available }
    }
    replayed
    userErrors { code message field }
  }
}
`;

export const RETURN = `# One of the two comes back, after Purchase: its points go.
mutation Return($input: PurchaseReturnInput!) {
  purchaseReturn(input: $input) {
    purchases { id returned { amount currencyCode } }
    lines { index accepted quantity reason }
    entries { kind amount reverses { id } }
    member {
      id
      tier { code }
      wallets { currency { code } available deficit }
    }
    replayed
    userErrors { code message field }
  }
}
`;

export const STATEMENT = `# A member's statement: each entry with its reason.
query Statement {
  me {
    id
    wallets {
      currency { code }
      available
      lots(first: 10) {
        nodes { amount remaining earnedAt expiresAt }
      }
    }
    ledger(first: 20) {
      nodes {
        id
        kind
        amount
        runningBalance
        occurredAt
        explanation {
          summary
          steps { rule applied amount reason }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`;

export const PARTNER_DESK = `# A partner's desk: what is its own, and nothing else.
query PartnerDesk {
  partners(first: 10) {
    nodes {
      id
      code
      name
      channels {
        code
        kind
        locations(first: 20) {
          nodes { code name terminals { code } }
        }
      }
      apiClients(first: 20) {
        nodes { id name keyPrefix scopes expiresAt }
      }
    }
  }
}
`;

export const VERIFY = `# The operator: is every wallet's chain intact,
# and does every balance add up?
query Verify {
  ledgerVerify {
    intact
    walletCount
    entryCount
    firstBreak { entry { id } reason }
  }
}
`;

export const OFFERS = `# A member's app: what points can buy, and if not, why.
query Offers {
  me {
    id
    offers(first: 10) {
      nodes {
        reward {
          id
          code
          kind
          name
          partner { name }
          stock { remaining }
        }
        price {
          points { amount currency { code } }
          money { amount currencyCode }
        }
        available
        unavailableReasons { code message missingPoints }
      }
    }
  }
}
`;

export const REDEEM = `# A coffee for 50 points, after Purchase: the points
# leave, the voucher is there.
mutation Redeem($input: RewardRedeemInput!) {
  rewardRedeem(input: $input) {
    redemption {
      id
      state
      pointsSpent { amount currency { code } }
      vouchers { code state expiresAt }
    }
    member {
      id
      wallets { currency { code } available held }
    }
    replayed
    userErrors { code message field }
  }
}
`;

export const HOLD = `# A till sets points aside to pay with: for a purchase that
# names the redemption. Free again after 15 minutes.
mutation Hold($input: RedemptionHoldInput!) {
  redemptionHold(input: $input) {
    redemption {
      id
      state
      holdExpiresAt
      pointsHeld { amount currency { code } }
    }
    replayed
    userErrors { code message field }
  }
}
`;

export const REFERRALS = `# A member's friends: who enrolled with the code, as Enrol.
query Referrals {
  me {
    id
    referralCode { code link }
    referralSummary {
      attributed qualified rewarded pointsEarned
    }
    referrals(first: 10) {
      nodes { id state rejection attributedAt }
    }
  }
}
`;
