// What points asks each room when a sandbox's time has moved: move as far, and later do what is due.
import { Arg, Ctx, Extensions, Int, Mutation, Resolver } from 'type-graphql';
import { audience } from './audience.ts';
import { setClockAhead } from './clock.ts';
import type { RoomRequest } from './room.ts';

/** The mutation `<noun>ClockMove` of a room. */
export function clockResolver(noun: string): Function {
  @Resolver()
  class ClockResolver {
    @Extensions(audience('room'))
    @Mutation(() => Int, {
      name: `${noun}ClockMove`,
      description:
        'Internal: moves a sandbox’s clock forward, never back; with `due` all that is due by then is done before the answer, which says how many things that were.',
    })
    async move(
      @Arg('ahead', () => String, { description: 'How far it shall be ahead of real time, an ISO 8601 span.' })
      ahead: string,
      @Arg('due', () => Boolean, {
        description: 'False: only the clock moves, so that all rooms move before any acts.',
      })
      due: boolean,
      @Ctx() { space, catchUp }: RoomRequest,
    ): Promise<number> {
      await setClockAhead(space.source, space.name, ahead);
      return due ? catchUp() : 0;
    }
  }
  return ClockResolver;
}
