// The only writer of api clients. A secret leaves here once, in the answer of the write that made it; what is stored,
// the answer kept for a replay included, holds its SHA-256 or nothing of it.
import { isSandbox } from '../../shared/clock.ts';
import type { Instant, Transaction } from '../../shared/database.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { once } from '../../shared/idempotency.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { requireKey, SCOPES } from '../../shared/viewer.ts';
import { ChannelRow } from '../channel/channel.entity.ts';
import { checkedName } from '../desk.service.ts';
import { manages } from '../partner/partner.rules.ts';
import { managedPartner } from '../partner/partner.service.ts';
import { ApiClientRow, type ApiClientKind } from './api-client.entity.ts';
import { scopesBeyond, scopesForPartner, unknownScope, type ScopeRefusal } from './api-client.rules.ts';
import { admit, newKey, replace, withdraw, type NewKey } from './credential.service.ts';

export interface ApiClientCreation {
  idempotencyKey?: string | null;
  partnerId: string;
  name: string;
  scopes: string[];
  channel?: string | null;
  sandbox?: boolean | null;
  expiresAt?: Instant | null;
}

export interface ApiClientChange {
  idempotencyKey?: string | null;
  apiClientId: string;
}

export interface ApiClientWritten {
  apiClient: ApiClientRow | null;
  secret: string | null;
  previousExpiresAt: Instant | null;
  replayed: boolean;
}

export const NOTHING_WRITTEN: ApiClientWritten = {
  apiClient: null,
  secret: null,
  previousExpiresAt: null,
  replayed: false,
};

/** What is kept for a replay. */
interface Answer {
  id: string;
  previousExpiresAt: Instant | null;
}

interface NewClient {
  kind: ApiClientKind;
  name: string;
  partnerId: string | null;
  channelId: string | null;
  scopes: string[];
  expiresAt: Instant | null;
}

function allow(refusal: ScopeRefusal | null, field: string[]): void {
  if (refusal !== null) throw new Refused(refusal.code, refusal.message, { field });
}

async function checkExpiry(tx: Transaction, expiresAt: Instant | null, field: string[]): Promise<void> {
  const [row] = await tx.query<{ past: boolean | null }[]>('select $1::timestamptz <= clock() past', [expiresAt]);
  if (row!.past === true) throw new Refused('EXPIRY_PAST', `${expiresAt} is not in the future.`, { field });
}

export class ApiClients {
  readonly #request: RoomRequest;

  constructor(request: RoomRequest) {
    this.#request = request;
  }

