// The documents that this product's own clients send, by the SHA-256 of their exact text: `schema/trusted-documents.json`.
// A hash there is its document's, or nothing starts.
import { createHash } from 'node:crypto';
import { z } from 'zod';

export interface TrustedDocument {
  /** SHA-256 of the document's UTF-8 text, hexadecimal. */
  hash: string;
  /** Its operations, by comma. */
  name: string;
  /** Who sends it. */
  client: string;
  document: string;
}

const manifest = z.record(
  z.string(),
  z.strictObject({ name: z.string(), client: z.string(), document: z.string().min(1) }),
);

export const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');

/** What a manifest's text lists; throws when it is none, or was changed by hand. */
export function trustedDocuments(text: string): TrustedDocument[] {
  return Object.entries(manifest.parse(JSON.parse(text))).map(([hash, entry]) => {
    if (hash !== hashOf(entry.document))
      throw new Error(`${hash} is not the hash of ${entry.name} of ${entry.client}: run npm run schema`);
    return { hash, ...entry };
  });
}

/** The manifest's text, in the order of its documents. */
export function manifestOf(documents: readonly TrustedDocument[]): string {
  const entries = documents.map(({ hash, name, client, document }) => [hash, { name, client, document }]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
