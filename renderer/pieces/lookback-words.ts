/** A look-back review in a few words: whose it is, how late, what came of it. */
import type { LookbackItem } from '../../shared/api.ts';
import { isLate, LOOKBACK_CAUSES, LOOKBACK_OUTCOMES, type LookbackCause } from '../../shared/domain/lookback.ts';
import { countdown } from '../../shared/time.ts';

/** The person named, or the office that answers by rule. */
export const ownerWords = ({ ownerName, fieldOffice }: Pick<LookbackItem, 'ownerName' | 'fieldOffice'>): string => ownerName ?? `the SDDO of ${fieldOffice || 'the field office'} (nobody named yet)`;
/** Why it was opened. */
export const causeWords = (cause: string): string => LOOKBACK_CAUSES[cause as LookbackCause] ?? cause;
/** `in 5 h 10 m`, `overdue by 2 h`, or the outcome. */
export function dueWords({ review }: Pick<LookbackItem, 'review'>, now: string): string {
  if (review.outcome !== null) return LOOKBACK_OUTCOMES[review.outcome].label;
  return isLate(review, now) ? `overdue by ${countdown(review.dueAt, now)}` : `in ${countdown(now, review.dueAt)}`;
}
