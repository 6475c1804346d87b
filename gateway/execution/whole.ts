// An operation that one room answers by itself goes there as the client wrote it, and the room's answer is the client's:
// nothing is coerced, joined or shaped here.
import type { QueryPlan } from '@apollo/query-planner';
import { OperationTypeNode, print, stripIgnoredCharacters, type DocumentNode } from 'graphql';
import type { FetchOperation, FetchVariables, RoomSource } from '../transport/source.ts';
import type { Answer, Write } from './compiled.ts';
import { operationIn } from './operation.ts';
import { asked, dataOf, NOTHING, tellAt } from './plan/ask.ts';
import type { Run } from './run.ts';
import { holds } from './writer/condition.ts';
import type { Field } from './writer/shape.ts';
import { Written } from './written.ts';

/** A room's codes for what it has not begun to run. It may know another schema than the gateway while one is replaced. */
const WRONG = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** The room that answers the whole of a plan; null when there are several, or something is to be changed on the way. */
export function wholeOf({ node }: QueryPlan): string | null {
  if (node?.kind !== 'Fetch' || node.requires !== undefined) return null;
  return node.outputRewrites === undefined && node.inputRewrites === undefined ? node.serviceName : null;
}

/** Null: the room takes it for invalid, as it speaks of other rooms' types, or its variables are wrong. Nothing has run. */
export type AskWhole = (run: Run) => Promise<Answer | null>;

/** `fields`: those at the root. `write`: of what the room did not answer, null where that may be. */
export function askWhole(source: RoomSource, document: DocumentNode, fields: readonly Field[], write: Write): AskWhole {
  const { name, operation: kind } = operationIn(document);
  const operation: FetchOperation = {
    query: stripIgnoredCharacters(print(document)),
    operationName: name?.value,
    kind: kind === OperationTypeNode.MUTATION ? 'mutation' : 'query',
  };
  const left = ({ variables }: Run) => fields.flatMap(({ key, when }) => (holds(when, variables) ? [[key]] : []));
  return async (run) => {
    const variables: FetchVariables = { values: () => run.sent, json: () => JSON.stringify(run.sent) };
    const answer = await asked(run, source, operation, variables);
    const data = dataOf(answer);
    if (answer.data === undefined && WRONG.has(answer.errors?.[0]?.extensions.code ?? '')) return null;
    for (const error of answer.errors ?? (data === null ? [NOTHING] : [])) {
      tellAt(run, error, source.room, error.path === undefined ? left(run) : [[...error.path]]);
    }
    if (answer.data === undefined) return write(run);
    if (data === null) return { data, errors: run.errors };
    run.data = data;
    const isText = answer.text?.startsWith('{"data":') === true && answer.text.endsWith('}');
    const written = new Written(isText ? answer.text!.slice('{"data":'.length, -1) : JSON.stringify(data));
    return run.errors.length === 0 ? { data: written } : { data: written, errors: run.errors };
  };
}
