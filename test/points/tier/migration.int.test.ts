// Purchases of before there were days of the ladder are counted on their own days.
import { expect, test } from '@jest/globals';
import { pointsRoom } from '../../../subgraphs/points/main.ts';
import { openDatabase } from '../../../subgraphs/shared/database.ts';
import { newId } from '../../../subgraphs/shared/id.ts';
import { freshDatabase } from '../../support/postgres.ts';

const BEFORE = 'tier-0000000000007';

test('what was bought and what came back is counted, of purchases that earn', async () => {
  const { name: room, entities, migrations, routines = [] } = pointsRoom;
  const first = migrations.slice(
    0,
    migrations.findIndex((migration) => new migration().name === BEFORE),
  );
  const database = await freshDatabase({ ...pointsRoom, migrations: first, routines: [] });
  const parts = { url: database.url, room, spaces: ['live'], entities };
  const [member, other] = [newId(), newId()];
  const earlier = await openDatabase({ ...parts, migrations: first });
  const { source } = earlier.space('live');
  await source.query(
    `insert into programme (version, document) values (1, '{"timeZone":"Europe/Riga","baseCurrency":"GBP"}')`,
  );
  await source.query('insert into standing (member_id, spend, tier) values ($1, 120.5, $2)', [member, 'silver']);
  const bought = (who: string, at: string, total: number, returned: number, earns = true) =>
    source.query(
      `insert into purchase (id, member_id, partner_id, channel_id, channel_code, location_id, receipt_number, business_date,
         occurred_at, currency_code, decimals, rate, total, returned, rule_version, earns, input_hash)
       values ($1, $2, $1, $1, 'c', $1, 'r', '2026-01-01', $3, 'EUR', 2, '0.5', $4, $5, 1, $6, '')`,
      [newId(), who, at, total, returned, earns],
    );
  await bought(member, '2026-03-01T21:59:00Z', 100.01, 0);
  await bought(member, '2026-03-01T22:01:00Z', 50, 20);
  await bought(member, '2026-03-02T12:00:00Z', 10, 10);
  await bought(other, '2026-03-02T12:00:00Z', 10, 0, false);
  await earlier.close();

  const now = await openDatabase({ ...parts, migrations, routines });

  const rows = await now.space('live').source.query('select * from tier_day order by day');
  expect(rows).toEqual([
    {
      member_id: member,
      day: '2026-03-01',
      spend: '50.01',
      spend_returned: '0.00',
      purchases: 1,
      purchases_returned: 0,
    },
    {
      member_id: member,
      day: '2026-03-02',
      spend: '30.00',
      spend_returned: '15.00',
      purchases: 2,
      purchases_returned: 1,
    },
  ]);
  expect(await now.space('live').source.query('select purchases, recorded, tier from standing')).toEqual([
    { purchases: 2, recorded: 3, tier: 'silver' },
  ]);
  await now.close();
  await database.drop();
});
