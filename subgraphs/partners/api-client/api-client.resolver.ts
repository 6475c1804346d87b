// Partners and operators let programs in and out.
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { audience, scope } from '../../shared/audience.ts';
import { decodeId, encodeId } from '../../shared/id.ts';
import { answer } from '../../shared/refusal.ts';
import { Channel } from '../channel/channel.type.ts';
import type { PartnersContext } from '../context.ts';
import { IDEMPOTENCY } from '../desk.type.ts';
import { manages } from '../partner/partner.rules.ts';
import type { ApiClientRow } from './api-client.entity.ts';
import { NOTHING_WRITTEN } from './api-client.service.ts';
import {
  ApiClient,
  ApiClientCreateInput,
  ApiClientCreatePayload,
  ApiClientRevokeInput,
  ApiClientRevokePayload,
  ApiClientRotateInput,
  ApiClientRotatePayload,
} from './api-client.type.ts';

/** The api client of an id as clients write it; null when there is none or the viewer may not see it. */
export async function apiClientOf(id: string, { viewer, loaders }: PartnersContext): Promise<ApiClientRow | null> {
  const uuid = decodeId('key', id);
  const row = uuid === null ? null : await loaders.apiClientsById.load(uuid);
  return row !== null && manages(viewer, row.partnerId) ? row : null;
}

@Resolver(() => ApiClient)
export class ApiClientResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => ApiClientCreatePayload, {
    nullable: true,
    description: `Lets a program of a partner in. Scope \`partners:manage\`; needs an idempotency key. Codes: \`PARTNER_UNKNOWN\`, \`SANDBOX_MISMATCH\`, \`SCOPE_UNKNOWN\`, \`SCOPE_NOT_HELD\`, \`NAME_INVALID\`, \`EXPIRY_PAST\`, \`CHANNEL_UNKNOWN\`, ${IDEMPOTENCY}.`,
  })
  apiClientCreate(
    @Arg('input', () => ApiClientCreateInput, { description: 'Whose it is and what it may do.' })
    input: ApiClientCreateInput,
    @Ctx() { services }: PartnersContext,
  ) {
    return answer(NOTHING_WRITTEN, () => services.apiClients.create(input));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => ApiClientRotatePayload, {
    nullable: true,
    description: `Gives an api client a new secret. The last one works for 24 hours more; one from an earlier rotation ends now. Scope \`partners:manage\`, and every scope of the client; needs an idempotency key. Codes: \`API_CLIENT_UNKNOWN\`, \`SCOPE_NOT_HELD\`, \`EXPIRY_PAST\`, ${IDEMPOTENCY}.`,
  })
  apiClientRotate(
    @Arg('input', () => ApiClientRotateInput, { description: 'Which one.' }) input: ApiClientRotateInput,
    @Ctx() { services }: PartnersContext,
  ) {
    return answer(NOTHING_WRITTEN, () => services.apiClients.rotate(input));
  }

  @Directive('@cost(weight: 10)')
  @Extensions(audience('partner', 'operator'))
  @Extensions(scope('partners:manage'))
  @Mutation(() => ApiClientRevokePayload, {
    nullable: true,
    description: `Ends all secrets of an api client, for ever; within 30 seconds no request gets in. One that is revoked already stays so. Scope \`partners:manage\`; needs an idempotency key. Codes: \`API_CLIENT_UNKNOWN\`, ${IDEMPOTENCY}.`,
  })
  apiClientRevoke(
    @Arg('input', () => ApiClientRevokeInput, { description: 'Which one.' }) input: ApiClientRevokeInput,
    @Ctx() { services }: PartnersContext,
  ) {
    return answer(NOTHING_WRITTEN, () => services.apiClients.revoke(input));
  }

  @FieldResolver(() => ID)
  id(@Root() row: ApiClientRow): string {
    return encodeId('key', row.id);
  }

  @Extensions(audience('partner', 'operator'))
  @FieldResolver(() => Channel, { nullable: true, description: 'Of a till: where it sells.' })
  channel(@Root() row: ApiClientRow, @Ctx() { loaders }: PartnersContext) {
    return row.channelId === null ? null : loaders.channelsById.load(row.channelId);
  }
}
