import { Directive, Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { audience } from '../../shared/audience.ts';
import type { Instant } from '../../shared/database.ts';
import { connectionType } from '../../shared/prelude.type.ts';
import type { UserErrorRow } from '../../shared/refusal.ts';
import { DateTime } from '../../shared/scalars.ts';
import { UserError } from '../error.type.ts';
import type { ApiClientRow } from './api-client.entity.ts';

export const ApiClientKind = { TILL: 'till', PARTNER: 'partner', OPERATOR: 'operator' };
registerEnumType(ApiClientKind, {
  name: 'ApiClientKind',
  description: 'What an api client acts as.',
  valuesConfig: {
    TILL: { description: 'A channel: identifies members and records purchases.' },
    PARTNER: { description: 'A program of the partner itself.' },
    OPERATOR: { description: "The operator's own; belongs to no partner." },
  },
});

const WRITER = audience('partner', 'operator');
const WRITER_AND_ROOM = audience('partner', 'operator', 'room');

@Directive('@key(fields: "id")')
@Extensions(WRITER_AND_ROOM)
@ObjectType({ description: 'A program with credentials. Needs the scope `partners:manage`.' })
export class ApiClient {
  @Field(() => ID, { description: '`key_` and 26 characters.' })
  id!: string;

  @Field(() => ApiClientKind, { description: 'What it acts as.' })
  kind!: string;

  @Field(() => String, { description: 'For people; 1 to 100 characters.' })
  name!: string;

  @Directive('@listSize(assumedSize: 20)')
  @Field(() => [String], { description: 'What it may do, `<noun>:<read|write|manage>`.' })
  scopes!: string[];

  @Field(() => String, { description: 'First 16 characters of its newest secret, to tell it from others.' })
  keyPrefix!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Instant;

  @Field(() => DateTime, { nullable: true, description: 'When it stops working; null: never.' })
  expiresAt!: Instant | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null: it was not.' })
  revokedAt!: Instant | null;
}

export const ApiClientConnection = connectionType('ApiClient', ApiClient);

@InputType({ description: 'A new api client.' })
export class ApiClientCreateInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`ptn_…`: whose it shall be. A partner makes its own only.' })
  partnerId!: string;

  @Field(() => String, { description: 'For people; 1 to 100 characters.' })
  name!: string;

  @Field(() => [String], {
    description:
      'What it may do: `members:read`, `members:write`, `points:read`, `purchases:read`, `purchases:write`, `partners:read`, `partners:manage`; only what your own credential holds.',
  })
  scopes!: string[];

  @Field(() => String, {
    nullable: true,
    description:
      "Code of one of the partner's channels, `northside-shops`: then it is a till. None: the partner's own program.",
  })
  channel?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Must agree with your own credential: a sandbox credential makes sandbox clients, a live one live ones. None: the same.',
  })
  sandbox?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'When it shall stop working; none: never.' })
  expiresAt?: Instant | null;
}

@InputType({ description: 'An api client that gets a new secret.' })
export class ApiClientRotateInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`key_…`' })
  apiClientId!: string;
}

@InputType({ description: 'An api client that shall stop working.' })
export class ApiClientRevokeInput {
  @Field(() => String, { nullable: true, description: 'Names this one attempt; 1 to 255 printable ASCII characters.' })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: '`key_…`' })
  apiClientId!: string;
}

@Extensions(WRITER_AND_ROOM)
@ObjectType({ description: 'What became of a new api client.' })
export class ApiClientCreatePayload {
  @Field(() => ApiClient, { nullable: true, description: 'The new client; null when refused.' })
  apiClient!: ApiClientRow | null;

  @Field(() => String, { nullable: true, description: 'The API key. Shown here and never again: null on a replay.' })
  secret!: string | null;

  @Field(() => Boolean, { description: 'True when this answer was given before.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserErrorRow[];
}

@Extensions(WRITER)
@ObjectType({ description: 'What became of a new secret.' })
export class ApiClientRotatePayload {
  @Field(() => ApiClient, { nullable: true, description: 'The client with its new `keyPrefix`; null when refused.' })
  apiClient!: ApiClientRow | null;

  @Field(() => String, {
    nullable: true,
    description: 'The new API key. Shown here and never again: null on a replay.',
  })
  secret!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when the last secret works too: 24 hours at the most.' })
  previousExpiresAt!: Instant | null;

  @Field(() => Boolean, { description: 'True when this answer was given before.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserErrorRow[];
}

@Extensions(WRITER)
@ObjectType({ description: 'What became of the revocation of an api client.' })
export class ApiClientRevokePayload {
  @Field(() => ApiClient, { nullable: true, description: 'The client with its `revokedAt`; null when refused.' })
  apiClient!: ApiClientRow | null;

  @Field(() => Boolean, { description: 'True when this answer was given before.' })
  replayed!: boolean;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserErrorRow[];
}
