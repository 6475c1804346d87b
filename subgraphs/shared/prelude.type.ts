// What every room's SDL says alike: @idempotent, UserError, PageInfo, Money, connections. One source, so that
// composition agrees.
import { DirectiveLocation, GraphQLDirective, GraphQLNonNull, GraphQLString } from 'graphql';
import { Directive, Extensions, Field, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import { audience, EVERYONE } from './audience.ts';
import { CurrencyCode, Decimal } from './scalars.ts';

/** Composition keeps what all rooms declare. Only the gateway reads it: a room gets the key in the input. */
export const IDEMPOTENT = new GraphQLDirective({
  name: 'idempotent',
  description: 'An idempotency key for one field at the root of a mutation; the same as its `input.idempotencyKey`.',
  locations: [DirectiveLocation.FIELD],
  args: {
    key: { type: new GraphQLNonNull(GraphQLString), description: '1 to 255 printable ASCII characters.' },
  },
});

const IDEMPOTENCY_CODES = {
  IDEMPOTENCY_KEY_MISSING: 'The mutation needs a key and none came.',
  IDEMPOTENCY_KEY_INVALID: 'The key is not 1 to 255 printable ASCII characters.',
  IDEMPOTENCY_KEY_REUSED: 'The key was used with another input.',
  IDEMPOTENCY_IN_PROGRESS: 'The first request with this key is still under way.',
};

/** A room's `ErrorCode`, from its codes with one sentence each, and the `UserError` that carries it. */
export function userErrorType<Code extends string>(codes: Record<Code, string>) {
  const all = { ...IDEMPOTENCY_CODES, ...codes };
  const names = Object.keys(all) as (keyof typeof IDEMPOTENCY_CODES | Code)[];
  const ErrorCode = Object.fromEntries(names.map((name) => [name, name])) as Record<(typeof names)[number], string>;
  registerEnumType(ErrorCode, {
    name: 'ErrorCode',
    description: 'Why a mutation refused.',
    valuesConfig: Object.fromEntries(
      Object.entries(all).map(([name, description]) => [name, { description }]),
    ) as never,
  });

  @Directive('@shareable')
  @Extensions(audience(...EVERYONE, 'room'))
  @ObjectType('UserError', { description: 'A refusal that someone can act on.' })
  class UserError {
    @Field(() => ErrorCode, { description: 'What was refused; part of the contract.' })
    code!: string;

    @Field(() => String, { description: 'For people, in the language asked for.' })
    message!: string;

    @Directive('@listSize(assumedSize: 4)')
    @Field(() => [String], {
      nullable: true,
      description: 'Path into `input`, outermost first; null when no one field is at fault.',
    })
    field!: string[] | null;

    @Field(() => Boolean, { description: 'True when the same request may succeed later.' })
    retryable!: boolean;
  }
  return { UserError, ErrorCode };
}

@Directive('@shareable')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'Where a page of a connection begins and ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'More after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'More before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; null on an empty page.' })
  endCursor!: string | null;
}

@Directive('@shareable')
@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field(() => Decimal, { description: 'At most as many decimals as the currency has.' })
  amount!: string;

  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;
}

/** `<name>Connection` and `<name>Edge` of a type. */
export function connectionType<T extends ClassType>(name: string, node: T) {
  @Extensions(audience(...EVERYONE))
  @ObjectType(`${name}Edge`, { description: `One ${name} in its list.` })
  class Edge {
    @Field(() => String, { description: 'For `after`: the list goes on behind this one.' })
    cursor!: string;

    @Field(() => node, { description: `The ${name}.` })
    node!: InstanceType<T>;
  }

  @Extensions(audience(...EVERYONE))
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class Connection {
    @Field(() => [Edge], { description: 'The page, each with its cursor.' })
    edges!: Edge[];

    @Field(() => [node], { description: 'The page, without cursors.' })
    nodes!: InstanceType<T>[];

    @Field(() => PageInfo, { description: 'Where the page lies.' })
    pageInfo!: PageInfo;
  }
  return Connection;
}

/** On every field that gives a connection: what its page can cost. */
export const Paged = () =>
  Directive(
    '@listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
  );
