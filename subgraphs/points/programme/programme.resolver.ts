// The programme for operators: what a document would change, applying it, going back, drafts, history.
import { Arg, Ctx, Directive, Extensions, Int, Mutation, Query, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { connection, pageArguments } from '../../shared/page.ts';
import { Paged } from '../../shared/prelude.type.ts';
import type { PointsContext } from '../context.ts';
import { apply, keepDraft, rollback, type Published } from './apply.service.ts';
import { answerDocument } from './check.service.ts';
import { emptyPlan, plan } from './plan.service.ts';
import {
  documentByVersion,
  draftRow,
  programmePage,
  programmeRow,
  type DraftRow,
  type ProgrammeRow,
} from './programme.loader.ts';
import {
  ProgrammeApplyInput,
  ProgrammeApplyPayload,
  ProgrammeConnection,
  ProgrammeDraftInput,
  ProgrammeDraftPayload,
  ProgrammePlan,
  ProgrammeRollbackInput,
} from './programme.type.ts';

const KEY_CODES = 'IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS';

interface Applied {
  programme: ProgrammeRow | null;
  replayed: boolean;
}

const applied = ({ space }: PointsContext, work: () => Promise<Published>) =>
  answerDocument<Applied>({ programme: null, replayed: false }, async () => {
    const { version, replayed } = await work();
    return { programme: await programmeRow(space.source, version), replayed };
  });

interface Drafted {
  draft: DraftRow | null;
  replayed: boolean;
}

@Resolver()
export class ProgrammeResolver {
  @Directive('@cost(weight: 200)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Query(() => ProgrammePlan, {
    nullable: true,
    description:
      'What applying this document would change; writes nothing. Scope `points:manage`. Codes: PROGRAMME_INVALID, ROOM_UNAVAILABLE.',
  })
  async programmePlan(
    @Arg('document', () => String, { description: 'The programme, YAML.' }) document: string,
    @Ctx() context: PointsContext,
  ) {
    return answerDocument(await emptyPlan(context), () => plan(context, document));
  }

  @Directive('@cost(weight: 200)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => ProgrammeApplyPayload, {
    description: `Applies a document as the next version, everywhere or nowhere. One that is SCHEDULED or PENDING never takes effect once a later one is in force. Scope \`points:manage\`. Codes: ${KEY_CODES}, PROGRAMME_INVALID, PROGRAMME_VERSION_CONFLICT, EFFECTIVE_PAST, ROOM_UNAVAILABLE.`,
  })
  programmeApply(
    @Arg('input', () => ProgrammeApplyInput, { description: 'Which document, from when on.' })
    input: ProgrammeApplyInput,
    @Ctx() context: PointsContext,
  ) {
    return applied(context, () => apply(context, input));
  }

  @Directive('@cost(weight: 200)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => ProgrammeApplyPayload, {
    description: `Applies the document of an earlier version as the next one. Scope \`points:manage\`. Codes: ${KEY_CODES}, PROGRAMME_INVALID, PROGRAMME_VERSION_CONFLICT, PROGRAMME_VERSION_UNKNOWN, ROOM_UNAVAILABLE.`,
  })
  programmeRollback(
    @Arg('input', () => ProgrammeRollbackInput, { description: 'Which version to go back to.' })
    input: ProgrammeRollbackInput,
    @Ctx() context: PointsContext,
  ) {
    return applied(context, () => rollback(context, input));
  }

  @Directive('@cost(weight: 50)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => ProgrammeDraftPayload, {
    description: `Keeps a document, so that quotes can be asked for what it would give. Scope \`points:manage\`. Codes: ${KEY_CODES}, PROGRAMME_INVALID, ROOM_UNAVAILABLE.`,
  })
  programmeDraft(
    @Arg('input', () => ProgrammeDraftInput, { description: 'Which document.' }) input: ProgrammeDraftInput,
    @Ctx() context: PointsContext,
  ) {
    return answerDocument<Drafted>({ draft: null, replayed: false }, async () => {
      const { version, replayed } = await keepDraft(context, input);
      return { draft: await draftRow(context.space.source, version), replayed };
    });
  }

  @Paged()
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Query(() => ProgrammeConnection, {
    description: 'Versions of the programme, the latest first. Scope `points:manage`.',
  })
  async programmes(
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to go on behind.' }) after: string | null,
    @Ctx() { space }: PointsContext,
  ) {
    const page = pageArguments(first, after, 1);
    return connection(await programmePage(space.source, page), page, ({ version }) => [version]);
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Query(() => String, {
    nullable: true,
    description:
      'The document of a version or draft as it was applied, YAML; null when there is none. Scope `points:manage`.',
  })
  programmeDocument(
    @Arg('version', () => String, { nullable: true, description: '`3`, `draft-3`; the one in force when left out.' })
    version: string | null | undefined,
    @Ctx() { space }: PointsContext,
  ): Promise<string | null> {
    return documentByVersion(space.source, version ?? null);
  }
}
