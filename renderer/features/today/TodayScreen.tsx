/** Today answers three questions: what is running out, what needs me, where does my work stand. */
import { Icon } from '@trussworks/react-uswds';
import { useEffect, useState } from 'react';
import type { Overview, QueueItem } from '../../../shared/api.ts';
import { displayANumber } from '../../../shared/domain/packet.ts';
import { age } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { focusContent, stepFocus, useKeys } from '../../keys.ts';
import { Countdown, SiteTime, urgencyOf } from '../../pieces/Countdown.tsx';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { PacketChecks } from '../../pieces/Severity.tsx';
import { clockTime, count, OUTBOX_WORDS, PACKET_TYPE_WORDS, receiptText } from '../../pieces/words.ts';
import { useOpen } from '../../session.ts';
import { Screen } from '../../shell/Screen.tsx';
import { goTo, useStore } from '../../store.ts';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

const KINDS: Readonly<Record<Overview['attention'][number]['kind'], { readonly shape: string; readonly word: string }>> = {
  claim: { shape: '◷', word: 'Claim' },
  hold: { shape: '◆', word: 'Hold' },
  under_review: { shape: '▲', word: 'Under review' },
  refused: { shape: '▲', word: 'Refused by HQ' },
  resubmitted: { shape: '↩', word: 'Resubmitted' },
  authority: { shape: '▲', word: 'Authority' },
  training: { shape: '○', word: 'Training' },
  revocation: { shape: '▲', word: 'Lapsed' },
};

/** How many lines "Needs you" shows before it asks. */
const FEW = 6;

/** The start screen. */
export function TodayScreen() {
  const { data, problem, isSlow, reload } = useQuery('today.overview', {}, { refreshMs: 60_000 });
  const { session } = useOpen();
  return (
    <Screen title="Today">
      {problem && !data && (
        <div className="pad">
          <LoadProblem problem={problem} onRetry={reload} />
        </div>
      )}
      {!data && isSlow ? <Skeleton rows={8} label="Loading today" /> : null}
      {data && <Columns data={data} greeting={session.me.name} />}
    </Screen>
  );
}

