/** The steps of one agency as bars over days, to be read at a glance: what is done, what runs, what is critical, where today and the goal are. Every bar is also said in words. */
import type { OnboardingItem } from '../../../shared/api.ts';
import { addDays } from '../../../shared/domain/calendar.ts';
import { INSTALL_GOAL_DAYS, ONBOARDING_STEPS, STEP_OWNER_WORDS, type StepStanding } from '../../../shared/domain/onboarding.ts';
import { daysBetween } from '../../../shared/domain/training.ts';
import { count } from '../../pieces/words.ts';

const STANDING_WORDS: Readonly<Record<StepStanding['standing'], string>> = { done: 'done', running: 'running', waiting: 'waiting', unknown: 'unknown' };

/** What stands beside the bar: when it ended or will end, and how much it may slip. */
export function stepWords(s: StepStanding): string {
  if (s.standing === 'unknown') return 'unknown';
  const end = s.standing === 'done' ? `done ${s.doneOn}` : `until ${s.to}`;
  const room = s.float === null ? '' : s.float === 0 ? ', critical' : `, may slip ${count(s.float, 'day')}`;
  const slip = s.slip === null || s.slip === 0 ? '' : s.slip > 0 ? `, ${count(s.slip, 'day')} later than planned` : `, ${count(-s.slip, 'day')} earlier`;
  return `${end}${room}${slip}`;
}

/** The chart, as a table whose third column is drawn. */
export function Gantt({ item, onStep }: { readonly item: OnboardingItem; readonly onStep: (step: StepStanding['step']) => void }) {
  const days = item.schedule.flatMap((s) => [s.from, s.to]).filter((d): d is string => d !== null);
  const moa = item.schedule.find((s) => s.step === 'moa')?.doneOn ?? null;
  const first = [...days, item.today].sort()[0] ?? item.today;
  const goal = moa === null ? null : addDays(moa, INSTALL_GOAL_DAYS, false);
  const last = [...days, item.today, ...(goal === null ? [] : [goal])].sort().at(-1) ?? item.today;
  const span = Math.max(1, daysBetween(first, last) + 4);
  const x = (day: string): string => `${((daysBetween(first, day) + 2) / span) * 100}%`;
  const marks = [{ day: item.today, label: 'today' }, ...(goal === null ? [] : [{ day: goal, label: `day ${INSTALL_GOAL_DAYS}` }])];
  return (
    <table className="gantt">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Whose</th>
          <th scope="col">
            <span className="gantt-marks soft small">
              {marks.map((m) => (
                <span key={m.label}>
                  <span className={`gantt-key ${m.label === 'today' ? '' : 'goal'}`} aria-hidden="true" /> {m.label}
                </span>
              ))}
              <span className="usa-sr-only">
                From {first} to {last}
              </span>
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {item.schedule.map((s) => {
          const spec = ONBOARDING_STEPS[s.step];
          return (
            <tr key={s.step}>
              <th scope="row">
                <button type="button" className="cell-link" onClick={() => onStep(s.step)} title={`Record something about: ${spec.label}`}>
                  {spec.label}
                </button>
              </th>
              <td className="soft small">{STEP_OWNER_WORDS[spec.owner]}</td>
              <td>
                <span className="gantt-track" aria-hidden="true">
                  {marks.map((m) => (
                    <span key={m.label} className={`gantt-line ${m.label === 'today' ? '' : 'goal'}`} style={{ left: x(m.day) }} />
                  ))}
                  {s.baselineOn !== null && s.slip !== null && s.slip !== 0 && <span className="gantt-base" style={{ left: x(s.baselineOn) }} />}
                  {s.from !== null && s.to !== null && (
                    <span
                      className={`gantt-bar ${s.standing} ${s.float === 0 ? 'critical' : ''}`}
                      style={{ left: x(s.from), width: `${Math.max(0.6, (daysBetween(s.from, s.to) / span) * 100)}%` }}
                    />
                  )}
                </span>
                <span className={`small num ${s.float === 0 && s.slip !== null && s.slip > 0 ? 'amber strong' : 'soft'}`}>
                  <span className="usa-sr-only">{STANDING_WORDS[s.standing]}, </span>
                  {stepWords(s)}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
