// The test clock: the rooms of a sandbox move as far as points does, then all that time does there happens, before the answer.
// What did not get so far is finished by sending the same request again.
import { clockAhead, isSandbox, moveClock, now } from '../../shared/clock.ts';
import type { RoomName } from '../../shared/config.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { targetOf, type Move } from './clock.rules.ts';

/** The other rooms, and the noun of their operation. */
const ROOMS: [RoomName, string][] = [
  ['members', 'member'],
  ['partners', 'partner'],
  ['rewards', 'reward'],
  ['referrals', 'referral'],
];

/** What one room does may make something due in another; what goes on for longer is left to the rooms' own clocks. */
const ROUNDS_MAX = 20;

async function move(
  { ask }: RoomRequest,
  [room, noun]: [RoomName, string],
  ahead: string,
  due: boolean,
): Promise<number> {
  const query = `mutation ($ahead: String!, $due: Boolean!) { done: ${noun}ClockMove(ahead: $ahead, due: $due) }`;
  return (await ask<{ done: number }>(room, query, { ahead, due })).done;
}

async function passTime(request: RoomRequest): Promise<void> {
  const ahead = await clockAhead(request.space.source);
  await Promise.all(ROOMS.map((room) => move(request, room, ahead, false)));
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    let done = await request.catchUp();
    for (const room of ROOMS) done += await move(request, room, ahead, true);
    // In the first, a room's own clock may have been faster than this: what it told is heard in the second.
    if (done === 0 && round > 1) return;
  }
}

export async function advanceSandbox(
  request: RoomRequest,
  key: string,
  input: Move,
): Promise<{ now: string; replayed: boolean }> {
  const { space, viewer } = request;
  if (!isSandbox(space.name)) throw new Refused('SANDBOX_ONLY', 'This programme is live: nobody moves its time.');
  const named = { owner: viewer.owner, mutation: 'sandboxClockAdvance', key, input };
  const { replayed } = await once(space.source, named, async (tx) => {
    // Two at once go on one after the other, so that their spans add up.
    await tx.query('select from clock_offset for update');
    const to = targetOf(await now(tx), input);
    await moveClock(tx, space.name, to);
    return { to };
  });
  await passTime(request);
  return { now: await now(space.source), replayed };
}
