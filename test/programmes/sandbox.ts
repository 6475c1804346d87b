// The points room under a programme, in a sandbox: its partners are the file's, played by stubs as the one member is.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { pointsRoom } from '../../subgraphs/points/main.ts';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import { testRoom, type PeerRequest, type TestRoom } from '../support/room.ts';

export const SPACE = 'sandbox';
/** The same in each run, so that surprises are drawn alike. */
export const MEMBER = '01900000-0000-7000-8000-000000000001';
const SEED = Buffer.alloc(32, 5);

interface ProgrammeFile {
  programme: { timeZone: string; baseCurrency: string };
  points: { currencies: { code: string; decimals: number }[] };
  partners: { code: string; channels: { code: string; locations: { code: string }[] }[] }[];
}

interface Location {
  id: string;
  code: string;
  /** UUID. */
  partner: string;
  partnerId: string;
  partnerCode: string;
  channelId: string;
  channelCode: string;
}

export interface Sandbox {
  points: TestRoom;
  timeZone: string;
  baseCurrency: string;
  decimals: Map<string, number>;
  /** In the file's order. */
  locations: Location[];
  /** What members says of the member. */
  member: { id: string; birthday: string | null; enrolledOn: string };
}

function locationsOf({ partners }: ProgrammeFile): Location[] {
  return partners.flatMap(({ code: partnerCode, channels }) => {
    const partner = newId();
    return channels.flatMap(({ code: channelCode, locations }) => {
      const channelId = encodeId('chn', newId());
      return locations.map(({ code }) => {
        const id = encodeId('loc', newId());
        return { id, code, partner, partnerId: encodeId('ptn', partner), partnerCode, channelId, channelCode };
      });
    });
  });
}

const still = () => ({ done: 0 });
const moves = ({ query }: PeerRequest) => query.includes('ClockMove');

export async function openSandbox(programme: string): Promise<Sandbox> {
  const file = parse(readFileSync(programme, 'utf8')) as ProgrammeFile;
  const locations = locationsOf(file);
  const member = { id: encodeId('mbr', MEMBER), birthday: null as string | null, enrolledOn: '' };
  const members = (request: PeerRequest) => ({
    ...(moves(request) ? still() : {}),
    memberFacts: [member],
    membersKnown: [true],
    membersByIds: [member.id],
    memberIdsByIdentifier: [member.id],
  });
  const partners = (request: PeerRequest) => {
    if (moves(request)) return still();
    const codes = request.variables['codes'] as string[];
    return { locationsByCode: codes.map((code) => locations.find((one) => one.code === code) ?? null) };
  };
  const points = await testRoom(pointsRoom, {
    programme,
    doors: { members, partners, rewards: still, referrals: still },
  });
  await points.query('insert into surprise_seed (seed) values ($1)', [SEED], SPACE);
  return {
    points,
    ...file.programme,
    decimals: new Map(file.points.currencies.map(({ code, decimals }) => [code, decimals])),
    locations,
    member,
  };
}
