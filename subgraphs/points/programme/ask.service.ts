// What points asks the other rooms about the programme: whether they can use their sections, and to take them.
import { ROOMS, type RoomName } from '../../shared/config.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';

export type OtherRoom = Exclude<RoomName, 'points'>;

export const OTHERS = ROOMS.filter((room): room is OtherRoom => room !== 'points');

/** How a room begins the names of what it is asked. */
const NOUNS: Record<OtherRoom, string> = {
  members: 'member',
  rewards: 'reward',
  referrals: 'referral',
  partners: 'partner',
};

/** A line for each fault. Refused when the room is away: nothing could be promised. */
export async function askFaults({ ask }: RoomRequest, room: OtherRoom, document: string): Promise<string[]> {
  const field = `${NOUNS[room]}ProgrammeCheck`;
  const query = `query ($document: String!) { ${field}(document: $document) }`;
  try {
    return (await ask<Record<string, string[]>>(room, query, { document }))[field]!;
  } catch {
    throw new Refused('ROOM_UNAVAILABLE', `${room} does not answer, so that its sections cannot be checked.`, {
      retryable: true,
    });
  }
}

export async function askToTake(
  { ask }: RoomRequest,
  room: OtherRoom,
  version: number,
  document: string,
): Promise<void> {
  const field = `${NOUNS[room]}ProgrammeTake`;
  const query = `mutation ($version: Int!, $document: String!) { ${field}(version: $version, document: $document) }`;
  await ask(room, query, { version, document });
}
