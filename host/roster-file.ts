/**
 * Reads a roster as its bytes arrive from a person: CSV in the encodings that Excel and web exports write, or XLSX. Refuses with a reason what it cannot read
 * for certain; must never guess at letters, and never run anything that a workbook holds.
 */
import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre/xlsx';
import { type Cell, cellText, guessMapping, headerAt, type RosterRow, type RosterTable } from '../shared/domain/roster-columns.ts';
import { no, ok, type Result } from '../shared/result.ts';

/** The largest file taken, bytes, and the most rows of one. */
export const ROSTER_MAX_BYTES = 64 * 1024 * 1024;
export const ROSTER_MAX_ROWS = 200_000;
/** `format`: what it was read as, in words. `otherSheets`: sheets of the workbook that were not read. */
export type RosterFile = RosterTable & { readonly format: string; readonly sheet: string | null; readonly otherSheets: readonly string[] };

const begins = (bytes: Uint8Array, ...with_: readonly number[]): boolean => with_.every((b, n) => bytes[n] === b);
/** Bytes that Windows-1252 gives no letter. */
const NOT_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
const decode = (bytes: Uint8Array, encoding: string): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};
/** UTF-16 without a mark: in a table of mostly Latin letters every other byte is zero. */
function zeroSide(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const head = bytes.subarray(0, 4096);
  const zeros = (side: 0 | 1): number => head.reduce((sum, b, n) => sum + (b === 0 && n % 2 === side ? 1 : 0), 0);
  const [even, odd, half] = [zeros(0), zeros(1), head.length / 2];
  return odd > half * 0.4 && even < half * 0.05 ? 'utf-16le' : even > half * 0.4 && odd < half * 0.05 ? 'utf-16be' : null;
}
/** Text of a CSV file and what it was encoded in; null when it is no text that can be read for certain. */
export function textOf(bytes: Uint8Array): { readonly text: string; readonly encoding: string } | null {
  const made = (text: string | null, encoding: string) => (text === null || text.includes('\u0000') ? null : { text, encoding });
  if (begins(bytes, 0xef, 0xbb, 0xbf)) return made(decode(bytes, 'utf-8'), 'UTF-8 with mark');
  const wide = begins(bytes, 0xff, 0xfe) ? 'utf-16le' : begins(bytes, 0xfe, 0xff) ? 'utf-16be' : zeroSide(bytes);
  if (wide) return made(decode(bytes, wide), 'UTF-16');
  const utf8 = decode(bytes, 'utf-8');
  if (utf8 !== null) return made(utf8, 'UTF-8');
  return bytes.some((b) => NOT_1252.has(b)) ? null : made(decode(bytes, 'windows-1252'), 'Windows-1252');
}

/** The sign between columns: the one that stands most often in the first lines, outside quotes. */
function delimiterOf(text: string): string {
  const head = text.slice(0, 20_000).split(/\r?\n/).slice(0, 10).join('\n').replace(/"[^"]*"/g, '');
  const often = [',', ';', '\t', '|'].map((sign) => [sign, head.split(sign).length] as const);
  return often.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
function csvRows(text: string): Result<readonly (readonly Cell[])[]> {
  try {
    return ok(parse(text, { delimiter: delimiterOf(text), relaxColumnCount: true, skipEmptyLines: false }));
  } catch (error) {
    const { lines } = error as { readonly lines?: number };
    if (lines === undefined) throw error;
    return no('import/broken-csv', { line: lines });
  }
}

type Sheet = { readonly name: string; readonly rows: readonly (readonly unknown[])[]; readonly merges?: readonly { readonly startRow: number; readonly startCol: number; readonly endRow: number }[]; readonly hidden?: boolean; readonly veryHidden?: boolean };
/** A workbook's cell as a roster's: days as ISO text. */
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString().slice(0, 10);
  return typeof value === 'number' || typeof value === 'string' ? value : String(value);
}
/** A sheet's cells; one that is merged over rows stands in each of them. Over columns it does not: there each column means something else. */
function sheetRows(sheet: Sheet): readonly (readonly Cell[])[] {
  const rows = sheet.rows.map((r) => Array.from(r, cellOf));
  for (const { startRow, startCol, endRow } of sheet.merges ?? []) {
    const value = rows[startRow]?.[startCol] ?? null;
    for (let n = startRow + 1; n <= Math.min(endRow, rows.length - 1); n += 1) {
      const row = rows[n] as Cell[];
      while (row.length <= startCol) row.push(null);
      row[startCol] = value;
    }
  }
  return rows;
}
/** The sheet whose headers name most of what a roster needs, among those that are shown. */
async function workbookRows(bytes: Uint8Array): Promise<Result<{ readonly rows: readonly (readonly Cell[])[]; readonly sheet: string; readonly otherSheets: readonly string[] }>> {
  let sheets: readonly Sheet[];
  try {
    sheets = (await readXlsx(bytes)).sheets;
  } catch (error) {
    return no(error instanceof Error && error.name === 'EncryptedFileError' ? 'import/encrypted' : 'import/broken-workbook');
  }
  const shown = sheets.filter((s) => !s.hidden && !s.veryHidden).map((s) => ({ name: s.name, rows: sheetRows(s) })).filter((s) => s.rows.some((r) => r.some((c) => cellText(c) !== '')));
  const score = (rows: readonly (readonly Cell[])[]): number => Object.keys(guessMapping((rows[headerAt(rows)] ?? []).map(cellText))).length;
  const best = shown.reduce<(typeof shown)[number] | null>((a, b) => (a === null || score(b.rows) > score(a.rows) ? b : a), null);
  return best ? ok({ rows: best.rows, sheet: best.name, otherSheets: shown.filter((s) => s !== best).map((s) => s.name) }) : no('import/empty');
}

/** The table of a file. Refusals: import/too-large, import/empty, import/not-readable, import/old-excel, import/encrypted, import/broken-workbook, import/broken-csv, import/too-many-rows. */
export async function readRoster(bytes: Uint8Array): Promise<Result<RosterFile>> {
  if (bytes.byteLength > ROSTER_MAX_BYTES) return no('import/too-large', { mebibytes: ROSTER_MAX_BYTES / 1024 / 1024 });
  if (bytes.byteLength === 0) return no('import/empty');
  let rows: readonly (readonly Cell[])[];
  let [format, sheet, otherSheets]: [string, string | null, readonly string[]] = ['XLSX', null, []];
  if (begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return no('import/old-excel');
  if (begins(bytes, 0x50, 0x4b, 0x03, 0x04)) {
    const book = await workbookRows(bytes);
    if (!book.ok) return book;
    ({ rows, sheet, otherSheets } = book.value);
  } else {
    const text = textOf(bytes);
    if (!text) return no('import/not-readable');
    const parsed = csvRows(text.text);
    if (!parsed.ok) return parsed;
    rows = parsed.value;
    format = `CSV, ${text.encoding}`;
  }
  const at = headerAt(rows);
  if (at < 0) return no('import/empty');
  const body = rows.map((cells, n): RosterRow => ({ n: n + 1, cells })).slice(at + 1).filter((r) => r.cells.some((c) => cellText(c) !== ''));
  if (body.length === 0) return no('import/empty');
  if (body.length > ROSTER_MAX_ROWS) return no('import/too-many-rows', { rows: body.length, most: ROSTER_MAX_ROWS });
  const headers = (rows[at] ?? []).map(cellText);
  while (headers.at(-1) === '') headers.pop();
  return ok({ headers, rows: body, format, sheet, otherSheets });
}
