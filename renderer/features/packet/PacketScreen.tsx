/** One packet: who and what runs, the forms large, the checks beside them, and the decision below. Dialogs are given by the app. */
import { Icon } from '@trussworks/react-uswds';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import type { Attachment, PacketDocument } from '../../../shared/domain/packet.ts';
import type { ShownField } from '../../../shared/domain/statement-facts.ts';
import type { CheckResult } from '../../../shared/domain/sufficiency.ts';
import { isStanding } from '../../../shared/domain/links.ts';
import { act } from '../../api.ts';
import { useNow } from '../../clock.ts';
import { focusContent, useKeys } from '../../keys.ts';
import type { PinsAsk, RenderDocument } from '../../pieces/document-ask.ts';
import { LoadProblem } from '../../pieces/ProblemNote.tsx';
import type { SignCandidate } from '../../pieces/signing.ts';
import { useOpen } from '../../session.ts';
import { Screen } from '../../shell/Screen.tsx';
import { routeText } from '../../route.ts';
import { type Decision, paneWidth, useStore } from '../../store.ts';
import { Divider } from '../../ui/Divider.tsx';
import { Skeleton } from '../../ui/Placeholders.tsx';
import { useQuery } from '../../use-query.ts';
import { ActionBar } from './ActionBar.tsx';
import { Ahead } from './Ahead.tsx';
import { BesideDialog } from './BesideDialog.tsx';
import { ChecksPane } from './ChecksPane.tsx';
import { ChecksRail } from './ChecksRail.tsx';
import { checkKey } from './check-groups.ts';
import { EndOfList } from './EndOfList.tsx';
import { EvidenceCard } from './EvidenceCard.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { FACTS_ID, FormList } from './FormList.tsx';
import { FormPaper } from './FormPaper.tsx';
import { encounterSections, formSections } from '../../../shared/domain/form-fields.ts';
import { fieldWords } from '../../../shared/domain/rule-words.ts';
import { formTitle } from '../../pieces/words.ts';
import { RedlinePaper } from './RedlinePaper.tsx';
import { HeaderStrip } from './HeaderStrip.tsx';
import { ReturnedNote } from './ReturnedNote.tsx';
import { PrintPaper } from './PrintPaper.tsx';
import { type NewPin, PinDialog } from './PinDialog.tsx';
import { PinList } from './PinList.tsx';
import { usePacketKeys } from './use-packet-keys.ts';
import { ReviewBanner, sealedWords } from './ReviewBanner.tsx';
import { focusChecks, useChecksFold } from './use-checks-fold.ts';
import { documentOf, usePacketModel } from './use-packet.ts';
import { CHANGES_ID } from './redline-model.ts';
import { PINS_ID, type ShownPin, usePins } from './use-pins.ts';
import { useRedline } from './use-redline.ts';
import { type ShownForm, useShown } from './use-shown.ts';
import { useWalk, type Walk } from './use-walk.ts';

/** What was on screen of the packet: forms with their seconds, of a resubmission the changes since the version it is compared with, and the pins. */
export type Shown = {
  readonly forms: readonly ShownForm[]; readonly comparedWith: number | null; readonly fields: readonly ShownField[];
  readonly pins: { readonly shown: readonly ShownPin[]; readonly total: number; /** Labels of elements that nobody pinned. */ readonly unpinned: readonly string[] };
};
export type { ShownForm } from './use-shown.ts';
export type DialogKind = 'sign' | 'return' | 'hold' | 'custody' | 'claim';
/** Where a decision dialog may lead. `onDecided` null: it says itself what was saved; else it hands that over and the next packet opens. */
export type DialogWays = { readonly onClose: () => void; readonly onNext: (() => void) | null; readonly onDecided: ((decision: Decision | null) => void) | null };
type Props = {
  readonly packetId: string;
  readonly number: number | null;
  readonly renderDialog: (kind: DialogKind, view: PacketView, shown: Shown, ways: DialogWays) => ReactNode;
  readonly renderDocument: RenderDocument;
};

