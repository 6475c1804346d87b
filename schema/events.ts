// Every fact that one room tells others: its name, its payload, who tells it and who hears it. No personal data.
import type { RoomName } from '../subgraphs/shared/config.ts';

interface EventPayloads {
  /** A member as others need it: sent whole at each change, so that the newest is all that counts. */
  'member.changed': {
    memberId: string;
    status: 'ACTIVE' | 'SUSPENDED' | 'CLOSED' | 'ERASED';
    earningBlocked: boolean;
    spendingBlocked: boolean;
  };
  /** A partner was registered or renamed. */
  'partner.changed': { partnerId: string; code: string; name: string };
  /** A location was registered or changed. */
  'location.changed': {
    locationId: string;
    code: string;
    partnerId: string;
    channelId: string;
    channelCode: string;
  };
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
  'partner.changed': { tells: 'partners', hears: ['members'] },
  'location.changed': { tells: 'partners', hears: ['points'] },
};
