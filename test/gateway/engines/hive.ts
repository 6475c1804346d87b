// Hive Gateway with the configuration that is written for it, in a process of its own: `.ci/install-peers` installs it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOMS, roomVariables, type RoomName } from '../../../subgraphs/shared/config.ts';
import { routerSecret, routerVariable } from '../../../subgraphs/shared/router.ts';
import { freePort, run } from '../../support/process.ts';

const COMMAND = 'node_modules/.cache/peers/node_modules/@graphql-hive/gateway/dist/bin.js';
const CONFIG = 'deploy/engines/hive-gateway/gateway.config.js';

const MARK = 'node_modules/.cache/peers/installed.json';
export const isInstalled = existsSync(MARK);

/** `.ci/run` brings it while other tests run. */
export async function untilInstalled(): Promise<void> {
  for (let second = 0; !existsSync(MARK); second += 1) {
    if (second === 170) throw new Error('Hive Gateway was not installed in time: see .ci/install-peers.');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

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
