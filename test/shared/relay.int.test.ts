// The path of an event from the teller's transaction to the hearer's: nothing lost, in order, handled once.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Event } from '../../schema/events.ts';
import { newId } from '../../subgraphs/shared/id.ts';
import { startRelay, type Carrier } from '../../subgraphs/shared/relay.ts';
import { testRoom, type TestRoom } from '../support/room.ts';
import { changeNote, newNote, noteRoom } from './fixture.ts';

let notes: TestRoom;
beforeEach(async () => {
  notes = await testRoom(noteRoom);
});
afterEach(() => notes.close());

const live = () => notes.room.database.space('live');
const change = (id: string) => live().source.transaction((tx) => changeNote(tx, id));
const heard = (aggregate?: string) =>
  notes.peers.points.heard.filter(({ event }) => aggregate === undefined || event.aggregate === aggregate);
const waiting = async () => (await notes.query('select 1 from outbox')).length;

/** What happens by itself, within the time that a test may take. */
async function eventually(claim: () => Promise<boolean>): Promise<void> {
  while (!(await claim())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const renamed = (name = 'Harbour'): Event => {
  const partnerId = newId();
  return {
    id: newId(),
    name: 'partner.changed',
    aggregate: partnerId,
    sequence: 1,
    payload: { partnerId, code: 'h', name },
  };
};
const handled = () => notes.query<{ aggregate: string }>('select aggregate from heard order by position');

test('a fact is carried whole to the room that hears it, in its space, and then forgotten here', async () => {
  const id = await newNote(live().source);

  await change(id);
  await notes.room.relay.drain();

  expect(heard()).toEqual([
    {
      space: 'live',
      event: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'member.changed',
        aggregate: id,
        sequence: 1,
        payload: { memberId: id, status: 'ACTIVE', earningBlocked: false, spendingBlocked: false },
      },
    },
  ]);
  await eventually(async () => (await waiting()) === 0);
});

test('a fact of a transaction that rolls back is not told', async () => {
  const id = await newNote(live().source);

  await expect(
    live().source.transaction(async (tx) => {
      await changeNote(tx, id);
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  await notes.room.relay.drain();

  expect(heard()).toEqual([]);
  expect(await waiting()).toBe(0);
});

test('the facts of an aggregate arrive in order, though many write at once', async () => {
  const ids = await Promise.all([newNote(live().source), newNote(live().source), newNote(live().source)]);

  await Promise.all(Array.from({ length: 60 }, (_, index) => change(ids[index % 3]!)));
  await eventually(async () => heard().length === 60);

  for (const id of ids) {
    expect(heard(id).map(({ event }) => event.sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  }
});

test('it needs no nudge, and with one it need not wait', async () => {
  const id = await newNote(live().source);

  await change(id);
  notes.room.relay.nudge();

  await eventually(async () => heard().length === 1);
});

test('facts wait for a hearer that is away and reach it in order when it is back', async () => {
  const id = await newNote(live().source);
  notes.peers.points.away = true;

  for (let n = 0; n < 5; n += 1) await change(id);
  await expect(notes.room.relay.drain()).rejects.toThrow('points is away');
  expect(await waiting()).toBe(5);
  notes.peers.points.away = false;
  notes.room.relay.nudge();

  await eventually(async () => (await waiting()) === 0);
  expect(heard().map(({ event }) => event.sequence)).toEqual([1, 2, 3, 4, 5]);
});

test('a crash between carrying and forgetting sends the same facts again', async () => {
  await notes.room.relay.stop();
  const id = await newNote(live().source);
  await change(id);
  const carried: string[] = [];
  let crash = true;
  const carry: Carrier = async (_room, _space, events) => {
    carried.push(...events.map((event) => event.id));
    if (!crash) return;
    crash = false;
    throw new Error('the power went');
  };

  const relay = startRelay([live()], ['points'], carry, pino({ level: 'silent' }));
  await eventually(async () => (await waiting()) === 0);
  await relay.stop();

  expect(carried).toHaveLength(2);
  expect(carried[1]).toBe(carried[0]);
});

test('two relays of one room carry nothing twice', async () => {
  await notes.room.relay.stop();
  const ids = await Promise.all(Array.from({ length: 30 }, () => newNote(live().source)));
  await Promise.all(ids.map(change));
  const carried: string[] = [];
  const carry: Carrier = async (_room, _space, events) => {
    carried.push(...events.map((event) => event.id));
  };

  const relays = [1, 2].map(() => startRelay([live()], ['points'], carry, pino({ level: 'silent' })));
  await eventually(async () => (await waiting()) === 0);
  await Promise.all(relays.map((relay) => relay.stop()));

  expect(carried).toHaveLength(30);
  expect(new Set(carried).size).toBe(30);
});

test('an event that comes twice, together or later, is handled once', async () => {
  const event = renamed();

  await notes.room.receive('live', [event, event], 'partners');
  await notes.room.receive('live', [event], 'partners');

  expect(await handled()).toEqual([{ aggregate: event.aggregate }]);
});

test('an event that comes twenty times at once is handled once', async () => {
  const event = renamed();

  await Promise.all(Array.from({ length: 20 }, () => notes.room.receive('live', [event], 'partners')));

  expect(await handled()).toEqual([{ aggregate: event.aggregate }]);
});

test('an event of one space is unknown in another', async () => {
  const event = renamed();

  await notes.room.receive('sandbox', [event], 'partners');

  expect(await handled()).toEqual([]);
  expect(await notes.query('select aggregate from heard', [], 'sandbox')).toEqual([{ aggregate: event.aggregate }]);
});

test('a batch with an event that cannot be handled leaves no trace and may be sent again', async () => {
  const [good, bad] = [renamed(), renamed('unbearable')];

  await expect(notes.room.receive('live', [good, bad], 'partners')).rejects.toThrow('cannot be handled');
  expect(await handled()).toEqual([]);
  expect(await notes.query('select 1 from inbox')).toEqual([]);

  await notes.room.receive('live', [good], 'partners');
  expect(await handled()).toEqual([{ aggregate: good.aggregate }]);
});

test('an event that the room does not hear is an error, not a loss', async () => {
  const stray = { ...renamed(), name: 'location.changed' } as Event;

  await expect(notes.room.receive('live', [stray], 'partners')).rejects.toThrow('does not hear it');
  expect(await notes.query('select 1 from inbox')).toEqual([]);
});
