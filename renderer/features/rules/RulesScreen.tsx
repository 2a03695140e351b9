/** The rules that judge here and now: every row of the active pack, what was lowered lately, and every pack that HQ published, with why one does not count. */
import { useMemo, useState } from 'react';
import type { PackItem, RulesView } from '../../../shared/api.ts';
import type { Rule } from '../../../shared/domain/sufficiency.ts';
import { siteTime } from '../../../shared/time.ts';
import { sentence } from '../../../shared/text.ts';
import { LoweredNotes } from '../../pieces/LoweredNotes.tsx';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { sourceWords } from '../../../shared/domain/rule-words.ts';
import { SeverityMark } from '../../pieces/Severity.tsx';
import { count, READER_ZONE } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { Empty, Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

const STATE_WORDS: Readonly<Record<PackItem['state'], string>> = {
  active: 'counts now', waiting: 'waits for its start', proposed: 'proposed, waits for a second approval', replaced: 'replaced', inactive: 'does not count',
};
const time = (at: string): string => siteTime(at, READER_ZONE);

/** The screen. */
export function RulesScreen() {
  const { data, problem, isSlow, reload } = useQuery('rules.overview', {});
  return (
    <Screen title="Rules">
      <div className="scroll">
        {problem && !data && (
          <div className="pad">
            <LoadProblem problem={problem} onRetry={reload} />
          </div>
        )}
        {!data && isSlow && <Skeleton rows={10} label="Loading the rules" />}
        {data && <Rules view={data} />}
      </div>
    </Screen>
  );
}

function Rules({ view }: { readonly view: RulesView }) {
  const [text, setText] = useState('');
  const active = view.packs.find((p) => p.state === 'active');
  const rows = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return view.pack.rows.filter((r) => {
      const all = `${r.id} ${r.sentence} ${r.source} ${r.severity} ${r.gates.join(' ')} ${placesOf(r)}`.toLowerCase();
      return words.every((w) => all.includes(w));
    });
  }, [view.pack, text]);
  return (
    <div className="rules">
      <section aria-labelledby="rules-active">
        <h2 id="rules-active">
          Pack <span className="mono">{view.pack.version}</span>
        </h2>
        <p className="soft">{active ? standing(active) : ''}</p>
        <LoweredNotes notes={view.lowered} zone={READER_ZONE} />
      </section>
      <section aria-labelledby="rules-packs">
        <h2 id="rules-packs">Packs</h2>
        {view.packs.some((p) => p.state === 'inactive') && <p className="small">▲ A pack that does not count changes nothing on this laptop. HQ mends it: tell HQ its name and what stands below.</p>}
        <ul className="packs">
          {view.packs.map((p) => (
            <Pack key={p.version} item={p} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="rules-rows">
        <h2 id="rules-rows">{count(view.pack.rows.length, 'row')}</h2>
        <label htmlFor="rules-find">Find a rule</label>
        <input id="rules-find" className="usa-input" type="search" value={text} onChange={(e) => setText(e.target.value)} data-start />
        <p className="soft small" role="status">
          {text.trim() === '' ? '' : count(rows.length, 'row found', 'rows found')}
        </p>
        {rows.length === 0 && <Empty title="No row says that">Search by id, words, severity, act, place or source.</Empty>}
        <ul className="rule-rows">
          {rows.map((r) => (
            <Row key={`${r.id}/${r.effectiveFrom}/${placesOf(r)}`} rule={r} />
          ))}
        </ul>
      </section>
    </div>
  );
}

/** Who stands for a pack, and since when. */
function standing(p: PackItem): string {
  if (p.isBuiltIn) return 'Comes with Fieldbook: in force until HQ publishes another.';
  const by = `proposed by ${p.publishedBy}, approved by ${p.approvers.join(' and ')}`;
  if (p.publishedAt === null) return by;
  return `${p.effectiveFrom ? `From ${time(p.effectiveFrom)}; ` : ''}published ${time(p.publishedAt)}; ${by}.`;
}

function Pack({ item }: { readonly item: PackItem }) {
  const words = item.problem ? sentence(item.problem) : null;
  return (
    <li className={`pack ${item.state}`}>
      <p>
        <span className="mono strong">{item.version}</span>{' '}
        <span className={item.state === 'inactive' ? 'amber strong' : 'soft'}>
          {item.state === 'inactive' ? '▲ ' : ''}
          {item.state === 'waiting' && item.effectiveFrom ? `from ${time(item.effectiveFrom)}` : STATE_WORDS[item.state]}
        </span>
      </p>
      {words ? (
        <p className="small">
          {words.what} <span className="soft">{words.where}.</span> {words.todo}
        </p>
      ) : (
        <p className="small soft">{standing(item)}</p>
      )}
    </li>
  );
}

const placesOf = (rule: Rule): string => (rule.jurisdiction === null ? 'everywhere' : [...(rule.jurisdiction.fieldOffices ?? []), ...(rule.jurisdiction.states ?? [])].join(', '));

const Row = ({ rule }: { readonly rule: Rule }) => (
  <li className="rule-row">
    <p className="row wrap">
      <span className="mono strong">{rule.id}</span>
      <SeverityMark severity={rule.severity} />
      <span>{rule.sentence}</span>
    </p>
    <p className="small soft">
      Gates {rule.gates.join(', ')}; looks at the day it was {rule.looksAt}; from {rule.effectiveFrom}
      {rule.effectiveTo === null ? '' : ` until ${rule.effectiveTo}`}; {placesOf(rule)}. {sourceWords(rule.source)}. Approved by {rule.approvedBy}.
    </p>
  </li>
);
