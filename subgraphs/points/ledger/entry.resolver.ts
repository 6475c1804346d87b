// Entries of the ledger.
import { Ctx, Directive, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { decodeId, encodeId } from '../../shared/id.ts';
import { DateTime, SafeInt } from '../../shared/scalars.ts';
import { hasScope } from '../../shared/viewer.ts';
import type { PointsContext } from '../context.ts';
import { summaryOf } from '../earning/earning.rules.ts';
import type { EntryRow, ExplanationRow } from './entry.entity.ts';
import { Actor, Explanation, LedgerEntry } from './entry.type.ts';
import { Lot, PointsCurrency } from './wallet.type.ts';

/** An entry by its id; null when there is none or it is another's: a partner sees those of its own purchases. */
export async function entryOf(id: string, context: PointsContext): Promise<EntryRow | null> {
  const { viewer, loaders } = context;
  const uuid = decodeId('ent', id);
  const entry = uuid === null ? null : await loaders.entriesById.load(uuid);
  if (entry === null) return null;
  if (viewer.kind === 'member') return entry.memberId === viewer.memberId ? entry : null;
  if (!hasScope(viewer, 'points:read')) return null;
  if (viewer.kind === 'operator' || viewer.kind === 'room') return entry;
  const partnerId = entry.origin === null ? null : await loaders.partnersByOrigin.load(entry.origin);
  return partnerId !== null && partnerId === viewer.partnerId ? entry : null;
}

@Resolver(() => LedgerEntry)
export class LedgerEntryResolver {
  @FieldResolver(() => ID)
  id(@Root() entry: EntryRow): string {
    return encodeId('ent', entry.id);
  }

  @FieldResolver(() => PointsCurrency)
  currency(@Root() entry: EntryRow, @Ctx() context: PointsContext) {
    return context.currency(entry.currency);
  }

  @FieldResolver(() => Lot, { nullable: true })
  async lot(@Root() entry: EntryRow, @Ctx() { loaders }: PointsContext) {
    return (await loaders.lotsByEntryId.load(entry.id))[0] ?? null;
  }

  @Directive('@listSize(assumedSize: 4)')
  @FieldResolver(() => [Lot])
  lots(@Root() entry: EntryRow, @Ctx() { loaders }: PointsContext) {
    return loaders.lotsByEntryId.load(entry.id);
  }

  @FieldResolver(() => DateTime)
  occurredAt(@Root() entry: EntryRow): string {
    return entry.effectiveAt;
  }

  @FieldResolver(() => DateTime)
  postedAt(@Root() entry: EntryRow): string {
    return entry.recordedAt;
  }

  @FieldResolver(() => SafeInt)
  runningBalance(@Root() { pending, available, held, deficit }: EntryRow): number {
    return pending + available + held - deficit;
  }

  @FieldResolver(() => String)
  hash(@Root() entry: EntryRow): string {
    return entry.hash.toString('hex');
  }

  @FieldResolver(() => String, { nullable: true })
  async previousHash(@Root() entry: EntryRow, @Ctx() { loaders }: PointsContext): Promise<string | null> {
    return (await loaders.hashesBefore.load(entry))?.toString('hex') ?? null;
  }

  @FieldResolver(() => LedgerEntry, { nullable: true })
  reverses(@Root() entry: EntryRow, @Ctx() { loaders }: PointsContext) {
    return entry.reverses === null ? null : loaders.entriesById.load(entry.reverses);
  }

  @FieldResolver(() => Actor, { nullable: true })
  actor(@Root() entry: EntryRow) {
    return { kind: entry.actorKind, id: entry.actorId };
  }
}

@Resolver(() => Explanation)
export class ExplanationResolver {
  @FieldResolver(() => String)
  summary(@Root() explanation: ExplanationRow): string {
    return summaryOf(explanation.steps);
  }
}
