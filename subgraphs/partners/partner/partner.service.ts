// Registers and renames partners; whoever changes one, the desk or the programme's file, tells it here.
import type { Sql, Transaction } from '../../shared/database.ts';
import { decodeId, newId } from '../../shared/id.ts';
import { tell } from '../../shared/outbox.ts';
import { Refused } from '../../shared/refusal.ts';
import type { RoomRequest } from '../../shared/room.ts';
import type { Viewer } from '../../shared/viewer.ts';
import { checkedCode, checkedName, made, write, type DeskWrite, type Written } from '../desk.service.ts';
import { PartnerRow } from './partner.entity.ts';
import { manages } from './partner.rules.ts';

export interface PartnerCreation extends DeskWrite {
  code: string;
  name: string;
}

export interface PartnerChange extends DeskWrite {
  partnerId: string;
  name: string;
}

/** Runs an insert or update of partners and tells the rows that it made or changed, which it gives. */
export async function changePartners(tx: Sql, statement: string, values: unknown[]): Promise<PartnerRow[]> {
  const changed = await tx.query<PartnerRow[]>(
    `with changed as (${statement} returning id, code, name, sequence) select * from changed`,
    values,
  );
  await tell(
    tx,
    'partner.changed',
    changed.map(({ id, code, name, sequence }) => ({
      aggregate: id,
      sequence,
      payload: { partnerId: id, code, name },
    })),
  );
  return changed;
}

/** The partner of an id as clients write it, for who may change what is the partner's. */
export async function managedPartner(tx: Transaction, viewer: Viewer, partnerId: string): Promise<PartnerRow> {
  const id = decodeId('ptn', partnerId);
  const row = id !== null && manages(viewer, id) ? await tx.findOneBy(PartnerRow, { id }) : null;
  if (row !== null) return row;
  throw new Refused('PARTNER_UNKNOWN', 'You have no partner with this id.', { field: ['partnerId'] });
}

export class Partners {
  readonly #request: RoomRequest;

  constructor(request: RoomRequest) {
    this.#request = request;
  }

  create(input: PartnerCreation): Promise<Written> {
    return write(this.#request, 'partnerCreate', input, async (tx) => {
      const code = checkedCode(input.code);
      const name = checkedName(input.name);
      const statement = 'insert into partner (id, code, name) values ($1, $2, $3) on conflict (code) do nothing';
      return made(await changePartners(tx, statement, [newId(), code, name])).id;
    });
  }

  /** The name that it has already changes and tells nothing. */
  update(input: PartnerChange): Promise<Written> {
    return write(this.#request, 'partnerUpdate', input, async (tx) => {
      const { id } = await managedPartner(tx, this.#request.viewer, input.partnerId);
      const name = checkedName(input.name);
      const statement = 'update partner set name = $2, sequence = sequence + 1 where id = $1 and name <> $2';
      await changePartners(tx, statement, [id, name]);
      return id;
    });
  }
}
