// What rooms are told of members for their rules, and the clock of a sandbox.
import { afterAll, expect, test } from '@jest/globals';
import { newId, encodeId } from '../../subgraphs/shared/id.ts';
import { inSpace, operator, roomViewer } from '../support/viewer.ts';
import { membersWorld, only } from './world.ts';

const world = await membersWorld();
afterAll(() => world.close());

const FACTS = 'query ($ids: [ID!]!) { memberFacts(ids: $ids) { id birthday enrolledOn } }';
const facts = async (ids: string[]) => only(await world.ask(roomViewer('points', 'live'), FACTS, { ids }));

test('facts are told in order, with null for whom there is not and for a birthday that is not known', async () => {
  const leap = await world.enrolled({ profile: { birthday: '2004-02-29' } });
  const unknown = await world.enrolled();
  const [{ today }] = (await world.query<{ today: string }>(
    `select (clock() at time zone 'Europe/London')::date today`,
  )) as [{ today: string }];

  expect(await facts([unknown, encodeId('mbr', newId()), 'mbr_no', leap, unknown])).toEqual([
    { id: unknown, birthday: null, enrolledOn: today },
    null,
    null,
    { id: leap, birthday: '2004-02-29', enrolledOn: today },
    { id: unknown, birthday: null, enrolledOn: today },
  ]);
});

test('the day of an enrolment is the programme’s', async () => {
  const id = await world.enrolled();
  await world.query(`update member set enrolled_at = '2026-03-31T23:30:00Z'`);

  expect(await facts([id])).toEqual([{ id, birthday: null, enrolledOn: '2026-04-01' }]);
});

test('however many are asked about, it is one statement, and one for the programme', async () => {
  const ids = [await world.enrolled(), await world.enrolled(), await world.enrolled()];
  world.statements.length = 0;

  await facts(ids);

  expect(world.statements).toHaveLength(2);
});

test('the clock of a sandbox is moved as far as is asked, once, and never back', async () => {
  const MOVE = 'mutation ($ahead: String!) { memberClockMove(ahead: $ahead, due: true) }';
  const move = async (ahead: string, space = 'sandbox') => world.ask(roomViewer('points', space), MOVE, { ahead });
  const ahead = () => world.query('select extract(epoch from ahead)::float8 seconds from clock_offset', [], 'sandbox');

  expect(await move('PT86400.000001S')).toEqual({ data: { memberClockMove: 0 } });
  expect(await ahead()).toEqual([{ seconds: 86_400.000001 }]);
  await move('PT86400S');
  expect(await ahead()).toEqual([{ seconds: 86_400.000001 }]);
  expect((await move('PT1S', 'live')).errors).toHaveLength(1);
});

test('only rooms may ask for either', async () => {
  for (const query of ['{ memberFacts(ids: []) { id } }', 'mutation { memberClockMove(ahead: "PT1S", due: true) }']) {
    const { errors } = await world.ask(inSpace('sandbox', operator), query);

    expect(errors?.[0]?.extensions.code).toMatch(/FORBIDDEN/);
  }
});