const NO_CHECKS: readonly CheckResult[] = [];
const NO_CANDIDATES: readonly SignCandidate[] = [];
/** The review screen. */
export function PacketScreen({ packetId, number, renderDialog, renderDocument }: Props) {
  const { data: view, problem, isSlow, reload } = useQuery('packet.open', { packetId, number });
  const { go, from, select, reopen } = useStore();
  const walk = useWalk(view);
  const [isAtEnd, setAtEnd] = useState(false);
  useEffect(() => {
    void act('access.note', { what: 'packet', packetId });
  }, [packetId]);
  useEffect(() => {
    if (reopen === packetId) setAtEnd(false);
  }, [reopen, packetId]);
  const open = useCallback(
    (id: string) => {
      select(routeText(from), id);
      go({ screen: 'packet', packetId: id, number: null });
    },
    [select, from, go],
  );
  // Also while the packet is read or cannot be; the packet's own keys go before it.
  useKeys([{ keys: 'Escape', label: 'Back to the queue', group: 'Packet', isHidden: true, run: () => go(from) }]);
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
      {view && isAtEnd && (
        <EndOfList isWhole={!walk.isInList} onBack={() => go(from)} onAll={() => go({ screen: 'queue', split: 'all' })} onStay={() => setAtEnd(false)} />
      )}
      {view && !isAtEnd && <Review view={view} walk={walk} onOpen={open} onEnd={() => setAtEnd(true)} renderDialog={renderDialog} renderDocument={renderDocument} />}
      <Ahead {...walk} />
    </Screen>
  );
}

