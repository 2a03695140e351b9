/** Takes one packet out of this laptop as a file that proves itself. The host collects and seals it; here it is only handed to the person. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import type { Problem } from '../../../shared/result.ts';
import { act } from '../../api.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

type State = { readonly phase: 'asking' | 'working' } | { readonly phase: 'saved'; readonly name: string } | { readonly phase: 'refused'; readonly problem: Problem };

/** Offers `text` to the person as a file: the browser's own download, the desktop's save dialog. */
function offer(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Says what leaves, then writes it. */
export function ExportDialog({ view, onClose }: { readonly view: PacketView; readonly onClose: () => void }) {
  const [state, setState] = useState<State>({ phase: 'asking' });
  const save = async (): Promise<void> => {
    setState({ phase: 'working' });
    const answer = await act('packet.export', { packetId: view.packet.id, number: view.version.number });
    if (!answer.ok) return setState({ phase: 'refused', problem: answer.problem });
    offer(answer.value.name, answer.value.text);
    setState({ phase: 'saved', name: answer.value.name });
  };
  return (
    <Dialog
      title={`Export packet ${view.packet.eventNumber}`}
      onClose={onClose}
      footer={
        <>
          <Button type="button" data-first disabled={state.phase === 'working'} onClick={() => void save()}>
            {state.phase === 'working' ? 'Collecting…' : 'Save the file'}
          </Button>
          <Button type="button" outline onClick={onClose}>
            {state.phase === 'saved' ? 'Close' : 'Cancel'}
          </Button>
        </>
      }
    >
      <p>One file with version {view.version.number}, its checks, holds, returns, sealed statements and receipts, and the lines of the ledger that prove them.</p>
      <p>
        It leaves the encryption of this laptop: keep it where case files are kept. <code>npm run ledger -- verify FILE</code> checks it anywhere and names what was
        touched. The export is noted in the access log.
      </p>
      <p role="status">{state.phase === 'saved' && `Handed over as ${state.name}.`}</p>
      {state.phase === 'refused' && <ProblemNote problem={state.problem} />}
    </Dialog>
  );
}
