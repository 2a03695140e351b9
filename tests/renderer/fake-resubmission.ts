/** One packet of the stand-in that was returned and came again: other fields, another order of words, a right-to-left text, one deficiency left as it was. */
import type { PacketView } from '../../shared/api.ts';
import { type PacketDocument, openContent, sealContent } from '../../shared/domain/packet.ts';
import type { ReturnRow } from '../../shared/rows.ts';
import { at, ME } from './fake-people.ts';

export const RESUBMITTED = 'p-0012';
const HEARING = { rule: 'NTA-06', field: 'forms.i862.hearing.time', note: 'The time of the hearing is missing.' };
const FAMILY = { rule: '213-02', field: 'forms.i213.facts.family', note: 'Name the spouse and the child.' };
export const DEFICIENCIES = [HEARING, FAMILY];

/** Version 2: what the agency corrected, and what it changed beside it. */
function second(first: PacketDocument): PacketDocument {
  return {
    ...first,
    number: 2,
    changeReason: 'Corrected after return: NTA-06',
    submittedAt: at(-2),
    consular: { ...first.consular, notifiedAt: at(-3) },
    subject: { ...first.subject, aliases: ['سمير الراشدي'] },
    evidence: [...first.evidence.slice(1), ...first.evidence.slice(0, 1)].map((e) => (e.id === 'ev-rap' ? { ...e, sha256: 'e'.repeat(64), pages: 4 } : e)),
    forms: first.forms.map((f) =>
      f.kind === 'I-862'
        ? { ...f, hearing: { ...f.hearing, time: '08:30' }, allegations: [...f.allegations, { number: 5, text: 'You are not in possession of a valid entry document.', elements: [], evidenceIds: ['ev-match'] }] }
        : f.kind === 'I-213'
          ? { ...f, narrative: `${f.narrative.replace('booking area of the Main jail', 'medical wing of the Main jail').replace('without inspection', 'near Sample Wells without inspection')}\n\nقال الشخص إن اسمه سمير وإنه دخل في مارس.` }
          : f,
    ),
  };
}

/** The same view as a resubmission: `number` null or 2 the second version, 1 the first. */
export function resubmitted(view: PacketView, number: number | null): PacketView {
  const first = openContent(view.version.content);
  const lastReturn: ReturnRow = {
    id: 'ret-1', stream: view.packet.stream, version: 3, changedBy: 'dev-01', agencyId: view.packet.agencyId, packetId: view.packet.id, number: 1, deficiencies: DEFICIENCIES, note: 'Please send both today.',
    returnedBy: ME.id, returnedAt: at(-5),
  };
  const packet = { ...view.packet, currentVersion: 2, isResubmitted: true };
  const common = { ...view, packet, versions: [1, 2], returns: [lastReturn] };
  if (number === 1) return common;
  const document = second(first);
  return {
    ...common,
    version: { ...view.version, id: `${packet.id}.2`, number: 2, ...sealContent(document), receivedAt: at(-1.9) },
    checkRun: null,
    earlier: { number: 1, compared: view.version, lastReturn, returned: view.version },
  };
}
