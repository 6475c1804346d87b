// An operation is answered alike by the monolith and in each way; what is not is told with all that reproduces it.
import { execute, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { difference, toldByGateway, toldBySchema, type Told } from './answer.ts';
import { shown, type Operation } from './operation.ts';
import { HIDING } from './value.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

const MONOLITH = 'monolith';

function toldBy(schema: GraphQLSchema, operation: Operation, requestId: string): Told {
  const { document, variables, operationName, viewer } = operation;
  const contextValue = { viewer, requestId };
  return toldBySchema(
    execute({ schema, document, variableValues: variables, operationName, contextValue }) as ExecutionResult,
  );
}

/** In the same order with the same arguments; what nobody can read any more need not run. */
function isRight(done: string[], must: string[], { data }: Told): boolean {
  const awaited = data === 'null' ? must.slice(0, done.length) : must;
  return awaited.join('\n') === done.join('\n');
}

export async function expectAlike(world: World, ways: Ways, operation: Operation): Promise<void> {
  const did = (requestId: string) => world.done.get(requestId)!;
  for (const requestId of [MONOLITH, ...ways.names]) world.done.set(requestId, []);
  const expected = toldBy(world.monolith, operation, MONOLITH);
  const possible = () => toldBy(world.loose, operation, 'loose');
  const hiding = operation.viewer.owner.endsWith(HIDING);
  // The first way finds the operation new, and its answer is walked; the next ones have code made for it.
  const first = JSON.stringify(operation.variables).length % ways.names.length;
  for (const way of [...ways.names.slice(first), ...ways.names.slice(0, first)]) {
    const answer = toldByGateway(await ways.answer(operation, way));
    const found =
      difference(expected, answer, { possible, hiding }) ??
      (isRight(did(way), did(MONOLITH), expected) ? null : 'mutations');
    if (found === null) continue;
    const got = JSON.stringify({ ...answer, done: did(way) }, null, 2);
    const must = JSON.stringify({ ...expected, done: did(MONOLITH) }, null, 2);
    throw new Error(`${found}\n${shown(operation)}\n${way}: ${got}\nmonolith: ${must}`);
  }
}
