/** What the dialogs of custody need to know of one packet, read from its view; and the task that stands open. */
import type { PacketView } from '../../../shared/api.ts';
import { CUSTODY_TASK_WORDS, custodyState, type CustodyTask, custodyTimes, documentEvents, isArrestedOutside, paperTask, passedLimit, type RecordedKind, shownState } from '../../../shared/domain/custody.ts';
import { packetClocks } from '../../../shared/domain/clocks.ts';
import { openContent } from '../../../shared/domain/packet.ts';
import type { RecordSubject } from './RecordDialog.tsx';

/** The subject and its open task; a limit that has passed goes before anything on paper. */
export function subjectOf(view: PacketView): { readonly subject: RecordSubject; readonly task: CustodyTask | null } {
  const document = openContent(view.version.content);
  const all = [...documentEvents(document), ...view.custody];
  const state = shownState(custodyState(all), view.packet.state);
  const clocks = packetClocks(document, { model: view.agency.model, custody: custodyTimes(view.custody) });
  const isOver = passedLimit(clocks, view.now)?.stoppedAt === null;
  return {
    subject: {
      packetId: view.packet.id, subjectName: view.subject.name, zone: view.agency.zone, model: view.agency.model, state, isArrested: isArrestedOutside(all), events: view.custody, base: view.base,
    },
    task: isOver ? 'release' : paperTask(document, new Set(view.statements.filter((s) => s.number === view.version.number).map((s) => s.formId)), view.custody),
  };
}

/** The event that a task asks for. After a limit, the breach is recorded first, then the release. */
export const taskStep = (task: CustodyTask | null): RecordedKind | null => (task === 'release' ? 'limit.passed' : task === 'cancel_detainer' ? 'detainer.cancelled' : task === 'reissue_detainer' ? 'detainer.served' : null);

/** The task in words; red only for a legal limit. */
export const TaskNote = ({ task }: { readonly task: CustodyTask }) => (
  <p className={`custody-task ${task === 'release' ? 'red strong' : 'amber strong'}`} role="status">
    <span aria-hidden="true">{task === 'release' ? '■' : '▲'}</span> {CUSTODY_TASK_WORDS[task]}
  </p>
);
