/** Custody of one packet's person: where it stands, what happened, and the way to record the next step. */
import { Button } from '@trussworks/react-uswds';
import { useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { CUSTODY_STATE_WORDS } from '../../../shared/domain/custody.ts';
import { CustodyTimeline } from '../../pieces/CustodyTimeline.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { subjectOf, TaskNote, taskStep } from './custody-subject.tsx';
import { RecordDialog } from './RecordDialog.tsx';

/** The dialog that `U` opens on a packet. */
export function CustodyDialog({ view, onClose }: { readonly view: PacketView; readonly onClose: () => void }) {
  const [isRecording, setRecording] = useState(false);
  const { subject, task } = subjectOf(view);
  if (isRecording) return <RecordDialog subject={subject} suggested={taskStep(task)} onClose={onClose} />;
  return (
    <Dialog
      title={`Custody of ${view.subject.name}`}
      onClose={onClose}
      footer={
        <>
          <Button type="button" outline className="push" onClick={onClose}>
            Close
          </Button>
          <Button type="button" data-first onClick={() => setRecording(true)}>
            Record…
          </Button>
        </>
      }
    >
      <p>
        Now: <b>{CUSTODY_STATE_WORDS[subject.state]}</b>
      </p>
      {task && <TaskNote task={task} />}
      <CustodyTimeline events={view.custody} zone={view.agency.zone} staff={view.staff} />
    </Dialog>
  );
}
