/**
 * What Ctrl-P puts on paper for a packet: facts, clocks, checks with sources, every form, claims, custody, look-back reviews, statements; no rail, no buttons, black on white. Made only
 * while the browser prints. A packet under restricted handling prints the one refusal that its export gives, and nothing else.
 */
import { useEffect, useState } from 'react';
import { createPortal, flushSync } from 'react-dom';
import type { PacketView } from '../../../shared/api.ts';
import { DETAINER_LOCKS } from '../../../shared/domain/clock-table.ts';
import { packetClocks } from '../../../shared/domain/clocks.ts';
import { encounterSections, formSections, type Section } from '../../../shared/domain/form-fields.ts';
import { type Block, claimBlocks, custodyBlocks, lookbackBlocks } from '../../../shared/domain/packet-paper.ts';
import { displayANumber } from '../../../shared/domain/packet.ts';
import { expectedWords, fieldWords, holdLabel, ruleOf, sourceWords } from '../../../shared/domain/rule-words.ts';
import { sentence } from '../../../shared/text.ts';
import { siteTime, utcTime } from '../../../shared/time.ts';
import { act } from '../../api.ts';
import { formTitle, PACKET_STATE_WORDS, PACKET_TYPE_WORDS } from '../../pieces/words.ts';
import { stripOrder } from './strip-order.ts';
import type { PacketModel } from './use-packet.ts';

type Props = { readonly view: PacketView; readonly model: PacketModel; readonly now: string };

/** Listens for the browser's print; `mark`: a word for every page. */
export function PrintPaper({ view, model, now, mark = null }: Props & { readonly mark?: string | null }) {
  const [isPrinting, setPrinting] = useState(false);
  const { id } = view.packet;
  const { number } = view.version;
  useEffect(() => {
    let title: string | null = null;
    const before = (): void => {
      // The title becomes the name of the file and a line on each page: ids only.
      title ??= document.title;
      document.title = `packet-${id}-v${number}`;
      flushSync(() => setPrinting(true));
      void act('access.note', { what: 'export', packetId: id });
    };
    const after = (): void => {
      if (title !== null) document.title = title;
      title = null;
      setPrinting(false);
    };
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
      after();
    };
  }, [id, number]);
  if (!isPrinting) return null;
  const isRefused = view.holds.some((h) => h.rule === 'RESTRICTED');
  return createPortal(
    <article className="print-paper">
      {mark && <p className="print-mark">{mark}</p>}
      {isRefused ? <Refusal /> : <Paper view={view} model={model} now={now} />}
    </article>,
    document.body,
  );
}

function Refusal() {
  const { what, todo } = sentence({ code: 'export/restricted', details: {} });
  return (
    <p>
      {what} {todo}
    </p>
  );
}

