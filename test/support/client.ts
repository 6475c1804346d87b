// A client of the graph, as the world sees it: HTTP and a credential.
export interface Answer<T> {
  status: number;
  headers: Headers;
  data: T | null | undefined;
  errors:
    { message: string; path?: (string | number)[]; extensions: { code: string; requestId?: string } }[] | undefined;
}

export interface Client {
  /** Whatever the answer is. */
  send<T = Record<string, unknown>>(
    query: string,
    variables?: object,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** The data; throws when there are top-level errors. Refusals are in its `userErrors`. */
  ask<T = Record<string, unknown>>(query: string, variables?: object): Promise<T>;
}

/** `credential` is an API key or a member's token; without one the client is anonymous. */
export function client(url: string, credential?: string): Client {
  const authorization = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const send: Client['send'] = async <T>(query: string, variables: object = {}, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Pick<Answer<T>, 'data' | 'errors'>;
    return { status: response.status, headers: response.headers, data: body.data, errors: body.errors };
  };
  return {
    send,
    async ask<T>(query: string, variables?: object) {
      const { status, data, errors } = await send<T>(query, variables);
      if (errors !== undefined || !data) throw new Error(`${status}: ${JSON.stringify(errors)}`);
      return data;
    },
  };
}
