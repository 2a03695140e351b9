/**
 * A rule pack as it comes by pull: its signature is verified once, with the key that the laptop got at enrolment, before the row is stored.
 * What does not verify is stored with its reason and never counts; sync goes on. Must never let such a row replace a pack that verified.
 */
import { createHash, type JsonWebKey } from 'node:crypto';
import { rulePacks } from '../db/run.ts';
import type { Store } from '../db/open.ts';
import { canonical } from '../shared/canonical.ts';
import { isVerified, packPayload, packRowId, readPack, UNVERIFIED } from '../shared/domain/published-packs.ts';
import type { LoweredRule, RulePackRow } from '../shared/rows.ts';
import { msOf } from '../shared/time.ts';
import { verifyJws } from './jws.ts';

type Raw = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);
const lowerings = (value: unknown): readonly LoweredRule[] =>
  (Array.isArray(value) ? value : []).map((l: unknown) => ({ rule: text((l as Raw | null)?.rule), what: text((l as Raw | null)?.what) }));
const isInstant = (at: string): boolean => {
  try {
    return Number.isFinite(msOf(at));
  } catch {
    return false;
  }
};

/** The row as it may be stored: whole, of the right types, and with a signature only where that is HQ's over exactly this row and text. */
function vetted(hqJwk: JsonWebKey, raw: Raw): RulePackRow {
  const row = {
    ...raw, packVersion: text(raw.packVersion), document: text(raw.document), documentHash: text(raw.documentHash), jws: text(raw.jws), effectiveFrom: text(raw.effectiveFrom),
    publishedBy: text(raw.publishedBy), publishedAt: text(raw.publishedAt), approvers: texts(raw.approvers), lowered: lowerings(raw.lowered),
  } as unknown as RulePackRow;
  // A proposal carries no signature and counts for nothing.
  if (row.jws === '') return row;
  const hash = createHash('sha256').update(row.document, 'utf8').digest('hex');
  const isGood = row.id === packRowId(row.packVersion) && hash === row.documentHash && isInstant(row.publishedAt) && isInstant(row.effectiveFrom)
    && canonical(verifyJws(hqJwk, row.jws) ?? null) === canonical(packPayload(row));
  return isGood ? row : { ...row, jws: UNVERIFIED, publishedAt: isInstant(row.publishedAt) ? row.publishedAt : '', effectiveFrom: isInstant(row.effectiveFrom) ? row.effectiveFrom : '' };
}

/** What to store of a pulled row of `rule_packs`. Never throws on what HQ sends. */
export function packToStore(store: Store, hqJwk: JsonWebKey, raw: Raw): Raw {
  const row = vetted(hqJwk, raw);
  if (isVerified(row)) {
    // Read now, so that the first signature under it does not pay for that.
    readPack(row);
    return row;
  }
  // A pack that verified never changes again: only its place in the stream moves on.
  const known = rulePacks(store).find((r) => r.id === row.id);
  return known && isVerified(known) ? { ...known, version: raw.version, changedBy: raw.changedBy } : row;
}
