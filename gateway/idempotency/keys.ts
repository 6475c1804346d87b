// The key of each mutation of a request, in whichever spelling it came, put where rooms read it: into the variables.
// What may be a key, and which mutation needs one, is the rooms' to say: they say it of every spelling alike.
import { GraphQLError, Kind, valueFromASTUntyped, type FieldNode, type ValueNode } from 'graphql';
import { KEY, type Planned, type RootField } from './document.ts';

type Values = Record<string, unknown>;
type Spelling = 'input.idempotencyKey' | '@idempotent' | 'the header Idempotency-Key';

function badRequest(message: string, nodes: FieldNode[] = []): GraphQLError {
  return new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As the client sent it: of a variable its value, or else its default. */
function valueOf(node: ValueNode, { operation }: Planned, sent: Values): unknown {
  if (node.kind !== Kind.VARIABLE) return valueFromASTUntyped(node);
  const name = node.name.value;
  if (Object.hasOwn(sent, name)) return sent[name];
  const preset = operation.variableDefinitions?.find((each) => each.variable.name.value === name)?.defaultValue;
  return preset && valueFromASTUntyped(preset);
}

/** The one key that a field has; undefined when it has none. */
function agreed(name: string, spelled: [Spelling, unknown][]): unknown {
  const [first, ...others] = spelled.filter(([, key]) => key !== undefined && key !== null);
  if (first === undefined) return undefined;
  const other = others.find(([, key]) => key !== first[1]);
  if (other === undefined) return first[1];
  const two = other[0] === first[0] ? `Two ${first[0]}` : `${first[0]} and ${other[0]}`;
  throw badRequest(`${two} give ${name} different keys.`);
}

/** The keys that a field has beside its input. */
function outside({ name, directives, place }: RootField, planned: Planned, sent: Values, header: string | null) {
  const spelled = directives.map((node): [Spelling, unknown] => ['@idempotent', valueOf(node, planned, sent)]);
  if (spelled.some(([, key]) => typeof key !== 'string'))
    throw badRequest(`The key of @idempotent on ${name} is no text.`);
  if (header !== null) spelled.push(['the header Idempotency-Key', header]);
  if (spelled.length > 0 && place === null)
    throw badRequest(`${name} has no input.idempotencyKey, so it takes none by ${spelled[0]![0]}.`);
  return spelled;
}

/** The variables with which the planned document runs. Throws `BAD_USER_INPUT`. */
export function withKeys(planned: Planned, sent: Values, header: string | null): Values {
  const { rootFields, misplaced } = planned;
  if (misplaced.length > 0) throw badRequest('@idempotent belongs on a field at the root of a mutation.', misplaced);
  if (header !== null && rootFields.length > 1)
    throw badRequest('The header Idempotency-Key is for one mutation: where there are more, use @idempotent on each.');
  const variables = { ...sent };
  for (const field of rootFields) {
    const spelled = outside(field, planned, sent, header);
    if (field.place === null) continue;
    const { whole, from, to } = field.place;
    const value = from && valueOf(from, planned, sent);
    const input = whole && isObject(value) ? value : null;
    const key = agreed(field.name, [['input.idempotencyKey', whole ? input?.[KEY] : value], ...spelled]);
    const withKey = input === null || key === undefined ? value : { ...input, [KEY]: key };
    const carried = whole ? withKey : (key ?? value);
    if (carried !== undefined) variables[to] = carried;
  }
  return variables;
}
