// What a client may read of an error.
import { describe, expect, test } from '@jest/globals';
import { masked } from '../../gateway/masking.ts';

describe('an error', () => {
  test.each(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'BAD_REQUEST', 'GRAPHQL_PARSE_FAILED'])(
    'with code %s passes with message, place and code, and nothing else',
    (code) => {
      const error = {
        message: 'Not like this.',
        path: ['me', 0],
        locations: [{ line: 1, column: 2 }],
        extensions: { code, stacktrace: ['at Object.<anonymous>'], hint: 'http://10.0.0.1' },
      };

      const shown = masked(error, 'req-1');

      expect(shown).toEqual({
        message: 'Not like this.',
        path: ['me', 0],
        locations: [{ line: 1, column: 2 }],
        extensions: { code },
      });
    },
  );

  test.each([undefined, 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', 'ECONNREFUSED'])(
    'with code %s says only that, where and under which reference',
    (code) => {
      const error = {
        message: 'select * from wallet at http://10.0.0.1',
        path: ['me', 'wallets'],
        locations: [{ line: 1, column: 2 }],
        extensions: { ...(code === undefined ? {} : { code }), serviceName: 'points' },
      };

      const shown = masked(error, 'req-1');

      expect(shown).toEqual({
        message: 'Internal error.',
        path: ['me', 'wallets'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-1' },
      });
    },
  );

  test('of validation is the client’s when the gateway finds it and a fault when a room does', () => {
    const code = 'GRAPHQL_VALIDATION_FAILED';

    const found = masked({ message: 'Cannot query field "x".', extensions: { code } });
    const planned = masked({ message: 'Cannot query field "x".', extensions: { code, serviceName: 'points' } });

    expect(found.message).toBe('Cannot query field "x".');
    expect(planned).toEqual({ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  });

  test('that may pass by itself says so', () => {
    const shown = masked(
      { message: 'points is away', extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true } },
      'r',
    );

    expect(shown).toEqual({
      message: 'Internal error.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r', retryable: true },
    });
  });
});
