// What measurements, spans and log lines call an operation and a client. Whatever clients send, there are only so many
// labels, and each is a word of ours: an operation's name and a client's are texts that anybody can fill with anything.
import type { IncomingHttpHeaders } from 'node:http';
import type { TrustedDocument } from '../documents/manifest.ts';

/** What is not known by its name. */
export const OTHER = 'other';
/** What was not said. */
const NONE = 'none';

const VERSION = /^\d{1,4}(\.\d{1,4}){0,2}$/;
/** Of one client, in the life of a process. */
const VERSIONS_MAX = 20;

/** The operation of a document, which is given by its SHA-256: its name where the document is trusted, else `other`. */
export function operationLabels(trusted: readonly TrustedDocument[]) {
  const hashes = new Set(trusted.map(({ hash }) => hash));
  return (hash: string | undefined, operationName: string | null | undefined): string =>
    hash !== undefined && hashes.has(hash) ? (operationName ?? NONE) : OTHER;
}

export interface ClientLabels {
  client: string;
  /** Numbers and dots. */
  version: string;
}

/** The client that a request names by the headers of Apollo's libraries: one of these names, or `other`. */
export function clientLabels(names: readonly string[]): (headers: IncomingHttpHeaders) => ClientLabels {
  const versions = new Map(names.map((name) => [name, new Map<string, ClientLabels>()]));
  const nobody: ClientLabels = { client: NONE, version: NONE };
  const other: ClientLabels = { client: OTHER, version: NONE };

  return (headers) => {
    const name = headers['apollographql-client-name'];
    if (name === undefined) return nobody;
    const known = versions.get(String(name));
    if (known === undefined) return other;
    const given = String(headers['apollographql-client-version'] ?? NONE);
    const isOne = given === NONE || VERSION.test(given);
    const version = known.has(given) || (isOne && known.size < VERSIONS_MAX) ? given : OTHER;
    let labels = known.get(version);
    if (labels === undefined) known.set(version, (labels = { client: String(name), version }));
    return labels;
  };
}
