// The smallest room that uses the whole of the shared one. It takes the name of members: it tells `member.changed`,
// which points hears, and hears `partner.changed`.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Arg, Ctx, Extensions, Field, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { audience, EVERYONE, scope } from '../../subgraphs/shared/audience.ts';
import { CLOCK_SQL, now } from '../../subgraphs/shared/clock.ts';
import type { Sql } from '../../subgraphs/shared/database.ts';
import { REQUEST_SQL } from '../../subgraphs/shared/idempotency.ts';
import { INBOX_SQL } from '../../subgraphs/shared/inbox.ts';
import { OUTBOX_SQL, tell } from '../../subgraphs/shared/outbox.ts';
import { PROGRAMME_SQL } from '../../subgraphs/shared/programme.ts';
import type { RoomDefinition, RoomRequest } from '../../subgraphs/shared/room.ts';

export class Note0001 implements MigrationInterface {
  readonly name = 'note-0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLOCK_SQL);
    await runner.query(REQUEST_SQL);
    await runner.query(OUTBOX_SQL);
    await runner.query(INBOX_SQL);
    await runner.query(PROGRAMME_SQL);
    await runner.query(`
      create table note (id uuid primary key default uuidv7(), body text not null, version int not null default 0);
      create table heard (position int generated always as identity, event_name text not null, aggregate text not null);
    `);
  }

  async down(): Promise<void> {
    throw new Error('forward only');
  }
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A note.' })
class Note {
  @Field(() => String, { description: 'For everyone.' })
  body!: string;

  @Extensions(audience('operator'))
  @Field(() => String, { nullable: true, description: 'For operators; null for others.' })
  remark!: string | null;

  @Extensions(audience('operator'))
  @Field(() => String, { description: 'For operators; forbidden for others.' })
  author!: string;

  @Extensions(scope('members:read', 'members:manage'))
  @Field(() => String, { nullable: true, description: 'With one of two scopes; null without.' })
  reader!: string | null;

  @Extensions(scope('members:manage'))
  @Field(() => String, { description: 'With a scope; forbidden without.' })
  owner!: string;
}

@Resolver(() => Note)
class NoteResolver {
  @Extensions(audience(...EVERYONE))
  @Query(() => Note, { description: 'The same note each time.' })
  note(): Note {
    return { body: 'hello', remark: 'rude', author: 'Ada', reader: 'Eve', owner: 'Bob' };
  }

  @Extensions(audience(...EVERYONE))
  @Extensions(scope('members:manage'))
  @Query(() => String, { nullable: true, description: 'With a scope; forbidden without.' })
  noteRegister(): string {
    return 'register';
  }

  @Extensions(audience('room'))
  @Query(() => String, { nullable: true, description: 'For rooms.' })
  noteSecret(): string {
    return 'secret';
  }

  @Extensions(audience(...EVERYONE))
  @Query(() => String, { description: 'Time of the space.' })
  noteClock(@Ctx() { space }: RoomRequest): Promise<string> {
    return now(space.source);
  }

  @Extensions(audience(...EVERYONE))
  @Query(() => String, { nullable: true, description: 'A fault of ours.' })
  noteFault(): string {
    throw new Error('password of the database');
  }

  @Extensions(audience('till'))
  @Extensions(scope('purchases:write'))
  @Mutation(() => String, { nullable: true, description: 'For tills.' })
  async noteWrite(
    @Arg('body', () => String, { description: 'What it says.' }) body: string,
    @Ctx() { space }: RoomRequest,
  ): Promise<string> {
    await space.source.query('insert into note (body) values ($1)', [body]);
    return body;
  }
}

export const noteRoom: RoomDefinition = {
  name: 'members',
  entities: [],
  migrations: [Note0001],
  subgraph: { resolvers: [NoteResolver], references: {} },
  handlers: {
    'partner.changed': async (tx, events) => {
      for (const event of events) {
        if (event.payload.name === 'unbearable') throw new Error('this event cannot be handled');
        await tx.query('insert into heard (event_name, aggregate) values ($1, $2)', [event.name, event.aggregate]);
      }
    },
  },
  context: (request) => request,
  programme: { sections: z.object({}), take: async () => undefined },
};

/** Raises a note's version in the transaction and tells it, as a room does with its own rows. */
export async function changeNote(tx: Sql, id: string): Promise<number> {
  const [rows] = await tx.query<[{ version: number }[], number]>(
    'update note set version = version + 1 where id = $1 returning version',
    [id],
  );
  const sequence = rows[0]!.version;
  const payload = { memberId: id, status: 'ACTIVE' as const, earningBlocked: false, spendingBlocked: false };
  await tell(tx, 'member.changed', [{ aggregate: id, sequence, payload }]);
  return sequence;
}

/** A new note of the space. */
export async function newNote(sql: Sql, body = 'a note'): Promise<string> {
  const [row] = await sql.query<{ id: string }[]>('insert into note (body) values ($1) returning id', [body]);
  return row!.id;
}
