/** One officer: state, authority over time with its gaps, training row by row. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { OfficerItem } from '../../../shared/api.ts';
import { revocationWords } from '../../../shared/domain/lapse-review.ts';
import type { RecordedOfficerKind } from '../../../shared/domain/officer-events.ts';
import { age, siteDay, siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { StandingLine } from '../../pieces/StandingLine.tsx';
import { TouchedPackets } from '../../pieces/TouchedPackets.tsx';
import { AUTHORITY_WORDS, CARD_WORDS, isAuthorityUsable, MODEL_WORDS } from '../../pieces/words.ts';
import { useQuery } from '../../use-query.ts';
import { StepDialog } from './StepDialog.tsx';

/** A day at the site; the hour, in both zones, in the tooltip. Authority goes back years, so the year is shown. */
const Day = ({ at, zone }: { readonly at: string; readonly zone: string }) => (
  <time dateTime={at} title={`${siteTime(at, zone)}, ${utcTime(at)}`}>
    {siteDay(at, zone)}
  </time>
);

/** The pane beside the list. */
export function OfficerDetail({ item, onOpen }: { readonly item: OfficerItem; readonly onOpen: () => void }) {
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
        <Button type="button" unstyled onClick={onOpen}>
          Open the file
        </Button>
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
          Record a step… <kbd>R</kbd>
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
        {item.standings.map((s) => (
          <StandingLine key={s.requirement} standing={s} />
        ))}
      </section>
      {step && <StepDialog key={officer.id} item={item} suggested={step.kind} onClose={() => setStep(null)} />}
    </aside>
  );
}
