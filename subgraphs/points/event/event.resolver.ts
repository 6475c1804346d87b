// Events of members: recording them, and why they gave what they gave.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { encodeId } from '../../shared/id.ts';
import { answer } from '../../shared/refusal.ts';
import { requireKey } from '../../shared/viewer.ts';
import { knownMember, type PointsContext } from '../context.ts';
import { ruleBookOf } from '../earning/book.rules.ts';
import { evaluate } from '../earning/evaluate.rules.ts';
import type { EntryRow, ExplanationRow } from '../ledger/entry.entity.ts';
import { Explanation } from '../ledger/entry.type.ts';
import { programmesByVersion } from '../programme/programme.service.ts';
import { eventById, type EventRow } from './event.loader.ts';
import { occasionOfEvent } from './event.rules.ts';
import { recordEvent } from './event.service.ts';
import { EventRecordInput, EventRecordPayload, MemberEvent } from './event.type.ts';

interface Answered {
  event: EventRow | null;
  entries: EntryRow[];
  member: { id: string } | null;
  replayed: boolean;
}

@Resolver(() => MemberEvent)
export class EventResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('till', 'partner', 'operator'))
  @Extensions(scope('purchases:write'))
  @Mutation(() => EventRecordPayload, {
    description:
      'Records something that a member did besides buying, and posts its points in one transaction. Within the type’s cooldown, or more often than it may give, it is recorded and gives nothing. Scope `purchases:write`. Codes: IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, EVENT_UNKNOWN, ATTRIBUTE_INVALID, LOCATION_UNKNOWN, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, OCCURRED_IN_FUTURE, EVENT_TOO_OLD.',
  })
  eventRecord(
    @Arg('input', () => EventRecordInput, { description: 'What happened, and whose it is.' }) input: EventRecordInput,
    @Ctx() context: PointsContext,
  ) {
    return answer<Answered>({ event: null, entries: [], member: null, replayed: false }, async () => {
      const known = (id: string) => knownMember(id, context);
      const recorded = await recordEvent(context, requireKey(input.idempotencyKey), input, known);
      const { eventId, memberId, steps, replayed } = recorded;
      const { loaders, space } = context;
      const event = await eventById(space.source, eventId);
      const entries = await Promise.all([eventId, ...steps].map((origin) => loaders.entriesByOrigin.load(origin)));
      return { event, entries: entries.flat(), member: { id: memberId }, replayed };
    });
  }

  @FieldResolver(() => ID)
  id(@Root() event: EventRow): string {
    return encodeId('evt', event.id);
  }

  /** Nothing of it is stored but the facts: the version's rules are asked again. */
  @FieldResolver(() => Explanation)
  async explanation(
    @Root() { ruleVersion, pinned: { facts, rooms }, withheld }: EventRow,
    @Ctx() { space }: PointsContext,
  ): Promise<ExplanationRow> {
    const ruleSetVersion = String(ruleVersion);
    if (withheld !== null) return { ruleSetVersion, steps: [withheld] };
    const programme = (await programmesByVersion(space.source, [ruleVersion])).get(ruleVersion)!;
    const { grants, others } = evaluate(ruleBookOf(programme), occasionOfEvent(facts), rooms, true);
    return { ruleSetVersion, steps: [...grants.flatMap(({ steps }) => steps), ...others] };
  }
}
