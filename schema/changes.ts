// What a changed API means for its clients: each change that can break one, who asks what it touches, and which trusted
// documents are no longer valid. A change that breaks is fair only behind the day that the deprecation named.
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  TypeInfo,
  typeFromAST,
  validate,
  visit,
  visitWithTypeInfo,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  type NamedTypeNode,
} from 'graphql';
import type { TrustedDocument } from '../gateway/documents/manifest.ts';

export interface Change {
  level: 'BREAKING' | 'DANGEROUS';
  /** `Type`, `Type.field`, `Type.field.argument` or `@directive`. */
  path: string;
  message: string;
  /** The day is over that its deprecation named for its removal. */
  isAnnounced: boolean;
  /** The trusted documents that ask what it touches. */
  askedBy: TrustedDocument[];
}

export interface Effects {
  changes: Change[];
  /** Trusted documents that were valid and no longer are, and why. */
  invalid: { document: TrustedDocument; problem: string }[];
}

interface Element {
  deprecationReason?: string | null | undefined;
}

function elementAt(schema: GraphQLSchema, path: string): Element | undefined {
  const [typeName = '', name = '', argument] = path.split('.');
  const type = schema.getType(typeName);
  if (isEnumType(type)) return type.getValue(name) ?? undefined;
  if (isInputObjectType(type)) return type.getFields()[name];
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  const field = type.getFields()[name];
  return argument === undefined ? field : field?.args.find((each) => each.name === argument);
}

/** Every field, argument and input field of a type. */
function ofType(schema: GraphQLSchema, typeName: string): Element[] {
  return Object.values(schema.getTypeMap())
    .flatMap((type): (GraphQLField<unknown, unknown> | GraphQLInputField)[] =>
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [],
    )
    .flatMap((field) => ('args' in field ? [field, ...field.args] : [field]))
    .filter(({ type }) => getNamedType(type).name === typeName);
}

/** A type goes with the last that is of it. */
function isAnnounced(schema: GraphQLSchema, path: string, today: string): boolean {
  const element = elementAt(schema, path);
  const elements = path.includes('.') ? (element === undefined ? [] : [element]) : ofType(schema, path);
  const isOver = ({ deprecationReason }: Element) => {
    const [, day] = /\bRemoval: (\d{4}-\d{2}-\d{2})\b/.exec(deprecationReason ?? '') ?? [];
    return day !== undefined && day <= today;
  };
  return elements.length > 0 && elements.every(isOver);
}

/** The paths of the schema that a valid document touches; of an enum or an input all, as values come in variables. */
export function touched(schema: GraphQLSchema, document: string): ReadonlySet<string> {
  const paths = new Set<string>();
  const info = new TypeInfo(schema);
  function reach(type: GraphQLNamedType | undefined): void {
    if (type === undefined || paths.has(type.name)) return;
    paths.add(type.name);
    if (isEnumType(type)) for (const { name } of type.getValues()) paths.add(`${type.name}.${name}`);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      paths.add(`${type.name}.${field.name}`);
      reach(getNamedType(field.type));
    }
  }
  const reachOf = (type: GraphQLType | null | undefined) => reach(type ? getNamedType(type) : undefined);
  const place = () => `${info.getParentType()?.name}.${info.getFieldDef()?.name}`;
  visit(
    parse(document),
    visitWithTypeInfo(info, {
      Field() {
        paths.add(place());
        reachOf(info.getType());
      },
      Argument({ name }) {
        // A directive's stands for its directive.
        if (info.getDirective() === null) paths.add(`${place()}.${name.value}`);
        reachOf(info.getArgument()?.type);
      },
      Directive: ({ name }) => void paths.add(`@${name.value}`),
      VariableDefinition: () => reachOf(info.getInputType()),
      NamedType: (node: NamedTypeNode) => reachOf(typeFromAST(schema, node)),
    }),
  );
  return paths;
}

/** What is new is touched by who touches where it is. */
function touchedBy(schema: GraphQLSchema, path: string): string {
  const isNew = path.includes('.') && elementAt(schema, path) === undefined;
  return isNew ? path.slice(0, path.lastIndexOf('.')) : path;
}

const problemOf = (schema: GraphQLSchema, { document }: TrustedDocument) =>
  validate(schema, parse(document))[0]?.message ?? null;

/** Compares SDL before and after; `today` is a date, YYYY-MM-DD. */
export async function effects(
  before: string,
  after: string,
  trusted: readonly TrustedDocument[],
  today: string,
): Promise<Effects> {
  const [was, is] = [buildSchema(before), buildSchema(after)];
  const valid = trusted.filter((document) => problemOf(was, document) === null);
  const paths = new Map(valid.map((document) => [document, touched(was, document.document)]));
  const changes = (await diff(was, is)).flatMap(({ criticality, message, path = '' }): Change[] => {
    const { level } = criticality;
    if (level === CriticalityLevel.NonBreaking) return [];
    const askedBy = valid.filter((document) => paths.get(document)!.has(touchedBy(was, path)));
    return [{ level, path, message, isAnnounced: isAnnounced(was, path, today), askedBy }];
  });
  const invalid = valid.flatMap((document) => {
    const problem = problemOf(is, document);
    return problem === null ? [] : [{ document, problem }];
  });
  return { changes, invalid };
}

/** Whether clients would be broken: one that is known, or by a change that nobody was told of in time. */
export const areBreaking = ({ changes, invalid }: Effects): boolean =>
  invalid.length > 0 || changes.some(({ level, isAnnounced: wasTold }) => level === 'BREAKING' && !wasTold);
