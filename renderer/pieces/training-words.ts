/** How a requirement stands, in shape and word, once for every screen. Colour only repeats them; nothing is green. Pure. */
import type { RequirementId, RequirementStanding, Standing } from '../../shared/domain/training.ts';
import type { CellState } from '../../shared/training-views.ts';

export const STANDING_WORDS: Readonly<Record<Standing, { readonly shape: string; readonly word: string; readonly tone: string }>> = {
  current: { shape: '✓', word: 'current', tone: 'soft' },
  due_soon: { shape: '○', word: 'due soon', tone: 'amber' },
  waived: { shape: '◇', word: 'waived by HQ', tone: 'amber' },
  overdue: { shape: '▲', word: 'overdue', tone: 'amber strong' },
  unknown: { shape: '?', word: 'unknown', tone: 'amber' },
  not_required: { shape: '–', word: 'not asked of this model', tone: 'soft' },
};
export const CELL_STATE_WORDS: Readonly<Record<CellState, string>> = {
  overdue: 'Overdue', unknown: 'Unknown', due_soon: 'Due soon', waived: 'Waived by HQ', current: 'Current', unverified: 'Waits to be verified', unavailable: 'Course unavailable',
};
/** Heads of the matrix columns. */
export const REQUIREMENT_SHORT: Readonly<Record<RequirementId, string>> = {
  initial: 'Initial', 'palms-1': 'INA', 'palms-2': 'Fundam.', 'palms-3': 'Traffick.', 'palms-4': 'Awareness', 'palms-5': 'Records', 'palms-6': 'Privacy', 'palms-7': 'OPSEC', 'palms-8': 'Language',
  refresher: 'Refresher', authorization: 'Task force', card: 'Card',
};

/** The last completion, and what stands in the way of a newer one. */
export const restsOn = (s: RequirementStanding): string =>
  [
    s.completion?.completedOn ? `done ${s.completion.completedOn}` : s.waiver ? '' : 'none on record',
    s.unverified ? `done ${s.unverified.completedOn}, not verified: does not count` : '',
    s.unavailable ? 'course unavailable, HQ asked' : '',
  ]
    .filter(Boolean)
    .join(' · ');
