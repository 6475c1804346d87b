// Signed roots, and proofs of entries under them.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { decodeId } from '../../shared/id.ts';
import { Day } from '../../shared/scalars.ts';
import { hasScope } from '../../shared/viewer.ts';
import type { PointsContext } from '../context.ts';
import type { EntryRow } from './entry.entity.ts';
import type { ProofStep } from './merkle.rules.ts';
import { proofOf, type Proof } from './proof.service.ts';
import { LedgerProof, LedgerProofStep, LedgerRoot } from './proof.type.ts';
import { sealOf } from './seal.service.ts';

const DAY = { nullable: true, description: 'Day of the seal; the latest when left out.' };

@Resolver(() => LedgerProof)
export class ProofResolver {
  @Extensions(audience('member', 'operator'))
  @Extensions(scope('ledger:verify'))
  @Query(() => LedgerRoot, {
    nullable: true,
    description:
      'The signed root of a day; null until a day with entries has ended, or without such a seal. Scope `ledger:verify`.',
  })
  ledgerRoot(@Arg('day', () => Day, DAY) day: string | null | undefined, @Ctx() { space }: PointsContext) {
    return sealOf(space.source, day ?? null);
  }

  @Directive('@cost(weight: 50)')
  @Extensions(audience('member', 'operator'))
  @Extensions(scope('ledger:verify'))
  @Query(() => LedgerProof, {
    nullable: true,
    description:
      'Proof that an entry is under the root of a day; null until it has been sealed. A member gets it of its own entries. More than 1 000 entries between it and its wallet’s head are a bad request, which says what to ask instead. Scopes `ledger:verify` and `points:read`.',
  })
  async ledgerProof(
    @Arg('entryId', () => ID, { description: '`ent_…`' }) entryId: string,
    @Arg('day', () => Day, DAY) day: string | null | undefined,
    @Ctx() { viewer, space, loaders, ownMemberId }: PointsContext,
  ) {
    const uuid = decodeId('ent', entryId);
    const entry = uuid === null ? null : await loaders.entriesById.load(uuid);
    const shown =
      viewer.kind === 'member' ? entry?.memberId === (await ownMemberId()) : hasScope(viewer, 'points:read');
    if (entry === null || !shown) return null;
    const proof = await proofOf(space.source, entry, day ?? null);
    return proof === null ? null : { entry, ...proof };
  }

  @FieldResolver(() => String)
  walletHead(@Root() proof: Proof & { entry: EntryRow }): string {
    return proof.walletHead.toString('hex');
  }
}

@Resolver(() => LedgerProofStep)
export class ProofStepResolver {
  @FieldResolver(() => String)
  hash(@Root() step: ProofStep): string {
    return step.hash.toString('hex');
  }
}
