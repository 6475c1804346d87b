// The saga of a redemption, across rewards and points: what becomes of each state at each event. Every pair is answered.
// Before points is asked to release, that is written down: from then on only points' answer decides, so that a late
// answer can never make a voucher whose points went back.

export const STATES = [
  'REQUESTED', // reserved here; points have not answered
  'CANCELLING', // no answer came: points are asked to release
  'HELD', // points are set aside, for two steps
  'LAPSING', // the hold ran out: points are asked to release
  'RELEASING', // the client gave it back: points are asked to release
  'CONFIRMED', // for good
  'REFUNDING', // points are asked to give back what was spent
  'REFUSED',
  'CANCELLED',
  'RELEASED',
  'REFUNDED',
] as const;
export type State = (typeof STATES)[number];

export const EVENTS = [
  'held', // points have set aside, and the client comes again
  'heldForGood', // points have set aside, and there is nothing to wait for
  'refused', // points have refused
  'overdue', // the clock says that it is time
  'captureAsked',
  'releaseAsked',
  'refundAsked',
  'captured', // a purchase has captured the points
  'released', // points have released
  'reversed', // points have given back what was spent
  'reversalRefused',
] as const;
export type SagaEvent = (typeof EVENTS)[number];

/** In the transaction of the step. */
export type Act = 'issue' | 'giveBack' | 'cancelVouchers' | 'restoreVouchers';
/** What points is asked after it. */
export type Question = 'capture' | 'release' | 'reverse';

export interface Move {
  state: State;
  act?: Act;
  tell?: 'redemption.confirmed';
  ask?: Question;
}

export type Refusal = { refuse: 'REDEMPTION_NOT_HELD' | 'REDEMPTION_NOT_REFUNDABLE' };
type Answer = Move | Refusal | 'stay' | 'impossible';

const NOT_HELD: Refusal = { refuse: 'REDEMPTION_NOT_HELD' };
const NOT_REFUNDABLE: Refusal = { refuse: 'REDEMPTION_NOT_REFUNDABLE' };
const CONFIRM: Move = { state: 'CONFIRMED', act: 'issue', tell: 'redemption.confirmed' };
const CONFIRM_AND_CAPTURE: Move = { ...CONFIRM, ask: 'capture' };
const IMPOSSIBLE = 'impossible';
const STAY = 'stay';

/** What clients may ask is refused where nothing else is said. */
const CLOSED = { captureAsked: NOT_HELD, releaseAsked: NOT_HELD, refundAsked: NOT_REFUNDABLE } as const;
const NEVER_REVERSED = { reversed: IMPOSSIBLE, reversalRefused: IMPOSSIBLE } as const;

const TABLE: Record<State, Record<SagaEvent, Answer>> = {
  REQUESTED: {
    ...CLOSED,
    ...NEVER_REVERSED,
    held: { state: 'HELD' },
    heldForGood: CONFIRM_AND_CAPTURE,
    refused: { state: 'REFUSED', act: 'giveBack' },
    overdue: { state: 'CANCELLING', ask: 'release' },
    captured: CONFIRM,
    released: IMPOSSIBLE,
  },
  CANCELLING: {
    ...CLOSED,
    ...NEVER_REVERSED,
    held: STAY,
    heldForGood: STAY,
    refused: { state: 'REFUSED', act: 'giveBack' },
    overdue: { state: 'CANCELLING', ask: 'release' },
    captured: CONFIRM,
    released: { state: 'CANCELLED', act: 'giveBack' },
  },
  HELD: {
    ...NEVER_REVERSED,
    held: STAY,
    heldForGood: IMPOSSIBLE,
    refused: IMPOSSIBLE,
    overdue: { state: 'LAPSING', ask: 'release' },
    captureAsked: CONFIRM_AND_CAPTURE,
    releaseAsked: { state: 'RELEASING', ask: 'release' },
    refundAsked: NOT_REFUNDABLE,
    captured: CONFIRM,
    released: IMPOSSIBLE,
  },
  LAPSING: {
    ...CLOSED,
    ...NEVER_REVERSED,
    held: STAY,
    heldForGood: IMPOSSIBLE,
    refused: IMPOSSIBLE,
    overdue: { state: 'LAPSING', ask: 'release' },
    captured: CONFIRM,
    released: { state: 'CANCELLED', act: 'giveBack' },
  },
  RELEASING: {
    ...CLOSED,
    ...NEVER_REVERSED,
    held: STAY,
    heldForGood: IMPOSSIBLE,
    refused: IMPOSSIBLE,
    overdue: { state: 'RELEASING', ask: 'release' },
    releaseAsked: { state: 'RELEASING', ask: 'release' },
    captured: CONFIRM,
    released: { state: 'RELEASED', act: 'giveBack' },
  },
  CONFIRMED: {
    captureAsked: NOT_HELD,
    releaseAsked: NOT_HELD,
    held: STAY,
    heldForGood: STAY,
    refused: IMPOSSIBLE,
    overdue: STAY,
    refundAsked: { state: 'REFUNDING', act: 'cancelVouchers', ask: 'reverse' },
    captured: STAY,
    released: IMPOSSIBLE,
    reversed: IMPOSSIBLE,
    reversalRefused: STAY,
  },
  REFUNDING: {
    ...CLOSED,
    held: STAY,
    heldForGood: STAY,
    refused: IMPOSSIBLE,
    overdue: { state: 'REFUNDING', ask: 'reverse' },
    captured: STAY,
    released: IMPOSSIBLE,
    reversed: { state: 'REFUNDED', act: 'giveBack' },
    reversalRefused: { state: 'CONFIRMED', act: 'restoreVouchers' },
  },
  REFUSED: {
    ...CLOSED,
    ...NEVER_REVERSED,
    held: IMPOSSIBLE,
    heldForGood: IMPOSSIBLE,
    refused: STAY,
    overdue: STAY,
    captured: IMPOSSIBLE,
    released: STAY,
  },
  CANCELLED: {
    ...CLOSED,
    ...NEVER_REVERSED,
    held: STAY,
    heldForGood: STAY,
    refused: STAY,
    overdue: STAY,
    captured: IMPOSSIBLE,
    released: STAY,
  },
  RELEASED: {
    ...CLOSED,
    ...NEVER_REVERSED,
    held: STAY,
    heldForGood: IMPOSSIBLE,
    refused: IMPOSSIBLE,
    overdue: STAY,
    captured: IMPOSSIBLE,
    released: STAY,
  },
  REFUNDED: {
    ...CLOSED,
    held: STAY,
    heldForGood: STAY,
    refused: IMPOSSIBLE,
    overdue: STAY,
    captured: STAY,
    released: IMPOSSIBLE,
    reversed: STAY,
    reversalRefused: IMPOSSIBLE,
  },
};

/** `stay`: nothing changes. `impossible`: a promise between the rooms is broken, and nobody may go on. */
export const next = (state: State, event: SagaEvent): Answer => TABLE[state][event];
