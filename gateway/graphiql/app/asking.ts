// Who the page's requests come from: in demo mode a credential of the demo, elsewhere whatever the tab's own headers say.
// Credentials stay in memory; nothing here writes them anywhere.
import type { Journey } from './journeys.ts';

export interface Credential {
  name: string;
  credential: string;
}

interface Request {
  query: string;
  operationName?: string | null;
  variables?: unknown;
}

/** Also whom a tab asks as that is no journey. */
const OPERATOR = 'operator';

export class Asking {
  readonly credentials: readonly Credential[];
  /** Null: each tab as the one that its journey is for. */
  chosen: string | null = null;
  private readonly journeys: readonly Journey[];

  constructor(credentials: readonly Credential[], journeys: readonly Journey[]) {
    this.credentials = credentials;
    this.journeys = journeys;
  }

  /** The name of whom an operation is for. */
  ownOf(operationName: string | null | undefined): string {
    return this.journeys.find(({ name }) => name === operationName)?.as ?? OPERATOR;
  }

  private headers(operationName: string | null | undefined): Record<string, string> {
    const name = this.chosen ?? this.ownOf(operationName);
    const found = this.credentials.find((other) => other.name === name);
    return found === undefined ? {} : { authorization: `Bearer ${found.credential}` };
  }

  /** What the tab's own headers say goes before the picker. */
  readonly fetcher = async (request: Request, options?: { headers?: Record<string, unknown> }): Promise<object> => {
    const headers = new Headers({ accept: 'application/graphql-response+json, application/json' });
    headers.set('content-type', 'application/json');
    for (const given of [this.headers(request.operationName), options?.headers ?? {}]) {
      for (const [name, value] of Object.entries(given)) headers.set(name, String(value));
    }
    const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(request) });
    return (await response.json()) as object;
  };
}

/** None outside of the demo. */
export async function demoCredentials(): Promise<Credential[]> {
  const response = await fetch('/demo/credentials');
  return response.status === 200 ? ((await response.json()) as Credential[]) : [];
}
