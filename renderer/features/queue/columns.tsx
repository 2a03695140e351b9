/** Columns of the queue, left to right as design.md fixes them. Order is the law's (tier, deadline), so nothing sorts. */
import type { QueueItem } from '../../../shared/api.ts';
import { displayANumber } from '../../../shared/domain/packet.ts';
import { AgencyName } from '../../pieces/AgencyName.tsx';
import { Countdown } from '../../pieces/Countdown.tsx';
import { PacketChecks } from '../../pieces/Severity.tsx';
import { WorkMark } from '../../pieces/Work.tsx';
import { PACKET_STATE_WORDS, PACKET_TYPE_SHORT, PACKET_TYPE_WORDS } from '../../pieces/words.ts';
import { useNow } from '../../clock.ts';
import type { GridColumn } from '../../ui/GridTable.tsx';
import { FoundCell } from './FoundCell.tsx';

function TimeCell({ item }: { readonly item: QueueItem }) {
  const now = useNow();
  const { packet } = item;
  // A signed packet whose custody limit has passed stays loud: the person is still held.
  const isQuiet = packet.lane === 9 && item.tier === 5;
  return <Countdown deadlineAt={packet.deadlineAt} zone={item.zone} now={now} isQuiet={isQuiet} />;
}

const cell =
  (render: (item: QueueItem) => React.ReactNode) =>
  ({ row }: { row: { original: QueueItem } }) =>
    render(row.original);

/** What happened to a packet that I have done nothing with. */
const stateOf = (packet: QueueItem['packet']): string => {
  if (packet.openHolds > 0) return '◆ On hold';
  if (packet.isResubmitted) return '↩ Resubmitted';
  return packet.state === 'in_review' ? '' : PACKET_STATE_WORDS[packet.state];
};

export const QUEUE_COLUMNS: readonly GridColumn<QueueItem>[] = [
  { id: 'time', header: 'Time left', cell: cell((i) => <TimeCell item={i} />) },
  {
    id: 'subject',
    header: 'Subject',
    cell: cell((i) => (
      <span className="subject-cell">
        <span className="strong cut" dir="auto" title={i.subjectName}>
          {i.subjectName}
        </span>
        <span className="soft small num nowrap">{displayANumber(i.aNumber)}</span>
      </span>
    )),
  },
  { id: 'found', header: 'Found in', cell: cell((i) => <FoundCell packetId={i.packet.id} />) },
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
        <span className="cut" title={i.preparerName}>
          {i.preparerName}
        </span>
      </span>
    )),
  },
  { id: 'checks', header: 'Checks', cell: cell((i) => <PacketChecks packet={i.packet} isShort />) },
  {
    id: 'work',
    header: 'My work',
    cell: cell((i) =>
      i.work === 'none' ? (
        <span className="soft small">{stateOf(i.packet)}</span>
      ) : (
        <WorkMark work={i.work} />
      ),
    ),
  },
];
export const QUEUE_WIDTHS: Readonly<Record<string, string>> = {
  time: '252px',
  subject: 'minmax(244px, 1.3fr)',
  found: 'minmax(180px, 2fr)',
  type: '72px',
  agency: 'minmax(88px, 1fr)',
  preparer: 'minmax(96px, .8fr)',
  checks: '72px',
  work: 'minmax(124px, .7fr)',
};
export const COLUMN_NAMES: Readonly<Record<string, string>> = { type: 'Packet', agency: 'Agency', preparer: 'Preparer', checks: 'Checks', work: 'My work' };
