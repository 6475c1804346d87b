// What a name and a code can be.

/** The name without space around it; null when it is none. */
export function readName(text: string): string | null {
  const name = text.trim();
  return /^\P{C}{1,100}$/u.test(name) ? name : null;
}

/** A code: what tills and files send, so it is plain. */
export const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
