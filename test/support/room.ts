// A room on a database of its own, with the other rooms played by stubs that remember what they were asked and told.
import { AsyncLocalStorage } from 'node:async_hooks';
import { pino } from 'pino';
import type { Event } from '../../schema/events.ts';
import { ROOMS, type RoomName } from '../../subgraphs/shared/config.ts';
import type { GraphResult } from '../../subgraphs/shared/execution.ts';
import type { Door } from '../../subgraphs/shared/peer.ts';
import { openRoom, type Room, type RoomDefinition } from '../../subgraphs/shared/room.ts';
import type { Viewer } from '../../subgraphs/shared/viewer.ts';
import { freshDatabase, SPACES } from './postgres.ts';

export interface PeerRequest {
  query: string;
  variables: Record<string, unknown>;
  viewer: Viewer;
}

/** Another room: `answer` gives the data of what it is asked. */
export interface Peer extends Door {
  answer: (request: PeerRequest) => unknown;
  /** While true, it neither answers nor hears. */
  away: boolean;
  asked: PeerRequest[];
  heard: { space: string; event: Event }[];
}

export type Peers = Record<RoomName, Peer>;

export interface TestRoomOptions {
  doors?: Partial<Record<RoomName, Peer['answer']>>;
  /** Path of the programme's YAML file. */
  programme?: string;
}

export interface TestRoom {
  room: Room;
  peers: Peers;
  /** Statements that `ask` made, `START TRANSACTION` and `COMMIT` too; not those of the relay. Empty it at will. */
  statements: string[];
  /** What was logged as a warning or worse. With LOG_LEVEL set it goes to stderr as well. */
  logged: Record<string, unknown>[];
  ask(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<GraphResult>;
  /** Rows of a statement in a space. */
  query<Row>(text: string, values?: unknown[], space?: string): Promise<Row[]>;
  close(): Promise<void>;
}

function peer(name: RoomName, answer: Peer['answer'] | undefined): Peer {
  const present = () => {
    if (stub.away) throw new Error(`${name} is away`);
  };
  const stub: Peer = {
    answer:
      answer ??
      (() => {
        throw new Error(`${name} was asked and has no answer`);
      }),
    away: false,
    asked: [],
    heard: [],
    async execute({ query, variables = {} }, viewer) {
      present();
      const request = { query, variables, viewer };
      stub.asked.push(request);
      return { data: (await stub.answer(request)) as Record<string, unknown> };
    },
    async receive(space, events) {
      present();
      stub.heard.push(...events.map((event) => ({ space, event })));
    },
    ready: async () => !stub.away,
  };
  return stub;
}

function collectingLog(logged: Record<string, unknown>[]) {
  const level = process.env['LOG_LEVEL'];
  const write = (line: string) => {
    logged.push(JSON.parse(line) as Record<string, unknown>);
    if (level !== undefined) process.stderr.write(line);
  };
  return pino({ level: level ?? 'warn' }, { write });
}

export async function testRoom(definition: RoomDefinition, options: TestRoomOptions = {}): Promise<TestRoom> {
  const database = await freshDatabase(definition);
  const asking = new AsyncLocalStorage<true>();
  const statements: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const peers = Object.fromEntries(ROOMS.map((name) => [name, peer(name, options.doors?.[name])])) as Peers;
  const room = await openRoom(definition, {
    databaseUrl: database.url,
    spaces: SPACES,
    programme: options.programme ?? 'programmes/hybrid-retail.yaml',
    doors: (name) => peers[name],
    log: collectingLog(logged),
    onStatement: (text) => {
      if (asking.getStore() === true) statements.push(text);
    },
  });
  return {
    room,
    peers,
    statements,
    logged,
    ask: (viewer, query, variables = {}) => asking.run(true, () => room.execute({ query, variables }, viewer, 'test')),
    query: (text, values = [], space = 'live') => room.database.space(space).source.query(text, values),
    async close() {
      await room.close();
      await database.drop();
    },
  };
}
