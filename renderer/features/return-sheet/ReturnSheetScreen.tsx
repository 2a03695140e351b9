/**
 * The return of a packet on paper: what the DIO is asked to correct, field by field, and what goes on running meanwhile. From this laptop alone.
 * Names no person but the officers, and holds nothing of any protective handling: the sheet may lie on a desk at the agency.
 */
import { Button, Icon } from '@trussworks/react-uswds';
import type { PacketView } from '../../../shared/api.ts';
import { DETAINER_LOCKS } from '../../../shared/domain/clock-table.ts';
import { type Clock, packetClocks } from '../../../shared/domain/clocks.ts';
import { openContent, type PacketDocument } from '../../../shared/domain/packet.ts';
import type { Deficiency, ReturnRow } from '../../../shared/rows.ts';
import { countdown, msOf, siteTime, utcTime } from '../../../shared/time.ts';
import { useNow } from '../../clock.ts';
import { changeGroup, standsThere } from '../../pieces/change-words.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { fieldWords, ruleOf } from '../../../shared/domain/rule-words.ts';
import { count, PACKET_TYPE_WORDS } from '../../pieces/words.ts';
import { Screen } from '../../shell/Screen.tsx';
import { useStore } from '../../store.ts';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';

/** The check behind restricted handling: never on paper. */
const RESTRICTED_RULE = 'PK-10';

/** The screen around the sheet: back, print, and why there is none. */
export function ReturnSheetScreen({ packetId, number }: { readonly packetId: string; readonly number: number }) {
  const { data: view, problem, isSlow, reload } = useQuery('packet.open', { packetId, number });
  const { go } = useStore();
  const returns = [...(view?.returns ?? [])].filter((r) => r.number === number).sort((a, b) => (a.returnedAt < b.returnedAt ? 1 : -1));
  const back = () => go({ screen: 'packet', packetId, number: null });
  return (
    <Screen
      title="Return sheet"
      before={
        <button type="button" className="icon-button" onClick={back} aria-label="Back to the packet" title="Back to the packet">
          <Icon.ArrowBack aria-hidden="true" />
        </button>
      }
      tools={
        returns.length > 0 && (
          <Button type="button" className="small-button" onClick={() => print()}>
            Print…
          </Button>
        )
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a sheet is longer than the window */}
      <section className="pad sheet-desk" aria-label="Return sheet" tabIndex={0} data-start>
        {problem && !view && <LoadProblem problem={problem} onRetry={reload} />}
        {!view && isSlow && <Skeleton rows={8} label="Loading the return" />}
        {view && returns.length === 0 && <p className="soft">Version {number} of this packet was not returned. Nothing is to be printed.</p>}
        {view && returns.map((r) => <Sheet key={r.id} view={view} row={r} />)}
      </section>
    </Screen>
  );
}

/** Running clocks, nearest first; a restart of one limit under two computations is two lines. */
const running = (clocks: readonly Clock[]): readonly Clock[] => clocks.filter((c) => c.stoppedAt === null && c.kind !== 'floor').sort((a, b) => msOf(a.deadlineAt) - msOf(b.deadlineAt));

/** Deficiencies by the form that they are about, in their own order. */
function byForm(deficiencies: readonly Deficiency[], document: PacketDocument): readonly (readonly [title: string, of: readonly Deficiency[]])[] {
  const groups = new Map<string, Deficiency[]>();
  for (const d of deficiencies) {
    const title = d.field === 'packet' || d.field === 'forms' || d.field === 'holds' ? 'Packet' : changeGroup(d.field, document, document);
    groups.set(title, [...(groups.get(title) ?? []), d]);
  }
  return [...groups];
}

function Sheet({ view, row }: { readonly view: PacketView; readonly row: ReturnRow }) {
  const now = useNow();
  const { agency, packet } = view;
  const document = openContent(view.version.content);
  const { zone } = agency;
  const deficiencies = row.deficiencies.filter((d) => d.rule !== RESTRICTED_RULE);
  const clocks = running(packetClocks(document, { model: agency.model, lock: DETAINER_LOCKS[agency.fieldOffice] }));
  const by = view.staff.find((s) => s.id === row.returnedBy);
  return (
    <article className="sheet" aria-label={`Return of packet ${packet.eventNumber || packet.id}, version ${row.number}`}>
      <header className="sheet-head">
        <h2>Returned for correction</h2>
        <dl>
          <Line name="Agency" value={`${agency.name}, ${agency.state}`} />
          <Line name="Packet" value={`${packet.eventNumber || packet.id} (${packet.id}), ${PACKET_TYPE_WORDS[packet.type]}`} />
          <Line name="Version" value={`${row.number}${packet.currentVersion === row.number ? '' : `; version ${packet.currentVersion} has come since`}`} />
          <Line name="Prepared by" value={view.preparer?.name ?? document.preparerId} />
          <Line name="Returned by" value={by ? `${by.name}, ${by.legalTitle}` : row.returnedBy} />
          <Line name="Returned at" value={`${siteTime(row.returnedAt, zone)}, ${utcTime(row.returnedAt)}`} />
        </dl>
      </header>
      <section aria-label="Clocks">
        <h3>The clocks go on</h3>
        {clocks.length === 0 && <p>No clock is running for this packet.</p>}
        <ul>
          {clocks.map((c) => (
            <li key={c.id + c.label + c.startsAt}>
              <b>
                {c.id} {c.label}
              </b>
              : {c.isCustodyLimit ? 'release or notify required at ' : ''}
              {siteTime(c.deadlineAt, c.zone)}, {utcTime(c.deadlineAt)} ({countdown(now, c.deadlineAt)})
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Deficiencies">
        <h3>{count(deficiencies.length, 'deficiency', 'deficiencies')}</h3>
        {byForm(deficiencies, document).map(([title, list]) => (
          <section key={title} className="sheet-form">
            <h4>{title}</h4>
            <ol>
              {list.map((d) => {
                const value = standsThere(document, d.field);
                return (
                  <li key={d.rule + d.field + d.note}>
                    <p>
                      <b>{d.rule}</b> {ruleOf(d.rule).sentence}
                    </p>
                    <dl>
                      <Line name="Field" value={fieldWords(d.field, document)} />
                      {d.field !== 'packet' && d.field !== 'forms' && d.field !== 'holds' && <Line name="Stands there" value={value === null ? 'left blank' : value.length > 600 ? `${value.slice(0, 600)} …` : value} />}
                      <Line name="Asked" value={d.note} />
                    </dl>
                  </li>
                );
              })}
            </ol>
          </section>
        ))}
        {row.note && (
          <section className="sheet-form">
            <h4>Note</h4>
            <p dir="auto">{row.note}</p>
          </section>
        )}
      </section>
      <footer className="small soft">
        Printed {siteTime(now, zone)}, {utcTime(now)}. Send the corrected packet as version {packet.currentVersion + (packet.currentVersion === row.number ? 1 : 0)}. {agency.isSynthetic ? 'SYNTHETIC DATA.' : ''}
      </footer>
    </article>
  );
}
const Line = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div className="sheet-line">
    <dt>{name}</dt>
    <dd dir="auto">{value}</dd>
  </div>
);
