// What a room is told of an entity that it shall say more about: its type, its key and what the room requires.
import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Data } from '../run.ts';
import { merge } from './merge.ts';
import { fits } from './rewrite.ts';

/** Null: something of it is not known, so this entity cannot be asked for. */
export type Represent = (entity: Data) => Data | null;

function ofFields(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[]): Represent {
  const fields = selections.filter((selection): selection is QueryPlanFieldNode => selection.kind === 'Field');
  const steps = fields.map(({ name, alias, selections: inner }) => ({
    key: alias ?? name,
    inner: inner === undefined ? null : represent(schema, inner),
  }));
  return (entity) => {
    const made: Data = {};
    for (const { key, inner } of steps) {
      const value = entity[key];
      if (value === undefined) return null;
      made[key] = inner === null ? value : within(value, inner);
    }
    return made;
  };
}

function within(value: unknown, inner: Represent): unknown {
  if (Array.isArray(value)) return value.map((item) => within(item, inner));
  return value === null ? null : inner(value as Data);
}

export function represent(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[]): Represent {
  const own = ofFields(schema, selections);
  const fragments = selections.flatMap((selection) =>
    selection.kind === 'InlineFragment' && selection.typeCondition !== undefined
      ? [{ condition: selection.typeCondition, of: represent(schema, selection.selections) }]
      : [],
  );
  if (fragments.length === 0) return own;
  return (entity) => {
    const made = own(entity);
    if (made === null) return null;
    for (const { condition, of } of fragments) {
      if (fits(schema, entity['__typename'], condition) !== true) continue;
      const more = of(entity);
      // What one fragment lacks, another may have: whoever is asked needs the type at the least.
      if (more !== null) merge(made, more);
    }
    return made;
  };
}
