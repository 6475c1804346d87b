// For checks of what parts of a document say of each other: they look at those that are of their form, also where others
// are not, so that a document is told all that is wrong with it.
import type { z } from 'zod';

/** Whether what stands at a path, or in it, is not of its form. */
export type IsBroken = (...path: PropertyKey[]) => boolean;

/** Of a refinement: it runs whatever was found before in the object or list. */
export const EVEN_IF_BROKEN = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

/** By what was found before; a key that nobody reads breaks nothing, nor does a value that is of the right type. */
export function brokenBy(issues: z.core.$ZodRawIssue[]): IsBroken {
  const broken = new Set<string>();
  for (const { code, path = [], continue: harmless } of issues) {
    if (code === 'unrecognized_keys' || harmless === true) continue;
    for (let length = 0; length <= path.length; length += 1) broken.add(path.slice(0, length).join('.'));
  }
  return (...path) => broken.has(path.join('.'));
}
