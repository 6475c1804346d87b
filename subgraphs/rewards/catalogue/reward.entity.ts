import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';
import type { RewardDocument, RewardKind } from './reward.rules.ts';

/** A reward as it stands now; its partner, if it has one, is known. */
@Entity('reward_now')
export class RewardRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  code!: string;

  @Column('text')
  kind!: RewardKind;

  @Column('uuid', { name: 'partner_id', nullable: true })
  partnerId!: string | null;

  @Column('text')
  currency!: string;

  @Column('bigint')
  points!: number;

  /** Null: unlimited. */
  @Column('bigint', { nullable: true })
  stock!: number | null;

  @Column('text', { array: true, nullable: true })
  tiers!: string[] | null;

  @Column('varchar', { name: 'visible_from', nullable: true })
  visibleFrom!: Instant | null;

  @Column('varchar', { name: 'visible_until', nullable: true })
  visibleUntil!: Instant | null;

  @Column('varchar', { name: 'available_from', nullable: true })
  availableFrom!: Instant | null;

  @Column('varchar', { name: 'available_until', nullable: true })
  availableUntil!: Instant | null;

  @Column('jsonb')
  document!: RewardDocument;

  /** In its window of visibility. */
  @Column('boolean')
  visible!: boolean;

  /** In its window of availability. */
  @Column('boolean')
  open!: boolean;
}
