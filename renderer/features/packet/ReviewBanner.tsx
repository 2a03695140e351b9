/** Look-back reviews on the packet: open ones with what changed, what to do and who answers; closed ones with what came of them [SYN-17]. */
import type { PacketView } from '../../../shared/api.ts';
import { LOOKBACK_OUTCOMES } from '../../../shared/domain/lookback.ts';
import { covers } from '../../../shared/domain/under-review.ts';
import type { StatementRow } from '../../../shared/rows.ts';
import { reviewReason } from '../../../shared/text.ts';
import { ChangedFacts } from '../../pieces/ChangedFacts.tsx';
import { SiteTime } from '../../pieces/Countdown.tsx';
import { causeWords, dueWords, ownerWords } from '../../pieces/lookback-words.ts';

/** The stamp on a signed form: whether it may be served, and what a look-back came to. */
export function sealedWords(sealed: StatementRow, view: PacketView): string {
  const own = view.lookbacks.filter((l) => covers(l.review, sealed, view.statements));
  const closed = own.find((l) => l.review.outcome !== null)?.review.outcome;
  if (own.some((l) => l.review.closedAt === null) || (sealed.effect === 'under_review' && !closed)) return '▲ Under review by HQ: do not serve; if served, call';
  return `✓ Signed as ${sealed.legalTitle}${closed ? `. Look-back: ${LOOKBACK_OUTCOMES[closed].label.toLowerCase()}` : ''}`;
}

/** Nothing where nothing is or was under review. */
export function ReviewBanner({ view, now }: { readonly view: PacketView; readonly now: string }) {
  const { lookbacks } = view;
  const open = lookbacks.filter((l) => l.review.closedAt === null);
  const closed = lookbacks.filter((l) => l.review.closedAt !== null);
  const held = view.statements.filter((s) => s.effect === 'under_review');
  if (lookbacks.length === 0 && held.length === 0) return null;
  return (
    <div className={`under-review ${open.length > 0 || lookbacks.length === 0 ? '' : 'closed'}`}>
      {lookbacks.length === 0 && (
        <p role="status">
          <b>▲ Under review by HQ. Do not serve; if served, call HQ.</b> {[...new Set(held.flatMap((s) => s.reviewReasons))].map(reviewReason).join('; ')}
        </p>
      )}
      {open.map((item) => (
        <details key={item.review.id} open={open.length === 1}>
          <summary>
            <b>▲ Under review{item.forms.length > 0 ? `: ${item.forms.join(', ')}` : ''}. Do not serve; if served, call HQ.</b> Look-back review due{' '}
            <SiteTime at={item.review.dueAt} zone={item.zone} /> ({dueWords(item, now)})
          </summary>
          <p>
            {causeWords(item.review.cause)}. Open since <SiteTime at={item.review.openedAt} zone={item.zone} />, owner {ownerWords(item)}.{' '}
            {item.signedByName !== null && `${item.isMine ? 'Your signature' : `The signature of ${item.signedByName}`} stays recorded as it was made. `}
            Signing, issuing, serving and effect wait; a hold and a return are open.
          </p>
          <ChangedFacts facts={item.facts} zone={item.zone} />
        </details>
      ))}
      {closed.map(({ review, zone, closedByName }) => (
        <details key={review.id}>
          <summary>
            <b>✓ Look-back review closed: {review.outcome && LOOKBACK_OUTCOMES[review.outcome].label}.</b> {review.outcome && LOOKBACK_OUTCOMES[review.outcome].follows}
          </summary>
          <p>
            {closedByName} {review.closedAt && <SiteTime at={review.closedAt} zone={zone} />}: {review.outcomeNote}
          </p>
        </details>
      ))}
    </div>
  );
}