type ReviewProps = Pick<Props, 'renderDialog' | 'renderDocument'> & { readonly view: PacketView; readonly walk: Walk; readonly onOpen: (packetId: string) => void; readonly onEnd: () => void };
function Review({ view, walk, onOpen, onEnd, renderDialog, renderDocument }: ReviewProps) {
  const now = useNow();
  const { session } = useOpen();
  const { go, from, look, setLook, reopen, setReopen, setDecision } = useStore();
  const model = usePacketModel(view, session.me.id, now);
  const [chosenId, setChosen] = useState<string | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  /** `nextId`: as it was when the dialog opened; a decision moves the packet in its list. */
  const [dialog, setDialog] = useState<{ readonly kind: DialogKind | 'export'; readonly nextId: string | null } | null>(null);
  const [linkedId, setLinkedId] = useState<string | null>(null);
  const [newPin, setNewPin] = useState<NewPin | null>(null);
  const [pending, setPending] = useState<string | null>(null);
  const [seenEvidence, setSeenEvidence] = useState<ReadonlySet<string>>(new Set());
  const paper = useRef<HTMLElement>(null);
  const document_ = model?.document;
  const chosen = chosenId ?? (view.earlier ? CHANGES_ID : (document_?.forms[0]?.id ?? FACTS_ID));
  const redline = useRedline(view, document_, model?.failed ?? NO_CHECKS, chosen === CHANGES_ID);
  const shown = useShown(`${view.packet.id}.${view.version.number}`, chosen.startsWith('evidence:') || chosen === CHANGES_ID || chosen === PINS_ID ? null : chosen, paper);
  const formsShown = useMemo(() => shown.filter((s) => s.formId !== FACTS_ID), [shown]);
  const isRead = redline !== null && redline.whyNotSign === null;
  const choose = useCallback((id: string) => {
    setChosen(id);
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
  const onShown = useCallback(() => {
    if (chosen.startsWith('evidence:')) setSeenEvidence((s) => (s.has(chosen) ? s : new Set(s).add(chosen)));
  }, [chosen]);
  const goEvidence = useCallback((id: string) => choose(`evidence:${id}`), [choose]);
  const pins = usePins({ view, document: document_, candidates: model?.candidates ?? NO_CANDIDATES, isOn: chosen.startsWith('evidence:'), onEvidence: goEvidence });
  const arePinsSeen = pins !== null && pins.places.length > 0 && pins.shown.length === pins.places.length;
  const seen = useMemo(
    () => new Set([...shown.map((s) => s.formId), ...seenEvidence, ...(isRead ? [CHANGES_ID] : []), ...(arePinsSeen ? [PINS_ID] : [])]),
    [shown, seenEvidence, isRead, arePinsSeen],
  );
  const toggle = useCallback(
    (key: string) =>
      setOpened((s) => {
        const next = new Set(s);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    [],
  );
  const checksWidth = paneWidth(look.checksWidth, 0.28, 360, 520);
  const form = document_?.forms.find((f) => f.id === chosen);
  const { panes, isFolded, fold } = useChecksFold(form?.rendition !== undefined, checksWidth);
  const turnChecks = useCallback(() => {
    fold(!isFolded);
    focusChecks();
  }, [fold, isFolded]);
  const openCheck = useCallback((key: string) => {
    fold(false);
    setOpened((s) => new Set(s).add(key));
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-check="${CSS.escape(key)}"]`)?.focus());
  }, [fold]);
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

  const way = (id: string | null) => (id ? () => onOpen(id) : null);
  const next = way(walk.nextId);
  const previous = way(walk.previousId);
  const show = (kind: DialogKind | 'export') => () => setDialog({ kind, nextId: walk.nextId });
  const dialogs = { sign: show('sign'), return: show('return'), hold: show('hold'), export: show('export'), custody: show('custody'), claim: show('claim') };
  const close = () => setDialog(null);
  const decided = (decision: Decision | null) => {
    close();
    setDecision(decision);
    if (dialog?.nextId) onOpen(dialog.nextId);
    else onEnd();
  };
  useEffect(() => {
    if (reopen !== view.packet.id) return;
    setReopen(null);
    setDialog({ kind: 'return', nextId: walk.nextId });
  }, [reopen, view.packet.id, setReopen, walk.nextId]);
  usePacketKeys({ model, view, dialogs, next, previous, openCheck, chosen, redline, pins, choose, checks: { isFolded, turn: turnChecks }, back: () => go(from) });
  // The packet came after the screen: its list of forms takes the focus that the screen has.
  useEffect(focusContent, []);
  if (!model || !pins) return null;
  const evidence = chosen.startsWith('evidence:') ? model.document.evidence.find((e) => `evidence:${e.id}` === chosen) : undefined;
  const sealed = form ? view.statements.find((s) => s.formId === form.id && s.number === view.version.number) : undefined;
  const beside = (kind: 'form' | 'evidence', title: string, file: Attachment | null, ask: PinsAsk | null, children: ReactNode) =>
    renderDocument({ packetId: view.packet.id, number: view.version.number, kind, title, file, paper, pins: ask, onShown, children });
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
      <ReviewBanner view={view} now={now} />
      {view.packet.state === 'returned' && view.returns[0] && <ReturnedNote view={view} />}
      <div className="packet-panes" ref={panes} style={{ gridTemplateColumns: isFolded ? 'var(--docs) minmax(0, 1fr) 44px' : `var(--docs) minmax(0, 1fr) 1px min(${checksWidth}px, 40vw)` }}>
        <FormList
          document={model.document}
          chosen={chosen}
          seen={seen}
          failing={model.failing}
          statements={view.statements.filter((s) => s.number === view.version.number)}
          pins={{ shown: pins.shown.length, total: pins.places.length, unpinned: pins.unpinned.length, mismatched: pins.states.filter((s) => s.state === 'mismatch').length }}
          changes={redline && { number: redline.number, seen: redline.seen.size, total: redline.total, open: redline.mended.filter((m) => m.outcome !== 'fixed').length }}
          onChoose={choose}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a form is longer than the window */}
        <section className="reader" data-region="reader" aria-label="Chosen document" tabIndex={0}>
          {redline && chosen === CHANGES_ID && (
            <RedlinePaper
              model={redline}
              zone={model.document.zone}
              evidence={model.document.evidence}
              lastReturn={view.earlier?.lastReturn ?? null}
              fieldWords={(field) => fieldWords(field, model.document)}
              onField={goField}
              onEvidence={goEvidence}
            />
          )}
          {form &&
            beside('form', form.kind, form.rendition ?? null, null,
              <FormPaper
                key={form.id}
                heading={form.kind}
                title={formTitle(form)}
                edition={form.edition}
                prefix={`forms.${form.id}.`}
                sections={formSections(form, model.document.zone)}
                sealed={sealed ? sealedWords(sealed, view) : null}
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
          {chosen === PINS_ID && <PinList document={model.document} pins={pins} onPin={(element) => setNewPin({ evidenceId: null, element, place: null })} />}
          {evidence &&
            beside('evidence', evidence.title, evidence, pins.ask(evidence.id, (place) => setNewPin({ evidenceId: evidence.id, element: null, place })),
              <EvidenceCard evidence={evidence} zone={model.document.zone} paper={paper} usedBy={usersOf(model.document, evidence.id)} />,
            )}
        </section>
        {isFolded ? <ChecksRail counts={model.counts} onOpen={turnChecks} /> : (
        <>
        <Divider label="Width of the checks" width={checksWidth} min={300} max={640} onChange={(width) => setLook({ checksWidth: width })} />
        <ChecksPane
          groups={model.groups}
          document={model.document}
          opened={opened}
          pack={model.pack}
          rules={model.rules}
          lowered={view.lowered}
          zone={view.agency.zone}
          note={model.note}
          counts={model.counts}
          numbers={model.numbers}
          onToggle={toggle}
          onField={goField}
          onEvidence={goEvidence}
          beside={(rule) => linkedBy(view, rule)}
          onBeside={setLinkedId}
          onFold={turnChecks}
        />
        </>
        )}
      </div>
      <ActionBar
        view={view}
        candidates={model.candidates}
        whyUnseen={redline?.whyNotSign ?? pins.whyNotSign}
        onSign={dialogs.sign}
        onReturn={dialogs.return}
        onHold={dialogs.hold}
        onClaim={dialogs.claim}
        onExport={dialogs.export}
        onCustody={dialogs.custody}
        onNext={next}
        onPrevious={previous}
      />
      <PrintPaper view={view} model={model} now={now} mark={session.practice ? 'PRACTICE' : null} />
      {linkedId !== null && <BesideDialog packetId={view.packet.id} otherPacketId={linkedId} onClose={() => setLinkedId(null)} />}
      {newPin && <PinDialog view={view} document={model.document} pins={pins} start={newPin} onClose={() => setNewPin(null)} />}
      {dialog?.kind === 'export' && <ExportDialog view={view} onClose={close} />}
      {dialog &&
        dialog.kind !== 'export' &&
        renderDialog(dialog.kind, view, {
          forms: formsShown, comparedWith: redline?.number ?? null, fields: redline?.shown ?? [],
          pins: { shown: pins.shown, total: pins.places.length, unpinned: pins.unpinned.map((e) => e.label) },
        }, {
          onClose: close, onNext: way(dialog.nextId), onDecided: look.hasAutoAdvance ? decided : null,
        })}
    </div>
  );
}

/** The other packets that HQ's links name to a rule. */
const linkedBy = (view: PacketView, rule: string): readonly string[] => {
  const kind = rule === 'PK-22' ? 'duplicate' : rule === 'PK-23' ? 'similar' : null;
  return view.links.filter((l) => l.kind === kind && isStanding(l)).map((l) => l.otherPacketId);
};

/** Kinds of the forms that rely on a piece of evidence. */
const usersOf = (document: PacketDocument, evidenceId: string): readonly string[] =>
  document.forms.filter((f) => JSON.stringify(f).includes(`"${evidenceId}"`)).map((f) => f.kind);
