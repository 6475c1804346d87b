// Queries under way that others may join instead of asking the same again. Nobody joins one that began before a write of
// this gateway began or ended, so that each reads its own writes.
import { aborted } from '../../subgraphs/shared/exchange.ts';
import { whileWanted } from './waiting.ts';

interface Flight {
  text: Promise<string>;
  askers: number;
  end: AbortController;
}

export class Flights {
  #joinable = new Map<string, Flight>();

  /** Those under way arrive for who has joined them already. */
  drop(): void {
    this.#joinable.clear();
  }

  /** Rejects with the asker's own abort; the flight is aborted when its last asker is gone. */
  join(key: string, start: (signal: AbortSignal) => Promise<string>, signal?: AbortSignal): Promise<string> {
    if (signal?.aborted === true) return Promise.reject(aborted(signal));
    const flight = this.#joinable.get(key) ?? this.#start(key, start);
    flight.askers += 1;
    return whileWanted(flight.text, signal, () => {
      flight.askers -= 1;
      if (flight.askers > 0) return;
      this.#close(key, flight);
      flight.end.abort(signal?.reason);
    });
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<string>): Flight {
    const end = new AbortController();
    const flight = { text: start(end.signal), askers: 0, end };
    this.#joinable.set(key, flight);
    const close = () => this.#close(key, flight);
    flight.text.then(close, close);
    return flight;
  }

  #close(key: string, flight: Flight): void {
    if (this.#joinable.get(key) === flight) this.#joinable.delete(key);
  }
}
