// A database of its own for each test file: a clone of the room's migrated template, which the first asker makes.
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../../subgraphs/shared/database.ts';
import type { RoomDefinition } from '../../subgraphs/shared/room.ts';

export const SPACES = ['live', 'sandbox'];

const databaseUrl = (name: string): string => {
  const url = new URL(process.env['TEST_POSTGRES_URL']!);
  url.pathname = `/${name}`;
  return url.href;
};

async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl('postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Only a finished template is marked as one: a run that died in a migration leaves a database that is made anew. */
async function template(
  { name, entities, migrations, routines = [] }: RoomDefinition,
  admin: pg.Client,
): Promise<string> {
  const classes = createHash('sha256').update(migrations.map((migration) => migration.name).join());
  const database = `template_${name}_${classes.digest('hex').slice(0, 12)}`;
  await admin.query('select pg_advisory_lock(hashtext($1))', [database]);
  const found = await admin.query('select datistemplate from pg_database where datname = $1', [database]);
  if (found.rows[0]?.datistemplate !== true) {
    await admin.query(`drop database if exists ${database} with (force)`);
    const made = await openDatabase({
      url: databaseUrl(database),
      room: name,
      spaces: SPACES,
      entities,
      migrations,
      routines,
    });
    await made.close();
    await admin.query(`alter database ${database} is_template true`);
  }
  await admin.query('select pg_advisory_unlock(hashtext($1))', [database]);
  return database;
}

/** The spaces `live` and `sandbox`, migrated and empty. */
export async function freshDatabase(definition: RoomDefinition): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${definition.name}_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(async (admin) => admin.query(`create database ${name} template ${await template(definition, admin)}`));
  return {
    url: databaseUrl(name),
    async drop() {
      await asAdmin((admin) => admin.query(`drop database ${name} with (force)`));
    },
  };
}
