import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A till. */
@Entity('terminal')
export class TerminalRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'location_id' })
  locationId!: string;

  @Column('text')
  code!: string;
}
