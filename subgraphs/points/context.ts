// What the resolvers of one request share.
import DataLoader from 'dataloader';
import { decodeId, encodeId } from '../shared/id.ts';
import type { RoomRequest } from '../shared/room.ts';
import { hasScope } from '../shared/viewer.ts';
import { evaluationsByOrigin, programmesByText } from './earning/explanation.service.ts';
import { entriesById, entriesByOrigin, hashesBefore, statements } from './ledger/entry.loader.ts';
import { closedMoments, lotsByEntryId, lotsByWallet, walletsByKey } from './ledger/wallet.loader.ts';
import { programmeInForce, type Programme } from './programme/programme.service.ts';
import {
  causesByPurchaseId,
  linesByPurchaseId,
  partnersByOrigin,
  purchasePages,
  purchasesById,
} from './purchase/purchase.loader.ts';
import { Standings } from './tier/standing.service.ts';
import { grantsById, tiersByMemberId } from './tier/tier.loader.ts';

/** Which members have presented themselves to a partner or consented to it: members' word, asked once for all. */
function membersKnown(request: RoomRequest): DataLoader<string, boolean> {
  return new DataLoader(async (ids) => {
    const { partnerId } = request.viewer;
    if (partnerId === undefined) return ids.map(() => false);
    const { membersKnown: known } = await request.ask<{ membersKnown: boolean[] }>(
      'members',
      'query ($memberIds: [ID!]!, $partnerId: ID!) { membersKnown(memberIds: $memberIds, partnerId: $partnerId) }',
      { memberIds: ids.map((id) => encodeId('mbr', id)), partnerId: encodeId('ptn', partnerId) },
    );
    return known;
  });
}

/** The member of a member's token. One that enrolled in this very request is members' word: the token did not say it yet. */
async function ownMemberId({ viewer, ask }: RoomRequest): Promise<string | null> {
  if (viewer.memberId !== undefined || viewer.subject === undefined) return viewer.memberId ?? null;
  const { memberIdBySubject: id } = await ask<{ memberIdBySubject: string | null }>(
    'members',
    'query ($issuer: String!, $subject: String!) { memberIdBySubject(issuer: $issuer, subject: $subject) }',
    { ...viewer.subject },
  );
  return id === null ? null : decodeId('mbr', id);
}

export function pointsContext(request: RoomRequest) {
  const { source } = request.space;
  const closed = closedMoments(source);
  let inForce: Promise<Programme> | undefined;
  let own: Promise<string | null> | undefined;
  const programme = () => (inForce ??= programmeInForce(source));
  return {
    ...request,
    ownMemberId: () => (own ??= ownMemberId(request)),
    programme,
    /** A points currency; every code in the ledger is one of the programme's. */
    async currency(code: string): Promise<Programme['currencies'][number]> {
      const currency = (await programme()).currencies.find((known) => known.code === code);
      if (currency === undefined) throw new Error(`the programme has lost the currency ${code}`);
      return currency;
    },
    loaders: {
      membersKnown: membersKnown(request),
      walletsByKey: walletsByKey(source, closed),
      lotsByWallet: lotsByWallet(source, closed),
      lotsByEntryId: lotsByEntryId(source),
      entriesById: entriesById(source),
      entriesByOrigin: entriesByOrigin(source),
      hashesBefore: hashesBefore(source),
      evaluationsByOrigin: new DataLoader((origins: readonly string[]) => evaluationsByOrigin(source, origins)),
      programmesByText: new DataLoader((texts: readonly string[]) => programmesByText(source, texts)),
      statements: statements(source, closed),
      purchasesById: purchasesById(source),
      purchasePages: purchasePages(source),
      linesByPurchaseId: linesByPurchaseId(source),
      causesByPurchaseId: causesByPurchaseId(source),
      partnersByOrigin: partnersByOrigin(source),
      tiersByMemberId: tiersByMemberId(async (ids) => Standings.read(source, ids, await programme())),
      tierGrantsById: grantsById(source),
    },
  };
}

export type PointsContext = ReturnType<typeof pointsContext>;

/** A member by its id as clients write it; null when it is none that this viewer has to do with. */
export async function knownMember(id: string, context: PointsContext): Promise<{ id: string } | null> {
  const { viewer, loaders } = context;
  const uuid = decodeId('mbr', id);
  if (uuid === null) return null;
  if (viewer.kind === 'member') return (await context.ownMemberId()) === uuid ? { id: uuid } : null;
  if (viewer.kind === 'operator') return { id: uuid };
  return (await loaders.membersKnown.load(uuid)) ? { id: uuid } : null;
}

/** A member of whom this viewer may see something here; each field asks for its own scope. */
export const visibleMember = async (id: string, context: PointsContext): Promise<{ id: string } | null> =>
  hasScope(context.viewer, 'points:read') || hasScope(context.viewer, 'purchases:read')
    ? knownMember(id, context)
    : null;
