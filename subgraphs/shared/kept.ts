// What is kept in a file: a secret, a key; given, or made once. Many processes may want it first; all get the same.
import { createPrivateKey } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The text of the file, which only its owner reads; made when there is none. */
export function keptText(file: string, make: () => string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, make(), { mode: 0o600 });
  try {
    // The first process to link it wins, and nobody ever reads half of it.
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
  return readFileSync(file, 'utf8');
}

/** A private Ed25519 key as PEM, given as such or as the path of its file; null when it is none. */
export function givenKey(text: string): string | null {
  try {
    const pem = text.includes('-----BEGIN') ? text : readFileSync(text, 'utf8');
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519' ? pem : null;
  } catch {
    return null;
  }
}
