// What the gateway asks: who comes with a key, and, at the first start, a key for the operator.
import { Arg, Ctx, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import { encodeId } from '../../shared/id.ts';
import { answer } from '../../shared/refusal.ts';
import type { PartnersContext } from '../context.ts';
import { NOTHING_WRITTEN } from './api-client.service.ts';
import { ApiClientCreatePayload } from './api-client.type.ts';
import { clientByKeyHash, type ApiClientFactsRow } from './credential.service.ts';
import { ApiClientFacts, OperatorClientCreateInput } from './credential.type.ts';

@Resolver(() => ApiClientFacts)
export class CredentialResolver {
  @Extensions(audience('room'))
  @Query(() => ApiClientFacts, {
    nullable: true,
    description: 'Who comes with an API key, in whatever space; null when it is unknown, expired or revoked.',
  })
  apiClientByKey(
    @Arg('keyHash', () => String, { description: 'SHA-256 of the key, 64 hexadecimal digits in lower case.' })
    keyHash: string,
    @Ctx() { space }: PartnersContext,
  ) {
    return clientByKeyHash(space.source, keyHash);
  }

  @Extensions(audience('room'))
  @Mutation(() => ApiClientCreatePayload, {
    nullable: true,
    description:
      "Makes an api client of the operator's own, anew at each call. Codes: `SCOPE_UNKNOWN`, `NAME_INVALID`.",
  })
  operatorClientCreate(
    @Arg('input', () => OperatorClientCreateInput, { description: 'What it may do.' }) input: OperatorClientCreateInput,
    @Ctx() { services }: PartnersContext,
  ) {
    return answer(NOTHING_WRITTEN, () => services.apiClients.createForOperator(input));
  }

  @FieldResolver(() => ID)
  id(@Root() row: ApiClientFactsRow): string {
    return encodeId('key', row.id);
  }

  @FieldResolver(() => ID, { nullable: true })
  partnerId(@Root() row: ApiClientFactsRow): string | null {
    return row.partnerId === null ? null : encodeId('ptn', row.partnerId);
  }
}
