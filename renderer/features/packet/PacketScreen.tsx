/** One packet: who and what runs, the forms large, the checks beside them, and the decision below. Dialogs are given by the app. */
import { Icon } from '@trussworks/react-uswds';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import type { Attachment, PacketDocument } from '../../../shared/domain/packet.ts';
import { reviewReason } from '../../../shared/text.ts';
import { act } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { focusContent } from '../../keys.ts';
import type { RenderDocument } from '../../pieces/document-ask.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import { useOpen } from '../../session.ts';
import { Screen } from '../../shell/Screen.tsx';
import { routeText } from '../../route.ts';
import { paneWidth, useStore } from '../../store.ts';
import { Divider } from '../../ui/Divider.tsx';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { prefetch, useQuery } from '../../use-query.ts';
import { ActionBar } from './ActionBar.tsx';
import { ChecksPane } from './ChecksPane.tsx';
import { checkKey } from './check-groups.ts';
import { EvidenceCard } from './EvidenceCard.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { FACTS_ID, FormList } from './FormList.tsx';
import { FormPaper } from './FormPaper.tsx';
import { encounterSections, formSections } from '../../pieces/form-fields.ts';
import { formTitle } from '../../pieces/words.ts';
import { HeaderStrip } from './HeaderStrip.tsx';
import { PinList } from './PinList.tsx';
import { usePacketKeys } from './use-packet-keys.ts';
import { documentOf, usePacketModel } from './use-packet.ts';
import { type ShownForm, useShown } from './use-shown.ts';

export type { ShownForm } from './use-shown.ts';
export type DialogKind = 'sign' | 'return' | 'hold';
type Props = {
  readonly packetId: string;
  readonly number: number | null;
  readonly renderDialog: (kind: DialogKind, view: PacketView, shown: readonly ShownForm[], onClose: () => void, onNext: (() => void) | null) => ReactNode;
  readonly renderDocument: RenderDocument;
};

/** The review screen. */
export function PacketScreen({ packetId, number, renderDialog, renderDocument }: Props) {
  const { data: view, problem, isSlow, reload } = useQuery('packet.open', { packetId, number });
  const { go, from } = useStore();
  useEffect(() => {
    void act('access.note', { what: 'packet', packetId });
  }, [packetId]);
  useEffect(() => {
    for (const id of [view?.nextId, view?.previousId]) if (id) prefetch('packet.open', { packetId: id, number: null });
  }, [view?.nextId, view?.previousId]);
  const back = (
    <button type="button" className="icon-button" onClick={() => go(from)} aria-label="Back to the queue" title="Back to the queue (Esc)">
      <Icon.ArrowBack aria-hidden="true" />
    </button>
  );
  return (
    <Screen title={view ? `Packet ${view.packet.eventNumber || view.packet.id}` : 'Packet'} before={back}>
      {problem && !view && (
        <div className="pad">
          <LoadProblem problem={problem} onRetry={reload} />
        </div>
      )}
      {!view && isSlow && <Skeleton rows={10} label="Loading the packet" />}
      {view && <Review view={view} renderDialog={renderDialog} renderDocument={renderDocument} />}
    </Screen>
  );
}