  /** A client of a partner: of one of its channels a till, else a program of the partner itself. */
  async create(input: ApiClientCreation): Promise<ApiClientWritten> {
    const key = newKey(this.#request.space.name);
    return this.#write('apiClientCreate', input, key, async (tx) => {
      const client = await this.#insert(tx, await this.#checked(tx, input), key);
      return { id: client.id, previousExpiresAt: null };
    });
  }

  /** A new secret at once; the last one works on for a day. */
  async rotate(input: ApiClientChange): Promise<ApiClientWritten> {
    const { viewer, space } = this.#request;
    const key = newKey(space.name);
    return this.#write('apiClientRotate', input, key, async (tx) => {
      const client = await this.#locked(tx, input.apiClientId);
      if (client.revokedAt !== null) throw unknownClient();
      // Its secret is its power: whoever gets it must have had that already.
      allow(scopesBeyond(client.scopes, viewer.scopes), ['apiClientId']);
      await checkExpiry(tx, client.expiresAt, ['apiClientId']);
      const previousExpiresAt = await replace(tx, space.name, client, key.hash);
      await tx.query('update api_client set key_prefix = $2 where id = $1', [client.id, key.prefix]);
      return { id: client.id, previousExpiresAt };
    });
  }

  /** All its secrets end at once; one that was revoked before stays as it was. */
  async revoke(input: ApiClientChange): Promise<ApiClientWritten> {
    return this.#write('apiClientRevoke', input, null, async (tx) => {
      const { id } = await this.#locked(tx, input.apiClientId);
      await withdraw(tx, this.#request.space.name, id);
      await tx.query('update api_client set revoked_at = clock() where id = $1 and revoked_at is null', [id]);
      return { id, previousExpiresAt: null };
    });
  }

  /** A client of the operator's own; only a room can ask for one. */
  async createForOperator(input: { name: string; scopes: string[] }): Promise<ApiClientWritten> {
    const { source, name: space } = this.#request.space;
    const scopes = [...new Set(input.scopes)];
    allow(unknownScope(scopes, SCOPES), ['scopes']);
    const name = checkedName(input.name);
    const key = newKey(space);
    const apiClient = await source.transaction((tx) =>
      this.#insert(tx, { kind: 'operator', name, partnerId: null, channelId: null, scopes, expiresAt: null }, key),
    );
    return { ...NOTHING_WRITTEN, apiClient, secret: key.secret };
  }

  async #write(
    mutation: string,
    input: { idempotencyKey?: string | null },
    key: NewKey | null,
    work: (tx: Transaction) => Promise<Answer>,
  ): Promise<ApiClientWritten> {
    const { viewer, space } = this.#request;
    const request = { owner: viewer.owner, mutation, key: requireKey(input.idempotencyKey), input };
    const { answer, replayed } = await once(space.source, request, work);
    const apiClient = await space.source.getRepository(ApiClientRow).findOneByOrFail({ id: answer.id });
    const { previousExpiresAt } = answer;
    return { apiClient, secret: replayed || key === null ? null : key.secret, previousExpiresAt, replayed };
  }

  async #checked(tx: Transaction, input: ApiClientCreation): Promise<NewClient> {
    const { viewer, space } = this.#request;
    const { id: partnerId } = await managedPartner(tx, viewer, input.partnerId);
    if ((input.sandbox ?? isSandbox(space.name)) !== isSandbox(space.name)) {
      throw new Refused(
        'SANDBOX_MISMATCH',
        'Sandbox clients are made with sandbox credentials, live ones with live ones.',
        {
          field: ['sandbox'],
        },
      );
    }
    const scopes = [...new Set(input.scopes)];
    allow(unknownScope(scopes, SCOPES) ?? scopesForPartner(scopes) ?? scopesBeyond(scopes, viewer.scopes), ['scopes']);
    const name = checkedName(input.name);
    const expiresAt = input.expiresAt ?? null;
    await checkExpiry(tx, expiresAt, ['expiresAt']);
    const code = input.channel ?? null;
    const channels = code === null ? [] : await tx.findBy(ChannelRow, { partnerId });
    const channel = channels.find((row) => row.code === code) ?? null;
    if (code !== null && channel === null) {
      throw new Refused('CHANNEL_UNKNOWN', 'The partner has no channel with this code.', { field: ['channel'] });
    }
    return {
      kind: channel === null ? 'partner' : 'till',
      name,
      partnerId,
      channelId: channel?.id ?? null,
      scopes,
      expiresAt,
    };
  }

  async #insert(tx: Transaction, client: NewClient, key: NewKey): Promise<ApiClientRow> {
    const id = newId();
    const { kind, name, partnerId, channelId, scopes, expiresAt } = client;
    await tx.query(
      `insert into api_client (id, kind, name, partner_id, channel_id, scopes, key_prefix, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, kind, name, partnerId, channelId, scopes, key.prefix, expiresAt],
    );
    const row = await tx.findOneByOrFail(ApiClientRow, { id });
    await admit(tx, this.#request.space.name, row, key.hash);
    return row;
  }

  async #locked(tx: Transaction, apiClientId: string): Promise<ApiClientRow> {
    const id = decodeId('key', apiClientId);
    const row =
      id === null ? null : await tx.findOne(ApiClientRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (row === null || !manages(this.#request.viewer, row.partnerId)) throw unknownClient();
    return row;
  }
}

const unknownClient = () =>
  new Refused('API_CLIENT_UNKNOWN', 'You have no api client with this id, or it is revoked.', {
    field: ['apiClientId'],
  });
