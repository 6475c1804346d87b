// Where our gateway's CPU goes: its ten largest frames, by the time spent in themselves.
import { once } from 'node:events';
import type { Profiler, Runtime } from 'node:inspector';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../subgraphs/shared/package-root.ts';
import type { Row } from '../row.ts';
import { CONNECTIONS, gatewaysOn } from './contest.ts';
import type { Ground } from './ground.ts';
import type { Operation } from './operations.ts';
import type { Way } from './rows.ts';

const FRAMES = 10;
/** Rounds under the profiler; as many before it. */
const ROUNDS = 5;
const NOT_BUSY = /^(\(idle\)|\(root\)|\S+ node:inspector.*)$/;

function named({ functionName, url, lineNumber }: Runtime.CallFrame): string {
  if (url === '') return functionName || '(generated)';
  const file = url.startsWith('file:') ? relative(packageRoot(), fileURLToPath(url)) : url;
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}

/** Microseconds by frame, of what was not idle. */
function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, named(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, node] of samples.entries()) {
    const frame = frames.get(node)!;
    if (!NOT_BUSY.test(frame)) times.set(frame, (times.get(frame) ?? 0) + timeDeltas[index]!);
  }
  return times;
}

export async function profileRows(ground: Ground, operation: Operation, way: Way): Promise<Row[]> {
  const [gateway] = await gatewaysOn(ground, operation, [way]);
  const { child } = await ground.gateway(way);
  const load = { ...gateway!.asked, connections: CONNECTIONS, seconds: ROUNDS * ground.seconds, rate: null };
  const tell = async (order: 'profile' | 'stop') => {
    child.send(order);
    const [{ profile }] = (await once(child, 'message')) as [{ profile: Profiler.Profile }];
    return profile;
  };
  await ground.load(load);
  await tell('profile');
  await ground.load(load);
  const times = selfTimes(await tell('stop'));
  const busy = [...times.values()].reduce((sum, micros) => sum + micros, 0);
  return [...times]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, FRAMES)
    .map(([metric, micros]) => ({
      metric,
      value: (100 * micros) / busy,
      unit: '% of CPU',
      against: null,
      ratio: null,
    }));
}
