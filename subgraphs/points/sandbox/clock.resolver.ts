// Moves a sandbox's time.
import { Arg, Ctx, Directive, Extensions, Mutation, Resolver } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { answer } from '../../shared/refusal.ts';
import { requireKey } from '../../shared/viewer.ts';
import type { PointsContext } from '../context.ts';
import { advanceSandbox } from './clock.service.ts';
import { SandboxClockAdvanceInput, SandboxClockAdvancePayload } from './clock.type.ts';

@Resolver()
export class SandboxClockResolver {
  @Directive('@cost(weight: 500)')
  @Extensions(audience('operator'))
  @Extensions(scope('points:manage'))
  @Mutation(() => SandboxClockAdvancePayload, {
    description:
      'Moves a sandbox’s time forward, in all rooms, never back; all that time does until then has happened when it answers: points activate and expire, holds lapse, tiers end. Send the same again when no answer came. Scope `points:manage`. Codes: IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, SANDBOX_ONLY, CLOCK_INVALID.',
  })
  sandboxClockAdvance(
    @Arg('input', () => SandboxClockAdvanceInput, { description: 'How far.' }) input: SandboxClockAdvanceInput,
    @Ctx() context: PointsContext,
  ) {
    return answer({ now: null as string | null, replayed: false }, () =>
      advanceSandbox(context, requireKey(input.idempotencyKey), input),
    );
  }
}
