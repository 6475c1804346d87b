// `node gateway/graphiql/build.mjs <folder>`: the page as static files. Built once for what it is made of, then copied.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const CACHE = join(root, 'node_modules', '.cache', 'graphiql');

function fingerprint() {
  const hash = createHash('sha256');
  const files = [...globSync(join(here, 'app', '*')).toSorted(), fileURLToPath(import.meta.url)];
  for (const file of [...files, join(root, 'package-lock.json')])
    hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** Whoever builds the same at the same moment makes the same: the first to be done stays. */
async function built() {
  const kept = join(CACHE, fingerprint());
  if (existsSync(kept)) return kept;
  const { build } = await import('vite');
  const made = join(CACHE, `new.${process.pid}`);
  mkdirSync(CACHE, { recursive: true });
  await build({
    root: join(here, 'app'),
    base: '/graphiql/',
    configFile: false,
    // Its warnings are about packages that it bundles.
    logLevel: 'error',
    // As files of their own they are kept by browsers, whatever becomes of the rest.
    build: { outDir: made, emptyOutDir: true, assetsInlineLimit: 0 },
    worker: { format: 'es' },
  });
  if (existsSync(kept)) rmSync(made, { recursive: true });
  else renameSync(made, kept);
  for (const other of readdirSync(CACHE)) {
    if (!other.startsWith('new.') && join(CACHE, other) !== kept)
      rmSync(join(CACHE, other), { recursive: true, force: true });
  }
  return kept;
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('say where: node gateway/graphiql/build.mjs <folder>');
cpSync(await built(), folder, { recursive: true });
