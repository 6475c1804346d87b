// Writes an answer by walking its shape: nulls move up as the specification says, and each error has its place.
import {
  getNamedType,
  GraphQLError,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
} from 'graphql';
import type { Data, Path, Run } from '../run.ts';
import { holds } from './condition.ts';
import { leafJson } from './leaf.ts';
import type { Denied, Field, Shape } from './shape.ts';

const NULL = 'null';

/** A null where none may be, on its way up to where one may. */
const NOT_NULL = null;
type Written = string | typeof NOT_NULL;

/** `introspected`: what it asks about the schema itself, by the client's keys. */
export function walk(shape: Shape, run: Run, introspected: Data): string {
  return new Walker(run, introspected).root(shape);
}

class Walker {
  readonly #run: Run;
  readonly #introspected: Data;
  readonly #path: Path = [];
  readonly #isTold: boolean;

  constructor(run: Run, introspected: Data) {
    this.#run = run;
    this.#introspected = introspected;
    this.#isTold = run.errors.length > 0;
  }

  root(shape: Shape): string {
    const { name } = shape.type;
    return this.#fields(shape.fields(name)!, name, this.#run.data) ?? NULL;
  }

  #fields(fields: readonly Field[], typeName: string, data: Data): Written {
    let json = '';
    for (const field of fields) {
      if (!holds(field.when, this.#run.variables)) continue;
      this.#path.push(field.key);
      const value = this.#field(field, typeName, data);
      this.#path.pop();
      if (value === NOT_NULL) return NOT_NULL;
      json += `${json === '' ? '' : ','}${JSON.stringify(field.key)}:${value}`;
    }
    return `{${json}}`;
  }

  #field(field: Field, typeName: string, data: Data): Written {
    if (field.name === '__typename') return JSON.stringify(typeName);
    if (field.name.startsWith('__')) return JSON.stringify(this.#introspected[field.key] ?? null);
    if (field.denied !== undefined) return this.#denied(field.denied, field.type);
    return this.#value(field.type, data[field.from], field.shape);
  }

  #denied(denied: Denied, type: GraphQLOutputType): Written {
    if (denied !== 'hidden') this.#error(denied.message, denied.code);
    return isNonNullType(type) ? NOT_NULL : NULL;
  }

  #value(type: GraphQLOutputType, value: unknown, shape: Shape | undefined): Written {
    if (isNonNullType(type)) {
      const written = this.#value(type.ofType, value, shape);
      if (written !== NULL) return written;
      if (value === null || (value === undefined && !this.#run.hidden)) this.#unexplained('null where none may be');
      return NOT_NULL;
    }
    if (value === null || value === undefined) return NULL;
    if (isListType(type)) return this.#list(type.ofType, value, shape);
    if (isLeafType(type)) return leafJson(type)(value) ?? this.#fault(`no ${getNamedType(type).name}`);
    return this.#object(value, shape!);
  }

  /** An item that may not be null makes the list null. */
  #list(type: GraphQLOutputType, value: unknown, shape: Shape | undefined): string {
    if (!Array.isArray(value)) return this.#fault('no list');
    let json = '';
    for (let index = 0; index < value.length; index += 1) {
      this.#path.push(index);
      const item = this.#value(type, value[index] ?? null, shape);
      this.#path.pop();
      if (item === NOT_NULL) return NULL;
      json += index === 0 ? item : `,${item}`;
    }
    return `[${json}]`;
  }

  #object(value: unknown, shape: Shape): string {
    if (typeof value !== 'object' || Array.isArray(value)) return this.#fault('no object');
    const name = typeNameOf(shape, value as Data);
    const fields = shape.fields(name);
    if (fields === undefined) return this.#run.hidden ? NULL : this.#unexplained(`no type of the schema: ${name}`);
    return this.#fields(fields, name, value as Data) ?? NULL;
  }

  /** Where rooms have told something, what is missing is missing for that. */
  #unexplained(message: string): typeof NULL {
    return this.#isTold ? NULL : this.#fault(message);
  }

  #error(message: string, code: string): void {
    this.#run.errors.push(new GraphQLError(message, { path: [...this.#path], extensions: { code } }));
  }

  #fault(message: string): typeof NULL {
    this.#error(message, 'INTERNAL_SERVER_ERROR');
    return NULL;
  }
}

/** Of an object type rooms need not say it. */
const typeNameOf = ({ type }: Shape, value: Data): string =>
  isObjectType(type) ? type.name : String(value['__typename']);
