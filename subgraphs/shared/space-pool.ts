// The connections of a room as its spaces see them: each with the search path of one space, and with statements by name.
import { EventEmitter } from 'node:events';
import type pg from 'pg';

type Connected = (
  error: Error | undefined,
  client?: pg.PoolClient,
  release?: (error?: Error | boolean) => void,
) => void;

const SPACE = Symbol('space of the search path');

type InSpace<Client> = Client & { [SPACE]?: string };

/** What TypeORM sees as its pool: the room's pool, with the search path of one space. */
export class SpacePool extends EventEmitter {
  readonly #pool: pg.Pool;
  readonly #space: string;

  constructor(pool: pg.Pool, space: string) {
    super();
    this.#pool = pool;
    this.#space = space;
  }

  connect(connected: Connected): void {
    this.#pool.connect((error, client, release) => {
      if (error !== undefined || client === undefined) return connected(error ?? new Error('no connection'));
      const state: InSpace<pg.PoolClient> = client;
      if (state[SPACE] === this.#space) return connected(undefined, client, release);
      client.query(`set search_path to "${this.#space}"`).then(
        () => {
          state[SPACE] = this.#space;
          connected(undefined, client, release);
        },
        (cause: Error) => {
          release(cause);
          connected(cause);
        },
      );
    });
  }

  end(ended: () => void): void {
    ended();
  }
}

/** Texts that differ by the length of a list would be without end. */
const PREPARED_MAX = 500;
const prepared = new Map<string, string>();

/** The name of a statement in a space, whose types are its own; undefined: it is planned each time. */
function nameOf(space: string, text: string): string | undefined {
  const key = `${space} ${text}`;
  if (!prepared.has(key) && prepared.size < PREPARED_MAX) prepared.set(key, `statement ${prepared.size}`);
  return prepared.get(key);
}

/** What comes again is parsed and planned once per connection: that was a tenth of what a purchase cost PostgreSQL. */
export function prepareStatements(client: InSpace<pg.ClientBase>): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const preparing = (text: unknown, values?: unknown, ...rest: unknown[]) => {
    const space = client[SPACE];
    const isNamed = space !== undefined && typeof text === 'string' && Array.isArray(values) && values.length > 0;
    const name = isNamed ? nameOf(space, text) : undefined;
    return name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest);
  };
  client.query = preparing as typeof client.query;
}
