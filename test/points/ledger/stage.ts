// A ledger of its own to play histories on: a sandbox whose clock they move, and connections that act at once.
import type { QueryRunner } from 'typeorm';
import { pointsRoom } from '../../../subgraphs/points/main.ts';
import { now } from '../../../subgraphs/shared/clock.ts';
import { openDatabase, type Space } from '../../../subgraphs/shared/database.ts';
import { freshDatabase, SPACES } from '../../support/postgres.ts';
import { PREPARE } from './witness.ts';

const CONNECTIONS = 8;

export interface Stage {
  sandbox: Space;
  /** The connection on which the witness looks. */
  prepared: QueryRunner;
  connections: QueryRunner[];
  /** So far. */
  played: { histories: number; operations: number };
  /** The moment at which a history begins, in milliseconds. */
  start(): Promise<number>;
  close(): Promise<void>;
}

/** On a sandbox that is there. */
export async function stageOf(sandbox: Space): Promise<Stage> {
  const connect = () => sandbox.source.createQueryRunner();
  const [prepared, connections] = [connect(), Array.from({ length: CONNECTIONS }, connect)];
  for (const statement of PREPARE) await prepared.query(statement);
  return {
    sandbox,
    prepared,
    connections,
    played: { histories: 0, operations: 0 },
    start: async () => Date.parse(await now(sandbox.source)),
    async close() {
      for (const connection of [prepared, ...connections]) await connection.release();
    },
  };
}

/** In a database of its own, with the functions of the product, or with others. */
export async function openStage(routines: string[] = pointsRoom.routines ?? []): Promise<Stage> {
  const fresh = await freshDatabase(pointsRoom);
  const { entities, migrations, name: room } = pointsRoom;
  const options = { url: fresh.url, room, spaces: SPACES, entities, migrations, routines };
  const database = await openDatabase({ ...options, poolSize: CONNECTIONS + 4 });
  const stage = await stageOf(database.space('sandbox'));
  return {
    ...stage,
    async close() {
      await stage.close();
      await database.close();
      await fresh.drop();
    },
  };
}
