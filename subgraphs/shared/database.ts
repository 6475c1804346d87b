// One database per room, one schema per space, one pool for all spaces of a room. A connection that changes space
// changes its search path first, so entities, SQL and functions name no schema, and nothing can join two spaces.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { DataSource, type EntityManager, type EntitySchema, type Logger, type MigrationInterface } from 'typeorm';
import { prepareStatements, SpacePool } from './space-pool.ts';

const POSTGRES_MIN = 180_000;

/** An instant, `2026-11-21T19:55:00.123456Z`: UTC, always six decimals, so that texts sort as times. */
export type Instant = string;

const TYPES = { int8: 20, date: 1082, timestamptz: 1184 };

pg.types.setTypeParser(TYPES.int8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} is beyond 2^53 - 1`);
  return value;
});
pg.types.setTypeParser(TYPES.date, (text) => text);
pg.types.setTypeParser(TYPES.timestamptz, (text) => {
  const [seconds, fraction = ''] = text.replace(' ', 'T').replace(/\+00$/, '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
});

/** What runs a statement: a space's data source, or a transaction in it. `T` is the array of rows. */
export interface Sql {
  query<T>(text: string, values?: unknown[]): Promise<T>;
}

/** One space of a room's database. */
export interface Space {
  name: string;
  source: DataSource;
}

export interface Database {
  space(name: string): Space;
  spaces: Space[];
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  room: string;
  spaces: string[];
  entities: (Function | EntitySchema)[];
  migrations: (new () => MigrationInterface)[];
  /**
   * SQL of functions, each `create or replace`. They are code, not history: run after the migrations whenever one of
   * them has changed, so that a database that was made long ago has the same ones as a new one.
   */
  routines?: string[];
  poolSize?: number;
  /** Called with every statement; for counting in tests and for slow-statement logs. */
  onStatement?: (text: string) => void;
}

function statementLogger(onStatement: (text: string) => void): Logger {
  const nothing = () => undefined;
  return {
    logQuery: (text) => onStatement(text),
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
  };
}

/** Makes the database when it is missing: a new server needs no preparation. */
async function createDatabase(url: string): Promise<void> {
  const target = new URL(url);
  const name = decodeURIComponent(target.pathname.slice(1));
  const probe = new pg.Client({ connectionString: url });
  try {
    await probe.connect();
    return;
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error;
  } finally {
    await probe.end().catch(() => undefined);
  }
  target.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: target.href });
  await admin.connect();
  try {
    await admin.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    const raced = ['42P04', '23505'].includes((error as { code?: string }).code ?? '');
    if (!raced) throw error;
  } finally {
    await admin.end();
  }
}

async function loadRoutines(source: DataSource, routines: string[]): Promise<void> {
  if (routines.length === 0) return;
  const hash = createHash('sha256').update(routines.join('\0')).digest('hex');
  await source.transaction(async (tx) => {
    await tx.query('create table if not exists routine (one boolean primary key default true check (one), hash text)');
    const [loaded] = await tx.query<{ hash: string }[]>('select hash from routine');
    if (loaded?.hash === hash) return;
    for (const routine of routines) await tx.query(routine);
    await tx.query('insert into routine (hash) values ($1) on conflict (one) do update set hash = excluded.hash', [
      hash,
    ]);
  });
}

/** Connects, makes what is missing, and brings every space to the newest migration; one process at a time. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await createDatabase(options.url);
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: `loyalty-${options.room}`,
    options: '-c timezone=UTC -c idle_in_transaction_session_timeout=30000 -c jit=off',
  });
  // An idle connection that breaks is replaced; one in use reports through its own statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => prepareStatements(client.on('error', () => undefined)));
  const spaces: Space[] = [];
  const guard = await pool.connect();
  try {
    const [{ version }] = (await guard.query(`select current_setting('server_version_num')::int as version`)).rows;
    if (version < POSTGRES_MIN) {
      throw new Error(`PostgreSQL 18 or newer is needed; the server of ${options.room} says ${version}`);
    }
    await guard.query(`select pg_advisory_lock(hashtext('loyalty-migrations'))`);
    for (const name of options.spaces) {
      await guard.query(`create schema if not exists "${name}"`);
      const source = new DataSource({
        type: 'postgres',
        schema: name,
        entities: options.entities,
        migrations: options.migrations,
        migrationsTableName: 'migration',
        synchronize: false,
        logging: options.onStatement !== undefined,
        ...(options.onStatement === undefined ? {} : { logger: statementLogger(options.onStatement) }),
        installExtensions: false,
        driver: {
          ...pg,
          Pool: function Pool() {
            return new SpacePool(pool, name);
          },
        },
      });
      await source.initialize();
      await source.runMigrations({ transaction: 'each' });
      await loadRoutines(source, options.routines ?? []);
      spaces.push({ name, source });
    }
    await guard.query(`select pg_advisory_unlock(hashtext('loyalty-migrations'))`);
  } catch (error) {
    guard.release(true);
    await pool.end();
    throw error;
  }
  guard.release();
  const byName = new Map(spaces.map((space) => [space.name, space]));
  return {
    spaces,
    space(name) {
      const space = byName.get(name);
      if (space === undefined) throw new Error(`no space ${name} in ${options.room}`);
      return space;
    },
    async close() {
      await Promise.all(spaces.map(({ source }) => source.destroy()));
      await pool.end();
    },
  };
}

/** The columns of an entity for a hand-written select: `e.member_id "memberId", …`. */
export const columnsOf = (source: DataSource, row: Function, alias: string): string =>
  source
    .getMetadata(row)
    .columns.map((column) => `${alias}."${column.databaseName}" "${column.propertyName}"`)
    .join(', ');

/** The driver's error of a failed statement: its SQLSTATE and the constraint that it names. */
export function failure(error: unknown): { code: string | null; constraint: string | null } {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    code: typeof code === 'string' ? code : null,
    constraint: typeof constraint === 'string' ? constraint : null,
  };
}

export const UNIQUE_VIOLATION = '23505';
export const DEADLOCK = '40P01';
export const LOCK_TIMEOUT = '55P03';

export type Transaction = EntityManager;
