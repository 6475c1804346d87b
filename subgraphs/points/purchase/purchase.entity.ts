// A receipt and its lines, as recorded. What was returned and what it has given so far are counted on it.
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../shared/database.ts';

@Entity('purchase')
export class PurchaseRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'member_id', nullable: true })
  memberId!: string | null;

  @Column('uuid', { name: 'partner_id' })
  partnerId!: string;

  @Column('uuid', { name: 'channel_id' })
  channelId!: string;

  @Column('text', { name: 'channel_code' })
  channelCode!: string;

  @Column('uuid', { name: 'location_id' })
  locationId!: string;

  @Column('text', { name: 'receipt_number' })
  receiptNumber!: string;

  @Column('varchar', { name: 'business_date' })
  businessDate!: string;

  @Column('varchar', { name: 'occurred_at' })
  occurredAt!: Instant;

  @Column('text', { name: 'currency_code' })
  currencyCode!: string;

  /** Digits after the point of its currency. */
  @Column('int')
  decimals!: number;

  @Column('numeric')
  rate!: string;

  @Column('numeric')
  total!: string;

  @Column('numeric')
  returned!: string;

  @Column('int', { name: 'rule_version' })
  ruleVersion!: number;

  @Column('boolean')
  earns!: boolean;

  /** Null: it needs none. */
  @Column('text', { nullable: true })
  review!: 'WAITING' | 'APPROVED' | 'DECLINED' | null;

  @Column('bytea', { name: 'input_hash' })
  inputHash!: Buffer;
}

@Entity('purchase_line')
export class PurchaseLineRow {
  @PrimaryColumn('uuid', { name: 'purchase_id' })
  purchaseId!: string;

  @PrimaryColumn('int')
  number!: number;

  @Column('text')
  sku!: string;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('numeric')
  quantity!: string;

  @Column('numeric', { name: 'unit_price' })
  unitPrice!: string;

  @Column('numeric')
  amount!: string;

  @Column('numeric', { name: 'returned_quantity' })
  returnedQuantity!: string;

  @Column('numeric', { name: 'returned_amount' })
  returnedAmount!: string;
}
