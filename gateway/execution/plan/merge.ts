// Joins what several rooms say of one object, in place.
import type { Data } from '../run.ts';

const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null;

/** `target` gets what `source` has. Objects that both have are joined; lists of them, of one length, item by item. */
export function merge(target: Data, source: Data): void {
  for (const key in source) {
    const value = source[key];
    const known = target[key];
    if (isObject(known) && isObject(value)) join(known, value);
    else target[key] = value;
  }
}

function join(known: Data, value: Data): void {
  if (known === value) return;
  if (!Array.isArray(known) || !Array.isArray(value)) return merge(known, value);
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = known[index];
    const added: unknown = value[index];
    if (isObject(item) && isObject(added)) join(item, added);
    else known[index] = added;
  }
}
