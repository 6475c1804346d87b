// A fetch of more about entities that are known already. Each is sent once, wherever it stands.
import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import type { GraphErrorJson } from '../../../subgraphs/shared/execution.ts';
import type { FetchOperation, FetchVariables } from '../../transport/source.ts';
import type { Data, Path, Run, Step } from '../run.ts';
import { asked, dataOf, NOTHING, sentTo, tellAt, type Ground } from './ask.ts';
import { broughtBy, isWanted, keysLeft, type Brought } from './brought.ts';
import { merge } from './merge.ts';
import { objectsAt, placesAt, spelled } from './place.ts';
import { represent, type Represent } from './representation.ts';
import { fits, rewriter, type Rewrite } from './rewrite.ts';

/** One list of entities that a fetch asks about. */
interface Branch {
  path: ResponsePath;
  /** Its field and its variable in the operation. */
  field: string;
  variable: string;
  represent: Represent;
  rewriteInput: Rewrite | undefined;
  rewriteOutput: Rewrite | undefined;
  brought: Brought[];
  /** Those of its keys that the client reads. */
  read: ReadonlySet<string>;
}

export interface EntityNode {
  path: ResponsePath;
  fetch: FetchNode;
  field: string;
  variable: string;
}

/** What is sent of one branch: each entity once, and which of them stands where. */
interface Sent {
  branch: Branch;
  entities: Data[];
  /** Of each entity, its representation; -1 where there is none. */
  indexes: number[];
  representations: Data[];
  texts: string[];
  stands?: Stand[][];
}

function branchOf(ground: Ground, { path, fetch, field, variable }: EntityNode): Branch {
  const brought = broughtBy(fetch.operation, field);
  return {
    path,
    field,
    variable,
    represent: represent(ground.schema, fetch.requires ?? []),
    rewriteInput: rewriter(ground.schema, fetch.inputRewrites),
    rewriteOutput: rewriter(ground.schema, fetch.outputRewrites),
    brought,
    read: new Set(
      ground.shown(
        path,
        brought.map(({ key }) => key),
      ),
    ),
  };
}

function sent(branch: Branch, { data, variables }: Run, { ours }: Ground): Sent {
  const entities = isWanted(branch.brought, ours, variables) ? objectsAt(data, branch.path) : [];
  const representations: Data[] = [];
  const texts: string[] = [];
  const known = new Map<string, number>();
  const indexes = entities.map((entity) => {
    const made = branch.represent(entity);
    if (typeof made?.['__typename'] !== 'string') return -1;
    branch.rewriteInput?.(made);
    const text = JSON.stringify(made);
    let index = known.get(text);
    if (index === undefined) {
      known.set(text, (index = texts.push(text) - 1));
      representations.push(made);
    }
    return index;
  });
  return { branch, entities, indexes, representations, texts };
}

/** An entity that was sent, and where a client sees it. */
interface Stand {
  entity: Data;
  place: Path;
}

/** Of those that were sent, by representation. Worked out when there is an error to tell, once for an answer. */
function standsOf({ branch, entities, indexes }: Sent, { data }: Run, { clientKey }: Ground): Stand[][] {
  const found: Stand[][] = [];
  placesAt(data, branch.path).forEach((place, at) => {
    const index = indexes[at]!;
    if (index !== -1) (found[index] ??= []).push({ entity: entities[at]!, place: spelled(place, clientKey) });
  });
  return found;
}

function stands(one: Sent, run: Run, ground: Ground, index: unknown): Stand[] {
  one.stands ??= standsOf(one, run, ground);
  return index === undefined ? one.stands.flat() : (one.stands[Number(index)] ?? []);
}

/** Where a client misses what this fetch should have brought. */
function missing(one: Sent, run: Run, ground: Ground, index?: unknown): Path[] {
  const { brought, read } = one.branch;
  return stands(one, run, ground, index).flatMap(({ entity, place }) => {
    const isOf = (type: string | null) => type === null || fits(ground.schema, entity['__typename'], type) !== false;
    const keys = keysLeft(brought, run.variables, ({ key, type }) => read.has(key) && isOf(type));
    return keys.length === 0 ? [place] : keys.map((key) => [...place, ground.clientKey(key)]);
  });
}

/** A list as long as the one that was sent, or it is no answer. */
function received({ branch, texts }: Sent, data: Data): unknown[] | null {
  if (texts.length === 0) return [];
  const list = data[branch.field];
  return Array.isArray(list) && list.length === texts.length ? (list as unknown[]) : null;
}

/** What is no answer is told. */
function take(run: Run, one: Sent, answers: unknown[], tell: (index: number) => void): void {
  const { branch, entities, indexes } = one;
  branch.rewriteOutput?.(answers);
  answers.forEach((answer, index) => {
    if (answer === null) run.hidden = true;
    else if (typeof answer !== 'object' || Array.isArray(answer)) tell(index);
  });
  for (let at = 0; at < entities.length; at += 1) {
    const answer = answers[indexes[at]!];
    if (typeof answer === 'object' && answer !== null) merge(entities[at]!, answer as Data);
  }
}

/** Asks one room for more about the entities at one path, or at several paths at once. */
export function entityFetch(
  ground: Ground,
  operation: FetchOperation,
  names: readonly string[],
  room: string,
  nodes: readonly EntityNode[],
): Step {
  const source = ground.source(room);
  const branches = nodes.map((node) => branchOf(ground, node));
  return (run) => {
    const all = branches.map((branch) => sent(branch, run, ground));
    if (all.every(({ texts }) => texts.length === 0)) return undefined;
    return ask(run, all);
  };

  async function ask(run: Run, all: readonly Sent[]): Promise<void> {
    const answer = await asked(run, source, operation, variablesOf(sentTo(names, run.sent), all));
    for (const error of answer.errors ?? []) tell(run, all, error);
    const data = dataOf(answer);
    if (data === null) return;
    for (const one of all) {
      const answers = received(one, data);
      const fault = (index?: number) => tellAt(run, NOTHING, room, missing(one, run, ground, index));
      if (answers !== null) take(run, one, answers, fault);
      else if (answer.errors === undefined) fault();
    }
  }

  function tell(run: Run, all: readonly Sent[], error: GraphErrorJson): void {
    const [field, index, ...rest] = error.path ?? [];
    const of = all.filter(({ branch }) => index === undefined || branch.field === field);
    const paths = of.flatMap((one) =>
      rest.length === 0
        ? missing(one, run, ground, index)
        : stands(one, run, ground, index).map(({ place }) => [...place, ...ground.seen(one.branch.path, rest)]),
    );
    tellAt(run, error, room, paths);
  }
}

function variablesOf(values: Data, all: readonly Sent[]): FetchVariables {
  return {
    values() {
      const made = { ...values };
      for (const { branch, representations } of all) made[branch.variable] = representations;
      return made;
    },
    json() {
      const own = JSON.stringify(values).slice(0, -1);
      const lists = all.map(({ branch, texts }) => `"${branch.variable}":[${texts.join(',')}]`).join(',');
      return `${own}${own === '{' ? '' : ','}${lists}}`;
    },
  };
}
