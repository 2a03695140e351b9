/** One reason per failed Warn that touches the chosen forms: the statement carries it. */
import { Label, Textarea } from '@trussworks/react-uswds';
import type { RulePack } from '../../../shared/domain/packs.ts';
import type { CheckResult } from '../../../shared/domain/sufficiency.ts';
import { ruleOf } from '../../../shared/domain/rule-words.ts';

type Props = {
  readonly warnings: readonly CheckResult[];
  readonly reasons: Readonly<Record<string, string>>;
  readonly isRestored: boolean;
  readonly minimum: number;
  readonly rules: RulePack;
  readonly onChange: (rule: string, text: string) => void;
};

/** A text field per warning, with the characters still missing. */
export function WarnReasons({ warnings, reasons, isRestored, minimum, rules, onChange }: Props) {
  return (
    <section aria-labelledby="sign-warnings">
      <h3 id="sign-warnings">Why you sign in spite of {warnings.length === 1 ? 'this warning' : 'these warnings'}</h3>
      {isRestored && <p className="soft small">Your unfinished text was kept.</p>}
      {warnings.map((w) => {
        const left = minimum - (reasons[w.rule] ?? '').trim().length;
        return (
          <div key={w.rule} className="warn-reason">
            <Label htmlFor={`reason-${w.rule}`}>
              <span className="sev warn">▲ {w.rule}</span> {ruleOf(w.rule, rules).sentence}
            </Label>
            <Textarea
              id={`reason-${w.rule}`}
              name={`reason-${w.rule}`}
              rows={2}
              data-first={left > 0 || undefined}
              value={reasons[w.rule] ?? ''}
              maxLength={1000}
              onChange={(e) => onChange(w.rule, e.target.value)}
            />
            {left > 0 && <p className="soft small num">{left} more characters</p>}
          </div>
        );
      })}
    </section>
  );
}
