/** docs/rules.md, the rule table and the names of tests, held together in every direction. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLOCK_IDS, clockRow } from '../../shared/domain/clock-table.ts';
import { RULES } from '../../shared/domain/sufficiency.ts';
import { RULE_CASES } from './rule-cases.ts';

const lines = readFileSync('docs/rules.md', 'utf8').split('\n').filter((l) => /^\| [A-Z0-9]+-?[0-9A-Z]* \|/.test(l));
type Line = { readonly id: string; readonly sentence: string; readonly severity: string; readonly gates: string; readonly source: string };
const documented: readonly Line[] = lines.map((l) => l.split('|').slice(1, -1).map((c) => c.trim())).map(([id = '', sentence = '', severity = '', gates = '', source = '']) => ({ id, sentence, severity, gates, source }));
const ids = documented.map((d) => d.id);

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}
const tests = files('tests').map((path) => readFileSync(path, 'utf8')).join('\n');
/** Ids in brackets anywhere in the tests, and those of the table of rule cases, whose names are made from it. */
const tested = new Set([...[...tests.matchAll(/\[((?:PK|NTA|DET|W200|W205|CUS|FARO|REIN|ER|SW|ARR|WSO|VR|NONE|213|SYN|AUT)-[0-9A-Z]+|K[0-9]+B?)\]/g)].map((m) => m[1] ?? ''), ...RULE_CASES.map((c) => c.rule)]);
/** Documented, not yet built: shown as such in the severity column. */
const later = documented.filter((d) => d.severity === 'later').map((d) => d.id);

describe('docs/rules.md', () => {
  it('lists every rule row with the same sentence, severity, gates and source', () => {
    for (const r of RULES) expect(documented.find((d) => d.id === r.id), r.id).toEqual({ id: r.id, sentence: r.sentence, severity: r.severity, gates: r.gates.join(', '), source: r.source });
  });
  it('lists no check that is not a rule row, except PK-00, a property of commands', () => {
    const checks = ids.filter((id) => /^(PK|NTA|DET|W200|W205|CUS|FARO|REIN|ER|SW|ARR|WSO|VR|NONE|213)-/.test(id) && id !== 'PK-00');
    expect(checks.filter((id) => !RULES.some((r) => r.id === id))).toEqual([]);
    expect(ids).toContain('PK-00');
  });
  it('lists every id once, with a sentence and a source', () => {
    expect(ids.filter((id, n) => ids.indexOf(id) !== n)).toEqual([]);
    expect(documented.filter((d) => d.sentence === '' || d.source === '').map((d) => d.id)).toEqual([]);
  });
  it('lists SYN-1 to SYN-18', () => {
    for (let n = 1; n <= 18; n += 1) expect(ids).toContain(`SYN-${n}`);
  });
  it('lists every clock row with the same sentence and source, and no other', () => {
    for (const id of CLOCK_IDS) expect(documented.find((d) => d.id === id), id).toEqual({ id, sentence: clockRow(id).sentence, severity: 'clock', gates: 'none', source: clockRow(id).source });
    expect(ids.filter((id) => /^K\d/.test(id))).toEqual([...CLOCK_IDS]);
  });
  it('has a test named after every id that is built', () => {
    expect(ids.filter((id) => !tested.has(id) && !later.includes(id))).toEqual([]);
  });
  it('knows every id that a test is named after', () => {
    expect([...tested].filter((id) => !ids.includes(id))).toEqual([]);
  });
  it('calls nothing "later" that is a rule row', () => {
    expect(later).toEqual([]);
  });
});
