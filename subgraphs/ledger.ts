// `npm run ledger`: the points ledger of a space as a file, a space from such a file, and the check of every wallet and seal,
// beside a running graph or without one.
import 'reflect-metadata';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { exportLedger } from './points/ledger/export.service.ts';
import { importLedger } from './points/ledger/import.service.ts';
import { verify } from './points/ledger/verify.service.ts';
import { pointsRoom } from './points/main.ts';
import type { Config } from './shared/config.ts';
import { openDatabase, type Space } from './shared/database.ts';
import { launch, openGround } from './shared/launch.ts';
import { report, verifySpace } from './verify.ts';

async function inSpace(
  config: Config,
  name: string,
  work: (space: Space, url: string) => Promise<void>,
): Promise<void> {
  if (!config.spaces.includes(name)) throw new Error(`There is no space ${name}: ${config.spaces.join(', ')}.`);
  const ground = await openGround(config, ['points'], pino({ level: 'silent' }));
  try {
    const { entities, migrations, routines = [] } = pointsRoom;
    const url = ground.databaseUrl('points');
    const database = await openDatabase({ url, room: 'points', spaces: [name], entities, migrations, routines });
    try {
      await work(database.space(name), url);
    } finally {
      await database.close();
    }
  } finally {
    await ground.close();
  }
}

/** What is told goes beside the file, which may be what is written to the terminal. */
const tell = (text: string): void => console.error(text);

/** A file that is there already is not written over. */
async function exportTo(space: Space, file: string | undefined): Promise<void> {
  await pipeline(exportLedger(space), file === undefined ? process.stdout : createWriteStream(file, { flags: 'wx' }));
}

async function importFrom(space: Space, file: string | undefined): Promise<void> {
  const written = await importLedger(space, file === undefined ? process.stdin : (await open(file)).createReadStream());
  tell(`${space.name} has ${written.get('wallet') ?? 0} wallets and ${written.get('entry') ?? 0} entries.`);
  const { firstBreak } = await verify(space.source, null);
  if (firstBreak !== null) throw new Error(`It does not verify: ${firstBreak.reason}.`);
  tell('It verifies.');
}

interface Verify {
  space: string;
  member?: string;
  workers: number;
  again: boolean;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
  return Number(text);
}

await launch(async (config) => {
  const spaces = `one of: ${config.spaces.join(', ')}`;
  const ledger = new Command('ledger');
  ledger
    .command('export [file]')
    .description('the whole ledger of a space as NDJSON, to a new file or to standard output')
    .option('--space <name>', spaces, config.spaces[0])
    .action((file: string | undefined, { space }: { space: string }) =>
      inSpace(config, space, (opened) => exportTo(opened, file)),
    );
  ledger
    .command('import [file]')
    .description('such a file, or standard input, into a space without a ledger')
    .requiredOption('--space <name>', spaces)
    .action((file: string | undefined, { space }: { space: string }) =>
      inSpace(config, space, (opened) => importFrom(opened, file)),
    );
  ledger
    .command('verify')
    .description(
      'each wallet against its hashes, moves and seals, and the seals; exit code 1 and a line for each break, 2 when it could not be done',
    )
    .option('--space <name>', spaces, config.spaces[0])
    .option('--member <id>', 'of one member only, mbr_…')
    .option('--workers <number>', 'threads', positive, Math.min(4, availableParallelism()))
    .option('--again', 'from the beginning, though another run has not ended', false)
    .action(({ space, member, workers, again }: Verify) =>
      inSpace(config, space, async (opened, url) => {
        const verdict = await verifySpace(opened, url, config, { member: member ?? null, workers, again });
        for (const line of report(space, verdict)) console.log(line);
        if (verdict.breaks.length + verdict.common.length > 0) process.exitCode = 1;
      }).catch((error: unknown) => {
        console.error((error as Error).message);
        process.exitCode = 2;
      }),
    );
  try {
    await ledger.parseAsync();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
  process.exit();
});
