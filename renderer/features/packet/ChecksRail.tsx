/** The checks, folded to a rail: it still says what fails, and opens them again. */
import { Icon } from '@trussworks/react-uswds';
import { CheckCounts } from '../../pieces/Severity.tsx';

type Props = { readonly counts: { readonly blockCount: number; readonly holdCount: number; readonly warnCount: number }; readonly onOpen: () => void };

/** One button as high as the pane. */
export function ChecksRail({ counts, onOpen }: Props) {
  return (
    <section className="checks-rail" aria-label="Checks" data-region="checks">
      <button type="button" data-fold aria-expanded="false" title="Open the checks (V)" onClick={onOpen}>
        <Icon.NavigateBefore aria-hidden="true" />
        <span className="checks-rail-word">Checks</span>
        <CheckCounts block={counts.blockCount} hold={counts.holdCount} warn={counts.warnCount} isShort />
      </button>
    </section>
  );
}
