// What a seal says of a space, and the text that is signed.

/** Hashes are hexadecimal. */
export interface Seal {
  space: string;
  /** The programme's day that it covers whole, `2026-11-21`. */
  day: string;
  /** Merkle root over the heads of all wallets, by member and currency. */
  root: string;
  walletCount: number;
  entryCount: number;
  sealedAt: string;
  /** SHA-256 over that of the seal before and the Merkle root over the heads that changed since. */
  history: string;
  /** SHA-256 of the public key's SPKI. */
  keyId: string;
}

export interface SignedSeal extends Seal {
  /** PEM. */
  publicKey: string;
  /** Ed25519, hexadecimal. */
  signature: string;
}

export const sealText = (seal: Seal): string =>
  JSON.stringify([
    'seal-v1',
    seal.space,
    seal.day,
    seal.root,
    seal.walletCount,
    seal.entryCount,
    seal.sealedAt,
    seal.history,
    seal.keyId,
  ]);
