/** What can be done with the packet, and why not. Sign never acts on a single key alone: it opens the ceremony. */
import { Button, Icon } from '@trussworks/react-uswds';
import type { PacketView } from '../../../shared/api.ts';
import { problemLine } from '../../pieces/ProblemNote.tsx';
import type { SignCandidate } from '../../pieces/signing.ts';
import { count } from '../../pieces/words.ts';

type Props = {
  readonly view: PacketView;
  readonly candidates: readonly SignCandidate[];
  /** What must still be on screen before anything is signed; null when all was. */
  readonly whyUnseen: string | null;
  readonly onSign: () => void;
  readonly onReturn: () => void;
  readonly onHold: () => void;
  readonly onClaim: () => void;
  readonly onExport: () => void;
  readonly onCustody: () => void;
  readonly onNext: (() => void) | null;
  readonly onPrevious: (() => void) | null;
};

/** Why no form can be signed now, as a sentence; null when at least one can. */
export function whyNotSign(candidates: readonly SignCandidate[]): string | null {
  if (candidates.some((c) => c.problem === null)) return null;
  if (candidates.length === 0) return 'This packet has no form that a PM signs.';
  if (candidates.every((c) => c.isSigned)) return 'Every form of this version is signed.';
  const first = candidates.find((c) => c.problem && !c.isSigned)?.problem;
  return first ? problemLine(first) : null;
}
/** Why the packet cannot be returned or held in this view. */
export const whyNotAct = (view: PacketView): string | null =>
  view.version.number === view.packet.currentVersion ? null : `Show the current version ${view.packet.currentVersion} first.`;

/** The bar at the bottom of a packet. */
export function ActionBar({ view, candidates, whyUnseen, onSign, onReturn, onHold, onClaim, onExport, onCustody, onNext, onPrevious }: Props) {
  const ready = candidates.filter((c) => c.problem === null).length;
  const open = candidates.filter((c) => !c.isSigned).length;
  const whySign = whyNotSign(candidates) ?? whyUnseen;
  const whyAct = whyNotAct(view);
  const partly = whySign === null && ready < open ? candidates.find((c) => c.problem && !c.isSigned) : undefined;
  const why = whySign ?? (partly?.problem ? problemLine(partly.problem) : whyAct);
  return (
    <div className="action-bar" role="toolbar" aria-label="Decide" data-region="actions">
      <Button type="button" disabled={whySign !== null} onClick={onSign} aria-describedby="why-not">
        {ready > 0 ? `Sign ${ready < open ? `${ready} of ${open} forms` : count(ready, 'form')}…` : 'Sign…'} <kbd>S</kbd>
      </Button>
      <Button type="button" outline disabled={whyAct !== null} onClick={onReturn}>
        Return… <kbd>R</kbd>
      </Button>
      <Button type="button" outline disabled={whyAct !== null} onClick={onHold}>
        Hold… <kbd>H</kbd>
      </Button>
      <p className="action-why" id="why-not" title={why ?? undefined}>
        {why}
      </p>
      <span className="row push">
        <button type="button" className="icon-button" onClick={onCustody} title="Custody: what happened, and record the next step (U)">
          <Icon.Schedule aria-hidden="true" />
          Custody… <kbd>U</kbd>
        </button>
        <button type="button" className="icon-button" onClick={onClaim} title="Record a claim or another protective matter (M)">
          <Icon.Flag aria-hidden="true" />
          Claim… <kbd>M</kbd>
        </button>
        <button type="button" className="icon-button" onClick={onExport} title="Export this packet as a file that proves itself">
          <Icon.FileDownload aria-hidden="true" />
          Export…
        </button>
        <button type="button" className="icon-button" disabled={!onPrevious} onClick={() => onPrevious?.()} title="Previous packet (K)">
          <Icon.NavigateBefore aria-hidden="true" />
          Previous
        </button>
        <button type="button" className="icon-button" disabled={!onNext} onClick={() => onNext?.()} title="Next packet (X)">
          Next <kbd>X</kbd>
          <Icon.NavigateNext aria-hidden="true" />
        </button>
      </span>
    </div>
  );
}
