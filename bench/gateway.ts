// What our gateway costs beside others, over the same rooms with data in memory, in the same minutes: rounds of all of
// them follow each other in changing order, and a ratio is the median of those of the rounds.
import { contest, gatewaysOn, subgraphOn, ask } from './gateway/contest.ts';
import { openGround, type Ground, type Target } from './gateway/ground.ts';
import { OPERATIONS, requestBody, SIZES, SPREADS, unseen, type Operation } from './gateway/operations.ts';
import { profileRows } from './gateway/profile.ts';
import { costRows, cpuRow, latencyRows, throughputRows, WAYS, type Way } from './gateway/rows.ts';
import { median, type Bench, type BenchOptions, type Row } from './row.ts';

const ROUNDS = 5;
const PEERS: Target[] = ['hive-router-runtime', 'hive', 'stock'];
/** Of what is only to be seen growing. */
const GROWTH_PEERS: Target[] = ['hive-router-runtime', 'stock'];
const GROWTH_ROUNDS = 3;
const GROWTH_ROUND = 0.3;
/** New documents that each gateway plans, and as many before them. */
const UNSEEN = 20;

/** The rows of one operation. Stock's answers are right by definition. */
async function operationRows(ground: Ground, name: string, ways: Way[]): Promise<Row[]> {
  const operation = OPERATIONS[name]!;
  const gateways = await gatewaysOn(ground, operation, [...PEERS.toReversed(), 'proxy', ...ways]);
  const contestants = [...gateways, await subgraphOn(ground, operation)];
  const results = await contest(ground, contestants, ROUNDS, ground.seconds);
  return [
    ...ways.flatMap((way) => [
      ...throughputRows(`${name}-${way}`, way, results, [...PEERS, 'subgraph']),
      ...cpuRow(`${name}-${way}`, way, results),
    ]),
    ...(await latencyRows(ground, name, contestants, results, PEERS)),
    ...costRows(name, contestants, results),
  ];
}

const growth = (operations: Record<string, Operation>) => async (ground: Ground) => {
  const rows: Row[] = [];
  for (const [name, operation] of Object.entries(operations)) {
    const contestants = await gatewaysOn(ground, operation, [...GROWTH_PEERS.toReversed(), ...WAYS]);
    const results = await contest(ground, contestants, GROWTH_ROUNDS, GROWTH_ROUND * ground.seconds);
    rows.push(...WAYS.flatMap((way) => throughputRows(`${name}-${way}`, way, results, GROWTH_PEERS)));
  }
  return rows;
};

/** How long a gateway takes for a document that it has not seen: one after the other, alone. */
async function coldMs(ground: Ground, target: Target): Promise<number> {
  const { url } = await ground.gateway(target);
  const given = OPERATIONS['cockpit']!.variables(ground.world);
  const took: number[] = [];
  for (let index = 0; index < 2 * UNSEEN; index += 1) {
    const body = requestBody(unseen(index), given[index % given.length]!);
    const started = performance.now();
    await ask(ground, url, body);
    took.push(performance.now() - started);
  }
  return median(took.slice(UNSEEN));
}

async function coldPlan(ground: Ground): Promise<Row[]> {
  const theirs: [Target, number][] = [];
  for (const peer of PEERS) theirs.push([peer, await coldMs(ground, peer)]);
  const rows: Row[] = [];
  for (const way of WAYS) {
    const value = await coldMs(ground, way);
    const metric = `cold-plan-${way}`;
    rows.push(...theirs.map(([against, other]) => ({ metric, value, unit: 'ms', against, ratio: value / other })));
  }
  return rows;
}

/** All ask the same at once; what is shared then is measured against the same gateway without it. */
async function sharing(ground: Ground): Promise<Row[]> {
  const { query, variables } = OPERATIONS['cockpit']!;
  const rows: Row[] = [];
  for (const name of ['http', 'hive-router-runtime'] as const) {
    const shared: Target = `${name}-sharing`;
    const same: Operation = { query, variables: (world) => variables(world).slice(0, 1) };
    const contestants = await gatewaysOn(ground, same, [name, shared]);
    const results = await contest(ground, contestants, GROWTH_ROUNDS, ground.seconds / 2);
    rows.push(...throughputRows(`sharing ${name}`, shared, results, [name]));
  }
  return rows;
}

/** Over data in memory only. */
const MORE: Record<string, (ground: Ground) => Promise<Row[]>> = {
  'cold-plan': coldPlan,
  entities: growth(SIZES),
  subgraphs: growth(SPREADS),
  sharing,
};

const rowName = (operation: string, way: Way) => `${operation}-${way}`;
const PROFILED = new Map(
  Object.keys(OPERATIONS).flatMap((operation) =>
    WAYS.map((way) => [rowName(operation, way), [operation, way]] as const),
  ),
);
const names = [...PROFILED.keys(), ...Object.keys(MORE)];

async function run({ only, seconds, rooms: real, profile }: BenchOptions) {
  const isPicked = (name: string) => only === null || only.has(name);
  const ground = await openGround({ seconds, real });
  const rows: Row[] = [];
  const stage = async (name: string, made: () => Promise<Row[]>) => {
    const began = performance.now();
    rows.push(...(await made()));
    console.error(`${name} (${((performance.now() - began) / 1_000).toFixed(0)} s)`);
  };
  try {
    if (profile !== null) {
      const [operation, way] = PROFILED.get(profile) ?? [];
      if (operation === undefined)
        throw new Error(`There is no row ${profile} to profile: ${[...PROFILED.keys()].join(', ')}.`);
      return { rows: await profileRows(ground, OPERATIONS[operation]!, way!), missing: [] };
    }
    for (const operation of Object.keys(OPERATIONS)) {
      const ways = WAYS.filter((way) => isPicked(rowName(operation, way)));
      if (ways.length > 0) await stage(operation, () => operationRows(ground, operation, ways));
    }
    if (real) return { rows: rows.map((row) => ({ ...row, metric: `rooms ${row.metric}` })), missing: [] };
    for (const [name, made] of Object.entries(MORE)) if (isPicked(name)) await stage(name, () => made(ground));
    return { rows, missing: [] };
  } finally {
    await ground.close();
  }
}

export const gatewayBench: Bench = { names, run };
