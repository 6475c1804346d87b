// Whatever clients send, there are only so many labels, and each is one of ours.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientLabels, operationLabels } from '../../../gateway/observability/labels.ts';

const NAME = 'apollographql-client-name';
const VERSION = 'apollographql-client-version';

describe('a client', () => {
  test.each([
    ['that is known', { [NAME]: 'pos', [VERSION]: '4.12.0' }, { client: 'pos', version: '4.12.0' }],
    ['without a version', { [NAME]: 'pos' }, { client: 'pos', version: 'none' }],
    ['whose version is a word', { [NAME]: 'pos', [VERSION]: 'ada' }, { client: 'pos', version: 'other' }],
    [
      'whose version is a card',
      { [NAME]: 'pos', [VERSION]: '4003.1234.5678.9010' },
      { client: 'pos', version: 'other' },
    ],
    ['that is not known', { [NAME]: 'ada@example.com', [VERSION]: '1.0' }, { client: 'other', version: 'none' }],
    ['that does not say who it is', {}, { client: 'none', version: 'none' }],
  ])('%s', (_, headers, labels) => {
    expect(clientLabels(['pos', 'frontend'])(headers)).toEqual(labels);
  });

  test('has at most 20 versions, the first, and keeps those', () => {
    const labels = clientLabels(['pos']);
    const versionOf = (version: string) => labels({ [NAME]: 'pos', [VERSION]: version }).version;

    const given = Array.from({ length: 500 }, (_, index) => `1.${index}`);
    const counted = new Set(given.map(versionOf));

    expect(counted).toEqual(new Set([...given.slice(0, 20), 'other']));
    expect(versionOf('1.7')).toBe('1.7');
  });

  test('whatever it sends is counted under one of our names and a number', () => {
    const labels = clientLabels(['pos', '__proto__']);
    const anything = fc.oneof(fc.string(), fc.constantFrom('pos', '__proto__', 'constructor', 'toString'));

    fc.assert(
      fc.property(anything, anything, (name, version) => {
        const counted = labels({ [NAME]: name, [VERSION]: version });
        expect(['pos', '__proto__', 'other']).toContain(counted.client);
        expect(counted.version).toMatch(/^(none|other|\d{1,4}(\.\d{1,4}){0,2})$/);
      }),
    );
  });
});

describe('an operation', () => {
  const label = operationLabels([{ hash: 'a1', name: 'Me, You', client: 'app', document: 'query Me { me }' }]);

  test.each([
    ['of a trusted document has its name', 'a1', 'You', 'You'],
    ['without a name, of a trusted document', 'a1', null, 'none'],
    ['of any other document is other, whatever it is called', 'b2', 'Me', 'other'],
    ['that was not parsed is other', undefined, undefined, 'other'],
  ])('%s', (_, hash, name, expected) => {
    expect(label(hash, name)).toBe(expected);
  });
});
