// The rooms' SDL as it is committed, and what the API has none of yet but a client's document must be able to use:
// unions and interfaces, within a room and across rooms.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { ROOMS, type RoomName } from '../../../subgraphs/shared/config.ts';

const FOR_ALL = '@tag(name: "member") @tag(name: "till") @tag(name: "partner") @tag(name: "operator")';
const IDENTIFIED = `"What has an id." interface Identified { "The id." id: ID! ${FOR_ALL} }`;
const identified = (...types: string[]) => types.map((type) => `extend type ${type} implements Identified`).join('\n');

const ABSTRACT: Record<RoomName, string> = {
  members: `
    ${IDENTIFIED}
    ${identified('Member', 'Partner')}
    union Party = Member | Partner | MemberProfile | PageInfo
    extend type Query {
      party(n: Int! = 1): Party ${FOR_ALL}
      parties: [Party!]! ${FOR_ALL} @listSize(assumedSize: 3)
    }
    extend type Member { closest: [Party] ${FOR_ALL} @listSize(assumedSize: 3) }`,
  points: `
    ${IDENTIFIED}
    ${identified('Member', 'Partner', 'LedgerEntry', 'Lot', 'Purchase')}
    union Party = Member | Partner | Money
    extend type LedgerEntry { subject: Identified ${FOR_ALL}  payer: Party ${FOR_ALL} }`,
  rewards: `
    ${IDENTIFIED}
    ${identified('Member', 'Partner', 'Reward', 'Redemption', 'Voucher')}
    extend type Query { identified(first: Int = 2, names: [String!]): [Identified!] ${FOR_ALL} @listSize(assumedSize: 3) }`,
  referrals: '',
  partners: '',
};

/** SDL of each room. */
export const ROOM_SDL = Object.fromEntries(
  ROOMS.map((room) => [room, `${readFileSync(join('schema', `${room}.graphql`), 'utf8')}\n${ABSTRACT[room]}`]),
) as Record<RoomName, string>;

export interface SdlField {
  room: RoomName;
  type: string;
  field: string;
  /** Named here, answered elsewhere. */
  external: boolean;
  /** Of viewers. */
  kinds: string[];
  /** Of `@requiresScopes`, and of `@policy`: all of one list. */
  scopes: string[][];
  policies: string[][];
}

const named = (directives: readonly ConstDirectiveNode[] | undefined, name: string) =>
  (directives ?? []).filter((directive) => directive.name.value === name);

const first = <T>({ arguments: args = [] }: ConstDirectiveNode): T => valueFromASTUntyped(args[0]!.value) as T;

function objects(room: RoomName): (ObjectTypeDefinitionNode | ObjectTypeExtensionNode)[] {
  return parse(ROOM_SDL[room]).definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION,
  );
}

export const FIELDS: readonly SdlField[] = ROOMS.flatMap((room) =>
  objects(room).flatMap((type) =>
    (type.fields ?? []).map((field) => ({
      room,
      type: type.name.value,
      field: field.name.value,
      external: named(field.directives, 'external').length > 0,
      kinds: named(field.directives, 'tag').map(first<string>),
      scopes: named(field.directives, 'requiresScopes').flatMap(first<string[][]>),
      policies: named(field.directives, 'policy').flatMap(first<string[][]>),
    })),
  ),
);

/** The key of each entity: one field, the same in every room. */
export const KEYS: ReadonlyMap<string, string> = new Map(
  ROOMS.flatMap((room) =>
    objects(room).flatMap((type) =>
      named(type.directives, 'key').map((key) => [type.name.value, first<string>(key)] as const),
    ),
  ),
);
