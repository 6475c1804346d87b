// Entries of the ledger.
import { Arg, Ctx, Directive, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { decodeId, encodeId } from '../../shared/id.ts';
import { DateTime, Locale, SafeInt } from '../../shared/scalars.ts';
import { hasScope } from '../../shared/viewer.ts';
import type { PointsContext } from '../context.ts';
import type { Step } from '../earning/facts.rules.ts';
import { stepIn, summaryIn, type Said } from '../words/explanation.rules.ts';
import { voiceOf } from '../words/voice.rules.ts';
import type { EntryRow } from './entry.entity.ts';
import { Actor, Explanation, ExplanationStep, LedgerEntry } from './entry.type.ts';
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

  @FieldResolver(() => Explanation, { nullable: true })
  explanation(@Root() entry: EntryRow, @Ctx() { loaders }: PointsContext): Explained | null {
    const { explanation, currency, origin } = entry;
    if (explanation === null) return null;
    return {
      ruleSetVersion: explanation.ruleSetVersion,
      steps: explanation.steps.map((step) => ({ ...step, currency })),
      others: async () => (origin === null ? [] : ((await loaders.evaluationsByOrigin.load(origin))?.others ?? [])),
    };
  }

  @FieldResolver(() => Actor, { nullable: true })
  actor(@Root() entry: EntryRow) {
    return { kind: entry.actorKind, id: entry.actorId };
  }
}

/** What an `Explanation` is resolved from. */
export interface Explained {
  ruleSetVersion: string;
  steps: Said[];
  /** Steps that did not apply, where they have to be counted again first. */
  others?: () => Promise<Step[]>;
}

const LOCALE = { nullable: true, description: 'English when left out or not there.' };
type LocaleArg = string | null | undefined;

const voiceFor = async (version: string, locale: LocaleArg, { loaders, programme }: PointsContext) =>
  voiceOf((await loaders.programmesByText.load(version)) ?? (await programme()), locale);

/** Their `actual` tells of the member what tills and partners are not told: its segments, what it did at all brands. */
const PRIVATE: (Step['reason'] | undefined)[] = [
  'segments',
  'campaign-target',
  'firstPurchase',
  'nthPurchase',
  'cooldown',
  'most',
];

@Resolver(() => Explanation)
export class ExplanationResolver {
  @FieldResolver(() => String)
  async summary(
    @Root() { ruleSetVersion, steps }: Explained,
    @Arg('locale', () => Locale, LOCALE) locale: LocaleArg,
    @Ctx() context: PointsContext,
  ): Promise<string> {
    return summaryIn(await voiceFor(ruleSetVersion, locale, context), steps);
  }

  @Directive('@listSize(assumedSize: 20)')
  @FieldResolver(() => [ExplanationStep])
  async steps(
    @Root() { ruleSetVersion, steps, others }: Explained,
    @Arg('all', () => Boolean, {
      defaultValue: true,
      description: 'Whether those that did not apply are told as well.',
    })
    all: boolean,
    @Ctx() { viewer }: PointsContext,
  ) {
    const told = all ? [...steps, ...((await others?.()) ?? [])] : steps.filter(({ applied }) => applied);
    const seesMember = viewer.kind === 'member' || viewer.kind === 'operator';
    return told.map(({ actual, ...step }) => ({
      ...step,
      ...(actual === undefined || (!seesMember && PRIVATE.includes(step.reason)) ? {} : { actual }),
      ruleSetVersion,
    }));
  }
}

@Resolver(() => ExplanationStep)
export class ExplanationStepResolver {
  @FieldResolver(() => String)
  async summary(
    @Root() step: Said & { ruleSetVersion: string },
    @Arg('locale', () => Locale, LOCALE) locale: LocaleArg,
    @Ctx() context: PointsContext,
  ): Promise<string> {
    return stepIn(await voiceFor(step.ruleSetVersion, locale, context), step);
  }
}
