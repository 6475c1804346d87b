// `npm run schema` writes the generated files, with `-- --check` tells which are stale, and with `-- check [FILE.graphql …]`
// whether clients would bear the change. Ends with 1 when the answer is no.
import 'reflect-metadata';
import { refresh } from './compose.ts';

const [command, ...files] = process.argv.slice(2);
try {
  if (![undefined, '--check', 'check'].includes(command))
    throw new Error(`Not known: ${command}. There are --check and check.`);
  // It needs a package that is there for development only.
  const isFine = await (command === 'check'
    ? import('./check.ts').then(({ check }) => check(files))
    : refresh(command === '--check'));
  if (!isFine) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
