// Before an operation is planned, its idempotency keys go where rooms read them. Limits and validation have seen what
// the client sent; planner and rooms see only documents without directive and key.
import type { OperationDefinitionNode } from 'graphql';
import type { Execution } from '../execution/federated.ts';
import { planned, type Planned } from './document.ts';
import { withKeys } from './keys.ts';

export function withIdempotencyKeys(execution: Execution): Execution {
  // An operation belongs to one parsed document, which is validated against one schema and remembered for it.
  const known = new WeakMap<OperationDefinitionNode, Planned>();

  return {
    ...execution,
    async load(options) {
      const { executor } = await execution.load(options);
      if (executor === null) return { executor };
      return {
        async executor(context) {
          const { schema, document, operation, request } = context;
          let plan = known.get(operation);
          if (plan === undefined) known.set(operation, (plan = planned(schema, document, operation)));
          const header = request.http?.headers.get('idempotency-key') ?? null;
          const variables = withKeys(plan, request.variables ?? {}, header);
          return executor({
            ...context,
            document: plan.document,
            operation: plan.operation,
            request: { ...request, variables },
          });
        },
      };
    },
  };
}
