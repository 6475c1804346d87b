// Asks for everything that a type has, and notes field by field what came back, of what.
import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Objects that are one thing wherever they are met; what else there is belongs to the nearest of these around it. */
const ENTITIES = [
  'Member',
  'Purchase',
  'LedgerEntry',
  'Lot',
  'Partner',
  'Channel',
  'Location',
  'Terminal',
  'ApiClient',
  'Reward',
  'Redemption',
  'Voucher',
  'Referral',
];

/** Objects that are but a value: what is in them is of the field that has them. */
export const VALUES = [
  'Money',
  'PointsAmount',
  'RewardPrice',
  'RewardStock',
  'Tier',
  'Actor',
  'Explanation',
  'ExplanationStep',
];

/** Where a field has no answer, or a short one, without an argument. */
const ARGUMENTS: Record<string, string> = {
  'Member.wallet': '(currency: "points")',
  'Partner.apiClients': '(first: 100)',
};

const isEntity = (type: GraphQLObjectType) => ENTITIES.includes(type.name);

/** A selection of all fields; entities inside of entities down to `depth`, then by id. */
export function everything(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).map((field): string => {
    const name = `${field.name}${ARGUMENTS[`${type.name}.${field.name}`] ?? ''}`;
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) return name;
    // Only the path that provides it has it.
    if (field.astNode?.directives?.some((one) => one.name.value === 'external') === true) return '';
    if (!isObjectType(inner)) throw new Error(`${type.name}.${field.name} is neither leaf nor object`);
    // `edges` has it all.
    if (field.name === 'nodes') return `${name} { __typename }`;
    if (!isEntity(inner)) return `${name} ${everything(inner, depth)}`;
    return depth === 0 ? `${name} { id }` : `${name} ${everything(inner, depth - 1)}`;
  });
  return `{ ${fields.join(' ')} }`;
}

export type Leaf = string | number | boolean;

/** One field of one thing, as it came. */
export interface Sighting {
  /** `mbr_…` and the like; a consent by its terms, a proof by its entry, `quote`; '' outside of everything. */
  subject: string;
  /** `Member.status` */
  field: string;
  /** The field's place in its subject, for comparing with what another saw. */
  place: string;
  /** Null: there, and empty. Undefined: an object. */
  leaf: Leaf | null | undefined;
}

function subjectOf(type: GraphQLObjectType, value: Record<string, unknown>): string | null {
  if (isEntity(type)) return typeof value['id'] === 'string' ? value['id'] : null;
  if (type.name === 'Consent') return String(value['termsVersion']);
  if (type.name === 'PurchaseQuote') return 'quote';
  if (type.name === 'LedgerProof') return (value['entry'] as { id: string }).id;
  return null;
}

/** Every field below a value of a type. */
export function* sightings(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  value: Record<string, unknown>,
  around = '',
  inside = '',
  holder = '',
): Generator<Sighting> {
  const own = subjectOf(type, value);
  const subject = own ?? around;
  const path = own === null ? inside : type.name;
  const isValue = holder !== '' && VALUES.includes(type.name);
  for (const [name, found] of Object.entries(value)) {
    const field = type.getFields()[name];
    if (field === undefined) continue;
    const label = isValue ? holder : `${type.name}.${name}`;
    yield* below(schema, field.type, found, { subject, field: label, place: `${path}.${name}` });
  }
}

function* below(
  schema: GraphQLSchema,
  outer: GraphQLOutputType,
  value: unknown,
  at: { subject: string; field: string; place: string },
): Generator<Sighting> {
  const type = getNullableType(outer);
  if (value === null) {
    yield { ...at, leaf: null };
  } else if (isListType(type)) {
    yield { ...at, leaf: undefined };
    for (const [index, item] of (value as unknown[]).entries()) {
      yield* below(schema, type.ofType, item, { ...at, place: `${at.place}.${index}` });
    }
  } else if (isObjectType(type)) {
    yield { ...at, leaf: undefined };
    yield* sightings(schema, type, value as Record<string, unknown>, at.subject, at.place, at.field);
  } else {
    yield { ...at, leaf: value as Leaf };
  }
}
