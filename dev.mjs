// The product, built and started anew at each change of a source. What does not compile leaves the last one running.
import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';

const WATCHED = ['gateway', 'subgraphs', 'schema', 'programmes'];
const SETTLE_MS = 150;

let running;
let stopping = false;

function build() {
  return spawnSync(process.execPath, ['build.mjs'], { stdio: 'inherit' }).status === 0;
}

function start() {
  running = spawn(process.execPath, ['--enable-source-maps', 'dist/gateway/main.js'], { stdio: 'inherit' });
}

async function stop() {
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const ended = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGTERM');
  await ended;
}

/** One change after the other; those that come meanwhile are one more. */
let work = Promise.resolve();
let settle;
function changed() {
  clearTimeout(settle);
  settle = setTimeout(() => {
    work = work.then(async () => {
      if (stopping || !build()) return;
      await stop();
      start();
    });
  }, SETTLE_MS);
}

for (const folder of WATCHED) {
  watch(folder, { recursive: true }, (_, name) => {
    if (/\.(ts|sql|yaml)$/.test(name ?? '')) changed();
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void work.then(stop).then(() => process.exit(0));
  });
}
if (build()) start();
