// An operation that one room answers by itself goes there as the client wrote it, and the room's answer is the client's:
// it needs no coercion of variables, merging or shaping here. That was a tenth of what Node did for a batch of purchases.
import { GraphQLError, OperationTypeNode, print, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { RoomDataSource } from '../transport/room-data-source.ts';
import { rootFields } from './root-fields.ts';

/** What the planner says of an operation that it has planned. */
interface Plan {
  node?: { kind: string; serviceName?: string; requires?: unknown; outputRewrites?: unknown };
}

interface Asked {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  request: { variables?: Record<string, unknown>; operationName?: string };
  context: object;
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: GraphQLError[];
}

export class WholeOperations {
  /** Of the documents that the current schema has validated. */
  readonly #known = new WeakMap<OperationDefinitionNode, { source: RoomDataSource; query: string }>();
  readonly #source: (room: string) => RoomDataSource;

  constructor(source: (room: string) => RoomDataSource) {
    this.#source = source;
  }

  planned({ node }: Plan, { document, operation }: Pick<Asked, 'document' | 'operation'>): void {
    if (node?.kind !== 'Fetch' || node.serviceName === undefined) return;
    if (node.requires !== undefined || node.outputRewrites !== undefined) return;
    // A room's own schema is none of a client's business.
    if (rootFields(document, operation.selectionSet).some((name) => name === '__schema' || name === '__type')) return;
    this.#known.set(operation, { source: this.#source(node.serviceName), query: print(document) });
  }

  /** Null: it must be planned and executed; nothing has run yet, or it was a query. */
  async answer({ operation, request, context }: Asked): Promise<Answer | null> {
    const whole = this.#known.get(operation);
    if (whole === undefined) return null;
    const { source, query } = whole;
    try {
      const { variables, operationName } = request;
      const { data, errors } = await source.ask({ query, variables, operationName }, context as GatewayContext);
      // Without data the room has refused to run it: what is wrong with variables is told with its place.
      if (data === undefined) return null;
      if (errors === undefined) return { data };
      return {
        data,
        errors: errors.map(
          ({ message, path, extensions }) =>
            new GraphQLError(message, { path, extensions: { ...extensions, serviceName: source.room } }),
        ),
      };
    } catch (error) {
      // A mutation may have run: it is not sent again.
      if (operation.operation !== OperationTypeNode.MUTATION) return null;
      return { data: null, errors: [error as GraphQLError] };
    }
  }
}
