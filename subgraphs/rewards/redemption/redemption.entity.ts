import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';
import type { State } from './redemption.saga.ts';

/** One act of taking a reward, or points as payment. */
@Entity('redemption')
export class RedemptionRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'member_id' })
  memberId!: string;

  @Column('uuid', { name: 'reward_id', nullable: true })
  rewardId!: string | null;

  @Column('uuid', { name: 'taken_by', nullable: true })
  takenBy!: string | null;

  @Column('int')
  quantity!: number;

  @Column('text')
  currency!: string;

  @Column('bigint')
  points!: number;

  @Column('boolean', { name: 'two_steps' })
  twoSteps!: boolean;

  @Column('text')
  state!: State;

  @Column('boolean', { name: 'by_purchase' })
  byPurchase!: boolean;

  @Column('varchar', { name: 'requested_at' })
  requestedAt!: Instant;

  @Column('varchar', { name: 'hold_expires_at', nullable: true })
  holdExpiresAt!: Instant | null;
}
