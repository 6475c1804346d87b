// The manifest of trusted documents, and the API that its documents were written for.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, print, validate } from 'graphql';
import { hashOf, trustedDocuments } from '../../gateway/documents/manifest.ts';
import { areBreaking, effects } from '../../schema/changes.ts';
import { committed, told } from '../../schema/check.ts';
import { documentsOf } from '../../schema/documents.ts';

const manifest = readFileSync('schema/trusted-documents.json', 'utf8');
const api = readFileSync('schema/api.graphql', 'utf8');
const schema = buildSchema(api);
const trusted = trustedDocuments(manifest);

describe('the manifest', () => {
  test('has the documents of each client', () => {
    const clients = new Set(trusted.map(({ client }) => client));

    expect([...clients]).toEqual(['frontend', 'operator', 'partner', 'pos', 'graphiql', 'demo', 'replay', 'verify']);
  });

  test('has a file of the contract in its exact text', () => {
    const text = readFileSync('schema/contract/pos/PosIdentify.graphql', 'utf8');

    expect(trusted.find(({ hash }) => hash === hashOf(text))).toEqual({
      hash: hashOf(text),
      name: 'PosIdentify',
      client: 'pos',
      document: text,
    });
  });

  test.each(trusted.map(({ client, name, document }) => [client, name, document]))(
    '%s: %s is valid',
    (_, __, document) => {
      expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
    },
  );
});

describe('a document', () => {
  const TWO = '# Two.\nquery A { ...F }\n\nmutation B { b }\n\nfragment F on Query { a }\n';

  test('of several operations is trusted whole, and each of them with its fragments', () => {
    const found = documentsOf('till', TWO);

    expect(found.map(({ name, client, document }) => [client, name, document])).toEqual([
      ['till', 'A, B', TWO],
      ['till', 'A', print(parse('query A { ...F } fragment F on Query { a }'))],
      ['till', 'B', print(parse('mutation B { b }'))],
    ]);
    expect(found.map(({ hash }) => hash)).toEqual(found.map(({ document }) => hashOf(document)));
  });

  test('of one operation is trusted as it stands', () => {
    expect(documentsOf('till', 'query A { a } # a')).toMatchObject([{ name: 'A', document: 'query A { a } # a' }]);
  });

  test('needs a name for each operation', () => {
    expect(() => documentsOf('till', '{ a }')).toThrow('A document of till has an operation without a name.');
  });
});

/** The API before: of the last commit, or of the one before it when nothing has changed since; without a repository as it is. */
function before(): string {
  const last = committed('api.graphql') ?? api;
  return last === api ? (committed('api.graphql', 'HEAD^') ?? api) : last;
}

test('no client is broken by what changed since the last commit', async () => {
  const sent = trustedDocuments(committed('trusted-documents.json') ?? manifest);

  const found = await effects(before(), api, sent, new Date().toISOString().slice(0, 10));

  expect(areBreaking(found) ? told(found) : []).toEqual([]);
});
