/** Today answers three questions: what is running out, what needs me, where does my work stand. */
import { Icon } from '@trussworks/react-uswds';
import type { Overview, QueueItem } from '../../../shared/api.ts';
import { displayANumber } from '../../../shared/domain/packet.ts';
import { age } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { Countdown, SiteTime, urgencyOf } from '../../pieces/Countdown.tsx';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { CheckCounts } from '../../pieces/Severity.tsx';
import { bytesText, clockTime, count, OUTBOX_WORDS, PACKET_TYPE_WORDS, receiptText } from '../../pieces/words.ts';
import { useOpen } from '../../session.ts';
import { Screen } from '../../shell/Screen.tsx';
import { goTo, useStore } from '../../store.ts';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

const KINDS: Readonly<Record<Overview['attention'][number]['kind'], { readonly shape: string; readonly word: string }>> = {
  hold: { shape: '◆', word: 'Hold' },
  under_review: { shape: '▲', word: 'Under review' },
  refused: { shape: '▲', word: 'Refused by HQ' },
  resubmitted: { shape: '↩', word: 'Resubmitted' },
  authority: { shape: '▲', word: 'Authority' },
  training: { shape: '○', word: 'Training' },
};

/** The start screen. */
export function TodayScreen() {
  const { data, problem, isSlow, reload } = useQuery('today.overview', {}, { refreshMs: 60_000 });
  const { session } = useOpen();
  return (
    <Screen title="Today">
      {problem && !data ? (
        <div className="pad">
          <ProblemNote problem={problem}>
            <button type="button" className="usa-button start" onClick={reload}>
              Try again
            </button>
          </ProblemNote>
        </div>
      ) : null}
      {!data && isSlow ? <Skeleton rows={8} label="Loading today" /> : null}
      {data && <Columns data={data} greeting={session.me.name} />}
    </Screen>
  );
}

function Columns({ data, greeting }: { readonly data: Overview; readonly greeting: string }) {
  const go = useStore((s) => s.go);
  const now = useNow();
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
              {data.attention.map((a) => (
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
              <span className="cut">{item.title}</span>
              <span className="soft small push nowrap">{item.receipt ? receiptText(item.receipt, now) : `${OUTBOX_WORDS[item.state]} · ${bytesText(item.bytes)} · ${age(now, item.savedAt)}`}</span>
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
                <span className="push small nowrap">{count(openPackets, 'open packet')}</span>
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
      <button type="button" onClick={onOpen}>
        <span className="risk-time">
          <Countdown deadlineAt={packet.deadlineAt} zone={item.zone} now={now} />
        </span>
        <span className="stack tight risk-who">
          <span>
            <b>{item.subjectName}</b> <span className="soft num nowrap">{displayANumber(item.aNumber)}</span>
          </span>
          <span className="soft small cut">
            {packet.deadlineClock ? `${packet.deadlineClock} · ` : ''}
            {PACKET_TYPE_WORDS[packet.type]} · {item.agencyName}
            {packet.isDetained ? ' · detained' : ''}
          </span>
        </span>
        <span className="push row">
          {packet.openHolds > 0 && <span className="tag">◆ {count(packet.openHolds, 'hold')}</span>}
          {packet.isResubmitted && <span className="tag">↩ resubmitted</span>}
          <CheckCounts block={packet.blockCount} hold={Math.max(packet.holdCount, packet.openHolds)} warn={packet.warnCount} />
          <Icon.NavigateNext aria-hidden="true" />
        </span>
      </button>
    </li>
  );
}
