import DataLoader from 'dataloader';
import { Any, type DataSource } from 'typeorm';
import { VoucherRow } from './voucher.entity.ts';

export const vouchersById = (source: DataSource) =>
  new DataLoader<string, VoucherRow | null>(async (ids) => {
    const rows = await source.getRepository(VoucherRow).findBy({ id: Any([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });

export const vouchersByRedemptionId = (source: DataSource) =>
  new DataLoader<string, VoucherRow[]>(async (redemptionIds) => {
    const rows = await source
      .getRepository(VoucherRow)
      .find({ where: { redemptionId: Any([...redemptionIds]) }, order: { id: 'asc' } });
    const byRedemption = Map.groupBy(rows, (row) => row.redemptionId);
    return redemptionIds.map((id) => byRedemption.get(id) ?? []);
  });
