// `npm run soak -- ledger --minutes 60 [--seed N]`: plays histories of ever new seeds until the time is up; the first that
// fails ends it, shortened. `gateway` does the same with operations. `npm run soak -- mutants`: histories must find out
// each wrong ledger. What runs is `<name>.soak.ts` beside this file, by the runner of the tests.
import { spawnSync } from 'node:child_process';
import { Command } from 'commander';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

new Command('soak')
  .argument('<name>', 'ledger, mutants, gateway')
  .option('--minutes <minutes>', 'how long', '60')
  .option('--seed <seed>', 'the first one; the following ones count up')
  .action((name: string, { minutes, seed }: { minutes: string; seed?: string }) => {
    const { status } = spawnSync(process.execPath, [...JEST, '--testMatch', `**/test/soak/${name}.soak.ts`], {
      stdio: 'inherit',
      env: { ...process.env, SOAK_MINUTES: minutes, ...(seed === undefined ? {} : { SOAK_SEED: seed }) },
    });
    process.exitCode = status ?? 1;
  })
  .parse();
