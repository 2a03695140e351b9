/** Columns of the queue, left to right as design.md fixes them. Order is the law's (tier, deadline), so nothing sorts. */
import type { QueueItem } from '../../../shared/api.ts';
import { displayANumber } from '../../../shared/domain/packet.ts';
import { Countdown } from '../../pieces/Countdown.tsx';
import { CheckCounts } from '../../pieces/Severity.tsx';
import { WorkMark } from '../../pieces/Work.tsx';
import { PACKET_STATE_WORDS, PACKET_TYPE_SHORT, PACKET_TYPE_WORDS } from '../../pieces/words.ts';
import { useNow } from '../../clock.ts';
import type { GridColumn } from '../../ui/GridTable.tsx';

function TimeCell({ item }: { readonly item: QueueItem }) {
  const now = useNow();
  const { packet } = item;
  // A signed packet whose custody limit has passed stays loud: the person is still held.
  const isQuiet = packet.lane === 9 && item.tier === 5;
  return <Countdown deadlineAt={packet.deadlineAt} zone={item.zone} now={now} isQuiet={isQuiet} />;
}

/** The last word tells agencies apart (`TX-07`): it stays when the rest is cut. */
function AgencyName({ name }: { readonly name: string }) {
  const at = name.lastIndexOf(' ');
  return (
    <span className="agency-cell" title={name}>
      <span className="cut">{name.slice(0, at + 1).trim()}</span>
      <span className="nowrap">{name.slice(at + 1)}</span>
    </span>
  );
}

const cell =
  (render: (item: QueueItem) => React.ReactNode) =>
  ({ row }: { row: { original: QueueItem } }) =>
    render(row.original);

export const QUEUE_COLUMNS: readonly GridColumn<QueueItem>[] = [
  { id: 'time', header: 'Time left', cell: cell((i) => <TimeCell item={i} />) },
  {
    id: 'subject',
    header: 'Subject',
    cell: cell((i) => (
      <span className="subject-cell">
        <span className="strong cut">{i.subjectName}</span>
        <span className="soft num nowrap">{displayANumber(i.aNumber)}</span>
      </span>
    )),
  },
  { id: 'type', header: 'Packet', cell: cell((i) => <span title={PACKET_TYPE_WORDS[i.packet.type]}>{PACKET_TYPE_SHORT[i.packet.type]}</span>) },
  { id: 'agency', header: 'Agency', cell: cell((i) => <AgencyName name={i.agencyName} />) },
  {
    id: 'preparer',
    header: 'Preparer',
    cell: cell((i) => (
      <span className="row">
        <span className={i.isPreparerValid ? 'soft' : 'amber'} title={i.isPreparerValid ? 'Authority in force' : 'Authority not in force'}>
          <span aria-hidden="true">{i.isPreparerValid ? '✓' : '▲'}</span>
          <span className="hidden-text">{i.isPreparerValid ? 'Authority in force: ' : 'Authority not in force: '}</span>
        </span>
        <span className="cut">{i.preparerName}</span>
      </span>
    )),
  },
  { id: 'checks', header: 'Checks', cell: cell((i) => <CheckCounts block={i.packet.blockCount} hold={Math.max(i.packet.holdCount, i.packet.openHolds)} warn={i.packet.warnCount} />) },
  {
    id: 'work',
    header: 'My work',
    cell: cell((i) =>
      i.work === 'none' ? (
        <span className="soft">{i.packet.isResubmitted ? '↩ Resubmitted' : i.packet.openHolds > 0 ? '◆ On hold' : i.packet.state === 'in_review' ? '' : PACKET_STATE_WORDS[i.packet.state]}</span>
      ) : (
        <WorkMark work={i.work} />
      ),
    ),
  },
];
export const QUEUE_WIDTHS: Readonly<Record<string, string>> = {
  time: '248px',
  subject: 'minmax(242px, 1.6fr)',
  type: '84px',
  agency: 'minmax(84px, 1fr)',
  preparer: 'minmax(84px, .8fr)',
  checks: '84px',
  work: 'minmax(128px, .7fr)',
};
export const COLUMN_NAMES: Readonly<Record<string, string>> = { type: 'Packet', agency: 'Agency', preparer: 'Preparer', checks: 'Checks', work: 'My work' };
