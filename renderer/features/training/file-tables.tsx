/** The tables of an officer's file, the newest row first. Times are the site's; UTC stands in the tooltip. */
import type { ReactNode } from 'react';
import { officerEventSpec, type Spell } from '../../../shared/domain/officer-events.ts';
import { isRequirement, REQUIREMENTS } from '../../../shared/domain/training.ts';
import type { OfficerEventRow } from '../../../shared/rows.ts';
import { siteDay, siteTime, utcTime } from '../../../shared/time.ts';
import type { OfficerFileView } from '../../../shared/training-views.ts';
import { restsOn, STANDING_WORDS } from '../../pieces/training-words.ts';
import { AUTHORITY_WORDS, isAuthorityUsable, MODEL_WORDS } from '../../pieces/words.ts';

type Props = { readonly file: OfficerFileView };
const titleOf = (id: string): string => (isRequirement(id) ? REQUIREMENTS[id].title : id);
const nameOf = (file: OfficerFileView, id: string | null): string => (id === null ? 'nobody' : id === 'hq' || id === 'ingest' ? 'HQ' : (file.people[id] ?? id));
/** A moment with its year: a file goes back years. */
export function Moment({ at, zone }: { readonly at: string; readonly zone: string }) {
  return (
    <time className="num nowrap" dateTime={at} title={`${siteTime(at, zone)}, ${utcTime(at)}`}>
      {siteDay(at, zone)} {siteTime(at, zone).split(' ').slice(3).join(' ')}
    </time>
  );
}

