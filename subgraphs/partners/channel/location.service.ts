// Registers and renames locations; whoever changes one, the desk or the programme's file, tells it here.
import type { Sql, Transaction } from '../../shared/database.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { tell } from '../../shared/outbox.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { Viewer } from '../../shared/viewer.ts';
import { checkedCode, checkedName, made, write, type DeskWrite, type Written } from '../desk.service.ts';
import { manages } from '../partner/partner.rules.ts';
import { ChannelRow } from './channel.entity.ts';
import { managedChannel } from './channel.service.ts';
import { LocationRow } from './location.entity.ts';

export interface LocationCreation extends DeskWrite {
  channelId: string;
  code: string;
  name: string;
}

export interface LocationChange extends DeskWrite {
  locationId: string;
  name: string;
}

interface Changed {
  id: string;
  code: string;
  sequence: number;
  partnerId: string;
  partnerCode: string;
  channelId: string;
  channelCode: string;
}

/** Runs an insert or update of locations and tells the rows that it made or changed, which it gives. */
export async function changeLocations(tx: Sql, statement: string, values: unknown[]): Promise<Changed[]> {
  const changed = await tx.query<Changed[]>(
    `with changed as (${statement} returning id, code, sequence, channel_id)
     select changed.id, changed.code, changed.sequence, p.id "partnerId", p.code "partnerCode", c.id "channelId", c.code "channelCode"
     from changed join channel c on c.id = changed.channel_id join partner p on p.id = c.partner_id`,
    values,
  );
  await tell(
    tx,
    'location.changed',
    changed.map(({ id, code, sequence, ...whose }) => ({
      aggregate: id,
      sequence,
      payload: { locationId: id, code, ...whose },
    })),
  );
  return changed;
}

/** The location of an id as clients write it, for who may change what is its partner's. */
export async function managedLocation(tx: Transaction, viewer: Viewer, locationId: string): Promise<LocationRow> {
  const id = decodeId('loc', locationId);
  const row = id === null ? null : await tx.findOneBy(LocationRow, { id });
  const channel = row === null ? null : await tx.findOneByOrFail(ChannelRow, { id: row.channelId });
  if (row !== null && channel !== null && manages(viewer, channel.partnerId)) return row;
  throw new Refused('LOCATION_UNKNOWN', 'You have no location with this id.', { field: ['locationId'] });
}

export class Locations {
  readonly #request: RoomRequest;

  constructor(request: RoomRequest) {
    this.#request = request;
  }

  create(input: LocationCreation): Promise<Written> {
    return write(this.#request, 'locationCreate', input, async (tx) => {
      const channel = await managedChannel(tx, this.#request.viewer, input.channelId);
      const code = checkedCode(input.code);
      const name = checkedName(input.name);
      const statement =
        'insert into location (id, channel_id, code, name) values ($1, $2, $3, $4) on conflict (code) do nothing';
      return made(await changeLocations(tx, statement, [newId(), channel.id, code, name])).id;
    });
  }

  /** The name that it has already changes and tells nothing. */
  update(input: LocationChange): Promise<Written> {
    return write(this.#request, 'locationUpdate', input, async (tx) => {
      const { id } = await managedLocation(tx, this.#request.viewer, input.locationId);
      const name = checkedName(input.name);
      const statement = 'update location set name = $2, sequence = sequence + 1 where id = $1 and name <> $2';
      await changeLocations(tx, statement, [id, name]);
      return id;
    });
  }
}
