import { describe, expect, it } from '@jest/globals';
import { dayAt, moments, wallReader } from '../../../clients/replay/calendar.ts';

const wall = (text: string) => Date.parse(`${text}:00Z`);

describe('dates of a sales file', () => {
  it('are read as what the shop showed, offsets turned into its zone', () => {
    const read = wallReader('Europe/London', null);

    expect(read('2010-12-01 08:26')).toBe(wall('2010-12-01T08:26'));
    expect(read('12/1/2010 8:26')).toBe(wall('2010-12-01T08:26'));
    expect(read('2010-07-01T08:26:00Z')).toBe(wall('2010-07-01T09:26'));
    expect(read('31/12/2010 8:26')).toBeNull();
    expect(read('')).toBeNull();
  });

  it('move by whole days and keep their hour, over the change to summer time too', () => {
    const shift = { zone: 'Europe/London', endDate: '2026-03-30', notAfter: null };

    const moved = moments([wall('2010-12-03T09:15'), wall('2010-12-05T09:15')], shift);

    expect(moved).toEqual([
      { occurredAt: '2026-03-28T09:15:00.000Z', businessDate: '2026-03-28' },
      { occurredAt: '2026-03-30T08:15:00.000Z', businessDate: '2026-03-30' },
    ]);
  });

  it('keep their order in an hour that is skipped and in one that comes twice', () => {
    const spring = moments([wall('2025-03-30T01:40'), wall('2025-03-30T02:10')], {
      zone: 'Europe/London',
      endDate: null,
      notAfter: null,
    });
    const autumn = moments(
      ['00:59', '01:00', '01:59', '02:00'].map((time) => wall(`2025-10-26T${time}`)),
      { zone: 'Europe/London', endDate: null, notAfter: null },
    );

    const instants = [spring, autumn].map((times) => times.map((time) => time.occurredAt));
    expect(instants[0]).toEqual(['2025-03-30T01:40:00.000Z', '2025-03-30T01:40:00.001Z']);
    expect(instants[1]).toEqual(instants[1]!.toSorted());
    expect(new Set(instants[1]).size).toBe(4);
  });

  it('tell receipts of one minute apart by a millisecond', () => {
    const moved = moments([wall('2010-12-01T08:26'), wall('2010-12-01T08:26')], {
      zone: 'Europe/London',
      endDate: null,
      notAfter: null,
    });

    expect(moved.map((moment) => moment.occurredAt)).toEqual(['2010-12-01T08:26:00.000Z', '2010-12-01T08:26:00.001Z']);
  });

  it('never lie after the first run, and its day stays the last business day', () => {
    const moved = moments([wall('2010-12-01T08:00'), wall('2010-12-01T17:00'), wall('2010-12-01T18:00')], {
      zone: 'Europe/London',
      endDate: '2026-01-10',
      notAfter: '2026-01-10T12:00:00.000Z',
    });

    expect(moved).toEqual([
      { occurredAt: '2026-01-10T08:00:00.000Z', businessDate: '2026-01-10' },
      { occurredAt: '2026-01-10T11:59:59.999Z', businessDate: '2026-01-10' },
      { occurredAt: '2026-01-10T12:00:00.000Z', businessDate: '2026-01-10' },
    ]);
  });

  it('end on the day that the first run has in the zone', () => {
    expect(dayAt('2026-06-30T23:30:00.000Z', 'Europe/London')).toBe('2026-07-01');
  });
});
