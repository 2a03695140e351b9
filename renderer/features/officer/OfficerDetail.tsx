/** One officer: state, authority over time with its gaps, training row by row. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { OfficerItem } from '../../../shared/api.ts';
import { revocationWords } from '../../../shared/domain/lapse-review.ts';
import type { RecordedOfficerKind } from '../../../shared/domain/officer-events.ts';
import { REQUIREMENTS, type RequirementStanding, type Standing } from '../../../shared/domain/training.ts';
import { age, siteDay, siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { TouchedPackets } from '../../pieces/TouchedPackets.tsx';
import { AUTHORITY_WORDS, CARD_WORDS, isAuthorityUsable, MODEL_WORDS } from '../../pieces/words.ts';
import { useQuery } from '../../use-query.ts';
import { StepDialog } from './StepDialog.tsx';

const STANDING_WORDS: Readonly<Record<Standing, { readonly shape: string; readonly word: string; readonly tone: string }>> = {
  current: { shape: '✓', word: 'current', tone: 'soft' },
  due_soon: { shape: '○', word: 'due soon', tone: 'amber' },
  waived: { shape: '○', word: 'waived by HQ', tone: 'amber' },
  overdue: { shape: '▲', word: 'overdue', tone: 'amber strong' },
  unknown: { shape: '?', word: 'unknown', tone: 'amber' },
  not_required: { shape: '', word: 'not asked of this model', tone: 'soft' },
};
/** The last completion, and what stands in the way of a newer one. */
const restsOn = (s: RequirementStanding): string =>
  [
    s.completion?.completedOn ? `done ${s.completion.completedOn}` : s.waiver ? '' : 'none on record',
    s.unverified ? `done ${s.unverified.completedOn}, not verified: does not count` : '',
    s.unavailable ? 'course unavailable, HQ asked' : '',
  ]
    .filter(Boolean)
    .join(' · ');

/** A day at the site; the hour, in both zones, in the tooltip. Authority goes back years, so the year is shown. */
const Day = ({ at, zone }: { readonly at: string; readonly zone: string }) => (
  <time dateTime={at} title={`${siteTime(at, zone)}, ${utcTime(at)}`}>
    {siteDay(at, zone)}
  </time>
);

/** The pane beside the list. */
export function OfficerDetail({ item }: { readonly item: OfficerItem }) {
  const now = useNow();
  const { officer, zone } = item;
  const { data: lapses } = useQuery('officers.lapses', { officerId: officer.id });
  const touched = lapses?.find((l) => l.officerId === officer.id);
  const [step, setStep] = useState<{ readonly kind: RecordedOfficerKind | null } | null>(null);
  useKeys([{ keys: 'r', label: 'Record a step…', group: 'Officers', run: () => setStep({ kind: null }) }]);
  const isUsable = isAuthorityUsable(officer.authorityState);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: there may be nothing to press in it, and in a low window it is scrolled by keyboard
    <aside className="detail" aria-label={officer.name} data-region="detail" tabIndex={0}>
      <div>
        <h2>{officer.name}</h2>
        <p className="soft">
          DIO, {item.agencyName}, badge {officer.badge}
        </p>
      </div>
      <div className={`note ${isUsable ? '' : 'amber'}`}>
        <p className="strong">
          {isUsable ? '✓' : '▲'} {AUTHORITY_WORDS[officer.authorityState]}
        </p>
        {officer.authorityState === 'LAPSED' && (
          <p className="small">In law the authority stands until the FOD signs the letter of revocation. Fieldbook takes no new work of this officer.</p>
        )}
        {item.revocation && (
          <p className={`small ${item.revocation.dueAt <= now ? 'strong' : ''}`}>
            {revocationWords(item.revocation, zone, now)}.
          </p>
        )}
        <p className="soft small">
          {CARD_WORDS[officer.cardState]}
          {officer.lastCardLoginAt ? `, last login ${age(now, officer.lastCardLoginAt)}` : ''}
          {officer.isSeparated ? ' · left the agency' : ''}
        </p>
      </div>
      <div className="row wrap">
        <Button type="button" outline onClick={() => setStep({ kind: null })}>
          Record a step… <kbd>r</kbd>
        </Button>
        {item.revocation?.askedAt === null && item.steps.includes('revocation.asked') && (
          <Button type="button" outline onClick={() => setStep({ kind: 'revocation.asked' })}>
            Ask for revocation…
          </Button>
        )}
      </div>
      {touched && (
        <section>
          <h3>Packets touched by a lapse</h3>
          <TouchedPackets lapses={touched} />
        </section>
      )}
      <section>
        <h3>Authority over time</h3>
        {item.intervals.length === 0 && <p className="soft">None on record.</p>}
        {[...item.intervals]
          .sort((a, b) => (a.startAt < b.startAt ? 1 : -1))
          .map((i) => (
            <div key={i.id} className="mini-row">
              <span className="num">
                <Day at={i.startAt} zone={zone} /> to {i.endAt ? <Day at={i.endAt} zone={zone} /> : <b>now</b>}
              </span>
              <span className="soft">{MODEL_WORDS[i.model]}</span>
              <span className="soft small">
                {i.endReason && i.endAt ? (i.endAt > now ? 'if no training is done · ' : `${i.endReason} · `) : ''}HQ recorded this {age(now, i.recordedAt)}
              </span>
            </div>
          ))}
      </section>
      <section>
        <h3>Training</h3>
        {item.standings.map((s) => {
          const w = STANDING_WORDS[s.standing];
          return (
            <div key={s.requirement} className="mini-row">
              <span>{REQUIREMENTS[s.requirement].title}</span>
              <span className="num nowrap">{s.dueOn ? `due ${s.dueOn}` : ''}</span>
              <span className={`small ${w.tone}`}>
                <span aria-hidden="true">{w.shape} </span>
                {w.word}
              </span>
              <span className="soft small num">
                {s.planBy !== null && s.planBy !== s.dueOn ? `plan for ${s.planBy} · ` : ''}
                {restsOn(s)}
              </span>
            </div>
          );
        })}
      </section>
      {step && <StepDialog key={officer.id} item={item} suggested={step.kind} onClose={() => setStep(null)} />}
    </aside>
  );
}
