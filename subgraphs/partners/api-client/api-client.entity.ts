import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';

export type ApiClientKind = 'till' | 'partner' | 'operator';

/** A program with credentials. Rows are never deleted; the keys themselves are in `public.credential`, as SHA-256. */
@Entity('api_client')
export class ApiClientRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kind!: ApiClientKind;

  @Column('text')
  name!: string;

  /** Null: the operator's own. */
  @Column('uuid', { name: 'partner_id', nullable: true })
  partnerId!: string | null;

  /** Of a till: the channel in which it sells. */
  @Column('uuid', { name: 'channel_id', nullable: true })
  channelId!: string | null;

  @Column('text', { array: true })
  scopes!: string[];

  @Column('text', { name: 'key_prefix' })
  keyPrefix!: string;

  @Column('varchar', { name: 'created_at' })
  createdAt!: Instant;

  @Column('varchar', { name: 'expires_at', nullable: true })
  expiresAt!: Instant | null;

  @Column('varchar', { name: 'revoked_at', nullable: true })
  revokedAt!: Instant | null;
}
