// The whole graph on databases of its own: every room, a gateway on a free port, and the demo's credentials.
//
//   describe.each(TRANSPORTS)('… (%s)', (transport) => {
//     let graph: TestGraph;
//     beforeAll(async () => void (graph = await startGraph({ transport })));
//     afterAll(() => graph.close());
//     test('…', async () => {
//       const till = graph.client(graph.till('northside-london').key);
//       const { memberEnroll } = await till.ask(MEMBER_ENROLL, { input });   // throws on top-level errors
//       await graph.settle();                                               // what was told has been heard
//     });
//   });
//
// `in-process`: rooms and gateway call each other. `http`: each room is served on a port of its own, as `npm run
// start:subgraph` does, and everything between them goes over HTTP with signed identities.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { DemoCredentials } from '../../gateway/demo.ts';
import { trustedDocuments } from '../../gateway/documents/manifest.ts';
import { openGateway } from '../../gateway/gateway.ts';
import type { Limits } from '../../gateway/limits/document.ts';
import { ROOM_DEFINITIONS } from '../../subgraphs/rooms.ts';
import { readConfig, ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import { identities } from '../../subgraphs/shared/identity.ts';
import { httpDoor, type Door } from '../../subgraphs/shared/peer.ts';
import { openRoom, type Room } from '../../subgraphs/shared/room.ts';
import { serveRoom } from '../../subgraphs/shared/server.ts';
import { client, type Client } from './client.ts';
import { freshDatabase, SPACES } from './postgres.ts';

export const TRANSPORTS = ['in-process', 'http'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface TestGraph {
  /** Where the graph is. */
  url: string;
  /** With an API key, a member's token, or nothing. */
  client(credential?: string): Client;
  rooms: Record<RoomName, Room>;
  /** A credential of each kind, made as the demo makes them. */
  keys: DemoCredentials;
  /** The demo's till at a location of hybrid-retail.yaml, such as `northside-london`. */
  till(location: string): DemoCredentials['tills'][number];
  partner(code: string): DemoCredentials['partners'][number];
  /** A token for any subject; who never enrolled has no member. */
  memberToken(subject: string): Promise<string>;
  /** Carries every event to who hears it. */
  settle(): Promise<void>;
  /** Statements that a room ran so far, relay included. Empty it at will. */
  statements: Record<RoomName, string[]>;
  /** What was logged as a warning or worse. */
  logged: Record<string, unknown>[];
  close(): Promise<void>;
}

export interface GraphOptions {
  transport?: Transport;
  production?: boolean;
  /** Where the built page lies; there is none without it. */
  pageFolder?: string;
  /** How large an operation may be, else as the product has it. */
  limits?: Limits;
}

export async function startGraph(options: GraphOptions = {}): Promise<TestGraph> {
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    return await start(options, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  { transport = 'in-process', production = false, pageFolder, limits }: GraphOptions,
  closers: (() => unknown)[],
  close: () => Promise<void>,
): Promise<TestGraph> {
  const dataDir = mkdtempSync(join(tmpdir(), 'loyalty-graph-'));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const signed = identities('a secret of the tests, 32 letters at the least');
  const doors = new Map<RoomName, Door>();
  const door = (room: RoomName): Door => {
    const open = doors.get(room);
    if (open === undefined) throw new Error(`${room} is not open`);
    return open;
  };
  const rooms = {} as Record<RoomName, Room>;
  const statements = Object.fromEntries(ROOMS.map((room) => [room, []])) as unknown as TestGraph['statements'];
  for (const name of ROOMS) {
    const database = await freshDatabase(ROOM_DEFINITIONS[name]);
    closers.push(() => database.drop());
    rooms[name] = await openRoom(ROOM_DEFINITIONS[name], {
      databaseUrl: database.url,
      spaces: SPACES,
      programme: 'programmes/hybrid-retail.yaml',
      doors: door,
      log,
      onStatement: (text) => statements[name].push(text),
    });
    closers.push(() => rooms[name].close());
    if (transport === 'in-process') {
      doors.set(name, rooms[name]);
      continue;
    }
    const server = await serveRoom(rooms[name], { host: '127.0.0.1', port: 0 }, signed, log);
    closers.push(() => server.close());
    const remote = httpDoor(name, `http://127.0.0.1:${server.port}`, signed);
    closers.push(() => remote.close());
    doors.set(name, remote);
  }
  const waiting = async (room: Room): Promise<boolean> => {
    for (const { source } of room.database.spaces) {
      const [table] = await source.query<{ found: boolean }[]>(`select to_regclass('outbox') is not null found`);
      const [row] = table!.found
        ? await source.query<{ some: boolean }[]>('select exists (select from outbox) "some"')
        : [];
      if (row?.some === true) return true;
    }
    return false;
  };
  const settle = async () => {
    // The room's own relay may be carrying what `drain` then does not find: what is carried is still in the outbox.
    for (const name of ROOMS) while (await waiting(rooms[name])) await rooms[name].relay.drain();
  };
  await settle();

  const schema = (file: string) => readFileSync(join('schema', file), 'utf8');
  const config = readConfig({
    NODE_ENV: production ? 'production' : 'test',
    DEMO: 'true',
    PORT: '0',
    DATA_DIR: dataDir,
    // Who asks for everything at once pays for everything.
    ...(limits === undefined ? {} : { COST_MAX: '1000000000', COST_PER_MINUTE: '1000000000000' }),
  });
  const gateway = await openGateway(config, {
    door,
    supergraphSdl: schema('supergraph.graphql'),
    trusted: trustedDocuments(schema('trusted-documents.json')),
    ...(pageFolder === undefined ? {} : { pageFolder }),
    ...(limits === undefined ? {} : { limits }),
    log,
  });
  closers.push(() => gateway.close());
  const keys = gateway.demo!;

  function one<T>(list: T[], fits: (item: T) => boolean, wanted: string): T {
    const found = list.find(fits);
    if (found === undefined) throw new Error(`the demo has no ${wanted}`);
    return found;
  }
  return {
    url: gateway.url,
    client: (credential) => client(gateway.url, credential),
    rooms,
    keys,
    till: (location) => one(keys.tills, (till) => till.location === location, `till at ${location}`),
    partner: (code) => one(keys.partners, (partner) => partner.code === code, `partner ${code}`),
    async memberToken(subject) {
      const response = await fetch(new URL('/demo/token', gateway.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ subject }),
      });
      return ((await response.json()) as { token: string }).token;
    },
    settle,
    statements,
    logged,
    close,
  };
}
