import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A brand. */
@Entity('partner')
export class PartnerRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  code!: string;

  @Column('text')
  name!: string;

  /** Grows with each change that is told. */
  @Column('int')
  sequence!: number;
}
