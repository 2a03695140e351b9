/** One form, large, in the form's order. Says that it is rendered from data. Fields that a failed check names carry its mark. */
import { Icon } from '@trussworks/react-uswds';
import type { RefObject } from 'react';
import type { Evidence } from '../../../shared/domain/packet.ts';
import type { Severity } from '../../../shared/domain/sufficiency.ts';
import { SEVERITIES } from '../../pieces/Severity.tsx';
import type { Field, Section } from '../../../shared/domain/form-fields.ts';

export type FieldMarks = ReadonlyMap<string, { readonly rule: string; readonly severity: Severity }>;
type Props = {
  readonly heading: string;
  readonly title: string;
  readonly edition: string | null;
  readonly prefix: string;
  readonly sections: readonly Section[];
  readonly marks: FieldMarks;
  readonly evidence: readonly Evidence[];
  readonly onEvidence: (id: string) => void;
  readonly onRule: (rule: string) => void;
  readonly paper: RefObject<HTMLElement | null>;
  readonly sealed: string | null;
};

/** The paper. `prefix` is `forms.<id>.` for a form and empty for facts of the encounter. */
export function FormPaper({ heading, title, edition, prefix, sections, marks, evidence, onEvidence, onRule, paper, sealed }: Props) {
  return (
    <article className="paper" ref={paper} aria-label={`${heading} ${title}`}>
      <header className="paper-head">
        <div>
          <p className="paper-kind">{heading}</p>
          <h2>{title}</h2>
        </div>
        <p className="small soft paper-note">
          Rendered from data{edition ? `, edition ${edition}` : ''}
          {sealed && <span className="paper-sealed">{sealed}</span>}
        </p>
      </header>
      {sections.map((section) => (
        <section key={section.title} className="paper-section">
          <h3>{section.title}</h3>
          <dl>
            {section.fields.map((field) => (
              <FieldView
                key={field.path}
                field={field}
                path={prefix + field.path}
                mark={markOf(marks, prefix + field.path)}
                evidence={evidence}
                onEvidence={onEvidence}
                onRule={onRule}
              />
            ))}
          </dl>
        </section>
      ))}
    </article>
  );
}

/** A mark on the field itself or on a part of it (`hearing` names `hearing.time`, and the other way round). */
function markOf(marks: FieldMarks, path: string) {
  const exact = marks.get(path);
  if (exact) return exact;
  for (const [field, mark] of marks) if (field.startsWith(`${path}.`)) return mark;
  return undefined;
}

type FieldProps = {
  readonly field: Field;
  readonly path: string;
  readonly mark: { readonly rule: string; readonly severity: Severity } | undefined;
  readonly evidence: readonly Evidence[];
  readonly onEvidence: (id: string) => void;
  readonly onRule: (rule: string) => void;
};
function FieldView({ field, path, mark, evidence, onEvidence, onRule }: FieldProps) {
  return (
    <div className={`field ${field.isWide ? 'wide' : ''} ${mark ? 'marked' : ''}`} data-field={path} tabIndex={-1}>
      {(field.label || mark) && (
        <dt>
          {field.label}
          {mark && (
            <button
              type="button"
              className={`field-mark ${SEVERITIES[mark.severity].tone}`}
              onClick={() => onRule(mark.rule)}
              aria-label={`${SEVERITIES[mark.severity].word}, check ${mark.rule}`}
            >
              {SEVERITIES[mark.severity].shape} {mark.rule}
            </button>
          )}
        </dt>
      )}
      <dd className={field.path === 'narrative' ? 'prose' : ''} dir="auto">
        {field.value ?? <span className="blank">left blank</span>}
        {(field.evidenceIds ?? []).map((id) => (
          <button key={id} type="button" className="pin" onClick={() => onEvidence(id)} title={evidence.find((e) => e.id === id)?.title ?? id}>
            <Icon.AttachFile aria-hidden="true" /> {evidence.find((e) => e.id === id)?.title ?? id}
          </button>
        ))}
      </dd>
    </div>
  );
}
