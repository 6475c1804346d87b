// Writes an answer by code made for its shape. It handles answers as they should be; on anything else it gives up, and
// who walks the shape writes nulls, errors and their places. The code holds numbers and names of its own only: names of
// the schema and of clients come to it as values.
import {
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLLeafType,
  type GraphQLOutputType,
} from 'graphql';
import type { Data, Run } from '../run.ts';
import { holds, type When } from './condition.ts';
import { leafWriter, type LeafWriter } from './leaf.ts';
import { begin, piece, written } from './output.ts';
import type { Field, Shape } from './shape.ts';

/** Undefined: not an answer as it should be. */
export type Generated = (run: Run) => Buffer | undefined;

/** A larger shape is walked. */
const FIELDS_MAX = 3_000;

const leaves = new WeakMap<GraphQLLeafType, LeafWriter>();
function writerOf(type: GraphQLLeafType): LeafWriter {
  const known = leaves.get(type) ?? leafWriter(type);
  leaves.set(type, known);
  return known;
}

class NotGenerated extends Error {}

/** Null: this shape is walked, as every answer of it has an error, asks about the schema, or is too large. */
export function generate(root: Shape): Generated | null {
  try {
    return new Generator().generated(root);
  } catch (error) {
    // Where code may not be made (`--disallow-code-generation-from-strings`), it is an EvalError.
    if (error instanceof NotGenerated || error instanceof EvalError) return null;
    throw error;
  }
}

type Made = (data: Data, holds: readonly boolean[]) => boolean;

class Generator {
  /** What the code refers to by number. */
  readonly #values: unknown[] = [piece];
  readonly #pieces = new Map<string, string>();
  readonly #whens: When[] = [];
  readonly #functions: string[] = [];
  #fields = 0;
  #names = 0;

  generated(root: Shape): Generated {
    const write = this.#object(root.fields(root.type.name)!, root.type.name);
    const constants = this.#values.map((_, index) => `const k${index} = values[${index}];`).join('\n');
    const source = `"use strict";\n${constants}\n${this.#functions.join('\n')}\nreturn ${write};`;
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- see above: nothing that a client or a room sends is in the source
    const made = new Function('values', source)(this.#values) as Made;
    const whens = this.#whens;
    return ({ data, variables }) => {
      begin();
      const isWhole = made(
        data,
        whens.map((when) => holds(when, variables)),
      );
      return isWhole ? written() : undefined;
    };
  }

  #value(value: unknown): string {
    return `k${this.#values.push(value) - 1}`;
  }

  /** Code that writes what is JSON already. */
  #piece(json: string): string {
    const known = this.#pieces.get(json) ?? this.#value(Buffer.from(json));
    this.#pieces.set(json, known);
    return `k0(${known});`;
  }

  #name(prefix: string): string {
    return `${prefix}${(this.#names += 1)}`;
  }

  /** The name of a function of an object and the conditions; false: not as it should be. */
  #object(fields: readonly Field[], typeName: string): string {
    const name = this.#name('object');
    const always = fields.findIndex(({ when }) => when === null);
    const parts = fields.map((field, index) => this.#field(field, typeName, index, always));
    const begun = always === 0 ? '' : `${this.#piece('{')}\nlet some = false;`;
    this.#functions.push(
      `function ${name}(o, c) {\n${begun}\n${parts.join('\n')}\n${this.#piece('}')}\nreturn true;\n}`,
    );
    return name;
  }

  /** `always`: the index of the first field that has no condition; whether one came before is known after that only. */
  #field(field: Field, typeName: string, index: number, always: number): string {
    if ((this.#fields += 1) > FIELDS_MAX) throw new NotGenerated();
    const key = `${JSON.stringify(field.key)}:`;
    const value = this.#written(field, typeName);
    if (index === 0 && always === 0) return `${this.#piece(`{${key}`)}\n${value}`;
    const isSure = always >= 0 && index > always;
    const comma = isSure
      ? this.#piece(`,${key}`)
      : `if (some) ${this.#piece(`,${key}`)} else ${this.#piece(key)}\nsome = true;`;
    const code = `${comma}\n${value}`;
    return field.when === null ? code : `if (c[${this.#whens.push(field.when) - 1}]) {\n${code}\n}`;
  }

  #written(field: Field, typeName: string): string {
    if (field.name === '__typename') return this.#piece(JSON.stringify(typeName));
    if (field.name.startsWith('__')) throw new NotGenerated();
    if (field.denied === 'hidden' && !isNonNullType(field.type)) return this.#piece('null');
    if (field.denied !== undefined) throw new NotGenerated();
    return `if (!${this.#type(field.type, field.shape)}(o[${this.#value(field.from)}], c)) return false;`;
  }

  /** The name of a function of a value and the conditions. */
  #type(type: GraphQLOutputType, shape: Shape | undefined): string {
    const isNullable = !isNonNullType(type);
    const inner = isNullable ? type : type.ofType;
    const name = this.#name('value');
    const nothing = isNullable ? `{ ${this.#piece('null')} return true; }` : 'return false;';
    const body = isListType(inner)
      ? this.#list(this.#type(inner.ofType, shape))
      : isLeafType(inner)
        ? `return ${this.#value(writerOf(inner))}(v);`
        : `if (typeof v !== "object" || Array.isArray(v)) return false;\n${this.#byType(shape!)}`;
    this.#functions.push(`function ${name}(v, c) {\nif (v === null || v === undefined) ${nothing}\n${body}\n}`);
    return name;
  }

  #list(item: string): string {
    return `if (!Array.isArray(v)) return false;
${this.#piece('[')}
for (let i = 0; i < v.length; i += 1) {
if (i > 0) ${this.#piece(',')}
if (!${item}(v[i], c)) return false;
}
${this.#piece(']')}
return true;`;
  }

  #byType({ type, types, fields }: Shape): string {
    if (isObjectType(type)) return `return ${this.#object(fields(type.name)!, type.name)}(v, c);`;
    const cases = types.map(
      (each) => `if (t === ${this.#value(each)}) return ${this.#object(fields(each)!, each)}(v, c);`,
    );
    return `const t = v["__typename"];\n${cases.join('\n')}\nreturn false;`;
  }
}
