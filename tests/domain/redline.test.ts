/** The redline of two versions: nothing left out (against a slow oracle), what became of a return, which version is compared, what must be shown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../shared/canonical.ts';
import { changedFields, comparedVersion } from '../../shared/domain/must-be-shown.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { evidenceOf, mended, redline, touches, valueAt } from '../../shared/domain/redline.ts';
import { PACKET_TYPES } from '../../shared/rows.ts';
import { cleanPacket, formOf } from './clean-packets.ts';

type Edit = (d: PacketDocument) => void;
const next = (edit: Edit): PacketDocument => {
  const d = cleanPacket();
  edit(d);
  return { ...d, number: 2, changeReason: 'Corrected after return', submittedAt: '2026-11-24T09:00:00.000Z' };
};
const lines = (edit: Edit) => redline(cleanPacket(), next(edit)).map(({ path, was, kind, before, after }) => [kind, path, was, before, after]);

describe('redline', () => {
  it('is empty when only the submission differs', () => expect(lines(() => undefined)).toEqual([]));
  const statement = cleanPacket().evidence[0];
  const TABLE: readonly (readonly [what: string, edit: Edit, expected: readonly unknown[]])[] = [
    ['a field', (d) => { formOf(d, 'I-862').hearing.time = '13:00'; }, [['changed', 'forms.i862.hearing.time', null, cleanPacket().forms.length > 0 ? formOf(cleanPacket(), 'I-862').hearing.time : '', '13:00']]],
    ['a field that came', (d) => { d.underlyingArrest = null; d.arrest = undefined; d.subject.counsel = { name: 'R. Example', g28At: '2026-11-24T01:00:00.000Z', servedAt: null }; },
      [['changed', 'subject.counsel', null, null, { name: 'R. Example', g28At: '2026-11-24T01:00:00.000Z', servedAt: null }], ['changed', 'underlyingArrest', null, cleanPacket().underlyingArrest, null]]],
    ['an optional part that went', (d) => { delete formOf(d, 'I-862').court; }, [['removed', 'forms.i862.court', null, formOf(cleanPacket(), 'I-862').court, null]]],
    ['an allegation at the end', (d) => { formOf(d, 'I-862').allegations.push({ number: 9, text: 'x', elements: [], evidenceIds: [] }); },
      [['added', `forms.i862.allegations.${formOf(cleanPacket(), 'I-862').allegations.length}`, null, null, { number: 9, text: 'x', elements: [], evidenceIds: [] }]]],
    ['evidence with other content', (d) => { if (d.evidence[0]) d.evidence[0].sha256 = 'f'.repeat(64); }, [['changed', 'evidence.e-statement.sha256', null, statement?.sha256, 'f'.repeat(64)]]],
    ['evidence that went', (d) => { d.evidence = d.evidence.filter((e) => e.id !== 'e-statement'); }, [['removed', 'evidence.e-statement', null, statement, null]]],
    ['a form under another id', (d) => { formOf(d, 'I-862').id = 'nta'; }, [['changed', 'forms.nta.id', 'forms.i862.id', 'i862', 'nta']]],
    ['a form under another id with a change inside', (d) => { Object.assign(formOf(d, 'I-862'), { id: 'nta', legalAuthority: 'other' }); },
      [['changed', 'forms.nta.id', 'forms.i862.id', 'i862', 'nta'], ['changed', 'forms.nta.legalAuthority', 'forms.i862.legalAuthority', formOf(cleanPacket(), 'I-862').legalAuthority, 'other']]],
    ['another order of evidence', (d) => { d.evidence.reverse(); }, [['changed', 'evidence.order', null, cleanPacket().evidence.map((e) => e.id), cleanPacket().evidence.map((e) => e.id).reverse()]]],
  ];
  it.each(TABLE)('names %s', (_what, edit, expected) => {
    expect([...lines(edit)].sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1))).toEqual([...expected]);
  });
  it('names a field called constructor as what it is', () => {
    const list = (fields: Record<string, string>) => next((d) => { d.forms = d.forms.map((f) => (f.kind === 'I-826' ? { ...f, fields } : f)); });
    const [change] = redline(list({}), list({ constructor: 'a', toString: 'b' }));
    expect(change).toMatchObject({ kind: 'added', before: null, after: 'a' });
  });
  it('gives every change a path of its own, even where ids have dots or are there twice', () => {
    const twice = (text: string) => next((d) => { d.evidence = [d.evidence[0], d.evidence[0]].flatMap((e) => (e ? [{ ...e, title: text }] : [])); });
    const paths = redline(twice('one'), twice('two')).map((c) => c.path);
    expect(paths).toEqual(['evidence.e-statement.title', 'evidence.e-statement.title#2']);
  });
});

/** Every leaf of a value with its path, the slow and simple way. An empty list or object is a leaf. Forms and evidence by id. */
function leaves(value: unknown, path = ''): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const walk = (v: unknown, at: string): void => {
    if (v === undefined) return;
    if (typeof v !== 'object' || v === null) found.set(at, v);
    else if (Array.isArray(v)) {
      if (v.length === 0) found.set(at, '[]');
      for (const [n, x] of v.entries()) walk(x, at === 'forms' || at === 'evidence' ? `${at}.${(x as { id: string }).id}` : `${at}.${n}`);
    } else {
      if (Object.keys(v).length === 0) found.set(at, '{}');
      for (const [k, x] of Object.entries(v)) walk(x, at === '' ? k : `${at}.${k}`);
    }
  };
  walk(value, path);
  return found;
}
const ABOUT = ['number', 'changeReason', 'submittedAt'];
/** The leaf paths at which two documents differ, one way or the other. */
function oracle(a: PacketDocument, b: PacketDocument): readonly string[] {
  const [left, right] = [leaves(a), leaves(b)];
  return [...new Set([...left.keys(), ...right.keys()])].filter((p) => !ABOUT.includes(p.split('.')[0] ?? '') && p !== 'forms' && p !== 'evidence' && left.get(p) !== right.get(p));
}

