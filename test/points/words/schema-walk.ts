// A schema of zod as tests see it: where its leaves are, and what else may stand at each leaf of a document.
import type { z } from 'zod';

type Path = (string | number)[];
interface Def {
  type: string;
  shape?: Record<string, Schema>;
  element?: Schema;
  innerType?: Schema;
  out?: Schema;
  options?: Schema[];
  entries?: Record<string, string>;
  values?: unknown[];
}
interface Schema {
  def: Def;
  safeParse(given: unknown): { success: boolean };
}

const defOf = (schema: z.ZodType | Schema): Def => schema.def;

/** The schema behind what is optional, has a default or is read first. */
function bare(schema: Schema): Schema {
  const { type, innerType, out } = defOf(schema);
  if (type === 'pipe') return bare(out!);
  return innerType === undefined ? schema : bare(innerType);
}

/** Where in a document of the schema something may stand, `currencies.*.expiry.rolling.days`. */
export function places(given: z.ZodType | Schema, at = ''): string[] {
  const { shape, element, options } = defOf(bare(given));
  if (shape !== undefined) return Object.entries(shape).flatMap(([key, part]) => places(part, `${at}.${key}`));
  if (element !== undefined) return places(element, `${at}.*`);
  return options === undefined ? [at] : [...new Set(options.flatMap((option) => places(option, at)))];
}

/** Where something stands in a document. */
export function standing(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((part) => standing(part, `${at}.*`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, part]) => standing(part, `${at}.${key}`));
}

/** A text that means something else: its last digit is another, or it is longer. */
function otherTexts(schema: Schema, value: string): string[] {
  const digit = (by: number) => value.replace(/\d(?=\D*$)/, (last) => String((Number(last) + by) % 10));
  const found = [digit(1), digit(9), `${value}x`].find((text) => text !== value && schema.safeParse(text).success);
  return found === undefined ? [] : [found];
}

/** What else a leaf may be. */
function alternatives(schema: Schema, value: unknown): unknown[] {
  const { type, entries, options } = defOf(schema);
  if (options !== undefined) return options.flatMap((option) => alternatives(bare(option), value));
  if (entries !== undefined) return Object.values(entries).filter((one) => one !== value);
  if (type === 'string') return typeof value === 'string' ? otherTexts(schema, value) : [];
  if (type === 'boolean') return [value !== true];
  return typeof value === 'number' && type === 'number' ? [value + 1] : [];
}

export interface Change {
  path: Path;
  document: unknown;
}

const inside = <T extends unknown[] | object>(whole: T, key: string | number, changes: Change[]): Change[] =>
  changes.map(({ path, document }) => ({
    path: [key, ...path],
    document: Array.isArray(whole) ? whole.with(key as number, document) : { ...whole, [key]: document },
  }));

/** The part left out, where the schema of the whole allows it and nothing stands for it then. */
function without(schema: Schema, value: object, key: string): Change[] {
  const { [key]: _, ...document } = value as Record<string, unknown>;
  const left = defOf(defOf(schema).shape![key]!).type === 'optional' && schema.safeParse(document).success;
  return left ? [{ path: [key], document }] : [];
}

/** The document with one leaf changed, or one part left out, in every way that its schema allows. */
export function changesOf(given: z.ZodType | Schema, value: unknown): Change[] {
  const schema = bare(given);
  const { shape, element, options } = defOf(schema);
  if (shape !== undefined && typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, part]) =>
      part === undefined ? [] : [...without(schema, value, key), ...inside(value, key, changesOf(shape[key]!, part))],
    );
  }
  if (element !== undefined && Array.isArray(value)) {
    return value.flatMap((part, index) => inside(value, index, changesOf(element, part)));
  }
  const taken = options?.find((option) => typeof value === 'object' && option.safeParse(value).success);
  if (taken !== undefined) return changesOf(taken, value);
  return alternatives(schema, value).map((document) => ({ path: [], document }));
}
