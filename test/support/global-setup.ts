// One cluster for the whole run, in memory where there is room: what it holds is lost on purpose, so it never syncs.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../subgraphs/shared/postgres.ts';

const GIGABYTE = 2 ** 30;

function fastFolder(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > GIGABYTE ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Of what is committed; without a repository another one each time. */
function seed(): number {
  try {
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return parseInt(tree.slice(0, 7), 16);
  } catch {
    return randomInt(2 ** 28);
  }
}

export default async function setUp(): Promise<void> {
  process.env['TEST_SEED'] ??= String(seed());
  console.log(`TEST_SEED=${process.env['TEST_SEED']}`);
  process.env['TEST_DIST'] = join('node_modules', `.test-dist-${process.pid}`);
  const folder = mkdtempSync(join(fastFolder(), 'loyalty-test-'));
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  process.env['TEST_POSTGRES_URL'] = postgres.url('postgres');
  Object.assign(globalThis, { testCluster: { postgres, folder } });
}
