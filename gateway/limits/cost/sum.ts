// A cost as an expression: a number where the document alone settles it, else a function of the variables.
// What is settled is added up once, when the operation is compiled.
export type Variables = Readonly<Record<string, unknown>>;
export type Cost = number | ((variables: Variables) => number);

/** `@include` or, with `included` false, `@skip`. */
export interface Condition {
  variable: string;
  included: boolean;
}

export const evaluate = (cost: Cost, variables: Variables): number =>
  typeof cost === 'number' ? cost : cost(variables);

/** Settled ones are joined first by `join`; `none` is what joins nothing. */
function joined(costs: readonly Cost[], none: number, join: (a: number, b: number) => number): Cost {
  const settled = costs.filter((cost) => typeof cost === 'number').reduce(join, none);
  const open = costs.filter((cost) => typeof cost === 'function');
  if (open.length === 0) return settled;
  return (variables) => open.reduce((result, cost) => join(result, cost(variables)), settled);
}

export const sum = (costs: readonly Cost[]): Cost => joined(costs, 0, (a, b) => a + b);
export const most = (costs: readonly Cost[]): Cost => joined(costs, 0, (a, b) => Math.max(a, b));
export const times = (a: Cost, b: Cost): Cost => (a === 0 || b === 0 ? 0 : joined([a, b], 1, (x, y) => x * y));

const holds = (conditions: readonly Condition[], variables: Variables) =>
  conditions.every(({ variable, included }) => (variables[variable] === true) === included);

/** Nothing, unless all conditions of one of the places hold where it is asked. */
export function when(places: readonly (readonly Condition[])[], cost: Cost): Cost {
  if (cost === 0 || places.some((conditions) => conditions.length === 0)) return cost;
  return (variables) => (places.some((conditions) => holds(conditions, variables)) ? evaluate(cost, variables) : 0);
}
