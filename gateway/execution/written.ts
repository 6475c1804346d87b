// The data of an answer as finished JSON in UTF-8. It passes through Apollo Server untouched and becomes the body; who needs
// the values instead parses it.
import type { FormattedExecutionResult } from 'graphql';
import { give, take } from './memory.ts';

const BEGINNING = Buffer.from('{"data":');
/** For what comes after the data. */
const ENDING_BYTES = 1_024;

export class Written {
  readonly #memory: Buffer;
  /** Behind the data. */
  readonly #end: number;
  #body: Buffer | null = null;

  /** Copies what it is given. */
  constructor(json: string | Buffer) {
    const size = typeof json === 'string' ? Buffer.byteLength(json) : json.length;
    this.#memory = take(BEGINNING.length + size + ENDING_BYTES);
    BEGINNING.copy(this.#memory);
    if (typeof json === 'string') this.#memory.write(json, BEGINNING.length);
    else json.copy(this.#memory, BEGINNING.length);
    this.#end = BEGINNING.length + size;
  }

  get json(): string {
    return this.#memory.toString('utf8', BEGINNING.length, this.#end);
  }

  /** Of the whole answer, once it has been put together. */
  get body(): Buffer | null {
    return this.#body;
  }

  /** Puts the body together; errors come first, as the GraphQL specification advises. */
  close({ errors, extensions }: FormattedExecutionResult): void {
    const ending = extensions === undefined ? '}' : `,"extensions":${JSON.stringify(extensions)}}`;
    if (errors === undefined && 3 * ending.length < ENDING_BYTES) {
      this.#body = this.#memory.subarray(0, this.#end + this.#memory.write(ending, this.#end));
      return;
    }
    const data = this.#memory.subarray(BEGINNING.length, this.#end);
    const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`;
    this.#body = Buffer.concat([Buffer.from(`{${before}"data":`), data, Buffer.from(ending)]);
  }

  /** When the body has been sent: its memory is used again, and nothing of it may be read. */
  release(): void {
    give(this.#memory);
  }
}

/** For Apollo Server, which takes text only: of what was written the body is kept with it. */
export function stringified(result: FormattedExecutionResult): string {
  const { errors, data, extensions } = result;
  if (!(data instanceof Written)) return JSON.stringify({ errors, data, extensions });
  data.close(result);
  return '';
}

/** The data as values, however it came. */
export const valuesOf = ({ data }: FormattedExecutionResult): unknown =>
  data instanceof Written ? JSON.parse(data.json) : data;
