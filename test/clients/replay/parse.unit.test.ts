import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspect, parseFile, type ParseOptions } from '../../../clients/replay/parse.ts';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-parse-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function parse(content: string | Buffer, options: Partial<ParseOptions> = {}) {
  const path = join(folder, `${Math.random()}.csv`);
  await writeFile(path, content);
  const { encoding } = await inspect(path);
  const sales = await parseFile(path, { columns: null, dateFormat: null, encoding, zone: 'Europe/London', ...options });
  return { ...sales, encoding };
}

describe('parsing a sales file', () => {
  it('groups rows into invoices in time order and refuses dirty rows with a reason, one by one', async () => {
    const sales = await parse(
      [
        HEADER,
        '900002,T1,Teapot,1,2011-03-02 09:00,12.50,77,France',
        '900001,T2,"Tray, ""round""",2,2011-03-01 10:30,4.5,,Latvia',
        '900002,T3,,3,2011-03-02 09:00,0,77,France',
        '900002,T4,Mug,-1,2011-03-02 09:00,2.00,77,France',
        '900002,T4,Mug,0,2011-03-02 09:00,2.00,77,France',
        '900002,T5,Lamp,1,2011-03-02 09:00,9.99,78,France',
        'C900003,T1,Teapot,-1,3/2/2011 11:05,12.50,77,France',
        'C900003,T1,Teapot,1,3/2/2011 11:05,12.50,77,France',
        'A900004,B,Adjust,1,2011-03-02 12:00,-11062.06,,',
        '900005,T1,Teapot,one,2011-03-02 12:00,12.50,77,France',
        '900005,T1,Teapot,1,yesterday,12.50,77,France',
        '900005,T1,Teapot,1,2011-03-02 12:00,"12,50",77,France',
        ',T1,Teapot,1,2011-03-02 12:00,12.50,77,France',
        '900005,,Teapot,1,2011-03-02 12:00,12.50,77,France',
        '900006,T1',
      ].join('\r\n'),
    );

    expect(sales.rows).toBe(15);
    expect(sales.invoices).toEqual([
      {
        number: '900001',
        kind: 'PURCHASE',
        customer: null,
        wall: Date.UTC(2011, 2, 1, 10, 30),
        lines: [{ sku: 'T2', name: 'Tray, "round"', quantity: '2', unitPrice: '4.5' }],
      },
      {
        number: '900002',
        kind: 'PURCHASE',
        customer: '77',
        wall: Date.UTC(2011, 2, 2, 9),
        lines: [
          { sku: 'T1', name: 'Teapot', quantity: '1', unitPrice: '12.5' },
          { sku: 'T3', name: null, quantity: '3', unitPrice: '0' },
        ],
      },
      {
        number: 'C900003',
        kind: 'RETURN',
        customer: '77',
        wall: Date.UTC(2011, 2, 2, 11, 5),
        lines: [{ sku: 'T1', name: 'Teapot', quantity: '1', unitPrice: '12.5' }],
      },
    ]);
    expect(sales.refused).toEqual([
      { row: 4, reason: 'NEGATIVE_QUANTITY' },
      { row: 5, reason: 'NEGATIVE_QUANTITY' },
      { row: 6, reason: 'CUSTOMER_CONFLICT' },
      { row: 8, reason: 'QUANTITY_INVALID' },
      { row: 9, reason: 'NEGATIVE_PRICE' },
      { row: 10, reason: 'QUANTITY_INVALID' },
      { row: 11, reason: 'DATE_INVALID' },
      { row: 12, reason: 'PRICE_INVALID' },
      { row: 13, reason: 'INVOICE_MISSING' },
      { row: 14, reason: 'ITEM_MISSING' },
      { row: 15, reason: 'QUANTITY_INVALID' },
    ]);
  });

  it.each([
    ['utf-8', Buffer.from(`\ufeff${HEADER}\n1,S,Šķēle £,1,2011-01-01 10:00,1,5,X\n`), 'Šķēle £'],
    [
      'windows-1252',
      Buffer.from(`${HEADER}\n1,S,Caf\u00e9 \u0080\u00a3,1,2011-01-01 10:00,1,5,X\n`, 'latin1'),
      'Café €£',
    ],
    ['utf-16le', Buffer.from(`\ufeff${HEADER}\n1,S,Łyżka,1,2011-01-01 10:00,1,5,X\n`, 'utf16le'), 'Łyżka'],
  ])('reads %s without being told', async (encoding, content, name) => {
    const sales = await parse(content);

    expect(sales.encoding).toBe(encoding);
    expect(sales.invoices[0]!.lines[0]!.name).toBe(name);
  });

  it('reads semicolons, other column names, another date format and a customer that a spreadsheet made a fraction', async () => {
    const sales = await parse('Receipt;Item;Text;Qty;When;Price;Client\nR1;S;Spoon;2;31.12.2010 23:59;1.10;12345.0\n', {
      columns:
        'InvoiceNo=Receipt,StockCode=Item,Description=Text,Quantity=Qty,InvoiceDate=When,UnitPrice=Price,CustomerID=Client',
      dateFormat: 'dd.MM.yyyy HH:mm',
    });

    expect(sales.invoices[0]).toMatchObject({ number: 'R1', customer: '12345', wall: Date.UTC(2010, 11, 31, 23, 59) });
  });

  it('names the columns that a file has not', async () => {
    await expect(parse('Receipt,StockCode\n1,2\n')).rejects.toThrow(
      'The file has no column InvoiceNo, Description, Quantity, InvoiceDate, UnitPrice, CustomerID; it has Receipt, StockCode.',
    );
  });
});
