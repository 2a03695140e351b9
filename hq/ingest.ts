/**
 * Takes packets, agencies and officers in, line by line: NDJSON, or CSV for agencies.
 * A bad line is reported with number, field and reason and never stops the next. Judging is not its work:
 * an unknown charge or a missing narrative lands and becomes a check result; only what cannot be read or stored is rejected.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import tzlookup from '@photostructure/tz-lookup';
import { parse as parseCsv } from 'csv-parse';
import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import { COMMANDS } from '../shared/api.ts';
import { normalANumber, type PacketDocument } from '../shared/domain/packet.ts';
import { fieldOfficeFor } from './field-offices.ts';
import { LINE_MAX_BYTES, linesOf } from './lines.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { hqEnvelope } from './own-ledger.ts';
import { isBadValue, isDatabaseError } from './problem.ts';
import { runAtHq } from './run.ts';
import { ingestSeen } from './schema.ts';

export const INGEST_KINDS = { packets: 'packet.receive', agencies: 'agency.receive', officers: 'officer.receive' } as const;
export type IngestKind = keyof typeof INGEST_KINDS;
export type Rejected = { readonly line: number; readonly field: string; readonly reason: string; readonly code: string };
export type IngestReport = { readonly landed: number; readonly already: number; readonly rejectedCount: number; readonly rejected: readonly Rejected[]; readonly rejectsFile?: string };
/** A report names this many rejected lines; the count is always whole. */
const REPORT_MAX = 1000;

export type IngestContext = {
  readonly db: HqConnection;
  /** Current instant, ISO 8601 UTC with milliseconds. */
  readonly now: () => string;
  /** Gets every rejected line as it came (null when it was too long or not text), for a rejects file. */
  readonly onReject?: (report: Rejected, text: string | null) => void;
};

type Trouble = { readonly field: string; readonly reason: string; readonly code: string };
const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** What the document's schema leaves open and storage cannot: the form of A-numbers, and a zone that exists. */
function packetTrouble(document: PacketDocument): Trouble | null {
  const identities = [{ field: 'subject.identity', identity: document.subject.identity }, ...document.forms.map((form, n) => ({ field: `forms.${n}.identity`, identity: form.identity }))];
  for (const { field, identity } of identities) {
    if (identity.aNumber !== null && normalANumber(identity.aNumber) === null) return { field: `${field}.aNumber`, reason: 'not an A-number: 7 to 9 digits', code: 'ingest/field' };
  }
  return isZone(document.zone) ? null : { field: 'zone', reason: 'not an IANA time zone', code: 'ingest/field' };
}

/** The first issue as a field path and a reason without the value itself. */
function issueOf(error: z.ZodError, inside: string): Trouble {
  let issue = error.issues[0] as z.core.$ZodIssue | undefined;
  let path = issue?.path ?? [];
  // A union names the branch that came closest; its first issue is the useful one.
  while (issue?.code === 'invalid_union' && issue.errors.length > 0) {
    const best = [...issue.errors].sort((a, b) => a.length - b.length)[0];
    if (!best?.[0]) break;
    path = [...path, ...best[0].path];
    issue = best[0];
  }
  const field = path.join('.').replace(inside === '' ? /^$/ : new RegExp(`^${inside}\\.?`), '');
  return { field, reason: issue?.message ?? 'not valid', code: 'ingest/field' };
}

/** The command input that one parsed line means. */
function inputOf(kind: IngestKind, value: unknown): { readonly input: unknown; readonly inside: string } {
  if (kind !== 'packets') return { input: value, inside: '' };
  const isWrapped = typeof value === 'object' && value !== null && 'document' in value;
  return isWrapped ? { input: value, inside: '' } : { input: { document: value }, inside: 'document' };
}

