// `npm run operator`: what only who runs the programme may do, beside a running graph or without one: an operator's key,
// in the live programme or in a sandbox, and a sandbox's time moved forward.
import 'reflect-metadata';
import { Command } from 'commander';
import { pino } from 'pino';
import { ROOM_DEFINITIONS } from './rooms.ts';
import { advanceClock, isSandbox } from './shared/clock.ts';
import { ROOMS, type Config } from './shared/config.ts';
import { openDatabase } from './shared/database.ts';
import { launch, openGround, type Ground } from './shared/launch.ts';
import { roomViewer } from './shared/peer.ts';
import { openRoom } from './shared/room.ts';
import { SCOPES } from './shared/viewer.ts';

const CREATE = `mutation ($input: OperatorClientCreateInput!) {
  operatorClientCreate(input: $input) { apiClient { id } secret userErrors { message } }
}`;

/** The key is shown once; it is stored as a hash. */
async function makeKey(config: Config, ground: Ground, space: string, name: string): Promise<void> {
  const room = await openRoom(ROOM_DEFINITIONS.partners, {
    databaseUrl: ground.databaseUrl('partners'),
    spaces: config.spaces,
    programme: config.programme,
    doors: () => {
      throw new Error('nobody else is asked');
    },
    log: pino({ level: 'silent' }),
  });
  try {
    const variables = { input: { name, scopes: SCOPES } };
    const { data, errors } = await room.execute({ query: CREATE, variables }, roomViewer('gateway', space), 'operator');
    type Made = { apiClient: { id: string } | null; secret: string | null; userErrors: { message: string }[] };
    const made = data?.['operatorClientCreate'] as Made | undefined;
    if (made === undefined || made.secret === null) {
      throw new Error(made?.userErrors[0]?.message ?? errors?.[0]?.message ?? 'no answer');
    }
    console.log(`${made.apiClient!.id} ${made.secret}`);
  } finally {
    await room.close();
  }
}

/** Every room has a clock of its own; all of them go forward by the same span. */
async function advance(config: Config, ground: Ground, space: string, by: string): Promise<void> {
  if (!isSandbox(space)) throw new Error(`${space} is live: its clock cannot be moved.`);
  for (const name of ROOMS) {
    const { entities, migrations, routines = [] } = ROOM_DEFINITIONS[name];
    const url = ground.databaseUrl(name);
    const database = await openDatabase({ url, room: name, spaces: config.spaces, entities, migrations, routines });
    try {
      await advanceClock(database.space(space), by);
    } finally {
      await database.close();
    }
  }
  console.log(`${space} has gone forward by ${by}.`);
}

await launch(async (config) => {
  const ground = await openGround(config, ROOMS, pino({ level: 'silent' }));
  try {
    await new Command('operator')
      .option('--space <name>', `one of: ${config.spaces.join(', ')}`, config.spaces[0])
      .option('--advance <span>', "instead of a key: moves the sandbox's time forward, P30D")
      .option('--name <text>', 'what the key is for', 'Operator')
      .action(async ({ space, advance: by, name }: { space: string; advance?: string; name: string }) => {
        if (!config.spaces.includes(space)) throw new Error(`There is no space ${space}: ${config.spaces.join(', ')}.`);
        await (by === undefined ? makeKey(config, ground, space, name) : advance(config, ground, space, by));
      })
      .parseAsync();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  } finally {
    await ground.close();
  }
  process.exit();
});
