import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A shop, or what stands for one in a channel without shops. */
@Entity('location')
export class LocationRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'channel_id' })
  channelId!: string;

  @Column('text')
  code!: string;

  @Column('text')
  name!: string;

  /** Grows with each change that is told. */
  @Column('int')
  sequence!: number;
}
