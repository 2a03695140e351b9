/** An event of custody in words, for screen and paper alike: codes as words, instants in site time. Pure. */
import type { CustodyEventRow } from '../rows.ts';
import { siteTime } from '../time.ts';

type Told = Pick<CustodyEventRow, 'details'>;
const HIDDEN = new Set(['eventId', 'callList', 'dioId']);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** What does not say by itself what it is. */
const LABELS: Readonly<Record<string, string>> = {
  i203: 'I-203', i216: 'I-216', propertyReceipt: 'property receipt', medicalSummary: 'medical summary', medication: 'medication', languages: 'languages', accommodation: 'accommodation',
  dependants: 'dependants at home', counsel: 'counsel', fearClaim: 'fear of return', medicalNeeds: 'medical needs', subjectCopy: 'copy to the person', agencyCopy: 'agency copy', interpreter: 'interpreter',
};
function detailWords(key: string, value: string | number | boolean, zone: string): string {
  if (typeof value === 'boolean') return key === 'isWarrantless' ? (value ? 'without a warrant' : 'with a warrant') : '';
  if (key === 'calls') return `${value} ${value === 1 ? 'call' : 'calls'} made`;
  if (INSTANT.test(String(value))) return `${key === 'limitAt' ? 'limit ' : 'for '}${siteTime(String(value), zone)}`;
  return `${LABELS[key] ? `${LABELS[key]} ` : ''}${String(value).replaceAll('_', ' ')}`;
}
/** The details of an event, piece by piece; ids and empty ones are left out. `zone`: of the site. */
export const detailPieces = (event: Told, zone: string): readonly string[] =>
  Object.entries(event.details).flatMap(([key, value]) => (value === null || value === '' || HIDDEN.has(key) ? [] : [detailWords(key, value, zone)])).filter((t) => t !== '');
/** The calls that a breach keeps, one each line, in site time. */
export const callLines = (event: Told, zone: string): readonly string[] =>
  String(event.details.callList ?? '').split('\n').filter((l) => l !== '').map((l) => l.replace(/^\S+Z(?= )/, (at) => siteTime(at, zone)));
/** Why events were corrected, by the id of the corrected one. */
export const corrections = (events: readonly Pick<CustodyEventRow, 'kind' | 'details'>[]): ReadonlyMap<string, string> =>
  new Map(events.flatMap((e) => (e.kind === 'corrected' ? [[String(e.details.eventId), String(e.details.why ?? '')] as const] : [])));
