// Valid operations over a schema at random: fragments, aliases that lie, variables, conditions, mutations, and who asks.
import fc from 'fast-check';
import { OverlappingFieldsCanBeMergedRule, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { SCOPES, type Scope, type Viewer } from '../../../subgraphs/shared/viewer.ts';
import { member, operator, partner, till } from '../../support/viewer.ts';
import { HIDING } from './value.ts';
import { Menu, Selections, type Choice } from './selection.ts';

export interface Operation {
  query: string;
  document: DocumentNode;
  variables: Record<string, unknown>;
  operationName: string | null;
  viewer: Viewer;
}

/** How many selections at each level, at most. */
const WIDTHS = [4, 5, 5, 4, 3, 2];
const PERCENT = fc.nat({ max: 99 });
const CASES = 1_000;

/** Fields at the root have something below them. */
const FULL = 2;

const choices = (depth = 0): fc.Arbitrary<Choice[]> =>
  depth === WIDTHS.length
    ? fc.constant([])
    : fc.array(
        fc.record({
          pick: fc.nat({ max: 0xffff }),
          form: PERCENT,
          name: PERCENT,
          when: PERCENT,
          args: fc.nat(),
          of: choices(depth + 1),
        }),
        { minLength: depth < FULL ? 1 : 0, maxLength: WIDTHS[depth]! },
      );

/** Who asks is all that the answers of two operations differ by, beside what they ask. */
const viewers = fc
  .record({
    viewer: fc.constantFrom(operator, operator, member('1'), till('1'), partner('1')),
    n: fc.nat({ max: CASES }),
    lost: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Scope[]>([]) },
      { weight: 1, arbitrary: fc.subarray([...SCOPES]) },
    ),
  })
  .map(({ viewer, n, lost }): Viewer => {
    const scopes = viewer.scopes.filter((scope) => !lost.includes(scope as Scope));
    return { ...viewer, owner: `${viewer.kind}:${n}`, scopes };
  });

/** Who does not see each member in each room. */
export const hiding = viewers.map((viewer) => ({ ...viewer, owner: `${viewer.owner}${HIDING}` }));

/** Who comes with a key. */
export const programs = viewers.filter(({ kind }) => kind !== 'member');

/** Written as a person would read it. */
export const shown = ({ query, variables, operationName, viewer }: Omit<Operation, 'document'>): string =>
  `${query}\nvariables ${JSON.stringify(variables)}\noperation ${operationName ?? ''}\nas ${viewer.owner} with ${viewer.scopes.join(' ')}`;

export interface Kinds {
  viewer?: fc.Arbitrary<Viewer>;
  mutations?: boolean;
}

export function operations(
  schema: GraphQLSchema,
  { viewer = viewers, mutations = true }: Kinds = {},
): fc.Arbitrary<Operation> {
  const menu = new Menu(schema);
  return (
    fc
      .record({ tree: choices(), kind: PERCENT, names: PERCENT, viewer })
      .map(({ tree, kind, names, viewer: asking }) => {
        const isMutation = mutations && kind >= 85;
        const selections = new Selections(menu);
        const set = selections.set(isMutation ? schema.getMutationType()! : schema.getQueryType()!, tree);
        const fragments = selections.fragments.map(({ name, on, text }) => `fragment ${name} on ${on.name} ${text}`);
        const others = names >= 90 ? ['query Other { __typename }'] : [];
        const query = [
          `${isMutation ? 'mutation' : 'query'} Asked${selections.variables.declarations} ${set}`,
          ...others,
          ...fragments,
        ].join('\n');
        const operationName = names >= 50 ? 'Asked' : null;
        const { values: variables } = selections.variables;
        const document = parse(query, { noLocation: true });
        return { query, document, variables, operationName, viewer: asking, toString: () => query };
      })
      // A fragment that is used again may stand where others have its names.
      .filter(({ document }) => validate(schema, document, [OverlappingFieldsCanBeMergedRule]).length === 0)
  );
}
