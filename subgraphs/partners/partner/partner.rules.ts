// Who may see and change what of a partner. The names of brands and shops are public in their programme, to members and operators;
// a till or a partner sees its own brand and nothing of the others.
import type { Viewer } from '../../shared/viewer.ts';

export function seesPartner(viewer: Viewer, partnerId: string): boolean {
  switch (viewer.kind) {
    case 'member':
    case 'operator':
      return true;
    case 'till':
    case 'partner':
      return viewer.partnerId === partnerId;
    case 'room':
    case 'anonymous':
      return false;
  }
}

/** The partners that a list may hold; null: all of them. */
export function partnersListed({ kind, partnerId }: Viewer): string[] | null {
  if (kind === 'member' || kind === 'operator') return null;
  return partnerId === undefined ? [] : [partnerId];
}

/** Changes what is the partner's. `partnerId` null: an api client of the operator's own. */
export function manages(viewer: Viewer, partnerId: string | null): boolean {
  if (!viewer.scopes.includes('partners:manage')) return false;
  return (
    viewer.kind === 'operator' || (viewer.kind === 'partner' && partnerId !== null && viewer.partnerId === partnerId)
  );
}
