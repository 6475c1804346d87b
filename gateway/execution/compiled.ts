// One operation of one schema for viewers who may read the same of it: planned once, run many times.
import type { QueryPlan } from '@apollo/query-planner';
import { GraphQLError, isNonNullType } from 'graphql';
import { stepsOf } from './plan/steps.ts';
import type { Ground } from './plan/ask.ts';
import type { Data, Run } from './run.ts';
import { holds } from './writer/condition.ts';
import { generate, type Generated } from './writer/generate.ts';
import { seen, shown, type Field, type Shape } from './writer/shape.ts';
import { walk } from './writer/walk.ts';
import { Written } from './written.ts';

export interface Answer {
  data: Written | null;
  errors?: GraphQLError[];
}

export type Compiled = (run: Run) => Promise<Answer>;

export interface WriterParts {
  shape: Shape;
  /** What it asks about the schema itself, by the client's keys. */
  introspected: ((variables: Data) => Data) | null;
  /** False: answers are written without code made for them. */
  generating: boolean;
}

/** Writes what a run has come to. */
export type Write = (run: Run) => Answer;

export function writer({ shape, introspected, generating }: WriterParts): Write {
  // Code is made when the operation comes again: many come once.
  let generated: Generated | null | 'came never' | 'came once' = generating ? 'came never' : null;
  return (run) => {
    if (generated === 'came never') generated = 'came once';
    else if (generated === 'came once') generated = generate(shape);
    const fast = typeof generated === 'function' ? generated(run) : undefined;
    const json = fast ?? walk(shape, run, introspected?.(run.variables) ?? {});
    const data = json === 'null' ? null : new Written(json);
    return run.errors.length === 0 ? { data } : { data, errors: run.errors };
  };
}

/** A plan, and the fields at the root that it is for: it runs when one of them is asked for. */
export interface PlanPart {
  plan: QueryPlan;
  fields: readonly Field[];
}

export interface CompiledParts {
  /** One after the other. */
  plans: readonly PlanPart[];
  shape: Shape;
  ground: Omit<Ground, 'shown' | 'seen' | 'vital'>;
}

export function compiled({ plans, shape, ground }: CompiledParts, write: Write): Compiled {
  const root = shape.fields(shape.type.name)!;
  const vital = root.filter(({ type, name }) => isNonNullType(type) && !name.startsWith('__'));
  const whole: Ground = {
    ...ground,
    vital: new Set(vital.map(({ from }) => from)),
    shown: (path, keys) => shown(shape, path, keys),
    seen: (at, path) => seen(shape, at, path),
  };
  const parts = plans.map(({ plan, fields }) => ({ steps: stepsOf(plan, whole), fields }));
  const refused = vital.filter(({ denied }) => denied !== undefined);
  return async (run) => {
    // A refusal that takes all data with it is the answer: nothing is done of which nobody would be told.
    const errors = refused.flatMap(({ key, denied, when }) =>
      typeof denied === 'object' && holds(when, run.variables)
        ? [new GraphQLError(denied.message, { path: [key], extensions: { code: denied.code } })]
        : [],
    );
    if (errors.length > 0) return { data: null, errors };
    for (const { steps, fields } of parts) {
      if (!run.lost && fields.some(({ when }) => holds(when, run.variables))) await steps(run);
    }
    return write(run);
  };
}
