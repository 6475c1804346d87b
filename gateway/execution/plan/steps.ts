// A plan as a function: compiled once, run for each request.
import type { FetchNode, FlattenNode, PlanNode, QueryPlan, ResponsePath } from '@apollo/query-planner';
import type { Run, Step } from '../run.ts';
import { operationOf, type Ground } from './ask.ts';
import { entityFetch } from './entity-fetch.ts';
import { rootFetch } from './root-fetch.ts';
import { together } from './together.ts';

export function stepsOf({ node }: QueryPlan, ground: Ground): Step {
  if (node === undefined) return () => undefined;
  if (node.kind === 'Subscription') throw new Error('subscriptions are not served');
  return step(node, ground);
}

function step(node: PlanNode, ground: Ground): Step {
  switch (node.kind) {
    case 'Sequence':
      return inTurn(node.nodes.map((inner) => step(inner, ground)));
    case 'Parallel':
      return atOnce(parallel(node.nodes, ground));
    case 'Fetch':
      return rootFetch(ground, node);
    case 'Flatten':
      return flattened(node, [], ground);
    case 'Condition': {
      const { condition } = node;
      const either = node.ifClause === undefined ? undefined : step(node.ifClause, ground);
      const or = node.elseClause === undefined ? undefined : step(node.elseClause, ground);
      return (run) => (run.variables[condition] === true ? either : or)?.(run);
    }
    case 'Defer':
      throw new Error('@defer is not served');
  }
}

function inTurn(steps: Step[]): Step {
  return async (run: Run) => {
    for (const next of steps) {
      await next(run);
      // Nobody waits any more, or there is nothing left to answer: what has not begun need not begin.
      if (run.lost || run.context.signal?.aborted === true) return;
    }
  };
}

function atOnce(steps: Step[]): Step {
  return async (run) => {
    await Promise.all(steps.flatMap((each) => each(run) ?? []));
  };
}

/** A fetch of entities, and where they are. */
export interface Flattened {
  path: ResponsePath;
  fetch: FetchNode;
}

/** The fetch of entities that a node is; null when it is more than that. */
function entitiesOf(node: PlanNode, path: ResponsePath = []): Flattened | null {
  if (node.kind === 'Flatten') return entitiesOf(node.node, [...path, ...node.path]);
  return node.kind === 'Fetch' && node.requires !== undefined ? { path, fetch: node } : null;
}

function flattened({ path, node }: FlattenNode, above: ResponsePath, ground: Ground): Step {
  const here = [...above, ...path];
  if (node.kind === 'Flatten') return flattened(node, here, ground);
  if (node.kind !== 'Fetch') throw new Error(`a plan goes down to a ${node.kind}`);
  return node.requires === undefined ? rootFetch(ground, node, here) : ofEntities({ path: here, fetch: node }, ground);
}

function ofEntities({ path, fetch }: Flattened, ground: Ground): Step {
  const one = { path, fetch, field: '_entities', variable: 'representations' };
  return entityFetch(ground, operationOf(fetch), fetch.variableUsages ?? [], fetch.serviceName, [one]);
}

/** Those that ask one room for entities go as one request. */
function parallel(nodes: readonly PlanNode[], ground: Ground): Step[] {
  const byRoom = new Map<string, Flattened[]>();
  const others: PlanNode[] = [];
  for (const node of nodes) {
    const found = entitiesOf(node);
    if (found === null) others.push(node);
    else byRoom.set(found.fetch.serviceName, [...(byRoom.get(found.fetch.serviceName) ?? []), found]);
  }
  const entities = [...byRoom.values()].map((found) =>
    found.length === 1 ? ofEntities(found[0]!, ground) : together(found, ground),
  );
  return [...others.map((node) => step(node, ground)), ...entities];
}
