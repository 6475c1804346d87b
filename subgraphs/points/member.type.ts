// What points adds to a member.
import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../shared/audience.ts';
import { Paged } from '../shared/prelude.type.ts';
import { LedgerEntryConnection } from './ledger/entry.type.ts';
import { Wallet } from './ledger/wallet.type.ts';
import { PurchaseConnection } from './purchase/purchase.type.ts';
import { MemberTier } from './tier/tier.type.ts';

@Directive('@key(fields: "id")')
@Extensions(audience(...EVERYONE))
@ObjectType('Member')
export class Member {
  @Field(() => ID)
  id!: string;

  @Field(() => MemberTier, {
    nullable: true,
    description: 'Tier in the main scheme. Null without the scope `points:read`.',
  })
  tier!: MemberTier | null;

  @Directive('@shareable')
  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [Wallet], {
    nullable: true,
    description: 'One wallet per currency. Null without the scope `points:read`.',
  })
  wallets!: Wallet[] | null;

  @Field(() => Wallet, {
    nullable: true,
    description: 'One wallet, now or as it stood at `asOf`. Null without the scope `points:read`.',
  })
  wallet!: Wallet | null;

  @Paged()
  @Field(() => PurchaseConnection, {
    nullable: true,
    description: 'Purchases, newest first; a till or a partner sees those of its own partner, with `purchases:read`.',
  })
  purchases!: InstanceType<typeof PurchaseConnection> | null;

  @Extensions(audience('member', 'operator'))
  @Paged()
  @Field(() => LedgerEntryConnection, {
    nullable: true,
    description:
      'Entries, newest first, of one currency or all, as they stood at `asOf`. Null without the scope `points:read`.',
  })
  ledger!: InstanceType<typeof LedgerEntryConnection> | null;
}
