/** Takes one packet out of this laptop: a PDF to read and print, or a file that proves itself. The host makes both; here they are only handed to the person. */
import { Button, Radio } from '@trussworks/react-uswds';
import { useEffect, useRef, useState } from 'react';
import type { PacketView, PdfJob } from '../../../shared/api.ts';
import { no, ok, type Problem, type Result } from '../../../shared/result.ts';
import { act } from '../../api.ts';
import { offer } from '../../pieces/offer-file.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

type Kind = 'pdf' | 'bundle';
type State =
  | { readonly phase: 'asking' }
  | { readonly phase: 'working'; readonly done: number; readonly of: number }
  | { readonly phase: 'saved'; readonly name: string }
  | { readonly phase: 'refused'; readonly problem: Problem };
/** How often the host is asked how far a PDF is, ms. */
const ASK_MS = 300;

/** The finished PDF, whole; the answer must be as long as the host said. */
async function fetchPdf(job: PdfJob): Promise<Result<Blob>> {
  try {
    const reply = await fetch(`/blob/${job.sha256}`, { credentials: 'same-origin' });
    const content = await reply.blob();
    return reply.ok && content.size === job.bytes ? ok(content) : no('export/gone');
  } catch {
    return no('export/gone');
  }
}

/** Says what leaves, then writes it. A PDF shows how far it is and can be stopped. */
export function ExportDialog({ view, onClose }: { readonly view: PacketView; readonly onClose: () => void }) {
  const [kind, setKind] = useState<Kind>('pdf');
  const [state, setState] = useState<State>({ phase: 'asking' });
  const job = useRef<string | null>(null);
  const isHere = useRef(true);
  const stop = (): void => {
    if (job.current !== null) void act('packet.pdfStop', { id: job.current });
    job.current = null;
  };
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
      stop();
    };
  }, []);
  const refused = (problem: Problem): void => setState({ phase: 'refused', problem });
  const packet = { packetId: view.packet.id, number: view.version.number };

  const saveBundle = async (): Promise<void> => {
    setState({ phase: 'working', done: 0, of: 0 });
    const answer = await act('packet.export', packet);
    if (!isHere.current) return;
    if (!answer.ok) return refused(answer.problem);
    offer(answer.value.name, new Blob([answer.value.text], { type: 'application/json' }));
    setState({ phase: 'saved', name: answer.value.name });
  };
  const savePdf = async (): Promise<void> => {
    setState({ phase: 'working', done: 0, of: 0 });
    let answer = await act('packet.pdf', packet);
    if (!answer.ok) return isHere.current ? refused(answer.problem) : undefined;
    const { id } = answer.value;
    // Closed while the host began: nothing is left running.
    if (!isHere.current) return void act('packet.pdfStop', { id });
    job.current = id;
    while (answer.ok && answer.value.phase === 'working') {
      setState({ phase: 'working', done: answer.value.done, of: answer.value.of });
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      if (job.current !== id) return;
      answer = await act('packet.pdfState', { id });
      // Stopped while the host answered.
      if (job.current !== id) return;
    }
    const file: Result<Blob> = !answer.ok ? answer : answer.value.phase === 'failed' ? no('export/pdf-failed') : await fetchPdf(answer.value);
    if (job.current !== id) return;
    stop();
    if (!file.ok) return refused(file.problem);
    const name = answer.ok ? answer.value.name : '';
    offer(name, file.value);
    setState({ phase: 'saved', name });
  };
  const isWorking = state.phase === 'working';
  const cancel = (): void => {
    stop();
    if (isWorking && kind === 'pdf') setState({ phase: 'asking' });
    else onClose();
  };
  return (
    <Dialog
      title={`Export packet ${view.packet.eventNumber}`}
      onClose={onClose}
      footer={
        <>
          <Button type="button" data-first disabled={isWorking} onClick={() => void (kind === 'pdf' ? savePdf() : saveBundle())}>
            {isWorking ? 'Collecting…' : 'Save the file'}
          </Button>
          <Button type="button" outline onClick={cancel}>
            {state.phase === 'saved' ? 'Close' : isWorking && kind === 'pdf' ? 'Stop' : 'Cancel'}
          </Button>
        </>
      }
    >
      <fieldset className="choices" disabled={isWorking}>
        <legend>Version {view.version.number} as</legend>
        <Radio
          id="export-pdf"
          name="export"
          label="PDF to read and print"
          checked={kind === 'pdf'}
          onChange={() => setKind('pdf')}
        />
        <Radio
          id="export-bundle"
          name="export"
          label="Bundle to verify"
          checked={kind === 'bundle'}
          onChange={() => setKind('bundle')}
        />
      </fieldset>
      {kind === 'pdf' ? (
        <p>
          Facts, every form, the stored documents, checks with their sources, returns, holds, sealed statements and the ledger, with a code on the cover that{' '}
          <code>npm run ledger -- code CODE FILE</code> compares with a bundle.
        </p>
      ) : (
        <p>
          One file with the version, its checks, holds, returns, sealed statements and receipts, and the lines of the ledger that prove them. <code>npm run ledger -- verify FILE</code>{' '}
          checks it anywhere and names what was touched.
        </p>
      )}
      <p>It leaves the encryption of this laptop: keep it where case files are kept. The export is noted in the access log.</p>
      {isWorking && kind === 'pdf' && (
        <p className="export-progress">
          <progress aria-label="PDF" max={state.of || 1} value={state.done} /> <span className="num">{state.of > 0 ? `${state.done} of ${state.of} parts` : 'Collecting'}</span>
        </p>
      )}
      <p role="status">{state.phase === 'saved' ? `Handed over as ${state.name}.` : isWorking ? 'The file is being made.' : ''}</p>
      {state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    </Dialog>
  );
}
