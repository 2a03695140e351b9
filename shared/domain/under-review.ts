/**
 * Whether a packet stands under review, told in one place for laptop and HQ. A sealed act never un-happens, so its statement stays
 * `under_review` for good: what ends the state is the look-back review that answers for it.
 */
import type { LookbackReviewRow, StatementRow } from '../rows.ts';

type Act = Pick<StatementRow, 'id' | 'signerId' | 'signedAt' | 'effect'>;
type Review = Pick<LookbackReviewRow, 'statementId' | 'openedAt' | 'closedAt'>;

/** True when the review is about this statement: it names one of the same ceremony, or the whole packet as it was signed when it opened. */
export function covers(review: Pick<Review, 'statementId' | 'openedAt'>, statement: Pick<Act, 'id' | 'signerId' | 'signedAt'>, statements: readonly Pick<Act, 'id' | 'signerId' | 'signedAt'>[]): boolean {
  if (review.statementId === null) return statement.signedAt <= review.openedAt;
  const named = statements.find((s) => s.id === review.statementId);
  return named !== undefined && named.signerId === statement.signerId && named.signedAt === statement.signedAt;
}

/**
 * True while a look-back review is open, or an act under review has none that answers for it. Meanwhile acts that advance custody or removal
 * wait; acts in the person's favour pass [PK-00, SYN-17]. Both lists are those of one packet.
 */
export const isUnderReview = (statements: readonly Act[], reviews: readonly Review[]): boolean =>
  reviews.some((r) => r.closedAt === null) || statements.some((s) => s.effect === 'under_review' && !reviews.some((r) => covers(r, s, statements)));
