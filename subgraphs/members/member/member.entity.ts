import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';

export type Status = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';

@Entity('member')
export class MemberRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  status!: Status;

  @Column('boolean', { name: 'earning_blocked' })
  earningBlocked!: boolean;

  @Column('boolean', { name: 'spending_blocked' })
  spendingBlocked!: boolean;

  @Column('varchar', { name: 'enrolled_at' })
  enrolledAt!: Instant;

  /** The partner that handed out the card; null when the member enrolled itself or an operator did it. */
  @Column('uuid', { name: 'enrolled_by_partner_id', nullable: true })
  enrolledByPartnerId!: string | null;

  /** Counts what was told of this member. */
  @Column('bigint')
  version!: number;
}