function Review({ view, renderDialog, renderDocument }: Pick<Props, 'renderDialog' | 'renderDocument'> & { readonly view: PacketView }) {
  const now = useNow();
  const { session } = useOpen();
  const { go, from, walk, look, setLook, select } = useStore();
  const model = usePacketModel(view, session.me.id, now);
  const [chosenId, setChosen] = useState<string | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<DialogKind | 'export' | null>(null);
  const [pending, setPending] = useState<string | null>(null);
  const [seenEvidence, setSeenEvidence] = useState<ReadonlySet<string>>(new Set());
  const paper = useRef<HTMLElement>(null);
  const document_ = model?.document;
  const chosen = chosenId ?? document_?.forms[0]?.id ?? FACTS_ID;
  const shown = useShown(`${view.packet.id}.${view.version.number}`, chosen.startsWith('evidence:') ? null : chosen, paper);
  const formsShown = useMemo(() => shown.filter((s) => s.formId !== FACTS_ID), [shown]);
  const seen = useMemo(() => new Set([...shown.map((s) => s.formId), ...seenEvidence]), [shown, seenEvidence]);

  const choose = useCallback((id: string) => {
    setChosen(id);
    if (id.startsWith('evidence:')) setSeenEvidence((s) => new Set(s).add(id));
    document.querySelector('.reader')?.scrollTo({ top: 0 });
  }, []);
  const goField = useCallback(
    (field: string) => {
      // The field is not there while only the document is shown.
      if (look.documentMode === 'document') setLook({ documentMode: 'facts' });
      choose(documentOf(field));
      setPending(field);
    },
    [choose, look.documentMode, setLook],
  );
  const goEvidence = useCallback((id: string) => choose(`evidence:${id}`), [choose]);
  const toggle = useCallback(
    (key: string) =>
      setOpened((s) => {
        const next = new Set(s);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    [],
  );
  const openCheck = useCallback((key: string) => {
    setOpened((s) => new Set(s).add(key));
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-check="${CSS.escape(key)}"]`)?.focus());
  }, []);
  useEffect(() => {
    if (pending === null) return;
    const fields = [...document.querySelectorAll<HTMLElement>('[data-field]')];
    const target =
      fields.find((e) => e.dataset.field === pending) ??
      fields.find((e) => pending.startsWith(`${e.dataset.field}.`)) ??
      fields.find((e) => e.dataset.field?.startsWith(`${pending}.`));
    target?.scrollIntoView({ block: 'center' });
    target?.focus({ preventScroll: true });
    setPending(null);
  }, [pending]);

  const leave = (id: string | null) =>
    id
      ? () => {
          select(routeText(from).slice(1).replace(/^queue$/, 'queue/all'), id);
          go({ screen: 'packet', packetId: id, number: null });
        }
      : null;
  // Opened from a split or one agency: its order leads on, not the whole queue's.
  const place = walk.indexOf(view.packet.id);
  const next = leave(place < 0 ? view.nextId : (walk[place + 1] ?? null));
  const previous = leave(place < 0 ? view.previousId : (walk[place - 1] ?? null));
  const dialogs = { sign: () => setDialog('sign'), return: () => setDialog('return'), hold: () => setDialog('hold'), export: () => setDialog('export') };
  usePacketKeys({ model, view, dialogs, next, previous, openCheck, chosen, choose, back: () => go(from) });
  // The packet came after the screen: its list of forms takes the focus that the screen has.
  useEffect(focusContent, []);
  if (!model) return null;
  const checksWidth = paneWidth(look.checksWidth, 0.28, 360, 520);
  const form = model.document.forms.find((f) => f.id === chosen);
  const evidence = chosen.startsWith('evidence:') ? model.document.evidence.find((e) => `evidence:${e.id}` === chosen) : undefined;
  const sealed = form ? view.statements.find((s) => s.formId === form.id && s.number === view.version.number) : undefined;
  const beside = (kind: 'form' | 'evidence', title: string, file: Attachment | null, children: ReactNode) =>
    renderDocument({ packetId: view.packet.id, number: view.version.number, kind, title, file, paper, children });
  const common = {
    marks: model.marks,
    evidence: model.document.evidence,
    onEvidence: goEvidence,
    paper,
    onRule: (rule: string) => {
      const r = model.failed.find((x) => x.rule === rule);
      if (r) openCheck(checkKey(r));
    },
  };
  return (
    <div className="packet">
      <HeaderStrip view={view} document={model.document} now={now} onVersion={(n) => go({ screen: 'packet', packetId: view.packet.id, number: n })} />
      <UnderReview view={view} document={model.document} />
      {view.packet.state === 'returned' && view.returns[0] && <ReturnedNote view={view} />}
      <div className="packet-panes" style={{ gridTemplateColumns: `var(--docs) minmax(0, 1fr) 1px min(${checksWidth}px, 40vw)` }}>
        <FormList
          document={model.document}
          chosen={chosen}
          seen={seen}
          failing={model.failing}
          statements={view.statements.filter((s) => s.number === view.version.number)}
          onChoose={choose}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a form is longer than the window */}
        <section className="reader" data-region="reader" aria-label="Chosen document" tabIndex={0}>
          {form &&
            beside('form', form.kind, form.rendition ?? null,
              <FormPaper
                key={form.id}
                heading={form.kind}
                title={formTitle(form)}
                edition={form.edition}
                prefix={`forms.${form.id}.`}
                sections={formSections(form, model.document.zone)}
                sealed={sealed ? (sealed.effect === 'under_review' ? '▲ Under review by HQ: do not serve; if served, call' : `✓ Signed as ${sealed.legalTitle}`) : null}
                {...common}
              />,
            )}
          {chosen === FACTS_ID && (
            <FormPaper
              key={FACTS_ID}
              heading="Encounter"
              title="Facts outside the forms"
              edition={null}
              prefix=""
              sections={encounterSections(model.document)}
              sealed={null}
              {...common}
            />
          )}
          {evidence &&
            beside('evidence', evidence.title, evidence,
              <>
                <EvidenceCard evidence={evidence} zone={model.document.zone} paper={paper} usedBy={usersOf(model.document, evidence.id)} />
                <PinList key={evidence.id} view={view} document={model.document} evidence={evidence} onEvidence={goEvidence} />
              </>,
            )}
        </section>
        <Divider label="Width of the checks" width={checksWidth} min={300} max={640} onChange={(width) => setLook({ checksWidth: width })} />
        <ChecksPane
          groups={model.groups}
          document={model.document}
          opened={opened}
          pack={model.pack}
          note={model.note}
          counts={model.counts}
          numbers={model.numbers}
          onToggle={toggle}
          onField={goField}
          onEvidence={goEvidence}
        />
      </div>
      <ActionBar
        view={view}
        candidates={model.candidates}
        onSign={dialogs.sign}
        onReturn={dialogs.return}
        onHold={dialogs.hold}
        onExport={dialogs.export}
        onNext={next}
        onPrevious={previous}
      />
      {dialog === 'export' && <ExportDialog view={view} onClose={() => setDialog(null)} />}
      {dialog && dialog !== 'export' && renderDialog(dialog, view, formsShown, () => setDialog(null), next)}
    </div>
  );
}

/** Kinds of the forms that rely on a piece of evidence. */
const usersOf = (document: PacketDocument, evidenceId: string): readonly string[] =>
  document.forms.filter((f) => JSON.stringify(f).includes(`"${evidenceId}"`)).map((f) => f.kind);

/** HQ knew other facts than this laptop: the signature stands on record, the form must not be served meanwhile [SYN-17]. */
function UnderReview({ view, document: packet }: { readonly view: PacketView; readonly document: PacketDocument }) {
  const held = view.statements.filter((s) => s.effect === 'under_review');
  if (held.length === 0) return null;
  const reasons = [...new Set(held.flatMap((s) => s.reviewReasons))].map(reviewReason);
  const kinds = [...new Set(held.map((s) => packet.forms.find((f) => f.id === s.formId)?.kind ?? s.formId))];
  return (
    <p className="under-review" role="status">
      <b>▲ Under review: {kinds.join(', ')}. Do not serve; if served, call HQ.</b> {reasons.join('; ')}
    </p>
  );
}

function ReturnedNote({ view }: { readonly view: PacketView }) {
  const last = [...view.returns].sort((a, b) => (a.returnedAt < b.returnedAt ? 1 : -1))[0];
  if (!last) return null;
  return (
    <details className="returned-note">
      <summary>
        <b>↩ Returned to the DIO</b> for {last.deficiencies.map((d) => d.rule).join(', ')}
      </summary>
      <ul>
        {last.deficiencies.map((d) => (
          <li key={d.rule + d.field}>
            <b>{d.rule}</b> {d.field}: {d.note}
          </li>
        ))}
      </ul>
      {last.note && <p>{last.note}</p>}
    </details>
  );
}
