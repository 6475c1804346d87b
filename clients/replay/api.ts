// GraphQL over HTTP to the gateway. What a restart of the server can cause is tried again, which the keys of the requests make safe;
// everything else is told at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

/** The server answered, and trying again would not help. */
export class ApiError extends Error {
  override name = 'ApiError';
}

export interface ApiOptions {
  address: string;
  /** After so many milliseconds without an answer a request is given up. */
  patience?: number;
  /** Told before each pause. */
  onRetry?: (cause: string, pause: number) => void;
}

interface Body {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

type Answer = { data: unknown } | { cause: string } | { cause: string; after: number };

const TEMPORARY = new Set(['INTERNAL_SERVER_ERROR', 'SUBGRAPH_UNAVAILABLE', 'THROTTLED']);

export class Api {
  readonly #agent = new Agent({ headersTimeout: 60_000, bodyTimeout: 60_000, connectTimeout: 5_000 });
  readonly #options: Required<ApiOptions>;
  readonly #closing = new AbortController();
  /** How often a request was tried again. */
  retries = 0;

  constructor(options: ApiOptions) {
    this.#options = { patience: 120_000, onRetry: () => undefined, ...options };
  }

  /** The operation's data. Throws `ApiError` when it is refused, or when no answer came in time. */
  async ask<T>(key: string, query: string, variables: object): Promise<T> {
    return this.untilSettled<T>(key, query, variables, () => null);
  }

  /** Asks again while `open` gives a reason why the answer is not the last one. */
  async untilSettled<T>(key: string, query: string, variables: object, open: (data: T) => string | null): Promise<T> {
    const body = JSON.stringify({ query, variables });
    const deadline = Date.now() + this.#options.patience;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#try(key, body);
      const cause = 'data' in answer ? open(answer.data as T) : answer.cause;
      if (cause === null) return (answer as { data: T }).data;
      const wanted = 'after' in answer ? answer.after : 100 * 2 ** attempt;
      const pause = Math.min(wanted, 5_000) * (0.5 + Math.random() / 2);
      if (Date.now() + pause > deadline) {
        const seconds = Math.round(this.#options.patience / 1000);
        throw new ApiError(`${this.#options.address} gave no answer for ${seconds} s: ${cause}`);
      }
      this.retries += 1;
      this.#options.onRetry(cause, pause);
      await sleep(pause, undefined, { signal: this.#closing.signal });
    }
  }

  /** Ends whatever is still being asked: its callers get an error. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#agent.destroy();
  }

  async #try(key: string, body: string): Promise<Answer> {
    let response;
    let text;
    try {
      response = await request(this.#options.address, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          'apollographql-client-name': 'replay',
        },
        body,
      });
      text = await response.body.text();
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      return { cause: error instanceof Error ? `${error.message} ${codeOf(error)}`.trim() : String(error) };
    }
    const status = response.statusCode;
    if (status >= 500 || status === 429 || status === 408) {
      const after = Number(response.headers['retry-after']);
      return { cause: `HTTP ${status}`, ...(after > 0 ? { after: after * 1000 } : {}) };
    }
    return this.#read(status, text);
  }

  #read(status: number, text: string): Answer {
    let body: Body;
    try {
      body = JSON.parse(text) as Body;
    } catch {
      throw new ApiError(`${this.#options.address} answered HTTP ${status} and no JSON: ${text.slice(0, 200)}`);
    }
    const errors = body.errors ?? [];
    const [first] = errors;
    if (first === undefined) return { data: body.data };
    const summary = `${first.extensions?.code ?? `HTTP ${status}`}: ${first.message}`;
    if (errors.every((error) => TEMPORARY.has(error.extensions?.code ?? ''))) return { cause: summary };
    throw new ApiError(summary);
  }
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? `(${error.code})` : '');
