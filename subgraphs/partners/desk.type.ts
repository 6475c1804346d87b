// What the mutations of the desk say alike.

export const KEY = 'Names this one attempt; 1 to 255 printable ASCII characters.';
export const REPLAYED = 'True when this answer was given before.';
export const USER_ERRORS = 'Why it was refused; empty when it was not.';

/** Codes that every keyed mutation can give. */
export const IDEMPOTENCY =
  '`IDEMPOTENCY_KEY_MISSING`, `IDEMPOTENCY_KEY_INVALID`, `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS`';
