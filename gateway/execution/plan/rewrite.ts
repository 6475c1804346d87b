// What the planner wants changed in representations before they are sent and in answers before they are joined.
import type { FetchDataRewrite } from '@apollo/query-planner';
import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';
import type { Data } from '../run.ts';

const FRAGMENT = '... on ';

/** Whether an object's type is the condition's, or one of its possible types; null: nobody can tell. */
export function fits(schema: GraphQLSchema, typeName: unknown, condition: string): boolean | null {
  if (typeof typeName !== 'string') return null;
  if (typeName === condition) return true;
  const [type, abstract] = [schema.getType(typeName), schema.getType(condition)];
  return isAbstractType(abstract) && isObjectType(type) && schema.isSubType(abstract, type);
}

/** Changes what it is given. */
export type Rewrite = (value: unknown) => void;

/** Undefined where there is nothing to change. */
export function rewriter(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[] = []): Rewrite | undefined {
  if (rewrites.length === 0) return undefined;
  return (value) => {
    for (const rewrite of rewrites) apply(schema, rewrite, 0, value);
  };
}

function apply(schema: GraphQLSchema, rewrite: FetchDataRewrite, index: number, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) apply(schema, rewrite, index, item);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Data;
  const step = rewrite.path[index]!;
  if (step.startsWith(FRAGMENT)) {
    if (fits(schema, object['__typename'], step.slice(FRAGMENT.length)) !== false)
      apply(schema, rewrite, index + 1, object);
  } else if (index < rewrite.path.length - 1) {
    apply(schema, rewrite, index + 1, object[step]);
  } else if (rewrite.kind === 'ValueSetter') {
    object[step] = rewrite.setValueTo;
  } else if (object[step] !== undefined) {
    object[rewrite.renameKeyTo] = object[step];
    delete object[step];
  }
}
