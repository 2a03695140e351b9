/** Look-back reviews on this laptop: open ones with the time left, detained people first, then what came of the closed ones. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { LookbackItem } from '../../../shared/api.ts';
import { isLate, LOOKBACK_OUTCOMES } from '../../../shared/domain/lookback.ts';
import { siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { useKeys } from '../../keys.ts';
import { AgencyName } from '../../pieces/AgencyName.tsx';
import { ChangedFacts } from '../../pieces/ChangedFacts.tsx';
import { SiteTime } from '../../pieces/Countdown.tsx';
import { causeWords, dueWords, ownerWords } from '../../pieces/lookback-words.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { Screen } from '../../shell/Screen.tsx';
import { paneWidth, useStore } from '../../store.ts';
import { type GridColumn, GridTable } from '../../ui/GridTable.tsx';
import { ListFrame } from '../../ui/ListFrame.tsx';
import { Empty } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';
import { LapsesDialog } from './LapsesDialog.tsx';

const cell =
  (render: (item: LookbackItem) => React.ReactNode) =>
  ({ row }: { row: { original: LookbackItem } }) =>
    render(row.original);
const openPacket = (item: LookbackItem): void => useStore.getState().go({ screen: 'packet', packetId: item.review.packetId, number: null });

/** The time left, or the outcome. Moves with the clock. */
function Due({ item }: { readonly item: LookbackItem }) {
  const now = useNow();
  const isOpen = item.review.closedAt === null;
  const late = isOpen && isLate(item.review, now);
  return (
    <span className={`cut ${late ? 'amber strong' : ''}`}>
      <span aria-hidden="true">{isOpen ? '▲' : '✓'} </span>
      {dueWords(item, now)}
    </span>
  );
}
const COLUMNS: readonly GridColumn<LookbackItem>[] = [
  { id: 'due', header: 'Due or outcome', cell: cell((i) => <Due item={i} />) },
  { id: 'name', header: 'Person', cell: cell((i) => <span className="strong cut" dir="auto" title={i.subjectName}>{i.subjectName}</span>) },
  { id: 'held', header: 'Custody', cell: cell((i) => <span className="small">{i.review.isDetained ? 'detained' : ''}</span>) },
  { id: 'agency', header: 'Agency', cell: cell((i) => <AgencyName name={i.agencyName} />) },
  { id: 'signer', header: 'Signed by', cell: cell((i) => <span className="cut">{i.isMine ? 'you' : i.signedByName}</span>) },
];
const WIDTHS = {
  due: 'minmax(150px, 1fr)',
  name: 'minmax(120px, 1.2fr)',
  held: '64px',
  agency: 'minmax(100px, 1fr)',
  signer: 'minmax(60px, .7fr)',
};

/** The list with the chosen review beside it. */
export function LookbackScreen() {
  const { data: items, problem, isSlow, reload } = useQuery('lookback.list', {});
  const { data: lapses } = useQuery('officers.lapses', { officerId: null });
  const [isShowingLapses, showLapses] = useState(false);
  const touched = new Set(lapses?.flatMap((l) => l.packets.map((p) => p.packetId))).size;
  const { select, selected, look, setLook } = useStore();
  const item = items?.find((i) => i.review.id === selected.lookback) ?? items?.[0];
  const step = (by: number) => {
    const next = items?.[(item ? items.indexOf(item) : -1) + by];
    if (next) select('lookback', next.review.id);
  };
  useKeys([
    { keys: 'j', label: 'Next review', group: 'Look-back', run: () => step(1) },
    { keys: 'k', label: 'Previous review', group: 'Look-back', run: () => step(-1) },
    { keys: 't', label: 'Packets touched by a lapse', group: 'Look-back', run: () => showLapses(true), disabled: touched > 0 ? null : 'No lapse touches a packet.' },
    { keys: 'Enter', label: 'Open the packet of this review', group: 'Look-back', run: () => item && openPacket(item) },
  ]);
  return (
    <Screen
      title="Look-back"
      tools={
        touched > 0 && (
          <Button type="button" outline onClick={() => showLapses(true)}>
            Packets touched by a lapse <span className="num">{touched}</span> <kbd>T</kbd>
          </Button>
        )
      }
    >
      <ListFrame
        problem={problem && !items && <LoadProblem problem={problem} onRetry={reload} />}
        loading={!items && isSlow ? 'Loading look-back reviews' : null}
        empty={items?.length === 0 && <Empty title="Nothing under review">When HQ had other facts than a signature rested on, its look-back review appears here, with owner, due time and outcome.</Empty>}
        detail={item && <ReviewDetail item={item} />}
        detailWidth={paneWidth(look.detailWidth, 0.36, 380, 600)}
        onDetailWidth={(width) => setLook({ detailWidth: width })}
      >
        {items && (
          <GridTable
            label="Look-back reviews"
            columns={COLUMNS}
            widths={WIDTHS}
            rows={items}
            rowId={(i) => i.review.id}
            rowClass={(i) => (i.review.closedAt === null ? '' : 'done')}
            selectedId={item?.review.id ?? null}
            onSelect={(id) => select('lookback', id)}
            onOpen={openPacket}
            rowHeight={look.density === 'compact' ? 30 : 36}
            autoFocus
          />
        )}
      </ListFrame>
      {isShowingLapses && lapses && <LapsesDialog lapses={lapses} onClose={() => showLapses(false)} />}
    </Screen>
  );
}

