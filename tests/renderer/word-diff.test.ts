/** Word-level differences in any script: nothing lost, words whole, what cannot be seen is written out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeGroup, changeWords, standsThere, valueText } from '../../renderer/pieces/change-words.ts';
import { shortened, visible, wordDiff } from '../../renderer/pieces/word-diff.ts';
import { cleanPacket } from '../domain/clean-packets.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.array(fc.constantFrom('the ', 'subject ', 'said ', 'قال ', 'الشخص ', '人が', ' ', '\n', '.', '\u202e', 'é'), { maxLength: 60 }).map((w) => w.join('')));
const side = (before: string, after: string, gone: 'added' | 'removed') => wordDiff(before, after).filter((p) => p.kind !== gone).map((p) => p.text).join('');

describe('word differences', () => {
  it('joined, the pieces are the old and the new text', () => {
    fc.assert(fc.property(text, text, (a, b) => {
      expect([side(a, b, 'added'), side(a, b, 'removed')]).toEqual([a, b]);
    }), { numRuns: 300 });
  });
  it.each([
    ['a word', 'in the booking area', 'in the medical area', [['same', 'in the '], ['removed', 'booking'], ['added', 'medical'], ['same', ' area']]],
    ['a space more', 'a b', 'a  b', [['same', 'a'], ['removed', ' '], ['added', '  '], ['same', 'b']]],
    ['an Arabic word, whole', 'قال الشخص نعم', 'قال الشخص لا', [['same', 'قال الشخص '], ['removed', 'نعم'], ['added', 'لا']]],
    ['nothing', 'same', 'same', [['same', 'same']]],
  ] as const)('shows %s', (_what, before, after, pieces) => expect(wordDiff(before, after).map((p) => [p.kind, p.text])).toEqual(pieces));
  it('ends on two long texts that have nothing in common', () => {
    const [a, b] = ['x', 'y'].map((c) => Array.from({ length: 4000 }, (_, n) => `${c}${n}`).join(' '));
    expect(wordDiff(a ?? '', b ?? '').map((p) => p.kind)).toContain('removed');
    expect([side(a ?? '', b ?? '', 'added'), side(a ?? '', b ?? '', 'removed')]).toEqual([a, b]);
  });
  it('writes out what could hide or turn a text', () => {
    expect([visible('a\u202eb'), visible('a\u200bb'), visible(' '), visible('\n'), visible('قال')]).toEqual(['a⟨U+202E⟩b', 'a⟨U+200B⟩b', '␣', '¶', 'قال']);
  });
  it('shortens only what stays, and only when it is long', () => {
    const long = `${'a'.repeat(200)}${'z'.repeat(200)}`;
    expect([shortened('short', 'middle'), shortened(long, 'first', 3), shortened(long, 'middle', 3), shortened(long, 'last', 3)]).toEqual(['short', '… zzz', 'aaa … zzz', 'aaa …']);
  });
});

describe('changes in words', () => {
  const d = cleanPacket();
  it.each([
    ['forms.i862.hearing.time', 'changed', 'I-862', 'I-862 · hearing · time'], ['forms.i200', 'removed', 'I-200', 'I-200, the whole form'], ['evidence.e-print.sha256', 'changed', 'Evidence', `${d.evidence.find((e) => e.id === 'e-print')?.title} · sha256`],
    ['consular.notifiedAt', 'changed', 'Encounter', 'consular · notified at'], ['forms.order', 'changed', 'Forms', 'order of the list'], ['forms.i862.legalAuthority#2', 'changed', 'I-862', 'I-862 · legal authority'],
  ] as const)('%s, %s', (path, kind, group, words) => expect([changeGroup(path, d, d), changeWords({ path, kind }, d, d)]).toEqual([group, words]));
  it('writes values out: times of the site, lists and parts', () => {
    expect([valueText(null, 'UTC'), valueText('', 'UTC'), valueText(true, 'UTC'), valueText(3, 'UTC'), valueText(['a', 'b'], 'UTC'), valueText({ firstName: 'x', on: null }, 'UTC'), valueText([], 'UTC')])
      .toEqual([null, null, 'Yes', '3', 'a, b', 'first name: x', 'empty']);
    expect(valueText('2026-11-24T16:00:00.000Z', 'America/Chicago')).toBe('Tue 24 Nov 10:00 CST (2026-11-24T16:00:00.000Z)');
  });  it('names the items of a list of records, and says first what each says', () => {
    expect(valueText([{ number: 3, text: 'You are a native of Chad', elements: ['entry_place', 'identity'], evidenceIds: [] }, { number: 4, text: 'You entered', elements: [], evidenceIds: ['ev-1'] }], 'UTC', 'forms.i862.allegations'))
      .toBe('allegation 3: You are a native of Chad; elements: entry place, identity\nallegation 4: You entered; evidence ids: ev-1');
    expect(valueText([{ orderedBy: 'a judge', on: '2026-01-02', liftedOn: null }], 'UTC', 'forms.i205.finality.stays')).toBe('stay 1: ordered by: a judge; on: 2026-01-02');
    expect(valueText({ on: '2026-01-02', parts: [{ name: 'x' }] }, 'UTC')).toBe('on: 2026-01-02\nparts: part 1: x');
  });
  it('says what stands in a field as the form says it', () => {
    const i862 = d.forms.find((f) => f.kind === 'I-862');
    if (i862?.kind !== 'I-862') throw new Error('the packet has no I-862');
    const allegations = standsThere(d, `forms.${i862.id}.allegations`)?.split('\n') ?? [];
    expect(allegations).toEqual(i862.allegations.map((a) => `allegation ${a.number}: ${a.text}`));
    expect(standsThere(d, `forms.${i862.id}.allegations.1`)).toBe(i862.allegations[1]?.text);
    expect(standsThere(d, `forms.${i862.id}.charges`)).toBe(i862.charges.map((c) => `INA ${c.section}: on allegation ${c.allegationNumbers.join(', ')}`).join('\n'));
    expect(standsThere(d, `forms.${i862.id}.hearing`)).toContain(`Time: ${i862.hearing.time}`);
    expect(standsThere(d, 'recordChecks')?.split('\n')).toHaveLength(d.recordChecks.length);
    expect(standsThere({ ...d, forms: [{ ...i862, allegations: [] }] }, `forms.${i862.id}.allegations`)).toBeNull();
    expect(standsThere({ ...d, forms: [{ ...i862, legalAuthority: 'a_b' }] }, `forms.${i862.id}.legalAuthority`)).toBe('a_b');
    expect(standsThere(d, 'evidence')).toContain('evidence 1: ');
    expect(standsThere(d, 'nowhere')).toBeNull();
  });
});