/** Lands one value. 'landed', 'already', or why it was rejected. Throws when the database failed. */
async function landOne(context: IngestContext, kind: IngestKind, value: unknown, text: string): Promise<'landed' | 'already' | Trouble> {
  const name = INGEST_KINDS[kind];
  const hash = createHash('sha256').update(text).digest('hex');
  const seen = await rowsOf(context.db, sql`SELECT 1 FROM ingest_seen WHERE kind = ${kind} AND hash = ${hash}`);
  if (seen.length > 0) return 'already';
  const { input, inside } = inputOf(kind, value);
  const parsed = COMMANDS[name]?.input.safeParse(input);
  if (!parsed?.success) return parsed ? issueOf(parsed.error, inside) : { field: '', reason: 'unknown kind', code: 'ingest/field' };
  if (kind === 'packets') {
    const trouble = packetTrouble((parsed.data as { readonly document: PacketDocument }).document);
    if (trouble) return trouble;
  } else if (kind === 'agencies' && !isZone(String((parsed.data as { readonly zone: unknown }).zone))) {
    return { field: 'zone', reason: 'not an IANA time zone', code: 'ingest/field' };
  }
  const at = context.now();
  try {
    return await context.db.transaction(async (transaction) => {
      const tx = transaction as unknown as HqConnection;
      const outcome = await runAtHq(tx, { name, input, envelope: hqEnvelope('ingest', 'service', at), receivedAt: at });
      const isAlready = outcome.outcome === 'refused' && outcome.problem.code === 'intake/already-have-it';
      if (outcome.outcome === 'refused' && !isAlready) {
        return { field: String(outcome.problem.details.field ?? ''), reason: outcome.problem.code, code: outcome.problem.code };
      }
      await tx.insert(ingestSeen).values({ kind, hash, at }).onConflictDoNothing();
      return isAlready ? 'already' : 'landed';
    });
  } catch (error) {
    if (isBadValue(error)) return { field: '', reason: 'a character or number that cannot be stored', code: 'ingest/field' };
    if (isDatabaseError(error)) throw error;
    return { field: '', reason: 'HQ could not work on this line', code: 'ingest/internal' };
  }
}

type Counter = { readonly add: (line: number, outcome: 'landed' | 'already' | Trouble, text: string | null) => void; readonly report: () => IngestReport };
function counter(context: IngestContext): Counter {
  let [landed, already, rejectedCount] = [0, 0, 0];
  const rejected: Rejected[] = [];
  return {
    add: (line, outcome, text) => {
      if (outcome === 'landed') landed += 1;
      else if (outcome === 'already') already += 1;
      else {
        rejectedCount += 1;
        const entry = { line, ...outcome };
        if (rejected.length < REPORT_MAX) rejected.push(entry);
        context.onReject?.(entry, text);
      }
    },
    report: () => ({ landed, already, rejectedCount, rejected }),
  };
}

/** Lands an NDJSON stream. The same line again is `already`. */
export async function ingestNdjson(context: IngestContext, kind: IngestKind, source: AsyncIterable<Uint8Array>): Promise<IngestReport> {
  const count = counter(context);
  for await (const line of linesOf(source)) {
    if ('trouble' in line) {
      const isLong = line.trouble === 'too-long';
      count.add(line.number, { field: '', reason: isLong ? `longer than ${LINE_MAX_BYTES} bytes` : 'not UTF-8 text', code: isLong ? 'ingest/line-too-long' : 'ingest/not-utf8' }, null);
      continue;
    }
    let value: unknown;
    try {
      value = JSON.parse(line.text);
    } catch {
      count.add(line.number, { field: '', reason: 'not JSON', code: 'ingest/not-json' }, line.text);
      continue;
    }
    count.add(line.number, await landOne(context, kind, value, line.text), line.text);
  }
  return count.report();
}

