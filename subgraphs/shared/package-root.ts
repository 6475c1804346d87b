// Where this package lies.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json, above the sources and above `dist/` alike. */
export function packageRoot(from: string = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  if (dirname(from) === from) throw new Error('there is no package.json above this file');
  return packageRoot(dirname(from));
}
