// Seals and proofs as the API shows them. Hashes are SHA-256, hexadecimal.
import { Directive, Extensions, Field, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { DateTime, Day, SafeInt } from '../../shared/scalars.ts';
import { LedgerEntry } from './entry.type.ts';

@Extensions(audience('member', 'operator'))
@ObjectType({
  description:
    'The signed root over the heads of all wallets, made once a day. Signed is the JSON array of "seal-v1", space, day, root, walletCount, entryCount, sealedAt, history, keyId, without spaces.',
})
export class LedgerRoot {
  @Field(() => String, { description: 'The programme that it is of, `live`.' })
  space!: string;

  @Field(() => Day, {
    description: 'The programme’s day that it covers whole; what was recorded until `sealedAt` is under it.',
  })
  day!: string;

  @Field(() => String, {
    description:
      'Root of a Merkle tree in the shape of RFC 6962 over the heads of all wallets, by member and currency.',
  })
  root!: string;

  @Field(() => SafeInt, { description: 'How many wallets are under it.' })
  walletCount!: number;

  @Field(() => SafeInt, { description: 'How many entries are under it.' })
  entryCount!: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  sealedAt!: string;

  @Field(() => String, {
    description:
      'Hash over that of the seal before, and the Merkle root over the heads that have changed since: no seal can be taken out.',
  })
  history!: string;

  @Field(() => String, { description: 'Ed25519 signature, hexadecimal.' })
  signature!: string;

  @Field(() => String, { description: 'SHA-256 of the public key’s SPKI, hexadecimal.' })
  keyId!: string;

  @Field(() => String, {
    description: 'The public key, PEM. Who checks takes it from where it was published, not from here.',
  })
  publicKey!: string;
}

export enum LedgerProofSide {
  LEFT = 'LEFT',
  RIGHT = 'RIGHT',
}
registerEnumType(LedgerProofSide, {
  name: 'LedgerProofSide',
  description: 'On which side of the way up a hash stands.',
  valuesConfig: { LEFT: { description: 'Before it.' }, RIGHT: { description: 'Behind it.' } },
});

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'One step from a wallet’s head up to the root: SHA-256 of 0x01, the left and the right.' })
export class LedgerProofStep {
  @Field(() => LedgerProofSide, { description: 'Where `hash` stands.' })
  side!: LedgerProofSide;

  @Field(() => String, { description: 'What stands beside the way.' })
  hash!: string;
}

@Extensions(audience('member', 'operator'))
@ObjectType({ description: 'Proof that an entry is under a root; `clients/verify` checks it.' })
export class LedgerProof {
  @Field(() => LedgerEntry, { description: 'What is proven.' })
  entry!: LedgerEntry;

  @Directive('@listSize(assumedSize: 100)')
  @Field(() => [String], {
    description:
      'Canonical content of the entry, and of each one after it up to the wallet’s head. Hashed behind the hash of the entry before, each gives the hash of its entry. At most 1 000.',
  })
  chain!: string[];

  @Field(() => String, {
    description: 'Hash of the wallet’s last entry under the root; its leaf is SHA-256 of 0x00 and this.',
  })
  walletHead!: string;

  @Directive('@listSize(assumedSize: 32)')
  @Field(() => [LedgerProofStep], { description: 'From the wallet’s head up to the root.' })
  path!: LedgerProofStep[];

  @Field(() => String, { description: 'Where it leads: the `root` of `ledgerRoot`.' })
  root!: string;
}
