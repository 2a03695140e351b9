/** Every text of several words in the demo's documents is found by the search, or stands here with the reason why not. */
import { describe, expect, it } from 'vitest';
import { packetTexts } from '../../shared/domain/packet-texts.ts';
import { packets } from '../../synthetic/packets.ts';
import { programme } from '../../synthetic/programme.ts';

const NOW = '2026-11-24T19:10:00.000Z';
/** Keys whose words are no words of a person: `identity` is searched as names, a rendition is a file, pins repeat the evidence. */
const LEFT_OUT = new Set(['identity', 'rendition', 'pins']);

/** Every string of four words or more below a value, with its path without the numbers of lists. */
function sentences(value: unknown, path = ''): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return value.trim().split(/\s+/u).length > 3 ? [{ path, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (LEFT_OUT.has(key) ? [] : sentences(item, `${path}/${Array.isArray(value) ? '*' : key}`)));
}

describe('texts of the demo', () => {
  it('of four words and more are all searched', () => {
    const all = packets(1, NOW, programme(1, NOW)).map((p) => p.document);
    const missing = new Map<string, string>();
    let count = 0;
    for (const document of all) {
      const searched = new Set(packetTexts(JSON.stringify(document)).map((t) => t.text));
      for (const { path, text } of sentences(document)) {
        count += 1;
        if (!searched.has(text)) missing.set(path, text);
      }
    }
    expect(count).toBeGreaterThan(all.length * 3);
    expect(Object.fromEntries(missing)).toEqual({});
  });
});
