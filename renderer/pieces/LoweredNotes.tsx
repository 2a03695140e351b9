/** What a new rule pack took back lately: shown for 30 days wherever its checks are, so that nobody learns of it by chance. */
import type { LoweredNote } from '../../shared/domain/published-packs.ts';
import { siteTime } from '../../shared/time.ts';
import { useNow } from '../clock.ts';
import { count } from './words.ts';

/** Nothing when nothing was lowered. Folded: one line that opens. */
export function LoweredNotes({ notes, zone, isFolded = false }: { readonly notes: readonly LoweredNote[]; readonly zone: string; readonly isFolded?: boolean }) {
  const now = useNow();
  const [first] = notes;
  if (!first) return null;
  const rules = [...new Set(notes.map((n) => n.rule))];
  const list = (
    <ul className="lowered-list">
      {notes.map((n) => (
        <li key={`${n.version}/${n.rule}/${n.what}`}>
          <b>{n.rule}</b> {n.what}
          <span className="soft small">
            {' '}
            pack {n.version}, approved by {n.approvers.join(' and ')}; from {siteTime(n.since, zone)}, shown until {siteTime(n.until, zone)}
          </span>
        </li>
      ))}
    </ul>
  );
  const names = `${rules.slice(0, 6).join(', ')}${rules.length > 6 ? ' …' : ''}`;
  const soonest = notes.map((n) => n.since).sort()[0] ?? first.since;
  const head = soonest > now ? `▲ ${count(rules.length, 'rule', 'rules')} will ask less from ${siteTime(soonest, zone)}: ${names}` : `▲ ${count(rules.length, 'rule asks', 'rules ask')} less than before: ${names}`;
  return isFolded ? (
    <details className="lowered">
      <summary>{head}</summary>
      {list}
    </details>
  ) : (
    <section className="lowered" aria-label="Lowered rules">
      <p className="strong">{head}</p>
      {list}
    </section>
  );
}