/** Changes anything anywhere in a document: text, null, lists longer, shorter, turned, keys taken out. The result need not be a valid packet. */
function mangle(document: PacketDocument, picks: readonly { readonly at: number; readonly how: number; readonly text: string }[]): PacketDocument {
  const copy = JSON.parse(JSON.stringify(document)) as PacketDocument;
  for (const { at, how, text } of picks) {
    const holders: { readonly holder: Record<string, unknown> | unknown[]; readonly key: string }[] = [];
    const walk = (v: unknown): void => {
      if (typeof v !== 'object' || v === null) return;
      for (const key of Object.keys(v)) {
        // The lists themselves and their ids stay: they are what pairs are made by, and have their own cases above.
        if (v !== copy || !(key === 'forms' || key === 'evidence')) if (!(key === 'id' || key === 'kind')) holders.push({ holder: v as Record<string, unknown>, key });
        walk((v as Record<string, unknown>)[key]);
      }
    };
    walk(copy);
    const inside = holders.filter(({ holder }) => holder !== copy.forms && holder !== copy.evidence);
    const chosen = inside[at % inside.length];
    if (!chosen) continue;
    const holder = chosen.holder as Record<string, unknown>;
    const value = holder[chosen.key];
    if (how === 0) holder[chosen.key] = text;
    else if (how === 1) holder[chosen.key] = null;
    else if (how === 2) delete holder[chosen.key];
    else if (how === 3 && Array.isArray(value)) holder[chosen.key] = [...value, text];
    else if (how === 4 && Array.isArray(value)) holder[chosen.key] = value.slice(0, -1);
    else if (how === 5) holder[chosen.key] = { [text]: text };
    else if (how === 6) copy.forms = copy.forms.filter((_f, n) => n !== at % copy.forms.length);
    else copy.evidence = copy.evidence.filter((_e, n) => n !== at % copy.evidence.length);
    if (Array.isArray(holder)) holder.splice(0, holder.length, ...holder.filter((x) => x !== undefined));
  }
  return copy;
}

