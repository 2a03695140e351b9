/** One requirement in words: how it stands, until when, and what it rests on. */
import { REQUIREMENTS, type RequirementStanding } from '../../shared/domain/training.ts';
import { restsOn, STANDING_WORDS } from './training-words.ts';

/** One requirement in words. */
export function StandingLine({ standing, isBare = false }: { readonly standing: RequirementStanding; readonly isBare?: boolean }) {
  const w = STANDING_WORDS[standing.standing];
  const planned = standing.planBy !== null && standing.planBy !== standing.dueOn ? `plan it by ${standing.planBy}` : '';
  return (
    <div className="mini-row standing-line">
      {!isBare && <span>{REQUIREMENTS[standing.requirement].title}</span>}
      <span className="num nowrap">{standing.dueOn ? `due ${standing.dueOn}` : ''}</span>
      <span className="small">
        <span className={w.tone}>
          <span aria-hidden="true">{w.shape} </span>
          {w.word}
        </span>
        <span className="soft num">{[standing.requirement === 'card' ? '' : restsOn(standing), planned].filter(Boolean).map((part) => ` · ${part}`).join('')}</span>
      </span>
    </div>
  );
}
