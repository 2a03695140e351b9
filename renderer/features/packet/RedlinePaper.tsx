/**
 * A resubmission as a redline: first what became of the last return, then every change by form, the old beside the new, texts word by word.
 * Must never say by colour alone what came and what went, and never let a text of another direction reorder what stands around it.
 */
import { Icon } from '@trussworks/react-uswds';
import type { Evidence } from '../../../shared/domain/packet.ts';
import type { ReturnRow } from '../../../shared/rows.ts';
import { valueText } from '../../pieces/change-words.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { ruleOf } from '../../../shared/domain/rule-words.ts';
import { type Piece, shortened, visible, wordDiff } from '../../pieces/word-diff.ts';
import { count } from '../../pieces/words.ts';
import type { ChangeLine, RedlineModel } from './redline-model.ts';

type Props = {
  readonly model: RedlineModel;
  readonly zone: string;
  readonly evidence: readonly Evidence[];
  readonly lastReturn: ReturnRow | null;
  readonly fieldWords: (field: string) => string;
  readonly onField: (field: string) => void;
  readonly onEvidence: (id: string) => void;
};
const OUTCOMES = {
  fixed: { mark: '✓', words: 'Fixed' },
  unchanged: { mark: '▲', words: 'Not fixed: the field is as it was' },
  still_fails: { mark: '▲', words: 'Not fixed: the check still fails' },
} as const;
const KINDS = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const;

/** The document "Changes" of a packet. */
export function RedlinePaper({ model, zone, evidence, lastReturn, fieldWords, onField, onEvidence }: Props) {
  const left = model.mended.filter((m) => m.outcome !== 'fixed').length;
  return (
    <article className="paper redline" aria-label={`Changes since version ${model.number}`}>
      <header className="paper-head">
        <div>
          <p className="paper-kind">Changes</p>
          <h2>Since version {model.number}</h2>
        </div>
        <p className="small soft paper-note num" role="status">
          {count(model.seen.size, 'change')} of {model.total} on screen
        </p>
      </header>
      {model.problem && <ProblemNote problem={model.problem} />}
      {lastReturn && model.mended.length > 0 && (
        <section className="paper-section" aria-label="The last return">
          <h3>
            Returned with version {lastReturn.number}: {left === 0 ? 'all fixed' : `${left} of ${model.mended.length} not fixed`}
          </h3>
          <ul className="mended">
            {model.mended.map(({ deficiency, outcome }) => (
              <li key={`${deficiency.rule} ${deficiency.field} ${deficiency.note}`} className={outcome === 'fixed' ? '' : 'open'}>
                <b>
                  <span aria-hidden="true">{OUTCOMES[outcome].mark}</span> {OUTCOMES[outcome].words}
                </b>
                <span>
                  {deficiency.rule} · {fieldWords(deficiency.field)}
                </span>
                <span dir="auto">{deficiency.note}</span>
                <span className="soft small">{ruleOf(deficiency.rule).sentence}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {model.total === 0 && !model.problem && <p className="soft">Nothing is different but the submission itself.</p>}
      {model.groups.map(({ title, lines }) => (
        <section key={title} className="paper-section">
          <h3>{title}</h3>
          {lines.map((line) => (
            <ChangeView key={line.change.path} line={line} zone={zone} isSeen={model.seen.has(line.change.path)} evidence={evidence} onField={onField} onEvidence={onEvidence} />
          ))}
        </section>
      ))}
    </article>
  );
}

type ChangeProps = Pick<Props, 'zone' | 'evidence' | 'onField' | 'onEvidence'> & { readonly line: ChangeLine; readonly isSeen: boolean };
function ChangeView({ line, zone, isSeen, evidence, onField, onEvidence }: ChangeProps) {
  const { change, words, evidenceIds } = line;
  const hasPlace = change.kind !== 'removed' && !change.path.startsWith('evidence.') && !change.path.endsWith('.order');
  return (
    <section className="change" data-change={change.path} tabIndex={-1} aria-label={`${KINDS[change.kind]}: ${words}`}>
      <p className="change-head">
        <span className="seen" title={isSeen ? 'Was on screen' : 'Not yet on screen'}>
          <span aria-hidden="true">{isSeen ? '◉' : '○'}</span>
          <span className="hidden-text">{isSeen ? 'Was on screen: ' : 'Not yet on screen: '}</span>
        </span>
        <b>{KINDS[change.kind]}</b> {words}
        {hasPlace && (
          <button type="button" className="finding-field push" onClick={() => onField(change.path)}>
            Show in place
          </button>
        )}
      </p>
      <Values change={change} zone={zone} />
      {evidenceIds.map((id) => (
        <button key={id} type="button" className="pin" onClick={() => onEvidence(id)}>
          <Icon.AttachFile aria-hidden="true" /> {evidence.find((e) => e.id === id)?.title ?? id}
        </button>
      ))}
    </section>
  );
}

function Values({ change, zone }: { readonly change: ChangeLine['change']; readonly zone: string }) {
  const { before, after, kind, path } = change;
  if (kind === 'changed' && typeof before === 'string' && typeof after === 'string' && before !== '' && after !== '') {
    const pieces = wordDiff(before, after);
    if (pieces.some((p) => p.kind === 'same' && /\p{L}|\p{N}/u.test(p.text))) return <Words pieces={pieces} />;
  }
  const [was, is] = [valueText(before, zone, path), valueText(after, zone, path)];
  return (
    <dl className="was-is">
      {kind !== 'added' && (
        <div>
          <dt>Was</dt>
          <dd dir="auto">{was === null ? <span className="blank">left blank</span> : <del>{visible(was)}</del>}</dd>
        </div>
      )}
      {kind !== 'removed' && (
        <div>
          <dt>Is</dt>
          <dd dir="auto">{is === null ? <span className="blank">left blank</span> : <ins>{visible(is)}</ins>}</dd>
        </div>
      )}
    </dl>
  );
}

/** A text with what went and what came inside it. Each piece is set apart for direction (`bdi`), the whole follows its first strong letter. */
function Words({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <p className="words" dir="auto">
      {pieces.map((p, n) => {
        const key = `${n} ${p.kind}`;
        if (p.kind === 'same') return <span key={key}>{shortened(p.text, n === 0 ? 'first' : n === pieces.length - 1 ? 'last' : 'middle')}</span>;
        const inside = (
          <bdi>
            <span className="hidden-text">{p.kind === 'added' ? '[added: ' : '[removed: '}</span>
            {visible(p.text)}
            <span className="hidden-text">]</span>
          </bdi>
        );
        return p.kind === 'added' ? <ins key={key}>{inside}</ins> : <del key={key}>{inside}</del>;
      })}
    </p>
  );
}
