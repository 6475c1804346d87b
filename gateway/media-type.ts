// Which of GraphQL's two media types an answer has, settled before anything runs: nothing is changed for a client that
// could not read what came of it.

export const GRAPHQL_JSON = 'application/graphql-response+json';
export const JSON_TYPE = 'application/json';

/** How much a client wants a type: by its name, else by a range that holds it; 0 not at all. */
function wants(accept: string): (type: string) => { quality: number; isNamed: boolean } {
  const qualities = new Map(
    accept
      .toLowerCase()
      .split(',')
      .map((range): [string, number] => {
        const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
        const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
        return [type, quality === undefined ? 1 : Number(quality) || 0];
      }),
  );
  return (type) => {
    const named = qualities.get(type);
    return {
      quality: named ?? qualities.get('application/*') ?? qualities.get('*/*') ?? 0,
      isNamed: named !== undefined,
    };
  };
}

export interface MediaType {
  type: typeof GRAPHQL_JSON | typeof JSON_TYPE;
  /** Asked for by its name. */
  isNamed: boolean;
}

/** The new type where it is named and not less wanted, else the old one; null when neither is accepted. */
export function mediaTypeOf(accept: string | undefined): MediaType | null {
  if (accept === undefined || accept === '*/*') return { type: JSON_TYPE, isNamed: false };
  const wanted = wants(accept);
  const [graphql, json] = [wanted(GRAPHQL_JSON), wanted(JSON_TYPE)];
  if (graphql.quality > 0 && (json.quality === 0 || (graphql.isNamed && graphql.quality >= json.quality)))
    return { type: GRAPHQL_JSON, isNamed: graphql.isNamed };
  return json.quality > 0 ? { type: JSON_TYPE, isNamed: json.isNamed } : null;
}
