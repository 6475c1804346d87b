// Registers channels. A channel stays with its partner for ever, so there is nothing to tell: its locations carry it.
import type { Transaction } from '../../shared/database.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { Viewer } from '../../shared/viewer.ts';
import { checkedCode, made, write, type DeskWrite, type Written } from '../desk.service.ts';
import { manages } from '../partner/partner.rules.ts';
import { managedPartner } from '../partner/partner.service.ts';
import { ChannelRow, type ChannelKind } from './channel.entity.ts';

export interface ChannelCreation extends DeskWrite {
  partnerId: string;
  code: string;
  kind: ChannelKind;
}

/** The channel of an id as clients write it, for who may change what is its partner's. */
export async function managedChannel(tx: Transaction, viewer: Viewer, channelId: string): Promise<ChannelRow> {
  const id = decodeId('chn', channelId);
  const row = id === null ? null : await tx.findOneBy(ChannelRow, { id });
  if (row !== null && manages(viewer, row.partnerId)) return row;
  throw new Refused('CHANNEL_UNKNOWN', 'You have no channel with this id.', { field: ['channelId'] });
}

export class Channels {
  readonly #request: RoomRequest;

  constructor(request: RoomRequest) {
    this.#request = request;
  }

  create(input: ChannelCreation): Promise<Written> {
    return write(this.#request, 'channelCreate', input, async (tx) => {
      const partner = await managedPartner(tx, this.#request.viewer, input.partnerId);
      const rows = await tx.query<{ id: string }[]>(
        `insert into channel (id, partner_id, code, kind) values ($1, $2, $3, $4)
         on conflict (code) do nothing returning id`,
        [newId(), partner.id, checkedCode(input.code), input.kind],
      );
      return made(rows).id;
    });
  }
}
