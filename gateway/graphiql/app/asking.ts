// Who the page's requests come from: in demo mode a credential of the demo, elsewhere whatever the tab's own headers say.
// Credentials stay in memory; nothing here writes them anywhere.

import { Kind, parse } from 'graphql';

export interface Credential {
  name: string;
  credential: string;
}

interface Operation {
  query: string;
  operationName?: string | null;
  variables?: unknown;
}

/** Right after another tab was opened GraphiQL still names the operation of the one before: then it is the document's own. */
function operationNameOf({ query, operationName }: Operation): string | null {
  try {
    const names = parse(query).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value ?? null] : [],
    );
    return names.find((name) => name === operationName) ?? names[0] ?? null;
  } catch {
    return operationName ?? null;
  }
}

/** None outside of the demo. */
export async function demoCredentials(): Promise<Credential[]> {
  const response = await fetch('/demo/credentials');
  return response.status === 200 ? ((await response.json()) as Credential[]) : [];
}

export function headersAs(credentials: readonly Credential[], name: string): Headers {
  const found = credentials.find((one) => one.name === name);
  return new Headers(found === undefined ? {} : { authorization: `Bearer ${found.credential}` });
}

/** The answer of the graph, as it is. */
export async function post(operation: Operation, headers: Headers): Promise<object> {
  headers.set('accept', 'application/graphql-response+json, application/json');
  headers.set('content-type', 'application/json');
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(operation) });
  return (await response.json()) as object;
}

/** Also whom a tab asks as that is no journey. */
const OPERATOR = 'operator';

export class Asking {
  readonly credentials: readonly Credential[];
  /** Null: each tab as the one that its journey is for. */
  chosen: string | null = null;
  private readonly journeys: readonly { name: string; as: string }[];

  constructor(credentials: readonly Credential[], journeys: Asking['journeys']) {
    this.credentials = credentials;
    this.journeys = journeys;
  }

  /** The name of whom an operation is for. */
  ownOf(operationName: string | null | undefined): string {
    return this.journeys.find(({ name }) => name === operationName)?.as ?? OPERATOR;
  }

  /** What the tab's own headers say goes before the picker. */
  readonly fetcher = (operation: Operation, options?: { headers?: Record<string, unknown> }): Promise<object> => {
    const operationName = operationNameOf(operation);
    const headers = headersAs(this.credentials, this.chosen ?? this.ownOf(operationName));
    for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value));
    return post({ ...operation, operationName }, headers);
  };
}
