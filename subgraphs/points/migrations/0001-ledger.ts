// The ledger's tables. Its file is as it was released: what changes is another migration; functions are routines.
import { readFileSync } from 'node:fs';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLOCK_SQL } from '../../shared/clock.ts';
import { REQUEST_SQL } from '../../shared/idempotency.ts';
import { INBOX_SQL } from '../../shared/inbox.ts';

const TABLES = readFileSync(new URL('../ledger/ledger.sql', import.meta.url), 'utf8');

export class Ledger0001 implements MigrationInterface {
  name = 'ledger-0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [CLOCK_SQL, REQUEST_SQL, INBOX_SQL, TABLES]) {
      await runner.query(part);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
