// One ledger transaction of one wallet. Appended by ledger_post and ledger_settle, never changed.
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';
import type { Step } from '../earning/facts.rules.ts';

export type EntryKind =
  | 'EARN'
  | 'ACTIVATE'
  | 'HOLD'
  | 'CAPTURE'
  | 'RELEASE'
  | 'SPEND'
  | 'REVERSE'
  | 'EXPIRE'
  | 'ADJUST'
  | 'TRANSFER'
  | 'CONVERT';

export type ActorKind = 'MEMBER' | 'CHANNEL' | 'PARTNER' | 'OPERATOR' | 'SYSTEM';

/** Why an entry is what it is: the rule version and the steps that applied, none of them personal. */
export interface ExplanationRow {
  ruleSetVersion: string;
  steps: Step[];
}

@Entity('entry')
export class EntryRow {
  @PrimaryColumn('uuid', { name: 'member_id' })
  memberId!: string;

  @PrimaryColumn('text')
  currency!: string;

  @PrimaryColumn('bigint')
  seq!: number;

  @Column('uuid')
  id!: string;

  @Column('text')
  kind!: EntryKind;

  @Column('bigint')
  amount!: number;

  @Column('bigint')
  moved!: number;

  @Column('bigint')
  pending!: number;

  @Column('bigint')
  available!: number;

  @Column('bigint')
  held!: number;

  @Column('bigint')
  deficit!: number;

  @Column('uuid', { nullable: true })
  origin!: string | null;

  @Column('uuid', { nullable: true })
  reverses!: string | null;

  @Column('varchar', { name: 'recorded_at' })
  recordedAt!: Instant;

  @Column('varchar', { name: 'effective_at' })
  effectiveAt!: Instant;

  @Column('text', { name: 'rule_version', nullable: true })
  ruleVersion!: string | null;

  @Column('jsonb', { nullable: true })
  explanation!: ExplanationRow | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text', { name: 'actor_kind' })
  actorKind!: ActorKind;

  @Column('text', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  @Column('bytea')
  hash!: Buffer;
}
