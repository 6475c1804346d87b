// dist/ is always built from nothing: an incremental build keeps what was deleted, migrations included.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of globSync('subgraphs/**/*.sql')) cpSync(file, `dist/${file}`);
