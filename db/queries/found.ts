/**
 * Where a search matched, for the few packets on screen: a query of its own, because finding the place costs more than finding the packet.
 * Reads the same texts that were indexed: what the search must not tell is not here either.
 */
import type { FoundText, QueryIn } from '../../shared/api.ts';
import { displayANumber, normalANumber } from '../../shared/domain/packet.ts';
import { labelOf } from '../../shared/domain/packet-texts.ts';
import { paperWords, searchWords, type SearchWord, snippetOf } from '../../shared/domain/search-words.ts';
import type { Store } from '../open.ts';
import { type Names, numberText, searchable } from '../search.ts';

/** Which of the words stand in the names of this packet, and in which of them first. */
function inNames(packetId: string, names: Names, words: readonly SearchWord[]): { readonly found: FoundText | null; readonly left: readonly SearchWord[] } {
  const number = normalANumber(names.aNumber) ? displayANumber(names.aNumber) : names.aNumber ?? '';
  const texts = [['name', names.name], ['A-number', numberText(names.aNumber), number], ['event number', names.eventNumber], ['agency', names.agency], ['preparer', names.preparer]] as const;
  const matched = texts.flatMap(([label, text, shown = text]) => {
    const hits = words.filter((w) => snippetOf(text, [w]) !== null);
    return hits.length === 0 ? [] : [{ label, hits, shown }];
  });
  const first = matched[0];
  if (!first) return { found: null, left: words };
  const parts = snippetOf(first.shown, first.hits)?.parts ?? [{ text: first.shown, isHit: true }];
  return { found: { packetId, where: 'who', label: first.label, parts }, left: words.filter((w) => !matched.some((m) => m.hits.includes(w))) };
}

/** One place for each of these packets where the search matched, in their order: in the names if all words are there, else the text with most of the others. */
export function foundTexts(store: Store, { search, packetIds }: QueryIn<'queue.found'>): readonly FoundText[] {
  const words = searchWords(search);
  return packetIds.flatMap((packetId): readonly FoundText[] => {
    const packet = searchable(store, packetId);
    if (!packet) return [];
    const { found, left } = inNames(packetId, packet.names, words);
    const inPapers = left.length === 0 ? null : paperWords(words);
    const wanted = inPapers?.filter((_w, n) => left.includes(words[n] as SearchWord)) ?? [];
    let best: (FoundText & { readonly found: number }) | null = null;
    for (const { where, path, text } of wanted.length === 0 ? [] : packet.texts()) {
      const snippet = snippetOf(text, wanted);
      if (snippet && snippet.found > (best?.found ?? 0)) best = { packetId, where, label: labelOf(path), parts: snippet.parts, found: snippet.found };
      if (best?.found === wanted.length) break;
    }
    if (best) return [{ packetId: best.packetId, where: best.where, label: best.label, parts: best.parts }];
    return found ? [found] : [];
  });
}
