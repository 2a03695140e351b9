/** One piece of evidence: what it is, where it came from, its hash. The document itself is shown beside it. */
import type { RefObject } from 'react';
import type { Evidence } from '../../../shared/domain/packet.ts';
import { SiteTime } from '../../pieces/Countdown.tsx';
import { bytesText, count } from '../../pieces/words.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';

const SOURCES: Readonly<Record<Evidence['source'], string>> = {
  subject: 'the subject',
  lea: 'the agency',
  ice: 'ICE',
  court: 'a court',
  consulate: 'a consulate',
  third_party: 'a third party',
};

/** The chosen piece of evidence and the forms that rely on it. */
export function EvidenceCard({
  evidence,
  zone,
  usedBy,
  paper,
}: {
  readonly evidence: Evidence;
  readonly zone: string;
  readonly usedBy: readonly string[];
  readonly paper: RefObject<HTMLElement | null>;
}) {
  return (
    <article className="paper" ref={paper} aria-label={evidence.title}>
      <header className="paper-head">
        <div>
          <p className="paper-kind">Evidence</p>
          <h2>{evidence.title}</h2>
        </div>
      </header>
      <dl className="facts">
        <dt>Kind</dt>
        <dd>{evidence.kind.replaceAll('_', ' ')}</dd>
        <dt>Obtained</dt>
        <dd>
          <SiteTime at={evidence.obtainedAt} zone={zone} /> from {SOURCES[evidence.source]}
        </dd>
        <dt>Document</dt>
        <dd>
          {evidence.mediaType}, {count(evidence.pages, 'page')}, {bytesText(evidence.bytes)}
        </dd>
        <dt>SHA-256</dt>
        <dd>
          <CopyButton text={evidence.sha256} label="hash" className="hash-copy" />
        </dd>
        <dt>Relied on by</dt>
        <dd>{usedBy.length ? usedBy.join(', ') : 'no form'}</dd>
      </dl>
    </article>
  );
}
