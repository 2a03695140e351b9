/** The words of the details that a step asks for. Which details, and of what shape, says the table of events in `shared/domain/officer-events.ts`. */
import type { RecordedOfficerKind } from '../../../shared/domain/officer-events.ts';

export const FIELD_WORDS: Readonly<Record<string, string>> = {
  nominatedBy: 'Nominated by', isCitizenshipAttested: 'The agency attests US citizenship', course: 'Course', startsOn: 'Starts on', seat: 'Seat', ground: 'Ground', why: 'Why', orderedBy: 'Ordered by',
  credentials: 'Credentials', toldBy: 'Told by', source: 'Where it was seen', ticket: 'Ticket', batch: 'Batch', eventId: 'Step to correct',
};
export const CHOICE_WORDS: Readonly<Record<string, string>> = {
  initial: 'Initial training', refresher: 'Refresher', complaint: 'A complaint', discipline: 'Discipline', investigation: 'An investigation', moa: 'The MOA is suspended', safety: 'Safety',
};
const HINTS: Readonly<Record<string, string>> = {
  'corrected.why': '10 characters or more', 'training.started.seat': 'number or place of the seat that was confirmed', 'training.started.startsOn': 'no initial class from October to December', 'separated.credentials': 'returned, or who collects them',
  'card.asked.batch': 'of several cards asked for at once', 'nominated.nominatedBy': 'name and title at the agency', 'suspended.orderedBy': 'name and title',
};
/** What helps with one field of one step; null where its name is enough. */
export const hintOf = (kind: RecordedOfficerKind, field: string): string | null => HINTS[`${kind}.${field}`] ?? null;
