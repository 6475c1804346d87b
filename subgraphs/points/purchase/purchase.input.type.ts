// What tills send. Names follow POSLog where it has one; money and quantities are decimal strings.
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { CurrencyCode, DateTime, Day, Decimal } from '../../shared/scalars.ts';

const IDENTIFIERS = {
  CARD: 'EAN-13 card number.',
  EMAIL: 'E-mail address.',
  PHONE: 'Phone, E.164.',
  EXTERNAL: 'The partner’s own id.',
};
const MemberIdentifierKind = Object.fromEntries(Object.keys(IDENTIFIERS).map((kind) => [kind, kind]));
registerEnumType(MemberIdentifierKind, {
  name: 'MemberIdentifierKind',
  description: 'How a member is looked up.',
  valuesConfig: Object.fromEntries(Object.entries(IDENTIFIERS).map(([kind, description]) => [kind, { description }])),
});
