// The keys that sign our tokens: one for each 30 days, made when it is first needed and kept under the data folder.
// A key is published from a day before its time until its last token has expired, then deleted.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { ALGORITHM } from '../../subgraphs/shared/client-token.ts';
import type { PrivateJwk } from '../../subgraphs/shared/environment.ts';
import { keptText } from '../../subgraphs/shared/kept.ts';

const PERIOD_MS = 30 * 24 * 3_600_000;
/** Verifiers that keep our keys for a while have the next one in time. */
const AHEAD_MS = 24 * 3_600_000;
/** A token's life, and the clocks' differences. */
const BEHIND_MS = 15 * 60_000;

export interface SigningKey {
  kid: string;
  private: KeyObject;
  public: KeyObject;
}

export interface SigningKeys {
  /** The one that signs now. */
  current(): Promise<SigningKey>;
  /** All whose tokens may hold, now or soon. */
  published(): Promise<SigningKey[]>;
}

export const publicJwk = ({ kid, public: key }: SigningKey): JWK => ({
  ...key.export({ format: 'jwk' }),
  kid,
  alg: ALGORITHM,
  use: 'sig',
});

async function signingKey(jwk: PrivateJwk): Promise<SigningKey> {
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const open = createPublicKey(key);
  return { kid: await calculateJwkThumbprint(open.export({ format: 'jwk' })), private: key, public: open };
}

/** Given by the configuration: the first signs, all are published. Who gives them changes them. */
export async function givenKeys(jwks: [PrivateJwk, ...PrivateJwk[]]): Promise<SigningKeys> {
  const keys = await Promise.all(jwks.map(signingKey));
  return { current: () => Promise.resolve(keys[0]!), published: () => Promise.resolve(keys) };
}

/** Kept in files named by their period, so that gateways on one data folder sign with the same key. */
export function keptKeys(dataDir: string, now: () => number = Date.now): SigningKeys {
  const folder = join(dataDir, 'token-keys');
  const known = new Map<number, Promise<SigningKey>>();
  const period = (at: number) => Math.floor(at / PERIOD_MS);

  function kept(number: number): Promise<SigningKey> {
    const found = known.get(number);
    if (found !== undefined) return found;
    const text = keptText(join(folder, `${number}.json`), () =>
      JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
    );
    const key = signingKey(JSON.parse(text) as PrivateJwk);
    known.set(number, key);
    forgetBefore(period(now() - BEHIND_MS));
    return key;
  }

  function forgetBefore(first: number): void {
    for (const number of known.keys()) if (number < first) known.delete(number);
    for (const file of readdirSync(folder)) {
      if (/^\d+\.json$/.test(file) && parseInt(file, 10) < first) rmSync(join(folder, file), { force: true });
    }
  }

  return {
    current: () => kept(period(now())),
    published: () => Promise.all([...new Set([now() - BEHIND_MS, now(), now() + AHEAD_MS].map(period))].map(kept)),
  };
}
