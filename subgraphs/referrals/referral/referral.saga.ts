// A referral from the enrolment to the reward, and back: state × event → what it becomes and what the clock does about it.
// PAYING is the point of no return: from there both sides are paid first, and what must go back goes back afterwards.

export type State = 'REGISTERED' | 'QUALIFIED' | 'PAYING' | 'REWARDED' | 'REVERSING' | 'REVERSED' | 'REJECTED';

/**
 * `qualified`, `unqualified`: whether a purchase of the referee is worth the minimum; once the reward is on its way, whether
 * the purchase that it is for still is. `due`: its time has come by the clock. `paid`, `takenBack`: points has answered for both sides.
 */
export type Event = 'qualified' | 'unqualified' | 'due' | 'paid' | 'takenBack';

export interface Step {
  state: State;
  /** When the clock looks at it again: when the return window ends, at once, never, or as it was. */
  clock: 'window' | 'now' | 'never' | 'same';
  /** What the clock asks points for. */
  ask?: 'earn' | 'reverse';
}

const stays = (state: State): Step => ({ state, clock: 'same' });

export const SAGA: Record<State, Record<Event, Step | 'impossible'>> = {
  REGISTERED: {
    qualified: { state: 'QUALIFIED', clock: 'window' },
    unqualified: stays('REGISTERED'),
    due: 'impossible',
    paid: 'impossible',
    takenBack: 'impossible',
  },
  QUALIFIED: {
    // Another purchase may have come that was earlier, or the first was returned and a later one counts.
    qualified: { state: 'QUALIFIED', clock: 'window' },
    unqualified: { state: 'REGISTERED', clock: 'never' },
    due: { state: 'PAYING', clock: 'now', ask: 'earn' },
    paid: 'impossible',
    takenBack: 'impossible',
  },
  PAYING: {
    qualified: stays('PAYING'),
    unqualified: stays('PAYING'),
    due: { state: 'PAYING', clock: 'now', ask: 'earn' },
    paid: { state: 'REWARDED', clock: 'never' },
    takenBack: 'impossible',
  },
  REWARDED: {
    qualified: stays('REWARDED'),
    unqualified: { state: 'REVERSING', clock: 'now' },
    due: 'impossible',
    // A second answer to the same keys: another process asked too.
    paid: stays('REWARDED'),
    takenBack: 'impossible',
  },
  REVERSING: {
    qualified: 'impossible',
    unqualified: stays('REVERSING'),
    due: { state: 'REVERSING', clock: 'now', ask: 'reverse' },
    paid: stays('REVERSING'),
    takenBack: { state: 'REVERSED', clock: 'never' },
  },
  REVERSED: {
    qualified: 'impossible',
    unqualified: stays('REVERSED'),
    due: 'impossible',
    paid: stays('REVERSED'),
    takenBack: stays('REVERSED'),
  },
  REJECTED: {
    qualified: stays('REJECTED'),
    unqualified: stays('REJECTED'),
    due: 'impossible',
    paid: 'impossible',
    takenBack: 'impossible',
  },
};

/** Throws where a step cannot be: a fault of ours, never to be passed over. */
export function step(state: State, event: Event): Step {
  const next = SAGA[state][event];
  if (next === 'impossible') throw new Error(`a referral that is ${state} met ${event}`);
  return next;
}
