// Rows of the points service: earns of another room, each with a key of its own, through the micro-batcher.
import { earn } from '../../subgraphs/points/ledger/operation.service.ts';
import { keepMembers } from '../../subgraphs/points/purchase/lookup.service.ts';
import { roomViewer } from '../../subgraphs/shared/peer.ts';
import { encodeId, newId } from '../../subgraphs/shared/id.ts';
import { throughput, type Measure } from '../row.ts';
import type { Ground } from './ground.ts';

const MEMBERS = 2_000;

/** So many under way at a time. */
export const earns = (underWay: number) =>
  async function service(ground: Ground): Promise<Measure> {
    const space = await ground.space('live');
    const request = ground.request(space, roomViewer('referrals', 'live'));
    const members = Array.from({ length: MEMBERS }, newId);
    const told = members.map((memberId) => ({
      id: newId(),
      name: 'member.changed' as const,
      aggregate: memberId,
      sequence: 1,
      payload: { memberId, status: 'ACTIVE' as const, earningBlocked: false, spendingBlocked: false },
    }));
    await space.source.transaction((tx) => keepMembers(tx, told));
    const ids = members.map((member) => encodeId('mbr', member));
    return () =>
      throughput(underWay, ground.seconds, async () => {
        const memberId = ids[Math.floor(Math.random() * MEMBERS)]!;
        await earn(request, newId(), { memberId, currency: 'points', amount: 100, reason: 'bench' });
        return 1;
      });
  };
