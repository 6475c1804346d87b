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
import type { Prepared } from './prepared.ts';
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
  { cost, plannedCost, defaults }: Prepared,
  { whole, run: runPlan, sent }: Runnable,
  { schema, operation, request: { variables = {} }, context }: Asked,
): Promise<{ answer: Answered; cost: () => number }> {
  const begun = (own: Pick<Run, 'sent' | 'variables'>): Run => ({
    data: {},
    errors: [],
    context: context as GatewayContext,
    hidden: false,
    lost: false,
    ...own,
  });
  const wholeRun = begun({ sent: variables, variables: { ...defaults, ...variables } });
  const answer = await whole?.(wholeRun);
  if (answer !== undefined && answer !== null)
    return { answer, cost: () => cost().actual(answer.data === null ? null : wholeRun.data, variables) };
  const definitions = operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors: VARIABLE_ERRORS_MAX });
  if (errors !== undefined) return { answer: { errors }, cost: () => 0 };
  const planned = begun({ sent: sent(variables), variables: sent(coerced) });
  const joined = await runPlan(planned);
  return { answer: joined, cost: () => plannedCost().actual(joined.data === null ? null : planned.data, planned.sent) };
}

/** The answer, which the request's context has too, as it is sent. */
function told({ context }: Asked, answer: Answered): Answered {
  const holder = (context as GatewayContext).answer;
  if (holder !== undefined && 'data' in answer && answer.data !== null) holder.written = answer.data;
  return answer;
}

/** Throws what the client may not afford, before anything is planned. */
export async function execute(
  state: SchemaState,
  budgets: Budgets | null,
  asked: Asked,
): Promise<Answered & { extensions?: object }> {
  const { viewer, signal } = asked.context as GatewayContext;
  const prepared = state.prepared(alone(asked.document, asked.operation));
  const requested = budgets === null ? 0 : prepared.cost().requested(asked.request.variables ?? {});
  const runs = async () => run(prepared, state.runnable(prepared, viewer), asked);
  if (budgets === null || requested === 0) return told(asked, (await runs()).answer);
  const settle = await budgets.take(viewer, requested, !state.knows(prepared, viewer));
  try {
    const { answer, cost } = await runs();
    // Rooms may go on for who has left: that is paid for.
    const spent = signal?.aborted === true ? requested : cost();
    return { ...told(asked, answer), extensions: { cost: settle(spent) } };
  } catch (error) {
    settle(0);
    throw error;
  }
}
