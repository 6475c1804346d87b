// What clients see of a redemption's states, and what may be asked of one.
import type { State } from './redemption.saga.ts';

export const REDEMPTION_STATES = [
  'REQUESTED',
  'HELD',
  'CONFIRMED',
  'REFUSED',
  'CANCELLED',
  'RELEASED',
  'REFUNDED',
] as const;
export type RedemptionState = (typeof REDEMPTION_STATES)[number];

/** While points is asked to undo, a client sees what has been. */
export function shownState(state: State): RedemptionState {
  switch (state) {
    case 'CANCELLING':
      return 'REQUESTED';
    case 'LAPSING':
    case 'RELEASING':
      return 'HELD';
    case 'REFUNDING':
      return 'CONFIRMED';
    case 'REQUESTED':
    case 'HELD':
    case 'CONFIRMED':
    case 'REFUSED':
    case 'CANCELLED':
    case 'RELEASED':
    case 'REFUNDED':
      return state;
  }
}

export const pointsHeld = (state: State, points: number): number => (shownState(state) === 'HELD' ? points : 0);
export const pointsSpent = (state: State, points: number): number => (shownState(state) === 'CONFIRMED' ? points : 0);

export const QUANTITY_MAX = 10;
export const TTL_MIN_SECONDS = 60;
export const TTL_MAX_SECONDS = 2_592_000;

export const isQuantity = (quantity: number): boolean =>
  Number.isInteger(quantity) && quantity >= 1 && quantity <= QUANTITY_MAX;
export const isTtl = (seconds: number): boolean =>
  Number.isInteger(seconds) && seconds >= TTL_MIN_SECONDS && seconds <= TTL_MAX_SECONDS;
