// The saga's table against a small model of points, in every order in which questions and answers can come, be lost and
// come twice. What was sent stays on the wire for ever: it may be delivered now, later, again or never.
import { describe, expect, test } from '@jest/globals';
import {
  EVENTS,
  next,
  STATES,
  type Question,
  type SagaEvent,
  type State,
} from '../../subgraphs/rewards/redemption/redemption.saga.ts';

interface World {
  state: State;
  points: 'none' | 'refused' | 'held' | 'captured' | 'capturedByPurchase' | 'released' | 'reversed';
  /** What points may be asked, and what rewards may be told. */
  wire: string[];
  givenBack: number;
  issued: boolean;
  usable: boolean;
}

const START: World = { state: 'REQUESTED', points: 'none', wire: ['hold'], givenBack: 0, issued: false, usable: false };
const ENDS: State[] = ['CONFIRMED', 'REFUSED', 'CANCELLED', 'RELEASED', 'REFUNDED'];

const send = (world: World, ...messages: (string | null)[]): World => ({
  ...world,
  wire: [...new Set([...world.wire, ...messages.filter((message) => message !== null)])].toSorted(),
});

/** Rewards takes a step. */
function take(world: World, event: SagaEvent): World {
  const move = next(world.state, event);
  if (move === 'impossible') throw new Error(`${event} came to ${world.state}: ${JSON.stringify(world)}`);
  if (move === 'stay' || 'refuse' in move) return world;
  if (move.act === 'issue' && world.issued) throw new Error('vouchers were issued twice');
  const changed: World = {
    ...world,
    state: move.state,
    givenBack: world.givenBack + (move.act === 'giveBack' ? 1 : 0),
    issued: world.issued || move.act === 'issue',
    usable: move.act === 'issue' || move.act === 'restoreVouchers' || (world.usable && move.act !== 'cancelVouchers'),
  };
  return send(changed, move.ask ?? null, move.tell === undefined ? null : 'capture');
}

/** Points is asked; each of its possible answers. */
function ask(world: World, question: 'hold' | Question | 'purchase', held: SagaEvent): World[] {
  const { points } = world;
  switch (question) {
    case 'hold':
      if (points === 'none')
        return [send({ ...world, points: 'held' }, held), send({ ...world, points: 'refused' }, 'refused')];
      return [];
    case 'purchase':
      return points === 'held' ? [send({ ...world, points: 'capturedByPurchase' }, 'captured')] : [];
    case 'capture':
      if (points === 'released' || points === 'none' || points === 'refused')
        throw new Error(`free: ${JSON.stringify(world)}`);
      return points === 'held' ? [{ ...world, points: 'captured' }] : [];
    case 'release':
      if (points === 'captured' || points === 'reversed')
        throw new Error(`released after its end: ${JSON.stringify(world)}`);
      if (points === 'capturedByPurchase') return [send(world, 'captured')];
      return [send({ ...world, points: 'released' }, 'released')];
    case 'reverse':
      if (points === 'capturedByPurchase') return [send(world, 'reversalRefused')];
      return [send({ ...world, points: 'reversed' }, 'reversed')];
  }
}

const QUESTIONS = ['hold', 'capture', 'release', 'reverse'];
const CLIENTS: SagaEvent[] = ['overdue', 'captureAsked', 'releaseAsked', 'refundAsked'];

function futures(world: World, held: SagaEvent): World[] {
  const delivered = world.wire.flatMap((message) =>
    QUESTIONS.includes(message) ? ask(world, message as Question, held) : [take(world, message as SagaEvent)],
  );
  return [...delivered, ...CLIENTS.map((event) => take(world, event)), ...ask(world, 'purchase', held)];
}

/** Every world that can come to be. */
function explore(held: SagaEvent): World[] {
  const seen = new Map<string, World>();
  const open = [START];
  for (let world = open.pop(); world !== undefined; world = open.pop()) {
    const name = JSON.stringify(world);
    if (seen.has(name)) continue;
    seen.set(name, world);
    open.push(...futures(world, held));
  }
  return [...seen.values()];
}

/** Rewards' clock alone, with points that answers. */
function resolve(world: World, held: SagaEvent): World {
  let now = take(world, 'overdue');
  for (const question of QUESTIONS.filter((message) => now.wire.includes(message) && message !== 'hold')) {
    now = ask(now, question as Question, held)[0] ?? now;
  }
  for (const event of ['captured', 'released', 'reversed', 'reversalRefused'] as const) {
    if (now.wire.includes(event) && next(now.state, event) !== 'impossible') now = take(now, event);
  }
  return now;
}

describe.each([
  ['in one step', 'heldForGood'],
  ['in two steps', 'held'],
] as const)('a redemption %s', (_, held) => {
  // Fails by itself when an impossible step, a second issue or a free reward can be reached.
  const worlds = explore(held);

  test('reaches every state that it can, and none that is impossible', () => {
    const reached = new Set(worlds.map(({ state }) => state));

    const only =
      held === 'held'
        ? STATES
        : STATES.filter((state) => !['HELD', 'LAPSING', 'RELEASING', 'RELEASED'].includes(state));
    expect([...reached].toSorted()).toEqual([...only].toSorted());
  });

  test('gives back once where nothing is had, and never where something is', () => {
    const wrong = worlds.filter(({ state, givenBack }) => {
      const back = ['REFUSED', 'CANCELLED', 'RELEASED', 'REFUNDED'].includes(state);
      return givenBack !== (back ? 1 : 0);
    });

    expect(wrong).toEqual([]);
  });

  test('has vouchers to use only while its points are bound or spent', () => {
    const paid = ['held', 'captured', 'capturedByPurchase'];

    expect(worlds.filter(({ usable, points }) => usable && !paid.includes(points))).toEqual([]);
    expect(worlds.filter(({ usable, state }) => usable !== (state === 'CONFIRMED'))).toEqual([]);
  });

  test('is brought to its end by the clock alone, from wherever it was left', () => {
    const left = worlds.map((world) => resolve(world, held)).filter(({ state }) => !ENDS.includes(state));

    expect(left).toEqual([]);
  });
});

test('every state answers every event', () => {
  for (const state of STATES) for (const event of EVENTS) expect(next(state, event)).toBeDefined();
});

test.each(STATES)('%s refuses nothing but what a client asks', (state) => {
  for (const event of EVENTS.filter((name) => !name.endsWith('Asked'))) {
    expect(next(state, event)).not.toHaveProperty('refuse');
  }
});
