// A document as it is planned. The planner takes a response key for the field of that name: an alias that equals another
// field would be sent as a key, or as what another room computes from (federation issue 3036). So every alias, and every
// field with arguments, gets a key that no schema has; the writer gives the client its own keys back.
import { Kind, print, visit, type DocumentNode, type FieldNode, type NameNode } from 'graphql';
import { operationIn } from './operation.ts';
import type { Data } from './run.ts';

const PREFIX = 'as_';
/** What the planner calls a variable of its own. */
const PLANNERS = 'representations';

export interface Normalised {
  document: DocumentNode;
  /** The client's key for a key of the document that is planned. */
  clientKey(key: string): string;
  /** A key that stands for nothing that the client has asked. */
  ours: string;
  /** What the client sent, by the names of the document that is planned. */
  sent(variables: Data): Data;
}

const named = (value: string): NameNode => ({ kind: Kind.NAME, value });

/** The document must be valid; what the client called the same is called the same again. */
export function normalised(document: DocumentNode, fieldNames: ReadonlySet<string>): Normalised {
  let prefix = PREFIX;
  while ([...fieldNames].some((name) => name.startsWith(prefix))) prefix += '_';
  const variables = new Set(
    (operationIn(document).variableDefinitions ?? []).map(({ variable }) => variable.name.value),
  );
  const keys: string[] = [];
  const index = new Map<string, number>();

  let free = `${PLANNERS}_`;
  while (variables.has(free)) free += '_';

  function renamed(node: FieldNode): FieldNode | undefined {
    const field = node.name.value;
    const key = node.alias?.value ?? field;
    if (key === field && !node.arguments?.length && !(field in Object.prototype)) return undefined;
    // Objects of two types may have different fields under one key: the planner would take one for the other.
    const what = [key, field, ...(node.arguments ?? []).map(print)].join(' ');
    if (!index.has(what)) index.set(what, keys.push(key) - 1);
    return { ...node, alias: named(`${prefix}${index.get(what)}`) };
  }

  return {
    document: visit(document, {
      Field: (node) => renamed(node),
      Variable: (node) => (node.name.value === PLANNERS ? { ...node, name: named(free) } : undefined),
    }),
    ours: `${prefix}ours`,
    clientKey: (key) => (key.startsWith(prefix) ? (keys[Number(key.slice(prefix.length))] ?? key) : key),
    sent(given) {
      if (!(PLANNERS in given)) return given;
      const { [PLANNERS]: value, ...others } = given;
      return { ...others, [free]: value };
    },
  };
}
