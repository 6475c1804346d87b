// What this room has taken of the programme.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROGRAMME_SQL } from '../../shared/programme.ts';

export class Programme0002 implements MigrationInterface {
  name = 'programme-0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROGRAMME_SQL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
