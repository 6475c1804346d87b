import { registerEnumType } from 'type-graphql';

export const MemberStatus = { ACTIVE: 'ACTIVE', SUSPENDED: 'SUSPENDED', CLOSED: 'CLOSED' } as const;
registerEnumType(MemberStatus, {
  name: 'MemberStatus',
  description: 'Whether a member takes part.',
  valuesConfig: {
    ACTIVE: { description: 'Earns and spends, unless blocked.' },
    SUSPENDED: { description: 'For the time being neither earns nor spends.' },
    CLOSED: { description: 'Has left, or was excluded.' },
  },
});
