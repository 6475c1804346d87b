import { Column, Entity, PrimaryColumn } from 'typeorm';

export const CHANNEL_KINDS = ['SHOP', 'WEB', 'APP', 'SOCIAL'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Where a partner sells; it stays with its partner for ever. */
@Entity('channel')
export class ChannelRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'partner_id' })
  partnerId!: string;

  @Column('text')
  code!: string;

  @Column('text')
  kind!: ChannelKind;
}
