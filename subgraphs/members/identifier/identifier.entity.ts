import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';
import type { IdentifierKey } from './identifier.rules.ts';

@Entity('identifier')
export class IdentifierRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'member_id' })
  memberId!: string;

  @Column('text')
  kind!: IdentifierKey['kind'];

  @Column('text')
  namespace!: string;

  @Column('text')
  value!: string;

  @Column('varchar', { name: 'added_at' })
  addedAt!: Instant;
}
