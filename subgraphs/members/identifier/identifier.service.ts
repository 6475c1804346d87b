// Finds members by their identifiers. Presenting one to a partner makes the member known to that partner.
import type { Sql } from '../../shared/database.ts';
import { identifierKey, type GivenIdentifier, type IdentifierKey } from './identifier.rules.ts';
import type { Settings } from '../programme.ts';

/** The owners of keys, in order; null where nobody has it. */
export async function ownersOf(sql: Sql, keys: (IdentifierKey | null)[]): Promise<(string | null)[]> {
  const asked = keys.filter((key) => key !== null);
  if (asked.length === 0) return keys.map(() => null);
  const name = (key: IdentifierKey) => JSON.stringify([key.kind, key.namespace, key.value]);
  const rows = await sql.query<(IdentifierKey & { member_id: string })[]>(
    `select kind, namespace, value, member_id
     from unnest($1::text[], $2::text[], $3::text[]) k (kind, namespace, value)
     join identifier using (kind, namespace, value)`,
    [asked.map((key) => key.kind), asked.map((key) => key.namespace), asked.map((key) => key.value)],
  );
  const owners = new Map(rows.map((row) => [name(row), row.member_id]));
  return keys.map((key) => (key === null ? null : (owners.get(name(key)) ?? null)));
}

/** Marks members as known to a partner; sorted, so that two batches never wait for each other in a circle. */
export async function acquaint(sql: Sql, memberIds: string[], partnerId: string): Promise<void> {
  if (memberIds.length === 0) return;
  await sql.query(
    `insert into acquaintance (partner_id, member_id) select $2::uuid, unnest($1::uuid[]) on conflict do nothing`,
    [[...new Set(memberIds)].toSorted(), partnerId],
  );
}

/** Ids for identifiers, in order; null where unknown or not valid. Whom they name is known to the partner from now on. */
export async function presented(
  sql: Sql,
  settings: Settings,
  identifiers: GivenIdentifier[],
  partnerId: string | null,
): Promise<(string | null)[]> {
  const owners = await ownersOf(
    sql,
    identifiers.map((identifier) => identifierKey(identifier, settings, partnerId)),
  );
  if (partnerId !== null)
    await acquaint(
      sql,
      owners.filter((owner) => owner !== null),
      partnerId,
    );
  return owners;
}

export async function memberIdBySubject(sql: Sql, issuer: string, subject: string): Promise<string | null> {
  const [owner] = await ownersOf(sql, [{ kind: 'SUBJECT', namespace: issuer, value: subject }]);
  return owner ?? null;
}
