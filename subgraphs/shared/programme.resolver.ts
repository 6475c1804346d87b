// What points asks of a room about the programme: whether its sections can be used, and to take them.
import { Arg, Ctx, Directive, Extensions, Int, Mutation, Query, Resolver } from 'type-graphql';
import { audience } from './audience.ts';
import { faultsOf, takeVersion, type RoomProgramme } from './programme.ts';
import type { RoomRequest } from './room.ts';

/** `<noun>ProgrammeCheck` and `<noun>ProgrammeTake`. */
export function programmeResolver(noun: string, programme: RoomProgramme): Function {
  @Resolver()
  class ProgrammeResolver {
    @Directive('@listSize(assumedSize: 20)')
    @Extensions(audience('room'))
    @Query(() => [String], {
      name: `${noun}ProgrammeCheck`,
      description:
        'Internal: asked by points before a programme is applied. What is wrong with this room’s sections, `line 3, column 5: path: …` each; empty when nothing is.',
    })
    check(
      @Arg('document', () => String, { description: 'The programme, YAML.' }) document: string,
      @Ctx() { space }: RoomRequest,
    ): Promise<string[]> {
      return faultsOf(programme, space.source, document);
    }

    @Extensions(audience('room'))
    @Mutation(() => Boolean, {
      name: `${noun}ProgrammeTake`,
      description:
        'Internal: asked by points when a version takes effect; the same one again, or an earlier one, changes nothing. True: this room has it, or a later one.',
    })
    async take(
      @Arg('version', () => Int, { description: 'Its number.' }) version: number,
      @Arg('document', () => String, { description: 'The programme, YAML.' }) document: string,
      @Ctx() request: RoomRequest,
    ): Promise<boolean> {
      await takeVersion(programme, request, version, document);
      return true;
    }
  }
  return ProgrammeResolver;
}