/** Columns that a CSV of agencies must have. `source` and others are allowed and ignored. */
export const CSV_COLUMNS = ['name', 'state', 'county', 'county_seat', 'lat', 'lon', 'model', 'moa_signed'] as const;
const slug = (text: string): string => text.normalize('NFKD').toLowerCase().replace(/[’']/g, '').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** One CSV record as an agency, or why it cannot be one. Zone from the coordinates, field office from the county. */
export function agencyFromCsv(record: Readonly<Record<string, string>>): { readonly agency: Readonly<Record<string, unknown>> } | Trouble {
  const at = (field: string): string => (record[field] ?? '').trim();
  const trouble = (field: string, reason: string): Trouble => ({ field, reason, code: 'ingest/field' });
  for (const field of ['name', 'state', 'county', 'lat', 'lon', 'model']) if (at(field) === '') return trouble(field, 'missing');
  const [lat, lon] = [Number(at('lat')), Number(at('lon'))];
  if (!Number.isFinite(lat) || Math.abs(lat) > 90) return trouble('lat', 'not a latitude');
  if (!Number.isFinite(lon) || Math.abs(lon) > 180) return trouble('lon', 'not a longitude');
  const signed = at('moa_signed');
  if (signed !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(signed)) return trouble('moa_signed', 'not a date like 2018-05-04');
  const fieldOffice = fieldOfficeFor(at('state'), at('county'));
  if (fieldOffice === '') return trouble('county', 'no field office is known for this place');
  const id = `${at('state').toLowerCase()}-${slug(at('name'))}`.slice(0, 60);
  const isField = at('model') === 'TFM';
  return {
    agency: {
      id, name: at('name'), state: at('state'), county: at('county'), model: at('model'), fieldOffice, zone: tzlookup(lat, lon), lat, lon, moaSignedOn: signed === '' ? null : signed,
      sites: [{ id: `${id}.${isField ? 'field' : 'jail'}`, name: isField ? `${at('name')}, field` : `${at('name')}, jail`, kind: isField ? 'field' : 'jail' }], isSynthetic: false,
    },
  };
}

/** Lands a CSV of agencies. A file without the columns is one rejected line: the first. */
export async function ingestAgenciesCsv(context: IngestContext, source: AsyncIterable<Uint8Array>): Promise<IngestReport> {
  const count = counter(context);
  async function* whole(): AsyncGenerator<string> {
    // Each line is checked first, so that a broken one is named before the CSV reader sees it. Blank lines keep the numbers right.
    let next = 1;
    for await (const line of linesOf(source, 1024 * 1024)) {
      for (; next < line.number; next += 1) yield '\n';
      next += 1;
      if ('trouble' in line) {
        const isLong = line.trouble === 'too-long';
        count.add(line.number, { field: '', reason: isLong ? 'line too long' : 'not UTF-8 text', code: isLong ? 'ingest/line-too-long' : 'ingest/not-utf8' }, null);
        yield '\n';
      } else yield `${line.text}\n`;
    }
  }
  const parser = Readable.from(whole()).pipe(parseCsv({ columns: true, info: true, skip_empty_lines: true, relax_column_count: true, bom: true, trim: true, max_record_size: 1024 * 1024 }));
  let isChecked = false;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ readonly record: Record<string, string>; readonly info: { readonly lines: number } }>) {
      if (!isChecked) {
        const missing = CSV_COLUMNS.filter((c) => !(c in record));
        if (missing.length > 0) {
          count.add(1, { field: missing[0] ?? '', reason: `columns missing: ${missing.join(', ')}`, code: 'ingest/columns' }, null);
          return count.report();
        }
        isChecked = true;
      }
      const made = agencyFromCsv(record);
      const text = JSON.stringify(record);
      count.add(info.lines, 'agency' in made ? await landOne(context, 'agencies', made.agency, text) : made, text);
    }
  } catch (error) {
    if (isDatabaseError(error) && !(error as { readonly code?: string }).code?.startsWith('CSV_')) throw error;
    count.add(Number((error as { readonly lines?: unknown }).lines ?? 0), { field: '', reason: 'not CSV from here on', code: 'ingest/not-csv' }, null);
  }
  return count.report();
}