function Fields({ sections }: { readonly sections: readonly Section[] }) {
  return sections.map((section) => (
    <section key={section.title}>
      <h3>{section.title}</h3>
      <dl>
        {section.fields.map((f) => (
          <div key={f.path}>
            {f.label && <dt>{f.label}</dt>}
            <dd dir="auto">{f.value ?? 'left blank'}</dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}

/** A part that the exported PDF has too, in the same words. */
function Part({ title, blocks }: { readonly title: string; readonly blocks: readonly Block[] }) {
  return (
    <section>
      <h2>{title}</h2>
      {blocks.map((b, n) => {
        // Lines of one printed list: their place is their identity.
        const key = `${n}`;
        if (b.kind === 'heading') return <h3 key={key}>{b.text}</h3>;
        if (b.kind !== 'field') return <p key={key} dir="auto">{b.text}</p>;
        return (
          <dl key={key}>
            <div>
              <dt>{b.label}</dt>
              <dd dir="auto">{b.value ?? 'left blank'}</dd>
            </div>
          </dl>
        );
      })}
    </section>
  );
}

function Paper({ view, model, now }: Props) {
  const { packet, agency, subject, version } = view;
  const { document: packetDocument } = model;
  const { running } = stripOrder(packetClocks(packetDocument, { model: agency.model, lock: DETAINER_LOCKS[agency.fieldOffice] }), now);
  const at = (instant: string, zone = packetDocument.zone): string => `${siteTime(instant, zone)} (${utcTime(instant)})`;
  const name = (id: string): string => view.staff.find((s) => s.id === id)?.name ?? view.officers.find((o) => o.id === id)?.name ?? id;
  const checks = model.groups.flatMap((g) => g.failed).concat(model.groups.flatMap((g) => g.passed));
  return (
    <>
      <header>
        <h1>
          Packet {packet.eventNumber || packet.id}, version {version.number}
        </h1>
        <p>
          <b dir="auto">{subject.name}</b>, {displayANumber(subject.aNumber)}
        </p>
        <p>
          {PACKET_TYPE_WORDS[packet.type]}, {PACKET_STATE_WORDS[packet.state]}. {agency.name}. Prepared by {view.preparer?.name ?? packetDocument.preparerId}.
        </p>
        <p>
          Printed {at(now)}. Content {version.contentHash}
        </p>
      </header>
      <section>
        <h2>Clocks</h2>
        {running.length === 0 && <p>No clock is running for this packet.</p>}
        <ul>
          {running.map((c) => (
            <li key={c.id + c.label + c.startsAt}>
              <b>
                {c.id} {c.label}
              </b>
              : {c.isCustodyLimit ? 'release or notify required at ' : ''}
              {at(c.deadlineAt, c.zone)}. {c.source}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>Holds and returns</h2>
        {view.holds.length + view.returns.length === 0 && <p>None.</p>}
        <ul>
          {view.holds.map((h) => (
            <li key={h.id}>
              Hold: {holdLabel(h.rule)}, placed {at(h.placedAt)} by {name(h.placedBy)}, {h.releasedAt ? `released ${at(h.releasedAt)}` : 'open'}. {h.reason}
            </li>
          ))}
          {view.returns.map((r) => (
            <li key={r.id}>
              Returned version {r.number}, {at(r.returnedAt)} by {name(r.returnedBy)}: {r.deficiencies.map((d) => `${d.rule} ${fieldWords(d.field, packetDocument)}: ${d.note}`).join('; ')}. {r.note}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>Checks and their sources</h2>
        <p>
          Pack {model.pack}. {model.note}
        </p>
        <table>
          <thead>
            <tr>
              <th>Check</th>
              <th>Answer</th>
              <th>What must be true, and the source</th>
            </tr>
          </thead>
          <tbody>
            {checks.map((r) => (
              <tr key={r.rule + r.predicate + r.gates.join()}>
                <td>{r.rule}</td>
                <td>{r.outcome === 'fail' ? `FAILED (${r.severity})` : 'passed'}</td>
                <td>
                  {ruleOf(r.rule).sentence} <i>{sourceWords(ruleOf(r.rule).source)}</i>
                  {r.findings.map((f) => (
                    <p key={f.field + f.found}>
                      {fieldWords(f.field, packetDocument)}: found “{f.found}”, expected “{expectedWords(f)}”
                    </p>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="print-page">
        <h2>Facts outside the forms</h2>
        <Fields sections={encounterSections(packetDocument)} />
      </section>
      {packetDocument.forms.map((form) => (
        <section key={form.id} className="print-page">
          <h2>
            {form.kind} {formTitle(form)}
          </h2>
          <p>Rendered from data, edition {form.edition}</p>
          <Fields sections={formSections(form, packetDocument.zone)} />
        </section>
      ))}
      <div className="print-page">
        <Part title="Claims and indicia" blocks={claimBlocks(view.claims, name)} />
        <Part title="Custody" blocks={custodyBlocks(view.custody, name)} />
        <Part title="Look-back reviews" blocks={lookbackBlocks(view.lookbacks.map((l) => l.review), packetDocument.zone, now, name)} />
      </div>
      <section className="print-page">
        <h2>Signed statements</h2>
        {view.statements.length === 0 && <p>No form of this packet has been signed.</p>}
        <ul>
          {view.statements.map((s) => (
            <li key={s.id}>
              <b>{packetDocument.forms.find((f) => f.id === s.formId)?.kind ?? s.formId}</b> version {s.number}: {name(s.signerId)}, {s.legalTitle}, as {s.capacity}, {at(s.signedAt, s.zone)},{' '}
              {s.effect === 'under_review' ? 'UNDER REVIEW by HQ: do not serve' : s.effect === 'in_effect' ? 'in effect' : 'provisional until HQ answers'}. Form {s.formHash}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
