/** The chosen officer beside the matrix: the chosen requirement first, then the others, and what can be recorded. Always as of now. */
import { Button } from '@trussworks/react-uswds';
import { REQUIREMENTS, type RequirementId } from '../../../shared/domain/training.ts';
import type { OfficerFileView } from '../../../shared/training-views.ts';
import { StandingLine } from '../../pieces/StandingLine.tsx';
import { AUTHORITY_WORDS, CARD_WORDS, isAuthorityUsable } from '../../pieces/words.ts';
import { DIALOG_KEYS, type TrainingDialogKind } from './TrainingDialog.tsx';

type Props = { readonly file: OfficerFileView; readonly requirement: RequirementId | null; readonly isPast: boolean; readonly onDialog: (kind: TrainingDialogKind) => void; readonly onOpen: () => void };

/** The pane. */
export function OfficerPane({ file, requirement, isPast, onDialog, onOpen }: Props) {
  const { officer, agency, authority } = file;
  const isUsable = authority !== 'NONE' && isAuthorityUsable(authority);
  const chosen = file.standings.find((s) => s.requirement === requirement);
  const owner = file.owners.find((o) => o.requirement === requirement);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: in a low window it is scrolled by keyboard
    <aside className="detail" aria-label={officer.name} data-region="detail" tabIndex={0}>
      <div>
        <h2 dir="auto">{officer.name}</h2>
        <p className="soft">
          {agency.name}, badge {officer.badge}
          {isPast ? '. Here as of now.' : ''}
        </p>
      </div>
      <div className={`note ${isUsable ? '' : 'amber'}`}>
        <p className="strong">
          {isUsable ? '✓' : '▲'} {authority === 'NONE' ? 'nothing on record' : AUTHORITY_WORDS[authority]}
        </p>
        <p className="soft small">{CARD_WORDS[file.card.state]}</p>
      </div>
      {chosen && (
        <section>
          <h3>{REQUIREMENTS[chosen.requirement].title}</h3>
          <StandingLine standing={chosen} isBare />
          {chosen.requirement !== 'card' && <p className="soft small">{owner ? `${owner.name}, ${owner.title}, answers for it (${owner.contact}).` : '▲ Nobody is named who answers for it.'}</p>}
          <p className="soft small">Source: {REQUIREMENTS[chosen.requirement].source}</p>
        </section>
      )}
      <section>
        <h3>{chosen ? 'Everything asked' : 'Training'}</h3>
        {file.standings.map((s) => (
          <StandingLine key={s.requirement} standing={s} />
        ))}
      </section>
      <div className="stack">
        <Button type="button" onClick={onOpen}>
          Open the file
        </Button>
        {DIALOG_KEYS.map(({ kind, keys, label }) => (
          <Button key={kind} type="button" outline onClick={() => onDialog(kind)}>
            {label} <kbd>{keys.toUpperCase()}</kbd>
          </Button>
        ))}
      </div>
    </aside>
  );
}
