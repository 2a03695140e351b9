/** What the search benchmark types, by kind: taken from the packets themselves, so that each finds something. The words of the papers are few and in many packets: harder than real ones. */
import { benchPackets } from './bench-seed.ts';

export type Kind = { readonly what: string; readonly typed: readonly string[] };

/** `count` searches of each kind. */
export function searchKinds(count: number): readonly Kind[] {
  const asked = benchPackets(count, 0).map(({ subject, version }, n) => {
    const { forms } = JSON.parse(version.content) as { readonly forms: readonly { readonly narrative?: string }[] };
    const words = forms.at(-1)?.narrative?.split(' ') ?? [];
    const word = (k: number): string => words[(n + k) % words.length] ?? '';
    return { number: (subject.aNumber ?? '').slice(1), name: subject.name.split(',')[0] ?? '', fullName: subject.name.replace(',', ''), word };
  });
  const kind = (what: string, typedOf: (one: (typeof asked)[number], n: number) => string): Kind => ({ what, typed: asked.map(typedOf) });
  return [
    kind('an A-number', (a) => a.number), kind('a name', (a) => a.name), kind('the first three letters of a name', (a) => a.name.slice(0, 3)), kind('a whole name', (a) => a.fullName),
    kind('a word in papers', (a) => a.word(0)), kind('two words in papers', (a) => `${a.word(0)} ${a.word(7)}`), kind('a name and a word in papers', (a) => `${a.name} ${a.word(3)}`),
    // Not all the same, or the answer would be kept from the one before.
    kind('a word that every packet has', (_a, n) => (n % 2 === 0 ? 'needed' : 'neede')),
  ];
}