function Table({ title, heads, none, children }: { readonly title: string; readonly heads: readonly string[]; readonly none: string; readonly children: readonly ReactNode[] }) {
  return (
    <section>
      <h2>{title}</h2>
      {children.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <table className="file-table">
          <thead>
            <tr>
              {heads.map((h) => (
                <th key={h} scope="col">
                  {h}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      )}
    </section>
  );
}

const isGap = (s: Spell): boolean => s.state === 'NONE' || !isAuthorityUsable(s.state);
/** Every stretch of state; those without authority say so. */
export function AuthorityTable({ file }: Props) {
  const { zone } = file.agency;
  return (
    <Table title="Authority over time" heads={['From', 'To', 'State', 'Because']} none="Nothing is on record.">
      {file.spells.filter((s) => s.from !== s.to).map((s) => (
        <tr key={`${s.from}${s.because}`} className={isGap(s) ? 'gap' : ''}>
          <td>
            <Moment at={s.from} zone={zone} />
          </td>
          <td>{s.to ? s.to > file.now ? <><Moment at={s.to} zone={zone} /> <span className="soft small">if no training is done</span></> : <Moment at={s.to} zone={zone} /> : <span className="soft">open</span>}</td>
          <td>
            {isGap(s) ? '▲ No authority: ' : '✓ Authority: '}
            {s.state === 'NONE' ? 'nothing on record' : AUTHORITY_WORDS[s.state]}
            {isGap(s) ? '' : `, ${MODEL_WORDS[s.model]}`}
          </td>
          <td>
            {s.words} <span className="mono soft">{s.rule}</span>
            {s.from > file.now && <span className="soft small"> (ahead)</span>}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** How each requirement stands now. */
export function StandingTable({ file }: Props) {
  return (
    <Table title="Training now" heads={['Requirement', 'State', 'Due', 'Rests on']} none="Nothing is asked of this model.">
      {file.standings.map((s) => (
        <tr key={s.requirement}>
          <td>{REQUIREMENTS[s.requirement].title}</td>
          <td className={STANDING_WORDS[s.standing].tone}>
            <span aria-hidden="true">{STANDING_WORDS[s.standing].shape} </span>
            {STANDING_WORDS[s.standing].word}
          </td>
          <td className="num nowrap">{s.dueOn ?? ''}</td>
          <td>{s.requirement === 'card' ? 'the last login' : restsOn(s)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** Every completion, the withdrawn ones too. */
export function CompletionTable({ file }: Props) {
  const { zone } = file.agency;
  return (
    <Table title="Completions" heads={['Done', 'Requirement', 'Evidence, provider', 'Recorded', 'Verified', 'Withdrawn']} none="No completion is on record.">
      {file.completions.map((t) => (
        <tr key={t.id} className={t.withdrawnAt ? 'taken-back' : ''}>
          <td className="num nowrap">{t.completedOn ?? 'no day'}</td>
          <td>{titleOf(t.requirement)}</td>
          <td dir="auto">{[t.evidence ?? 'no evidence named', t.provider].filter(Boolean).join(', ')}</td>
          <td>
            {t.recordedAt ? <Moment at={t.recordedAt} zone={zone} /> : <span className="soft">not known</span>} {t.recordedBy && nameOf(file, t.recordedBy)}
          </td>
          <td>{t.verifiedBy === null ? <span className="amber">▲ not verified</span> : <>{t.verifiedAt && <Moment at={t.verifiedAt} zone={zone} />} {nameOf(file, t.verifiedBy)}</>}</td>
          <td>{t.withdrawnAt && <><Moment at={t.withdrawnAt} zone={zone} /> {nameOf(file, t.withdrawnBy)}: <span dir="auto">{t.withdrawnReason}</span></>}</td>
        </tr>
      ))}
    </Table>
  );
}

/** Courses that could not be taken, and what HQ answered. */
export function WaiverTable({ file }: Props) {
  const { zone } = file.agency;
  return (
    <Table title="Courses not available, waivers" heads={['Reported', 'Requirement', 'For', 'Why, evidence', 'Answer of HQ']} none="None was reported.">
      {file.waivers.map((w) => (
        <tr key={w.id}>
          <td>
            <Moment at={w.filedAt} zone={zone} /> {nameOf(file, w.filedBy)}
          </td>
          <td>{titleOf(w.requirement)}</td>
          <td>{w.officerId !== null ? 'this officer' : w.agencyId === '*' ? 'every agency' : 'the agency'}</td>
          <td dir="auto">{[w.reason, w.evidence].filter(Boolean).join(' ')}</td>
          <td>
            {w.grantedAt === null || w.validFrom === null ? (w.endedAt ? 'taken back before an answer' : <span className="amber">○ not answered: nothing is extended</span>) : (
              <>
                {w.substitute ? `${titleOf(w.substitute)} counts instead` : 'waived'} from <Moment at={w.validFrom} zone={zone} /> to <span className="num">{w.expiresOn}</span>, by {nameOf(file, w.grantedBy)}
              </>
            )}
            {w.grantedAt !== null && w.endedAt && <>, ended <Moment at={w.endedAt} zone={zone} /></>}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The annual verifications. */
export function VerificationTable({ file }: Props) {
  return (
    <Table title="Annual verifications" heads={['Year', 'Verified', 'What was seen', 'Note']} none={`None is on record. The year is ${file.period}.`}>
      {file.attestations.map((a) => (
        <tr key={a.id}>
          <td className="nowrap">{a.period}</td>
          <td>
            <Moment at={a.attestedAt} zone={file.agency.zone} /> {nameOf(file, a.attestedBy)}
          </td>
          <td>{a.basis.map((b) => `${titleOf(b.requirement)}${b.dueOn ? ` until ${b.dueOn}` : ''}`).join('; ')}</td>
          <td dir="auto">{a.note}</td>
        </tr>
      ))}
    </Table>
  );
}

const HIDDEN_DETAILS: readonly string[] = ['intervalId', 'eventId', 'answers'];
const detailWords = (details: OfficerEventRow['details']): string =>
  Object.entries(details).filter(([k, v]) => v !== null && v !== '' && !HIDDEN_DETAILS.includes(k)).map(([k, v]) => `${k.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)}: ${v === true ? 'yes' : v === false ? 'no' : v}`).join(', ');

/** Every event: when it took effect, and when and by whom it was recorded. */
export function EventTable({ file }: Props) {
  const { zone } = file.agency;
  return (
    <Table title="Events" heads={['Took effect', 'What happened', 'Details', 'Recorded', 'By']} none="No event is on record.">
      {file.events.map((e) => (
        <tr key={e.id} className={e.isCorrected ? 'taken-back' : ''}>
          <td>
            <Moment at={e.at} zone={zone} />
          </td>
          <td>
            {officerEventSpec(e.kind)?.label ?? e.kind} <span className="mono soft">{officerEventSpec(e.kind)?.id}</span>
            {e.isCorrected && <span className="amber"> ▲ corrected later</span>}
          </td>
          <td dir="auto">{detailWords(e.details)}</td>
          <td>
            <Moment at={e.recordedAt} zone={zone} />
          </td>
          <td>
            {nameOf(file, e.recordedBy)}
            {e.recordedRole === 'service' ? '' : `, ${e.recordedRole.replaceAll('_', ' ')}`}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** Who answers for what at the agency. */
export function OwnerTable({ file }: Props) {
  const { zone } = file.agency;
  return (
    <Table title="Who answers for the training" heads={['Requirement', 'Training officer', 'Reached at', 'Named']} none="Nobody is named. The annual verification asks for a name at every requirement.">
      {file.owners.map((o) => (
        <tr key={o.id}>
          <td>{titleOf(o.requirement)}</td>
          <td dir="auto">
            {o.name}, {o.title}
          </td>
          <td>{o.contact}</td>
          <td>
            <Moment at={o.namedAt} zone={zone} /> {nameOf(file, o.namedBy)}
          </td>
        </tr>
      ))}
    </Table>
  );
}
