// A fetch at the root of a room.
import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import type { FetchVariables } from '../../transport/source.ts';
import type { Path, Run, Step } from '../run.ts';
import { asked, dataOf, operationOf, sentTo, tellAt, type Ground } from './ask.ts';
import { broughtBy, isWanted, keysLeft } from './brought.ts';
import { merge } from './merge.ts';
import { objectsAt, placesAt, spelled } from './place.ts';
import { rewriter } from './rewrite.ts';

/** `path`: where the root is; a payload may lead back to it. */
export function rootFetch(ground: Ground, node: FetchNode, path: ResponsePath = []): Step {
  const { clientKey } = ground;
  const source = ground.source(node.serviceName);
  const operation = operationOf(node);
  const names = node.variableUsages ?? [];
  const rewrite = rewriter(ground.schema, node.outputRewrites);
  const brought = broughtBy(node.operation, null);
  const read = new Set(
    ground.shown(
      path,
      brought.map(({ key }) => key),
    ),
  );

  function missing({ variables }: Run): Path[] {
    return keysLeft(brought, variables, ({ key }) => read.has(key)).map((key) => [clientKey(key)]);
  }

  async function ask(run: Run): Promise<void> {
    const values = sentTo(names, run.sent);
    const variables: FetchVariables = { values: () => values, json: () => JSON.stringify(values) };
    const answer = await asked(run, source, operation, variables);
    for (const error of answer.errors ?? []) {
      const paths = error.path === undefined ? missing(run) : [ground.seen(path, error.path)];
      const places = placesAt(run.data, path).map((place) => spelled(place, clientKey));
      tellAt(
        run,
        error,
        source.room,
        places.flatMap((place) => paths.map((each) => [...place, ...each])),
      );
    }
    const data = dataOf(answer);
    if (operation.kind === 'mutation') {
      const left = keysLeft(brought, run.variables, ({ key }) => ground.vital.has(key));
      run.lost = left.some((key) => (data?.[key] ?? null) === null);
    }
    if (data === null) return;
    rewrite?.(data);
    for (const root of objectsAt(run.data, path)) merge(root, data);
  }

  return (run) => {
    const isThere = path.length === 0 || objectsAt(run.data, path).length > 0;
    return isThere && isWanted(brought, ground.ours, run.variables) ? ask(run) : undefined;
  };
}
