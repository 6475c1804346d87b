// Builds dist/ from nothing (an incremental build keeps what was deleted, migrations included) and beside the old one,
// which processes may be starting from. With --if-stale only when a source has changed since the last build.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

const MARK = 'dist/built-from.json';
const sources = [
  ...globSync('{gateway,subgraphs,schema,bench,clients}/**/*.{ts,sql}'),
  ...globSync('gateway/graphiql/**/*.{mjs,html,css,svg,json}'),
  ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'build.mjs'],
].toSorted();

function isFresh() {
  if (!existsSync(MARK)) return false;
  const built = statSync(MARK).mtimeMs;
  const same = readFileSync(MARK, 'utf8') === JSON.stringify(sources);
  return same && sources.every((file) => statSync(file).mtimeMs < built);
}

/** Another build may do the same at the same moment: whoever is last wins, and each of them is whole. */
function swap(made) {
  for (;;) {
    try {
      const old = `dist.old.${process.pid}`;
      if (existsSync('dist')) renameSync('dist', old);
      renameSync(made, 'dist');
      rmSync(old, { recursive: true, force: true });
      return;
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code) || !existsSync(made)) throw error;
    }
  }
}

if (!process.argv.includes('--if-stale') || !isFresh()) {
  const made = `dist.new.${process.pid}`;
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', made];
  try {
    execFileSync(process.execPath, tsc, { stdio: 'inherit' });
    for (const file of globSync('subgraphs/**/*.sql')) cpSync(file, `${made}/${file}`);
    execFileSync(process.execPath, ['gateway/graphiql/build.mjs', `${made}/graphiql`], { stdio: 'inherit' });
    writeFileSync(`${made}/built-from.json`, JSON.stringify(sources));
    swap(made);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // The compiler has told what is wrong.
    if (error.status === undefined) throw error;
    process.exitCode = 1;
  }
}