describe('[PK-21] the redline against a slow oracle', () => {
  const edits = fc.array(fc.record({ at: fc.nat(5000), how: fc.nat(7), text: fc.constantFrom('', 'x', 'شهادة', 'constructor', '__proto__', 'a.b', 'ORTEGA') }), { maxLength: 8 });
  it('lists every leaf that differs, and nothing that does not', () => {
    fc.assert(fc.property(fc.constantFrom(...PACKET_TYPES), edits, edits, (type, left, right) => {
      const [a, b] = [mangle(cleanPacket(type), left), mangle(cleanPacket(type), right)];
      const changes = redline(a, b);
      const differing = oracle(a, b);
      const bare = (path: string) => path.replace(/#\d+$/, '');
      const holds = (path: string, leaf: string) => leaf === path || leaf.startsWith(`${path}.`);
      // A form that went and one of its kind under a new id are one form: the new id's leaves, and the old one's.
      // An empty list is a leaf of the oracle; what came into it is a change below.
      const missed = differing.filter((leaf) => !changes.some((c) => holds(bare(c.path), leaf) || holds(leaf, bare(c.path)) || (c.was !== null && holds(bare(c.was), leaf)) || (leaf.endsWith('.kind') && c.was !== null)));
      expect(missed).toEqual([]);
      for (const c of changes) expect(canonical({ v: c.before }) === canonical({ v: c.after }) && c.kind === 'changed', c.path).toBe(false);
      expect(changes.filter((c) => c.was === null && !c.path.endsWith('.order') && !differing.some((leaf) => holds(bare(c.path), leaf) || holds(leaf, bare(c.path)))).map((c) => c.path)).toEqual([]);
      expect(new Set(changes.map((c) => c.path)).size).toBe(changes.length);
    }), { numRuns: 300 });
  });
  it('is the same both ways: what came one way went the other', () => {
    fc.assert(fc.property(edits, (right) => {
      const [a, b] = [cleanPacket(), mangle(cleanPacket(), right)];
      const flip = { added: 'removed', removed: 'added', changed: 'changed' } as const;
      expect(redline(b, a).map((c) => `${flip[c.kind]} ${c.path}`).sort()).toEqual(redline(a, b).map((c) => `${c.kind} ${c.path}`).sort());
    }), { numRuns: 100 });
  });
});

describe('what a change is about', () => {
  it('names the evidence that it added and that its statement cites', () => {
    const d = next((x) => { const [first] = formOf(x, 'I-862').allegations; if (first) { first.text = 'Other words.'; first.evidenceIds = ['e-order', 'e-statement']; } });
    const text = redline(cleanPacket(), d).find((c) => c.path === 'forms.i862.allegations.0.text');
    expect(text && evidenceOf(d, text)).toEqual(['e-statement', 'e-order']);
  });
  it('finds values by the paths that checks use', () => {
    const d = cleanPacket();
    expect(valueAt(d, 'forms.i862.hearing.time')).toBe(formOf(d, 'I-862').hearing.time);
    expect(valueAt(d, 'forms.i862.allegations.0.number')).toBe(1);
    expect(valueAt(d, 'evidence.e-print.kind')).toBe('fingerprint_match');
    expect(valueAt(d, 'subject.identity.familyName')).toBe(d.subject.identity.familyName);
    expect([valueAt(d, 'forms.none.x'), valueAt(d, 'holds'), valueAt(d, 'subject.constructor'), valueAt(d, 'number.x')]).toEqual([undefined, undefined, undefined, undefined]);
  });
  it('touches what holds it and what it holds, and no neighbour of the same beginning', () => {
    expect([touches('a.b', 'a'), touches('a', 'a.b'), touches('a.b', 'a.b'), touches('a.bc', 'a.b')]).toEqual([true, true, true, false]);
  });
});

describe('what became of a return', () => {
  const d = (rule: string, field: string) => ({ rule, field, note: 'synthetic' });
  const changes = redline(cleanPacket(), next((x) => { formOf(x, 'I-862').hearing.time = '13:00'; formOf(x, 'I-200').id = 'w'; }));
  it.each([
    ['fixed: changed, and the rule passes', d('NTA-06', 'forms.i862.hearing.time'), [], 'fixed'], ['changed, but the rule still fails', d('NTA-06', 'forms.i862.hearing.time'), ['NTA-06'], 'still_fails'],
    ['the field is as it was', d('NTA-04', 'forms.i862.charges.0'), [], 'unchanged'], ['fixed: a part of the field', d('NTA-06', 'forms.i862.hearing'), [], 'fixed'],
    ['fixed: the form has another id now', d('W200-01', 'forms.i200.id'), [], 'fixed'], ['the packet as a whole', d('PK-02', 'packet'), [], 'fixed'], ['a hold that is gone', d('PK-08', 'holds'), [], 'fixed'],
    ['a hold that is open', d('PK-08', 'holds'), ['PK-08'], 'still_fails'],
  ] as const)('%s', (_what, deficiency, failing, outcome) => {
    expect(mended([deficiency], changes, new Set(failing))).toEqual([{ deficiency, outcome }]);
  });
});

describe('the version that is compared', () => {
  const r = (number: number, returnedBy: string) => ({ number, returnedBy });
  const s = (number: number, signerId: string) => ({ number, signerId });
  it.each([
    ['none for a first version', 1, [], [], null], ['the one before, when nobody decided', 3, [], [], 2], ['the one that was returned, for somebody else', 4, [r(2, 'pm-2')], [], 2],
    ['my own return, though another came later', 4, [r(1, 'me'), r(2, 'pm-2')], [], 1], ['my own signature', 4, [r(1, 'pm-2')], [s(3, 'me')], 3],
    ['never this version or a later one', 2, [r(2, 'me'), r(3, 'me')], [s(2, 'me')], 1],
  ] as const)('%s', (_what, number, returns, statements, expected) => expect(comparedVersion(number, 'me', returns, statements)).toBe(expected));
});

describe('what must have been on screen', () => {
  const b = next((x) => { formOf(x, 'I-862').hearing.time = '13:00'; x.consular.notifiedAt = '2026-11-24T01:00:00.000Z'; });
  it('is every change, in one order whatever the order of keys', () => {
    const must = changedFields(b, cleanPacket());
    expect(must).toEqual(['consular.notifiedAt', 'forms.i862.hearing.time']);
    expect(changedFields(JSON.parse(canonical(b)) as PacketDocument, JSON.parse(canonical(cleanPacket())) as PacketDocument)).toEqual(must);
  });
  it('is nothing for a first version', () => expect(changedFields(cleanPacket(), null)).toEqual([]));
});
