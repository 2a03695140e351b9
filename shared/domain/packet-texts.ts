/**
 * The words of a packet's document that a person may search for: narratives, form texts, and what stands around the encounter. Names and numbers of the
 * person are not among them: they are searched as names. Reads any stored document, also of an older shape. Must never be asked for a packet under a hold.
 */

/** One text: the form (by its kind) or part of the packet that it stands in, and the path to it there. */
export type PacketText = { readonly where: string; readonly path: string; readonly text: string };

/** Keys whose value is somebody's words. Values of other keys are ids, codes, times or answers to choose from. */
const PROSE = new Set([
  'narrative', 'text', 'value', 'ground', 'what', 'to', 'notInPersonReason', 'madeBy', 'orderedBy', 'offense', 'statute', 'agency', 'note', 'result', 'title', 'address', 'changeReason', 'sameOfficerReason', 'section',
  'language', 'languages', 'aliases', 'toInstitution', 'interpreter', 'nameOrId', 'nationality', 'court', 'witness', 'name', 'byName', 'referredTo', 'dobBasis', 'reference', 'legalAuthority', 'list', 'quote',
]);
/** The four protective questions are answered in words; other answers are yes or no. */
const isProse = (key: string, path: string): boolean => PROSE.has(key) || (key === 'answer' && path.includes('/fearQuestions/')) || (key === 'place' && path !== '/arrest') || (key === 'source' && path.startsWith('/subject/'));
/** Never looked into: what identifies the person, and files. `pins` repeat the evidence. */
const SKIPPED = new Set(['identity', 'rendition', 'pins', 'evidenceIds', 'zone']);

const named = (key: string): string => key.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
/** What a text is called: `/allegations/2/text` is "allegation 3"; `/facts/criminalHistory/value` is "criminal history". */
export function labelOf(path: string): string {
  const kept = path.split('/').filter((p, n) => n > 0 && !['text', 'value', 'facts', 'fields'].includes(p));
  const [last = '', before = '', first = ''] = [...kept].reverse();
  if (/^\d+$/.test(last)) return `${named(before).replace(/s$/, '')} ${Number(last) + 1}`;
  return /^\d+$/.test(before) ? `${named(first).replace(/s$/, '')} ${Number(before) + 1}, ${named(last)}` : named(last);
}

/** Collects the texts below a value; `isWords`: a plain string here is somebody's words. Runs for every packet that is pulled: no more work than that. */
function walk(value: unknown, where: string, path: string, isWords: boolean, found: PacketText[]): void {
  if (typeof value === 'string') {
    if (isWords && value !== '') found.push({ where, path, text: value });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (isWords || typeof value[0] === 'object') for (let n = 0; n < value.length; n += 1) walk(value[n], where, `${path}/${n}`, isWords, found);
    return;
  }
  const isFields = path.endsWith('/fields');
  for (const key in value) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof item === 'string' ? isFields || isProse(key, path) : typeof item === 'object' && !SKIPPED.has(key)) walk(item, where, `${path}/${key}`, isFields || isProse(key, path), found);
  }
}

/** Every searchable text of a stored document (`content` of its version); none when it is not a document. */
export function packetTexts(content: string): readonly PacketText[] {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return [];
  }
  if (typeof document !== 'object' || document === null) return [];
  const found: PacketText[] = [];
  const { forms, evidence, ...rest } = document as Readonly<Record<string, unknown>>;
  for (const form of Array.isArray(forms) ? (forms as readonly unknown[]) : []) {
    if (typeof form === 'object' && form !== null) walk(form, 'kind' in form && typeof form.kind === 'string' ? form.kind : 'form', '', false, found);
  }
  walk(rest, 'encounter', '', false, found);
  walk(evidence, 'evidence', '/evidence', false, found);
  return found;
}
