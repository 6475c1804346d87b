// The points room with the other rooms played by stubs, which remember the versions that they took.
import { readFileSync } from 'node:fs';
import { pointsRoom } from '../../../subgraphs/points/main.ts';
import { takeDue } from '../../../subgraphs/points/programme/version.service.ts';
import type { RoomName } from '../../../subgraphs/shared/config.ts';
import type { RoomRequest } from '../../../subgraphs/shared/room.ts';
import { roomViewer } from '../../../subgraphs/shared/peer.ts';
import type { Viewer } from '../../../subgraphs/shared/viewer.ts';
import { testRoom, type PeerRequest, type TestRoom } from '../../support/room.ts';
import { operator } from '../../support/viewer.ts';

export const SHIPPED = readFileSync('test/points/policies.yaml', 'utf8');

/** The shipped document with other points for each pound, so that each number is another document. */
export const giving = (points: number): string =>
  SHIPPED.replace('perAmount: { points: 1,', `perAmount: { points: ${points},`);

export interface ProgrammeRooms {
  points: TestRoom;
  /** Versions that each room was given and took. */
  taken: Record<string, number[]>;
  /** What a room finds wrong with its sections. */
  faults: Partial<Record<RoomName, string[]>>;
  /** Does what the room's clock would do in a space. */
  tick(space?: string): Promise<number>;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are read field by field
  ask(document: string, variables: Record<string, unknown>, viewer?: Viewer): Promise<any>;
}

export async function openProgramme(): Promise<ProgrammeRooms> {
  const taken: ProgrammeRooms['taken'] = { members: [], rewards: [], referrals: [], partners: [] };
  const faults: ProgrammeRooms['faults'] = {};
  const stub =
    (room: RoomName, noun: string) =>
    ({ query, variables }: PeerRequest) => {
      if (query.includes('Check')) return { [`${noun}ProgrammeCheck`]: faults[room] ?? [] };
      taken[room]!.push(variables['version'] as number);
      return { [`${noun}ProgrammeTake`]: true };
    };
  const { tick: _, ...quiet } = pointsRoom;
  const points = await testRoom(quiet, {
    programme: 'test/points/policies.yaml',
    doors: {
      members: stub('members', 'member'),
      rewards: stub('rewards', 'reward'),
      referrals: stub('referrals', 'referral'),
      partners: stub('partners', 'partner'),
    },
  });
  const request = (space: string) =>
    ({
      space: points.room.database.space(space),
      async ask(room: RoomName, query: string, variables: Record<string, unknown>) {
        const { data } = await points.peers[room].execute({ query, variables }, roomViewer('points', space), 'tick');
        return data;
      },
    }) as unknown as RoomRequest;
  return {
    points,
    taken,
    faults,
    tick: (space = 'live') => takeDue(request(space)),
    async ask(document, variables, viewer = operator) {
      const { data, errors } = await points.ask(viewer, document, variables);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return Object.values(data!)[0];
    },
  };
}
