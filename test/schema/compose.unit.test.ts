// Composition: what does not fit is told before it is committed.
import { describe, expect, test } from '@jest/globals';
import { compose } from '../../schema/compose.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible", "@tag"])`;
const one = (rest: string) => `${LINK} type Query { one: String } ${rest}`;
const two = (rest: string) => `${LINK} type Query { two: String } ${rest}`;

describe('composition', () => {
  test('gives a supergraph for gateways and an API for clients, without what only rooms may ask', () => {
    const { supergraph, api } = compose({
      one: `${LINK} type Query { one: String @tag(name: "member") internal: String @inaccessible }`,
      two: two(''),
    });

    expect(supergraph).toContain('join__Graph');
    expect(supergraph).toContain('internal: String');
    expect(api.split('\n').filter((line) => line !== '')).toEqual([
      'type Query {',
      '  one: String',
      '  two: String',
      '}',
    ]);
  });

  test('refuses two rooms that say different things of one field', () => {
    const both = () =>
      compose({
        one: one('type Money @shareable { amount: String! }'),
        two: two('type Money @shareable { amount: Int! }'),
      });

    expect(both).toThrow('The rooms do not compose');
  });

  test('refuses remarks that nobody expected', () => {
    const both = () =>
      compose({
        one: one('"An amount." type Money @shareable { amount: String! }'),
        two: two('"A sum." type Money @shareable { amount: String! }'),
      });

    expect(both).toThrow('INCONSISTENT_DESCRIPTION');
  });

  test('lets each room have error codes of its own', () => {
    const { api } = compose({
      one: `${LINK} type Query { one: ErrorCode } enum ErrorCode { MEMBER_UNKNOWN }`,
      two: `${LINK} type Query { two: ErrorCode } enum ErrorCode { PARTNER_UNKNOWN }`,
    });

    expect(api).toContain('MEMBER_UNKNOWN');
    expect(api).toContain('PARTNER_UNKNOWN');
  });
});
