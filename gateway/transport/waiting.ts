// An asker waits for an answer as long as anyone waits for theirs.
import { aborted } from '../../subgraphs/shared/exchange.ts';

/** As the promise, but no longer than the signal lets wait; `left` is called then. What was begun goes on. */
export function whileWanted<T>(promise: Promise<T>, signal: AbortSignal | undefined, left?: () => void): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(aborted(signal));
      left?.();
    };
    const settled =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        signal.removeEventListener('abort', leave);
        settle(value);
      };
    signal.addEventListener('abort', leave, { once: true });
    promise.then(settled(resolve), settled(reject));
  });
}
