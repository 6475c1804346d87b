// Which document a request means: its text, or the hash of one that is trusted or registered. Whoever comes after reads
// a text, so limits and rules hold for all alike. Nothing is parsed here but introspection, where that is allowed.
import { Kind, parse } from 'graphql';
import { HttpRefusal } from '../http.ts';
import { TOKENS_MAX } from '../limits/document.ts';
import { hashOf, type TrustedDocument } from './manifest.ts';
import { keyOf, type RegisteredDocuments } from './registered.ts';

export interface DocumentsOptions {
  /** `trusted` accepts no others, by text or by hash. */
  accepted: 'any' | 'trusted';
  trusted: readonly TrustedDocument[];
  registered: RegisteredDocuments;
  /** Whether the schema may be asked for by introspection, by any document that asks nothing else. */
  introspection: boolean;
}

/** What is read of a request. */
export interface Asked {
  method: string | undefined;
  /** Parsed JSON. */
  body: unknown;
  search: string;
}

/** The parts of it that say which document is meant. */
type Fields = Record<string, unknown>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const badRequest = (message: string) => new HttpRefusal(400, 'BAD_REQUEST', message);

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function fieldsOf({ method, body, search }: Asked): Fields | null {
  if (method !== 'GET') return isRecord(body) ? body : null;
  const parameters = Object.fromEntries(new URLSearchParams(search));
  return { ...parameters, extensions: json(parameters['extensions']) };
}

/** The hash in either spelling; null: there is none. Throws when it says something that no hash can be. */
function hashIn({ query, documentId, extensions }: Fields): string | null {
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  if (documentId !== undefined && documentId !== null) {
    if (typeof query === 'string' || persisted !== undefined)
      throw badRequest('A document is named once: by `query`, `documentId` or `extensions.persistedQuery`.');
    const [, hash] = /^sha256:([0-9a-f]{64})$/.exec(typeof documentId === 'string' ? documentId : '') ?? [];
    if (hash === undefined) throw badRequest('`documentId` is `sha256:` and 64 hexadecimal digits in lower case.');
    return hash;
  }
  if (!isRecord(persisted)) return null;
  const { version, sha256Hash } = persisted;
  if (version !== 1) throw badRequest('`extensions.persistedQuery` has the version 1.');
  if (typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash))
    throw badRequest('`sha256Hash` is 64 hexadecimal digits in lower case.');
  return sha256Hash;
}

/** The same request with a text, and nothing left by which it would be looked up or registered. */
function withText(asked: Asked, fields: Fields, query: string): Asked {
  const { persistedQuery: _, ...extensions } = isRecord(fields['extensions']) ? fields['extensions'] : {};
  if (asked.method !== 'GET') {
    const { documentId: __, ...body } = fields;
    return { ...asked, body: { ...body, query, extensions } };
  }
  const parameters = new URLSearchParams(asked.search);
  parameters.delete('documentId');
  parameters.set('query', query);
  parameters.set('extensions', JSON.stringify(extensions));
  return { ...asked, search: `?${parameters.toString()}` };
}

/** Fragments are not looked into: no tool that asks for the schema spreads one at the root. */
function asksForSchema(query: string): boolean {
  try {
    const { definitions } = parse(query, { noLocation: true, maxTokens: TOKENS_MAX });
    return definitions.every(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ||
        (definition.kind === Kind.OPERATION_DEFINITION &&
          definition.selectionSet.selections.every(
            (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
          )),
    );
  } catch {
    return false;
  }
}

/** What a client is told that may send the text, in the words that clients of this protocol look for. */
const notFound = () =>
  new HttpRefusal(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', {
    'cache-control': 'private, no-cache, must-revalidate',
  });

const notTrusted = () =>
  new HttpRefusal(400, 'DOCUMENT_NOT_TRUSTED', 'Only documents that this graph was told of are answered.');

export interface Documents {
  /**
   * Gives the request with its text in it. What has neither text nor hash is given back as it is.
   * Throws `BAD_REQUEST`, `PERSISTED_QUERY_NOT_FOUND` or `DOCUMENT_NOT_TRUSTED`.
   */
  resolve(asked: Asked): Promise<Asked>;
  /** Where Apollo Server puts what came with its hash, once it is valid and its sender may ask. */
  registered: RegisteredDocuments;
}

export function documents(options: DocumentsOptions): Documents {
  const { registered, introspection } = options;
  const trusted = new Map(options.trusted.map(({ hash, document }) => [hash, document]));
  const onlyTrusted = options.accepted === 'trusted';

  async function resolve(asked: Asked): Promise<Asked> {
    const fields = fieldsOf(asked);
    if (fields === null) return asked;
    const hash = hashIn(fields);
    const { query } = fields;
    if (typeof query === 'string') {
      if (hash === null && !onlyTrusted) return asked;
      const own = hashOf(query);
      if (hash !== null && hash !== own) throw badRequest('The hash is not the document’s.');
      if (trusted.has(own)) return hash === null ? asked : withText(asked, fields, query);
      if (onlyTrusted && !(introspection && asksForSchema(query))) throw notTrusted();
      return asked;
    }
    if (hash === null) return asked;
    const text = trusted.get(hash) ?? (onlyTrusted ? undefined : await registered.get(keyOf(hash)));
    if (text === undefined) throw onlyTrusted ? notTrusted() : notFound();
    return withText(asked, fields, text);
  }

  return { resolve, registered };
}
