/** What the signer saw against what HQ had: a table where there is something to compare, and the other reasons as sentences. */
import type { ChangedFact } from '../../shared/domain/lookback.ts';
import { siteTime, utcTime } from '../../shared/time.ts';
import { reviewReason } from '../../shared/text.ts';
import { ruleOf } from '../../shared/domain/rule-words.ts';

const SUBJECTS: Readonly<Record<string, string>> = { holds: 'Protective hold', moa: 'MOA of the agency', signer: 'The signer', content: 'The packet', note: 'Reported' };
/** What one line is about: `Authority of Mira Tolan`, or the reason as a sentence. */
export function factWords({ reason, about, signed, hq }: ChangedFact): string {
  if (/^[A-Z0-9]+-[0-9A-Z]+$/.test(reason)) return `${reason}: ${ruleOf(reason).sentence}`;
  if ((reason === 'authority' || reason === 'authority-again') && about !== null) return `Authority of ${about}`;
  return signed === null && hq === null ? reviewReason(reason) : (SUBJECTS[reason] ?? reviewReason(reason));
}

type Props = { readonly facts: readonly ChangedFact[]; readonly zone: string };
/** The comparison. */
export function ChangedFacts({ facts, zone }: Props) {
  const lines = facts.filter((f) => f.signed !== null || f.hq !== null);
  const others = facts.filter((f) => f.signed === null && f.hq === null);
  return (
    <>
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways where the window is narrow
        <div className="changed-facts" role="region" aria-label="What changed" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">As signed</th>
                <th scope="col">As HQ had it</th>
                <th scope="col">Since</th>
                <th scope="col">By</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((f) => (
                <tr key={`${f.reason} ${f.about} ${f.signed} ${f.hq} ${f.since} ${f.act ?? ''}`}>
                  <th scope="row">{factWords(f)}</th>
                  <td>{f.signed ?? ''}</td>
                  <td className="strong">{f.hq ?? ''}</td>
                  <td className="num">{f.since !== null && <time dateTime={f.since} title={utcTime(f.since)}>{siteTime(f.since, zone)}</time>}</td>
                  <td>{f.by ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {others.length > 0 && (
        <ul className="changed-others">
          {others.map((f) => (
            <li key={f.reason}>{factWords(f)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
