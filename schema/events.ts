// Every fact that one room tells others: its name, its payload, who tells it and who hears it. No personal data.
import type { RoomName } from '../subgraphs/shared/config.ts';

interface EventPayloads {
  /** A member as others need it: sent whole at each change, so that the newest is all that counts. */
  'member.changed': {
    memberId: string;
    status: 'ACTIVE' | 'SUSPENDED' | 'CLOSED' | 'ERASED';
    earningBlocked: boolean;
    spendingBlocked: boolean;
    /** Codes of the segments that the member is in; left out: none. */
    segments?: string[];
  };
  /** A member was enrolled: once, with the referral code that came with it. */
  'member.enrolled': { memberId: string; enrolledAt: string; referralCode: string | null };
  /** Someone with a referral code enrolled who was a member already. */
  'member.enrolled_again': { memberId: string; at: string; referralCode: string };
  /** A partner was registered or renamed. */
  'partner.changed': { partnerId: string; code: string; name: string };
  /** A location was registered or changed. */
  'location.changed': {
    locationId: string;
    code: string;
    partnerId: string;
    partnerCode: string;
    channelId: string;
    channelCode: string;
  };
  /** A purchase was recorded, its points posted, the redemptions that it names captured. */
  'purchase.recorded': {
    purchaseId: string;
    memberId: string | null;
    partnerId: string;
    locationId: string;
    occurredAt: string;
    /** In the base currency. */
    base: string;
    redemptionIds: string[];
  };
  /** Something of a purchase came back. */
  'purchase.returned': {
    purchaseId: string;
    memberId: string | null;
    occurredAt: string;
    /** What is kept of it now, in the base currency. */
    base: string;
    /** True when nothing is kept. */
    whole: boolean;
  };
  /** A redemption is for good: its points must leave. */
  'redemption.confirmed': { redemptionId: string; memberId: string };
}

export type EventName = keyof EventPayloads;

/** One fact. Events of one aggregate carry a growing `sequence`; between aggregates there is no order. */
export type Event = {
  [Name in EventName]: { id: string; name: Name; aggregate: string; sequence: number; payload: EventPayloads[Name] };
}[EventName];

export type EventOf<Name extends EventName> = Extract<Event, { name: Name }>;

/** Who tells an event and who hears it. */
export const EVENTS: Record<EventName, { tells: RoomName; hears: RoomName[] }> = {
  'member.changed': { tells: 'members', hears: ['points'] },
  'member.enrolled': { tells: 'members', hears: ['points', 'referrals'] },
  'member.enrolled_again': { tells: 'members', hears: ['referrals'] },
  'partner.changed': { tells: 'partners', hears: ['members', 'rewards'] },
  'location.changed': { tells: 'partners', hears: ['points', 'rewards'] },
  'purchase.recorded': { tells: 'points', hears: ['rewards', 'referrals'] },
  'purchase.returned': { tells: 'points', hears: ['rewards', 'referrals'] },
  'redemption.confirmed': { tells: 'rewards', hears: ['points'] },
};
