// The journeys that the page opens with, a tab each: they run against the demo's data as they stand, in this order.
import * as documents from './documents.ts';

export interface Journey {
  /** The operation's name, which is also the tab's. */
  name: string;
  /** Whom it is asked as: the name of a demo credential. */
  as: string;
  query: string;
  variables: object;
}

/** What the journeys have to know of the demo. */
export interface Known {
  memberId: string;
  referralCode: string;
  /** Of a coffee. */
  rewardId: string;
}

/** Asked as the demo's member; answers what `known` reads. */
export const ORIENTATION = `query Orientation {
  me { id referralCode { code } }
  rewards(first: 100) { nodes { id code } }
}`;

interface Oriented {
  me: { id: string; referralCode: { code: string } | null } | null;
  rewards: { nodes: { id: string; code: string }[] } | null;
}

/** What is not there is left for the user to fill in. */
export function known(data: Partial<Oriented> | null | undefined): Known {
  return {
    memberId: data?.me?.id ?? 'mbr_…',
    referralCode: data?.me?.referralCode?.code ?? '',
    rewardId: data?.rewards?.nodes.find(({ code }) => code === 'coffee')?.id ?? 'rwd_…',
  };
}

const TILL = 'till northside-london';
const ADA = { kind: 'EMAIL', value: 'ada@example.com' };
const MINUTE_MS = 60_000;

/** Receipts are of now, so that each session has purchases of its own; within one, sending again is a replay. */
export function journeys(now: Date, { memberId, referralCode, rewardId }: Known): Journey[] {
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS).toISOString();
  const number = now.toISOString().replaceAll(/\D/g, '');
  const [sold, returned] = [minutesAgo(10), minutesAgo(5)];
  const bought = { location: 'northside-london', receiptNumber: `R-${number}`, businessDate: sold.slice(0, 10) };
  const enrol = {
    identifiers: [{ kind: 'EMAIL', value: 'finn@example.com' }],
    profile: { givenName: 'Finn', locale: 'en-GB', country: 'GB' },
    ...(referralCode === '' ? {} : { referralCode }),
  };
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
  const redeem = { idempotencyKey: `redeem-${number}`, memberId, rewardId };
  const hold = { idempotencyKey: `hold-${number}`, memberId, points: { currency: 'points', amount: 5 } };
  return [
    { name: 'Me', as: 'member', query: documents.ME, variables: {} },
    { name: 'Identify', as: TILL, query: documents.IDENTIFY, variables: { identifier: ADA } },
    { name: 'Enrol', as: TILL, query: documents.ENROL, variables: { input: enrol } },
    { name: 'Purchase', as: TILL, query: documents.PURCHASE, variables: { input: purchase } },
    { name: 'Return', as: TILL, query: documents.RETURN, variables: { input: back } },
    { name: 'Statement', as: 'member', query: documents.STATEMENT, variables: {} },
    { name: 'Offers', as: 'member', query: documents.OFFERS, variables: {} },
    { name: 'Redeem', as: 'member', query: documents.REDEEM, variables: { input: redeem } },
    { name: 'Hold', as: TILL, query: documents.HOLD, variables: { input: hold } },
    { name: 'Referrals', as: 'member', query: documents.REFERRALS, variables: {} },
    { name: 'PartnerDesk', as: 'partner northside', query: documents.PARTNER_DESK, variables: {} },
    { name: 'Verify', as: 'operator', query: documents.VERIFY, variables: {} },
  ];
}
