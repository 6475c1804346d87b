// Hive Gateway with the configuration that is written for it, in a process of its own: `.ci/install-peers` installs it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOMS, roomVariables, type RoomName } from '../../../subgraphs/shared/config.ts';
import { routerSecret, routerVariable } from '../../../subgraphs/shared/router.ts';
import { freePort, run } from '../../support/process.ts';

const COMMAND = 'node_modules/.cache/peers/node_modules/@graphql-hive/gateway/dist/bin.js';
const CONFIG = 'deploy/engines/hive-gateway/gateway.config.js';

export const isInstalled = existsSync(COMMAND);

export interface Hive {
  url: string;
  close(): Promise<void>;
}

export interface HiveOptions {
  urls: Record<RoomName, string>;
  secret: string;
  /** Plans by the planner of Hive Router. */
  routerRuntime: boolean;
}

export async function startHive({ urls, secret, routerRuntime }: HiveOptions): Promise<Hive> {
  const port = await freePort();
  const rooms = ROOMS.flatMap((room) => [
    [roomVariables(room).url, urls[room]],
    [routerVariable(room), routerSecret(secret, room)],
  ]);
  const args = [
    'supergraph',
    join('schema', 'supergraph.graphql'),
    '--config-path',
    CONFIG,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    ...(routerRuntime ? ['--hive-router-runtime'] : []),
  ];
  const running = await run(COMMAND, args, Object.fromEntries(rooms) as Record<string, string>, 'Listening on');
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async close() {
      running.signal('SIGTERM');
      await running.ended;
    },
  };
}
