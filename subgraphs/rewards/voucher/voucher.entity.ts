import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';
import type { Worth } from './worth.rules.ts';

export const VOUCHER_STATES = ['ISSUED', 'PRESENTED', 'USED', 'EXPIRED', 'CANCELLED'] as const;
export type VoucherState = (typeof VOUCHER_STATES)[number];

/** A voucher as it stands now, with whose it is. */
@Entity('voucher_now')
export class VoucherRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'redemption_id' })
  redemptionId!: string;

  @Column('text')
  code!: string;

  @Column('text')
  state!: VoucherState;

  @Column('varchar', { name: 'expires_at', nullable: true })
  expiresAt!: Instant | null;

  @Column('varchar', { name: 'used_at', nullable: true })
  usedAt!: Instant | null;

  @Column('jsonb', { nullable: true })
  worth!: Worth | null;

  @Column('uuid', { name: 'reserved_for', nullable: true })
  reservedFor!: string | null;

  @Column('uuid', { name: 'presented_to', nullable: true })
  presentedTo!: string | null;

  @Column('uuid', { name: 'member_id' })
  memberId!: string;

  @Column('uuid', { name: 'taken_by', nullable: true })
  takenBy!: string | null;

  /** Of its reward. */
  @Column('uuid', { name: 'partner_id', nullable: true })
  partnerId!: string | null;
}
