import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';
import type { Rejection } from './referral.rules.ts';
import type { State } from './referral.saga.ts';

@Entity('referral')
export class ReferralRow {
  /** That of the event that told of the enrolment. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'referee_id' })
  refereeId!: string;

  /** Null: the code was nobody's. */
  @Column('uuid', { name: 'referrer_id', nullable: true })
  referrerId!: string | null;

  @Column('text')
  state!: State;

  @Column('text', { nullable: true })
  rejection!: Rejection | null;

  @Column('varchar', { name: 'attributed_at' })
  attributedAt!: Instant;

  @Column('text')
  currency!: string;

  @Column('bigint', { name: 'referrer_points' })
  referrerPoints!: number;

  @Column('bigint', { name: 'referee_points' })
  refereePoints!: number;

  /** The purchase that qualifies it. */
  @Column('uuid', { name: 'purchase_id', nullable: true })
  purchaseId!: string | null;

  /** When the clock does the next step. */
  @Column('varchar', { name: 'due_at', nullable: true })
  dueAt!: Instant | null;

  /** How often points was asked for this step. */
  @Column('int')
  tries!: number;

  /** What points answered; null also for a side that gets nothing. */
  @Column('uuid', { name: 'referrer_entry_id', nullable: true })
  referrerEntryId!: string | null;

  @Column('uuid', { name: 'referee_entry_id', nullable: true })
  refereeEntryId!: string | null;
}
