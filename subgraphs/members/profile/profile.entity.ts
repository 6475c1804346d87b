import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('profile')
export class ProfileRow {
  @PrimaryColumn('uuid', { name: 'member_id' })
  memberId!: string;

  @Column('text', { name: 'given_name', nullable: true })
  givenName!: string | null;

  @Column('text', { name: 'family_name', nullable: true })
  familyName!: string | null;

  @Column('varchar', { nullable: true })
  birthday!: string | null;

  @Column('text', { nullable: true })
  locale!: string | null;

  @Column('text', { nullable: true })
  country!: string | null;

  @Column('text', { name: 'preferred_channel', nullable: true })
  preferredChannel!: string | null;

  /** Texts by name, each in the normal spelling of its declared type. */
  @Column('jsonb')
  attributes!: Record<string, string>;
}
