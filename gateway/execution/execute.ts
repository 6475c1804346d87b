// One request: the compiled operation is found, its variables are coerced, and it runs.
import {
  getVariableValues,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { Budgets } from '../limits/budgets.ts';
import type { Answer } from './compiled.ts';
import { alone } from './operation.ts';
import type { Data, Run } from './run.ts';
import type { Runnable, SchemaState } from './state.ts';

/** Of wrong variables; the first ones are enough to mend them. */
const VARIABLE_ERRORS_MAX = 5;

/** What Apollo Server has found valid. */
export interface Asked {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  request: { variables?: Data };
  context: object;
}

type Answered = Answer | { errors: readonly GraphQLError[] };

/** The answer, and what it cost. Without data nothing has run. */
async function run(
  { whole, run: runPlan, sent, cost, plannedCost }: Runnable,
  { schema, operation, request: { variables = {} }, context }: Asked,
): Promise<{ answer: Answered; cost: number }> {
  const begun = (own: Partial<Run>): Run => ({
    data: {},
    errors: [],
    context: context as GatewayContext,
    sent: variables,
    variables: {},
    hidden: false,
    lost: false,
    ...own,
  });
  const wholeRun = begun({});
  const answer = await whole?.(wholeRun);
  if (answer !== undefined && answer !== null)
    return { answer, cost: cost().actual(answer.data === null ? null : wholeRun.data, variables) };
  const definitions = operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors: VARIABLE_ERRORS_MAX });
  if (errors !== undefined) return { answer: { errors }, cost: 0 };
  const planned = begun({ sent: sent(variables), variables: coerced });
  const joined = await runPlan(planned);
  return { answer: joined, cost: plannedCost().actual(joined.data === null ? null : planned.data, planned.sent) };
}

/** The answer, which the request's context has too, as it is sent. */
function told({ context }: Asked, answer: Answered): Answered {
  const holder = (context as GatewayContext).answer;
  if (holder !== undefined && 'data' in answer && answer.data !== null) holder.written = answer.data;
  return answer;
}

/** Throws what the client may not afford. */
export async function execute(
  state: SchemaState,
  budgets: Budgets | null,
  asked: Asked,
): Promise<Answered & { extensions?: object }> {
  const { viewer } = asked.context as GatewayContext;
  const runnable = state.runnable(alone(asked.document, asked.operation), viewer);
  const requested = budgets === null ? 0 : runnable.cost().requested(asked.request.variables ?? {});
  if (budgets === null || requested === 0) return told(asked, (await run(runnable, asked)).answer);
  const settle = await budgets.take(viewer, requested);
  try {
    const { answer, cost } = await run(runnable, asked);
    return { ...told(asked, answer), extensions: { cost: settle(cost) } };
  } catch (error) {
    settle(0);
    throw error;
  }
}
