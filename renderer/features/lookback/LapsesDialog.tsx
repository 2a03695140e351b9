/** Packets touched by a lapse of any DIO on this laptop, before and after HQ opened their reviews. */
import { Button } from '@trussworks/react-uswds';
import type { OfficerLapses } from '../../../shared/api.ts';
import { TouchedPackets } from '../../pieces/TouchedPackets.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

/** The list, officer by officer. Choosing a packet opens it. */
export function LapsesDialog({ lapses, onClose }: { readonly lapses: readonly OfficerLapses[]; readonly onClose: () => void }) {
  return (
    <Dialog
      title="Packets touched by a lapse"
      size="wide"
      onClose={onClose}
      footer={
        <Button type="button" outline className="push" data-first onClick={onClose}>
          Close
        </Button>
      }
    >
      <p className="soft">Acts that a DIO did without authority, by what this laptop knows now. HQ opens the look-back review of what was signed when it has received this.</p>
      {lapses.map((l) => (
        <section key={l.officerId}>
          <h3>
            {l.officerName}, {l.agencyName}
          </h3>
          <TouchedPackets lapses={l} />
        </section>
      ))}
    </Dialog>
  );
}
