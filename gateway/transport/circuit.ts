// Spares a room that is away, and those who would wait for it: after some faults in a row it is not asked for a while, and
// then by one at first. An answer, however wrong, is no such fault: a bad operation must not shut a room for all others.
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { Abandoned } from '../../subgraphs/shared/exchange.ts';
import { WrongAnswer } from '../../subgraphs/shared/peer.ts';

const FAULTS_MAX = 5;
const PAUSE_MS = 1_000;
/** What a proxy answers in the place of a room. */
const AWAY = new Set([502, 503, 504]);

export type Circuit = 'closed' | 'open' | 'half-open';

const NAMES: Record<CircuitState, Circuit> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/** Rejects without sending while the circuit is open, and while half-open to all but the one who tries. */
export function circuit(onChange: (state: Circuit) => void): <T>(send: () => Promise<T>) => Promise<T> {
  const isFault = (error: unknown): boolean => {
    if (error instanceof WrongAnswer) return AWAY.has(error.status);
    // Who left says nothing of the room; a try that was left has not succeeded either.
    return !(error instanceof Abandoned) || breaker.state === CircuitState.HalfOpen;
  };
  const breaker = circuitBreaker(handleWhen(isFault), {
    breaker: new ConsecutiveBreaker(FAULTS_MAX),
    halfOpenAfter: PAUSE_MS,
  });
  breaker.onStateChange((state) => onChange(NAMES[state]));
  return (send) =>
    // The breaker would let the others wait for the one who tries.
    breaker.state === CircuitState.HalfOpen
      ? Promise.reject(new Error('the room is being tried by another request'))
      : breaker.execute(send);
}