function Columns({ data, greeting }: { readonly data: Overview; readonly greeting: string }) {
  const go = useStore((s) => s.go);
  const now = useNow();
  const [hasAll, setAll] = useState(false);
  const attention = hasAll ? data.attention : data.attention.slice(0, FEW);
  // The rows came after the screen: the first one takes the focus that the screen has.
  useEffect(focusContent, []);
  useKeys([
    { keys: 'j', label: 'Next line', group: 'Today', run: () => stepFocus('.risk-row, .link-list button', 1) },
    { keys: 'k', label: 'Previous line', group: 'Today', run: () => stepFocus('.risk-row, .link-list button', -1) },
  ]);
  return (
    <div className="today" data-region="list">
      <section className="today-main" aria-labelledby="running-out">
        <div className="section-head">
          <h2 id="running-out">Running out</h2>
          <span className="soft small">most urgent first</span>
          <a
            className="push small"
            href="#/queue"
            onClick={(e) => {
              e.preventDefault();
              go({ screen: 'queue', split: 'all' });
            }}
          >
            {count(data.openTotal, 'open packet')}
          </a>
        </div>
        {data.atRisk.length === 0 ? (
          <p className="quiet-line">
            <span aria-hidden="true">✓</span> No clock needs you in the next 72 hours.{' '}
            <a
              href="#/queue"
              onClick={(e) => {
                e.preventDefault();
                go({ screen: 'queue', split: 'all' });
              }}
            >
              Open the queue
            </a>
          </p>
        ) : (
          <ul className="risk-list">
            {data.atRisk.map((item, n) => (
              <RiskRow key={item.packet.id} item={item} now={now} isFirst={n === 0} onOpen={() => go({ screen: 'packet', packetId: item.packet.id, number: null })} />
            ))}
          </ul>
        )}
        {data.agenciesHere < data.agenciesAssigned && (
          <p className="note">
            {data.agenciesHere} of {data.agenciesAssigned} agencies on this laptop so far. What is missing arrives with the next contact with HQ.
          </p>
        )}
      </section>
      <aside className="today-side" aria-label={`Work of ${greeting}`}>
        <section>
          <div className="section-head">
            <h2>Needs you</h2>
            <span className="soft num">{data.attention.length || ''}</span>
          </div>
          {data.attention.length === 0 ? (
            <p className="quiet-line">Nothing waits for your decision.</p>
          ) : (
            <ul className="link-list">
              {attention.map((a) => (
                <li key={`${a.kind}${a.route}${a.title}`}>
                  <button type="button" onClick={() => goTo(a.route)}>
                    <span className="shape" aria-hidden="true">
                      {KINDS[a.kind].shape}
                    </span>
                    <span className="stack tight">
                      <span className="strong">{a.title}</span>
                      <span className="soft small">
                        {KINDS[a.kind].word} · {a.detail}
                      </span>
                    </span>
                    <Icon.NavigateNext aria-hidden="true" />
                  </button>
                </li>
              ))}
            </ul>
          )}
          {data.attention.length > FEW && (
            <button type="button" className="usa-button usa-button--unstyled start" aria-expanded={hasAll} onClick={() => setAll(!hasAll)}>
              {hasAll ? 'Show fewer' : `Show ${data.attention.length - FEW} more`}
            </button>
          )}
        </section>
        <section>
          <div className="section-head">
            <h2>Your work</h2>
            <a
              className="push small"
              href="#/sync"
              onClick={(e) => {
                e.preventDefault();
                go({ screen: 'sync', filter: 'all' });
              }}
            >
              Sync
            </a>
          </div>
          <p className="quiet-line">
            <b className="num">{data.signedToday}</b> {data.signedToday === 1 ? 'form' : 'forms'} signed today · <b className="num">{data.unsent.length}</b> not yet received by HQ
          </p>
          {data.unsent.slice(0, 5).map((item) => (
            <div key={item.commandId} className="work-line">
              <span className="cut" title={item.title}>
                {item.title}
              </span>
              <span className="soft small num">{item.receipt ? receiptText(item.receipt, now) : `◐ ${OUTBOX_WORDS[item.state]} · saved ${age(now, item.savedAt)}`}</span>
            </div>
          ))}
        </section>
        <section>
          <div className="section-head">
            <h2>Next stops</h2>
            <a
              className="push small"
              href="#/itinerary"
              onClick={(e) => {
                e.preventDefault();
                go({ screen: 'itinerary' });
              }}
            >
              Itinerary
            </a>
          </div>
          {data.nextStops.length === 0 ? (
            <p className="quiet-line">No stop planned.</p>
          ) : (
            data.nextStops.map(({ stop, agencyName, zone, openPackets }) => (
              <div key={stop.id} className="stop-line">
                <span className="stack tight">
                  <span className="strong cut">{agencyName}</span>
                  <span className="soft small">
                    <SiteTime at={stop.arriveAt} zone={zone} /> to {clockTime(stop.departAt, zone, stop.arriveAt)}
                  </span>
                </span>
                <button
                  type="button"
                  className="usa-button usa-button--unstyled push"
                  onClick={() => go({ screen: 'queue', split: 'all', agencyId: stop.agencyId })}
                >
                  {count(openPackets, 'open packet')}
                </button>
              </div>
            ))
          )}
        </section>
      </aside>
    </div>
  );
}

function RiskRow({ item, now, isFirst, onOpen }: { readonly item: QueueItem; readonly now: string; readonly isFirst: boolean; readonly onOpen: () => void }) {
  const { packet } = item;
  const level = packet.deadlineAt ? urgencyOf(packet.deadlineAt, now) : 'far';
  return (
    <li className={`risk ${level} ${isFirst ? 'first' : ''}`}>
      <button type="button" className="risk-row" onClick={onOpen} data-start={isFirst || undefined}>
        <span className="risk-time">
          <Countdown deadlineAt={packet.deadlineAt} zone={item.zone} now={now} />
        </span>
        <span className="stack tight risk-who">
          <span className="risk-name">
            <b className="cut" dir="auto" title={item.subjectName}>
              {item.subjectName}
            </b>
            <span className="soft num nowrap">{displayANumber(item.aNumber)}</span>
            {packet.openHolds > 0 && <span className="tag">◆ on hold</span>}
            {packet.isResubmitted && <span className="tag">↩ resubmitted</span>}
          </span>
          <span className="soft small cut">
            {packet.deadlineClock ? `${packet.deadlineClock} · ` : ''}
            {PACKET_TYPE_WORDS[packet.type]} · {item.agencyName}
            {packet.isDetained ? ' · detained' : ''}
          </span>
        </span>
        <span className="push row">
          <PacketChecks packet={packet} isShort />
          <Icon.NavigateNext aria-hidden="true" />
        </span>
      </button>
    </li>
  );
}
