/** Every problem code that code can give has its sentence. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reviewReason, sentence, SENTENCES } from '../../shared/text.ts';
import { SYNC_REFUSALS } from '../../shared/sync.ts';

const ZONES = ['shared', 'db', 'host', 'hq', 'electron', 'renderer'];
function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'node_modules' || name === 'migrations' ? [] : files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}
/** Where problem codes are made: `no('x/y'`, `StoreError('x/y'`, `Refusal(403, 'x/y'`, `refuse('x/y'`, `code: 'x/y'`, pushed review reasons. */
const MADE = /(?:\bno\(|\bStoreError\(|\bRefusal\(\d+,\s*|\brefuse\(|\brefused\(|\bcode:\s*(?:\w+ \? '[a-z/0-9-]+' : )?|reasons\.push\()'([a-z-]+\/[a-z-]+)'/g;
const codes = new Map(ZONES.flatMap(files).flatMap((path) => [...readFileSync(path, 'utf8').matchAll(MADE)].map((m): [string, string] => [m[1] ?? '', path])));

describe('sentences', () => {
  it('finds the codes in the source', () => {
    expect(codes.size).toBeGreaterThan(60);
    expect([...codes.keys()]).toContain('signoff/blocked');
  });
  it('has a sentence for every code that any part gives', () => {
    expect([...codes].filter(([code]) => !SENTENCES[code]).map(([code, path]) => `${code} in ${path}`)).toEqual([]);
  });
  it('has a sentence for every refusal of the wire', () => {
    expect(Object.values(SYNC_REFUSALS).filter((code) => !SENTENCES[code])).toEqual([]);
  });
  it('says what, where and what to do, with details and without', () => {
    const details = { form: 'I-862', rules: ['PK-01', 'NTA-06'], packetId: 'pk-1', at: '2026-11-24T20:10:00.000Z', fields: ['forms: Required'], activeTo: '2026-11-24T20:10:00.000Z', retryAt: '2026-11-24T20:10:00.000Z' };
    for (const code of Object.keys(SENTENCES)) {
      for (const d of [{}, details]) {
        const s = sentence({ code, details: d });
        for (const part of [s.what, s.where, s.todo]) {
          expect(part, code).toMatch(/^\S.*\S$/);
          expect(part, code).not.toMatch(/undefined|\[object|null|something went wrong$/i);
        }
      }
    }
  });
  it('names the rules that block', () => expect(sentence({ code: 'signoff/blocked', details: { form: 'I-862', rules: ['NTA-06'] } }).what).toBe('The I-862 cannot be signed: NTA-06 fails.'));
  it('says moments with their year, in UTC', () => expect(sentence({ code: 'pack/from-the-future', details: { version: 'p-1', publishedAt: '2030-01-01T06:30:00.000Z' } }).what).toContain('published at 2030-01-01 06:30 UTC,'));
  it('shows an unknown code instead of hiding it', () => {
    expect(sentence({ code: 'moon/full', details: {} }).what).toContain('moon/full');
    expect(sentence({ code: 'internal/9f3a', details: {} }).todo).toContain('saved on this laptop');
  });
  it('puts every reason of an act under review in words', () => {
    for (const reason of ['content', 'holds', 'authority', 'moa', 'signer', 'checks', 'sync/moa-changed']) expect(reviewReason(reason)).toMatch(/ /);
  });
});
