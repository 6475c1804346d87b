// Who answers an operation, all with the same data, and how much of it each does: rounds of all follow each other in
// changing order.
import { deepStrictEqual } from 'node:assert/strict';
import { request } from 'undici';
import { median, type Measured } from '../row.ts';
import type { Ground, Target } from './ground.ts';
import type { Load } from './load.ts';
import { entityQuery, requestBody, type Operation, type PlannedOperation } from './operations.ts';
import type { Running } from './process.ts';

export const CONNECTIONS = 32;
/** So many variants are compared; the rest differs in its values only. */
const COMPARED = 4;
/** Of what stands ready to be measured; as many rounds. */
const WARM_ROUNDS = 3;

export interface Contestant {
  name: Target | 'subgraph';
  running: Pick<Running, 'cpuMicros' | 'residentBytes'>;
  asked: Pick<Load, 'url' | 'bodies' | 'lengths'>;
}

/** `value` is requests a second. */
export interface Round extends Measured {
  /** CPU that the gateway used, and all rooms; null where the system does not say. */
  cpuMicros: number | null;
  roomsMicros: number | null;
}

interface Answer {
  data?: unknown;
  errors?: unknown[];
}

/** Throws when there are errors. */
export async function ask({ headers }: Ground, url: string, body: string): Promise<Answer> {
  const { body: answered } = await request(url, { method: 'POST', headers, body });
  const text = await answered.text();
  const answer = JSON.parse(text) as Answer;
  if (answer.errors !== undefined || answer.data === undefined) {
    throw new Error(`${url} answered ${text.slice(0, 500)} to ${body.slice(0, 500)}`);
  }
  return answer;
}

const lengthOf = (data: unknown): number => Buffer.byteLength(JSON.stringify(data));

/** The gateways of these names, the first of them right by definition. Throws when another answers otherwise. */
export async function gatewaysOn(ground: Ground, operation: Operation, names: Target[]): Promise<Contestant[]> {
  const bodies = operation.variables(ground.world).map((variables) => requestBody(operation.query, variables));
  const [first, ...others] = await Promise.all(names.map((name) => ground.gateway(name)));
  const right: unknown[] = [];
  for (const body of bodies) right.push((await ask(ground, first!.url, body)).data);
  for (const [index, other] of others.entries()) {
    for (const [variant, data] of right.slice(0, COMPARED).entries()) {
      const { data: given } = await ask(ground, other.url, bodies[variant]!);
      deepStrictEqual(given, data, `${names[index + 1]} answers otherwise than ${names[0]} to ${bodies[variant]}`);
    }
  }
  const lengths = right.map(lengthOf);
  return [first!, ...others].map((running, index) => ({
    name: names[index]!,
    running,
    asked: { url: running.url, bodies, lengths },
  }));
}

/** A room that much of the operation's plan is for, asked by itself. */
export async function subgraphOn(ground: Ground, { variables, plan }: PlannedOperation): Promise<Contestant> {
  const { root, entities } = plan;
  const [fetch] = entities;
  const running = ground.room(fetch?.room ?? root.room);
  const bodies: string[] = [];
  const lengths: number[] = [];
  for (const given of variables(ground.world)) {
    let body = requestBody(root.query, given);
    let { data } = await ask(ground, ground.room(root.room).url, body);
    if (fetch !== undefined) {
      const representations = plan.members(data).map((id) => ({ __typename: 'Member', id }));
      body = requestBody(entityQuery(fetch.fields), { representations });
      ({ data } = await ask(ground, running.url, body));
    }
    bodies.push(body);
    lengths.push(lengthOf(data));
  }
  return { name: 'subgraph', running, asked: { url: running.url, bodies, lengths } };
}

const spent = (before: number | null, after: number | null): number | null =>
  before === null || after === null ? null : after - before;

async function round(ground: Ground, { running, asked }: Contestant, seconds: number): Promise<Round> {
  const [own, rooms] = [running.cpuMicros(), ground.roomsMicros()];
  const { count, perSecond: value } = await ground.load({ ...asked, connections: CONNECTIONS, seconds, rate: null });
  return {
    value,
    count,
    cpuMicros: spent(own, running.cpuMicros()),
    roomsMicros: spent(rooms, ground.roomsMicros()),
  };
}

export type Results = ReadonlyMap<Contestant['name'], Round[]>;

/** Warms all of them up, then measures so many rounds of so many seconds. */
export async function contest(
  ground: Ground,
  contestants: Contestant[],
  rounds: number,
  seconds: number,
): Promise<Results> {
  const results = new Map(contestants.map(({ name }) => [name, [] as Round[]]));
  for (const contestant of contestants) await round(ground, contestant, WARM_ROUNDS * seconds);
  for (let count = 0; count < rounds; count += 1) {
    const from = count % contestants.length;
    const order = [...contestants.slice(from), ...contestants.slice(0, from)];
    for (const contestant of count % 2 === 0 ? order : order.toReversed()) {
      results.get(contestant.name)!.push(await round(ground, contestant, seconds));
    }
  }
  return results;
}

export const perSecond = (rounds: Round[]): number => median(rounds.map(({ value }) => value));
