// Leaves the machine as it was.
import { rmSync } from 'node:fs';
import type { Postgres } from '../../subgraphs/shared/postgres.ts';

export default async function tearDown(): Promise<void> {
  const { testCluster } = globalThis as unknown as { testCluster: { postgres: Postgres; folder: string } };
  await testCluster.postgres.stop();
  rmSync(testCluster.folder, { recursive: true, force: true });
  rmSync(process.env['TEST_DIST']!, { recursive: true, force: true });
}
