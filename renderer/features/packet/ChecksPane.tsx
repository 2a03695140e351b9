/** Checks grouped by the act that they gate, failed first. Opened: the sentence, the source, what stands there against what was expected, and the way to it. */
import { Icon } from '@trussworks/react-uswds';
import type { PacketDocument } from '../../../shared/domain/packet.ts';
import type { RulePack } from '../../../shared/domain/packs.ts';
import type { LoweredNote } from '../../../shared/domain/published-packs.ts';
import type { CheckResult } from '../../../shared/domain/sufficiency.ts';
import { expectedWords, fieldWords, ruleOf, sourceWords } from '../../../shared/domain/rule-words.ts';
import { LoweredNotes } from '../../pieces/LoweredNotes.tsx';
import { CheckCounts, SeverityMark } from '../../pieces/Severity.tsx';
import { actWords, type CheckGroup, checkKey, isLater } from './check-groups.ts';

type Props = {
  readonly groups: readonly CheckGroup[];
  readonly document: PacketDocument;
  readonly opened: ReadonlySet<string>;
  readonly pack: string;
  readonly rules: RulePack;
  readonly lowered: readonly LoweredNote[];
  readonly zone: string;
  readonly note: string | null;
  readonly counts: { readonly blockCount: number; readonly holdCount: number; readonly warnCount: number };
  readonly numbers: ReadonlyMap<string, number>;
  readonly onToggle: (key: string) => void;
  readonly onField: (field: string) => void;
  readonly onEvidence: (id: string) => void;
  /** Other packets that HQ named to a rule, and the way to look at one beside this one. */
  readonly beside: (rule: string) => readonly string[];
  readonly onBeside: (otherPacketId: string) => void;
  readonly onFold: () => void;
};

/** The pane on the right. */
export function ChecksPane({ groups, document, opened, pack, rules, lowered, zone, note, counts, numbers, onToggle, onField, onEvidence, beside, onBeside, onFold }: Props) {
  const firstLater = groups.find((g) => isLater(g.act) || g.act === '');
  return (
    <section className="checks" aria-label="Checks" data-region="checks">
      <div className="checks-head">
        <h2>Checks</h2>
        <CheckCounts block={counts.blockCount} hold={counts.holdCount} warn={counts.warnCount} />
        <button type="button" className="icon-button" data-fold aria-expanded="true" aria-label="Fold the checks" title="Fold the checks (V)" onClick={onFold}>
          <Icon.NavigateNext aria-hidden="true" />
        </button>
      </div>
      {note && <p className="soft small checks-note">{note}</p>}
      <LoweredNotes notes={lowered} zone={zone} isFolded />
      {groups.map((g) => (
        <section key={g.act} className={`check-group ${isLater(g.act) ? 'later' : ''}`} aria-label={g.title}>
          {g === firstLater && isLater(g.act) && <p className="later-head">After the signature</p>}
          <h3>
            {g.title}
            {g.failed.length > 0 && isLater(g.act) && <span className="soft">not yet</span>}
            {g.failed.length === 0 && <Passed group={g} rules={rules} />}
          </h3>
          {g.failed.length > 0 && (
            <>
              <ul>
                {g.failed.map((r) => (
                  <CheckRow
                    key={checkKey(r)}
                    result={r}
                    number={numbers.get(checkKey(r))}
                    isOpen={opened.has(checkKey(r))}
                    document={document}
                    onToggle={onToggle}
                    onField={onField}
                    onEvidence={onEvidence}
                    beside={beside}
                    onBeside={onBeside}
                    group={g.act}
                    rules={rules}
                  />
                ))}
              </ul>
              {g.passed.length > 0 && <Passed group={g} rules={rules} />}
            </>
          )}
        </section>
      ))}
      <p className="soft small checks-foot">Rule pack {pack}</p>
    </section>
  );
}

/** What passes, closed: it stands there to be looked up, not to be read each time. */
const Passed = ({ group, rules }: { readonly group: CheckGroup; readonly rules: RulePack }) => (
  <details className="passed">
    <summary>✓ {group.passed.length} pass</summary>
    <ul>
      {group.passed.map((r) => (
        <li key={checkKey(r)} className="passed-row">
          <span aria-hidden="true">✓</span>
          <span>
            {ruleOf(r.rule, rules).sentence} <span className="soft small nowrap">{r.rule}</span>
          </span>
        </li>
      ))}
    </ul>
  </details>
);

type RowProps = Pick<Props, 'rules' | 'onToggle' | 'onField' | 'onEvidence' | 'beside' | 'onBeside'> & {
  readonly result: CheckResult;
  readonly number: number | undefined;
  readonly isOpen: boolean;
  readonly document: PacketDocument;
  readonly group: string;
};
function CheckRow({ result, number, isOpen, document, group, rules, onToggle, onField, onEvidence, beside, onBeside }: RowProps) {
  const rule = ruleOf(result.rule, rules);
  const key = checkKey(result);
  const others = result.gates.filter((g) => g !== group);
  return (
    <li className={`check ${isOpen ? 'open' : ''}`} id={`check-${result.rule}`}>
      <button type="button" className="check-line" aria-expanded={isOpen} data-check={key} onClick={() => onToggle(key)}>
        <SeverityMark severity={result.severity} hasWord={false} />
        <span className={isOpen ? '' : isLater(group) ? 'cut' : 'cut-2'}>{rule.sentence}</span>
        <span className="row push">
          {number !== undefined && number < 10 && <kbd>{number}</kbd>}
          <span className="soft small nowrap">{result.rule}</span>
        </span>
      </button>
      {isOpen && (
        <div className="check-detail">
          <p className="small row wrap">
            <SeverityMark severity={result.severity} />
            <span className="soft">{sourceWords(rule.source)}</span>
          </p>
          {result.findings.map((f) => (
            <div key={f.field + f.found + f.expected} className="finding">
              {isWhole(f.field) ? (
                <span className="strong">{fieldWords(f.field, document)}</span>
              ) : (
                <button type="button" className="finding-field" onClick={() => onField(f.field)} title={f.field}>
                  {fieldWords(f.field, document)}
                  <span aria-hidden="true"> →</span>
                </button>
              )}
              <dl>
                <div>
                  <dt>Stands there</dt>
                  <dd dir="auto">{f.found === '' ? <span className="blank">left blank</span> : f.found}</dd>
                </div>
                <div>
                  <dt>Expected</dt>
                  <dd dir="auto">{expectedWords(f)}</dd>
                </div>
              </dl>
              {f.evidenceIds.map((id) => (
                <button key={id} type="button" className="pin" onClick={() => onEvidence(id)}>
                  <Icon.AttachFile aria-hidden="true" /> {document.evidence.find((e) => e.id === id)?.title ?? id}
                </button>
              ))}
            </div>
          ))}
          {beside(result.rule).map((id) => (
            <button key={id} type="button" className="pin" onClick={() => onBeside(id)}>
              Side by side with {id}
            </button>
          ))}
          <p className="small soft">
            {result.severity === 'WARN' ? 'Needs a reason' : result.severity === 'INFO' ? 'Stops nothing' : 'Stops'}
            {result.gates.length > 0 && result.severity !== 'INFO' ? `: ${[...(group ? [group] : []), ...others].map(actWords).join(', ')}` : ''}
          </p>
        </div>
      )}
    </li>
  );
}

/** Names a whole list of the packet: there is no single place to jump to. */
const isWhole = (field: string): boolean => field === 'forms' || field === 'evidence';
