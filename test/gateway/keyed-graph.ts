// A small graph whose mutations tell what they got, asked through what the gateway plans in a document's stead.
import {
  buildSchema,
  execute,
  getOperationAST,
  NoUnusedVariablesRule,
  parse,
  print,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLResolveInfo,
} from 'graphql';
import { planned } from '../../gateway/idempotency/document.ts';
import { withKeys } from '../../gateway/idempotency/keys.ts';

const TYPES = `
  type Query { shop: String }
  type Mutation { buy(input: BuyInput!): Done!  take(input: TakeInput!): Done!  buyMany(input: BuyManyInput!): Done! }
  type Done { ok: Boolean! done: Boolean! }
  enum Kind { SHOP WEB }
  input LineInput { sku: String! quantity: Int }
  input BuyInput { idempotencyKey: String  shop: String!  paid: Float  kind: Kind  lines: [LineInput!] }
  input TakeInput { idempotencyKey: String  reward: ID! }
  input BuyManyInput { items: [BuyInput!]! }
`;
const CLIENTS = buildSchema(`${TYPES} directive @idempotent(key: String!) on FIELD`);
/** A room's, as far as the planner relies on it. */
const ROOMS = buildSchema(TYPES);
/** A variable that only a directive used stays: so its value is still checked, under the name that the client knows. */
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

export interface Sent {
  query: string;
  variables?: Record<string, unknown>;
  header?: string;
  operationName?: string;
}

export interface Ran {
  /** What each mutation got, by the name under which it answered. */
  got: Record<string, unknown>;
  errors: string[];
  planned: string;
}

function run(document: DocumentNode, { variables = {}, operationName }: Omit<Sent, 'query'>): Ran {
  const got: Record<string, unknown> = {};
  const take = ({ input }: { input: unknown }, _: unknown, { path }: GraphQLResolveInfo) => {
    got[path.key] = JSON.parse(JSON.stringify(input));
    return { ok: true, done: true };
  };
  const invalid = validate(ROOMS, document, RULES);
  if (invalid.length > 0) throw invalid[0]!;
  const { errors = [] } = execute({
    schema: ROOMS,
    document,
    rootValue: { buy: take, take, buyMany: take },
    variableValues: variables,
    operationName,
  }) as ExecutionResult;
  return { got, errors: errors.map(({ message }) => message), planned: print(document) };
}

/** Without the gateway in between. */
export const runAsIs = (sent: Sent): Ran => run(parse(sent.query), sent);

/** Throws what makes the request a bad one. */
export function runKeyed({ query, variables = {}, header, operationName }: Sent): Ran {
  const document = parse(query);
  const invalid = validate(CLIENTS, document);
  if (invalid.length > 0) throw invalid[0]!;
  const plan = planned(CLIENTS, document, getOperationAST(document, operationName)!);
  const withThem = withKeys(plan, variables, header ?? null);
  return run(plan.document, { variables: withThem, ...(operationName === undefined ? {} : { operationName }) });
}
