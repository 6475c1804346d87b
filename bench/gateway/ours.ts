// Our gateway as it runs in production, with identity and limits: over HTTP to the rooms, or with them in its process.
// Told so by its parent, it profiles itself.
import { Session } from 'node:inspector/promises';
import { pino } from 'pino';
import { openGateway } from '../../gateway/gateway.ts';
import { readConfig, ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import { identities } from '../../subgraphs/shared/identity.ts';
import { httpDoor, type Door } from '../../subgraphs/shared/peer.ts';
import { announce } from './process.ts';
import { roomInMemory, schemaText } from './schemas.ts';

export interface Order {
  way: 'http' | 'in-process';
  dataDir: string;
  urls: Record<RoomName, string>;
  sharing: boolean;
  /** Signs what goes to the rooms. */
  secret: string;
  /** PostgreSQL of the real rooms; null: they are in memory. */
  server: string | null;
}

const { way, dataDir, urls, sharing, secret, server } = JSON.parse(process.argv[2]!) as Order;
const log = pino({ level: 'error' });

function doorInProcess(room: RoomName): Door {
  const execute = roomInMemory(room);
  return {
    execute: (request, _, requestId) => execute(request, { requestId }),
    receive: () => Promise.resolve(),
    ready: () => Promise.resolve(true),
  };
}

const signed = identities(secret);
// Only then is it loaded: it is not to be in the memory of the others.
const real = way === 'in-process' && server !== null ? await import('./real.ts') : null;
const house = await real?.realHouse(server!, dataDir);
const opened = (room: RoomName): Door =>
  way === 'http' ? httpDoor(room, new URL(urls[room]).origin, signed) : (house?.door(room) ?? doorInProcess(room));
const doors = new Map(ROOMS.map((room) => [room, opened(room)]));

/** All requests come with one key, as fast as they can: what may come in a minute is no limit, what one may ask is. */
const settings = readConfig({
  NODE_ENV: 'production',
  PORT: '0',
  SPACES: 'live',
  DATA_DIR: dataDir,
  RATE_PER_CREDENTIAL: '1000000000',
  COST_PER_MINUTE: '1000000000000',
  SHARE_QUERIES: String(sharing),
});
const { url } = await openGateway(settings, {
  door: (room) => doors.get(room)!,
  supergraphSdl: schemaText('supergraph.graphql'),
  log,
});

const session = new Session();
process.on('message', (order: 'profile' | 'stop') => {
  const reply = (profile: unknown) => process.send!({ profile });
  if (order === 'stop') return void session.post('Profiler.stop').then(({ profile }) => reply(profile));
  session.connect();
  void session.post('Profiler.enable').then(() => session.post('Profiler.start').then(() => reply(null)));
});
announce({ url });
