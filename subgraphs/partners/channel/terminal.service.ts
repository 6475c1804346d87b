// Registers terminals. They are their location's own affair: nobody is told.
import { newId } from '../../shared/id.ts';
import type { RoomRequest } from '../../shared/room.ts';
import { checkedCode, made, write, type DeskWrite, type Written } from '../desk.service.ts';
import { managedLocation } from './location.service.ts';

export interface TerminalCreation extends DeskWrite {
  locationId: string;
  code: string;
}

export class Terminals {
  readonly #request: RoomRequest;

  constructor(request: RoomRequest) {
    this.#request = request;
  }

  create(input: TerminalCreation): Promise<Written> {
    return write(this.#request, 'terminalCreate', input, async (tx) => {
      const location = await managedLocation(tx, this.#request.viewer, input.locationId);
      const rows = await tx.query<{ id: string }[]>(
        `insert into terminal (id, location_id, code) values ($1, $2, $3)
         on conflict (location_id, code) do nothing returning id`,
        [newId(), location.id, checkedCode(input.code)],
      );
      return made(rows).id;
    });
  }
}
