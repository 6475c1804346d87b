// The table of a referral, pair by pair, and that it ends alike in whatever order facts and answers come.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SAGA, step, type Event, type State } from '../../subgraphs/referrals/referral/referral.saga.ts';

const STATES = Object.keys(SAGA) as State[];
const EVENTS: Event[] = ['qualified', 'unqualified', 'due', 'paid', 'takenBack'];

const cell = (state: State, event: Event) => {
  const next = SAGA[state][event];
  return next === 'impossible' ? '–' : [next.state, next.clock, next.ask].filter(Boolean).join(' ');
};

test.each([
  //             qualified            unqualified           due                     paid               takenBack
  ['REGISTERED', 'QUALIFIED window', 'REGISTERED same', '–', '–', '–'],
  ['QUALIFIED', 'QUALIFIED window', 'REGISTERED never', 'PAYING now earn', '–', '–'],
  ['PAYING', 'PAYING same', 'PAYING same', 'PAYING now earn', 'REWARDED never', '–'],
  ['REWARDED', 'REWARDED same', 'REVERSING now', '–', 'REWARDED same', '–'],
  ['REVERSING', '–', 'REVERSING same', 'REVERSING now reverse', 'REVERSING same', 'REVERSED never'],
  ['REVERSED', '–', 'REVERSED same', '–', 'REVERSED same', 'REVERSED same'],
  ['REJECTED', 'REJECTED same', 'REJECTED same', '–', '–', '–'],
] as [State, ...string[]][])('%s', (state, ...cells) => {
  expect(EVENTS.map((event) => cell(state, event))).toEqual(cells);
});

test('a step that cannot be is a fault', () => {
  expect(() => step('REGISTERED', 'paid')).toThrow('a referral that is REGISTERED met paid');
});

describe('a model of one referral and its ledger', () => {
  /** One side's points, by key: given once, taken back once. */
  interface Model {
    state: State;
    given: boolean;
    taken: boolean;
    stands: boolean;
    /** Asks whose answer is still on its way. */
    answers: Event[];
  }
  type Move = 'buy' | 'return' | 'clock' | 'answer' | 'lose';

  const facts = (model: Model): Event =>
    (model.state === 'REGISTERED' ||
      model.state === 'QUALIFIED' ||
      model.state === 'PAYING' ||
      model.state === 'REWARDED') &&
    model.stands
      ? 'qualified'
      : 'unqualified';

  function judge(model: Model): void {
    if (model.state === 'REVERSED') return;
    model.state = step(model.state, facts(model)).state;
  }

  function move(model: Model, made: Move): void {
    const asks = ['QUALIFIED', 'PAYING', 'REVERSING'].includes(model.state);
    switch (made) {
      case 'buy':
        // A purchase that counts for a referral that is on its way is never bought again.
        if (model.state === 'REGISTERED' || model.state === 'QUALIFIED') model.stands = true;
        return judge(model);
      case 'return':
        model.stands = false;
        return judge(model);
      case 'clock': {
        if (!asks) return;
        const { state, ask } = step(model.state, 'due');
        model.state = state;
        if (ask === 'earn') model.given = true;
        if (ask === 'reverse') model.taken = true;
        model.answers.push(ask === 'earn' ? 'paid' : 'takenBack');
        return;
      }
      case 'lose':
        model.answers.shift();
        return;
      case 'answer': {
        const answer = model.answers.shift();
        if (answer === undefined) return;
        model.state = step(model.state, answer).state;
        judge(model);
      }
    }
  }

  const moves = fc.array(fc.constantFrom<Move>('buy', 'return', 'clock', 'answer', 'lose'), { maxLength: 60 });

  test('no order of purchases, returns, asks, lost and late answers gives points that nobody earned', () => {
    fc.assert(
      fc.property(moves, (made) => {
        const model: Model = { state: 'REGISTERED', given: false, taken: false, stands: false, answers: [] };

        for (const one of made) move(model, one);
        // Then the world is quiet: the clock goes on until it has nothing left to do.
        for (let turns = 0; turns < 4; turns += 1) {
          move(model, 'clock');
          while (model.answers.length > 0) move(model, 'answer');
        }

        expect(model.taken && !model.given).toBe(false);
        expect([model.state, model.given, model.taken]).toEqual(
          model.stands
            ? ['REWARDED', true, false]
            : model.given
              ? ['REVERSED', true, true]
              : ['REGISTERED', false, false],
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('the model walks from the enrolment to the reward and back', () => {
    const model: Model = { state: 'REGISTERED', given: false, taken: false, stands: false, answers: [] };
    const made: Move[] = ['return', 'buy', 'clock', 'answer', 'return', 'clock', 'answer'];

    const walked = made.map((one) => {
      move(model, one);
      return model.state;
    });

    expect([...new Set(walked), 'REJECTED'].toSorted()).toEqual(STATES.toSorted());
  });
});