const NOTICE_WORDS: Readonly<Record<string, string>> = { opla: 'OPLA', person: 'the person', counsel: 'counsel', agency: 'the agency', field_office: 'the field office' };

/** The chosen review. */
function ReviewDetail({ item }: { readonly item: LookbackItem }) {
  const now = useNow();
  const { review, zone } = item;
  const isOpen = review.closedAt === null;
  return (
    <aside className="detail" aria-label="Look-back review" data-region="detail">
      <div>
        <h2 className="cut-3" dir="auto" title={item.subjectName}>{item.subjectName}</h2>
        <p className="soft">
          {item.agencyName}
          {review.isDetained ? ', detained' : ''}
        </p>
      </div>
      <p>
        <b>{isOpen ? `▲ Under review. Do not serve; if served, call HQ.` : `✓ ${review.outcome ? LOOKBACK_OUTCOMES[review.outcome].label : 'Closed'}.`}</b>{' '}
        {isOpen ? `${causeWords(review.cause)}.` : review.outcome && LOOKBACK_OUTCOMES[review.outcome].follows}
      </p>
      <div className="row wrap">
        <Button type="button" onClick={() => openPacket(item)}>
          Open the packet <kbd>Enter</kbd>
        </Button>
      </div>
      <dl className="facts">
        <dt>Due</dt>
        <dd className="num">
          {siteTime(review.dueAt, zone)} ({dueWords(item, now)})<br />
          <span className="soft">{utcTime(review.dueAt)}</span>
        </dd>
        <dt>Open since</dt>
        <dd>
          <SiteTime at={review.openedAt} zone={zone} />
        </dd>
        <dt>Owner</dt>
        <dd>{ownerWords(item)}</dd>
        <dt>Signed</dt>
        <dd>
          {item.forms.join(', ') || 'no form'} by {item.isMine ? 'you' : (item.signedByName ?? 'nobody known here')}
          {item.signedAt !== null && (
            <>
              , <SiteTime at={item.signedAt} zone={zone} />
            </>
          )}
          . The signature stays recorded as it was made.
        </dd>
        {review.closedAt !== null && (
          <>
            <dt>Closed</dt>
            <dd>
              <SiteTime at={review.closedAt} zone={zone} /> by {item.closedByName}: {review.outcomeNote}
            </dd>
          </>
        )}
      </dl>
      <section>
        <h3>What changed</h3>
        <ChangedFacts facts={item.facts} zone={zone} />
      </section>
      <section>
        <h3>Notices</h3>
        {review.notices.length === 0 ? (
          <p className="soft">None recorded yet.</p>
        ) : (
          <ul>
            {review.notices.map((n) => (
              <li key={`${n.to} ${n.at}`}>
                {NOTICE_WORDS[n.to] ?? n.to}, <SiteTime at={n.at} zone={zone} />: {n.what}
              </li>
            ))}
          </ul>
        )}
      </section>
    </aside>
  );
}
