/** The fields of each custody event on screen, in the order in which they are asked. The shapes themselves are in `shared/domain/custody.ts`; a test compares the two. */
import type { RecordedKind } from '../../../shared/domain/custody.ts';

type Choice = readonly (readonly [value: string, words: string])[];
export type EventField = {
  readonly name: string; readonly label: string; readonly kind: 'text' | 'long' | 'choice' | 'time' | 'yes';
  readonly choices?: Choice; readonly isOptional?: boolean; readonly hint?: string;
};
const text = (name: string, label: string, hint?: string): EventField => ({ name, label, kind: 'text', ...(hint ? { hint } : {}) });
const long = (name: string, label: string, hint?: string): EventField => ({ name, label, kind: 'long', ...(hint ? { hint } : {}) });
const choice = (name: string, label: string, choices: Choice): EventField => ({ name, label, kind: 'choice', choices });
const optional = (field: EventField): EventField => ({ ...field, isOptional: true });

const SERVED: readonly EventField[] = [
  choice('manner', 'How it was served', [['in_person', 'In person'], ['read_aloud', 'Read aloud'], ['refused', 'Refused by the person']]),
  text('servedBy', 'Served by', 'name and title'),
  optional(text('dioId', 'DIO id', 'only if a DIO served it')),
  text('language', 'Language'),
  optional(text('interpreter', 'Interpreter', 'name or id')),
  choice('subjectCopy', 'Copy to the person', [['given', 'Given'], ['refused', 'Offered, refused']]),
];
const CARRIED: readonly EventField[] = [
  text('i203', 'Form I-203', 'number of the order to detain or release'), text('i216', 'Form I-216', 'number of the transfer record'), text('propertyReceipt', 'Property receipt'),
  text('medicalSummary', 'Medical summary', 'its number, or "none"'), text('medication', 'Medication', 'what goes along, or "none"'), text('languages', 'Languages'),
  optional(text('accommodation', 'Accommodation')), optional(text('dependants', 'Minors or dependants at home')), optional(text('counsel', 'Counsel')), optional(text('fearClaim', 'Fear of return')),
  optional(text('medicalNeeds', 'Pregnancy or medical needs')),
];
/** Only the kinds that a person records. */
export const EVENT_FIELDS: Readonly<Record<RecordedKind, readonly EventField[]>> = {
  booked: [text('bookingNumber', 'Booking number'), text('offense', 'Local charge')],
  screened: [text('language', 'Language'), optional(text('interpreter', 'Interpreter', 'name or id'))],
  arrested: [{ name: 'isWarrantless', label: 'Without a warrant', kind: 'yes' }, text('iceContact', 'Whom at ICE you reached')],
  'release.scheduled': [{ name: 'releaseAt', label: 'Local release at', kind: 'time' }, text('toldBy', 'Told by')],
  'local.released': [text('toldBy', 'Told by')],
  'detainer.served': [...SERVED, text('agencyCopy', 'Who at the agency has the copy')],
  'warrant.served': [choice('form', 'Form', [['I-200', 'I-200, warrant of arrest'], ['I-205', 'I-205, warrant of removal']]), text('place', 'Place'), ...SERVED],
  'pickup.arranged': [text('by', 'Who picks up'), { name: 'forAt', label: 'Agreed for', kind: 'time' }],
  'transit.started': [choice('by', 'Taken by', [['ICE', 'ICE'], ['DIO', 'A DIO']]), ...CARRIED],
  'ice.arrived': [text('place', 'ICE facility or office'), text('confirmation', 'Confirmation number')],
  'pickup.refused': [text('by', 'Who refused'), long('why', 'Why')],
  'call.made': [text('to', 'Whom you called'), long('answer', 'Answer')],
  'ice.notified': [text('to', 'Whom at ICE'), choice('about', 'About', [['arrest', 'The arrest'], ['detainer', 'The detainer'], ['service', 'The service'], ['release', 'The release']])],
  'counsel.notified': [text('to', 'Counsel')],
  'detainer.cancelled': [
    long('why', 'Why'), text('toldTo', 'Whom at the agency you told'),
    choice('reissue', 'Afterwards', [['none', 'No new detainer'], ['after_warrant', 'Issue again after the warrant']]),
  ],
  'detainer.fulfilled': [text('toldTo', 'Whom at the agency you told')],
  'release.ordered': [text('by', 'Ordered by'), text('toldTo', 'Whom at the agency you told'), long('why', 'Why')],
  released: [
    choice('reason', 'Reason', [['limit', 'The limit was reached'], ['citizenship', 'US citizenship'], ['court', 'A court ordered it'], ['no_custody', 'ICE takes no custody'], ['other', 'Another reason']]),
    text('by', 'Confirmed by'),
  ],
  'limit.passed': [long('note', 'Why nobody came', 'calls since the limit began are added')],
  corrected: [text('eventId', 'Event'), long('why', 'Why it was wrong', '10 characters or more')],
};

/** What a person typed, as the details of the event: times to UTC, empty optional fields to null. `toUtc` reads a local time at the site. */
export function detailsOf(kind: RecordedKind, values: Readonly<Record<string, string>>, toUtc: (local: string) => string): Readonly<Record<string, string | boolean | null>> {
  return Object.fromEntries(EVENT_FIELDS[kind].map((f): [string, string | boolean | null] => {
    const value = (values[f.name] ?? '').trim();
    if (f.kind === 'yes') return [f.name, value === 'yes'];
    if (f.kind === 'time') return [f.name, toUtc(value)];
    return [f.name, f.isOptional && value === '' ? null : value];
  }));
}
/** The first field that is still empty, as words; null when none is. */
export function missingField(kind: RecordedKind, values: Readonly<Record<string, string>>): string | null {
  return EVENT_FIELDS[kind].find((f) => !f.isOptional && f.kind !== 'yes' && (values[f.name] ?? '').trim() === '')?.label ?? null;
}
