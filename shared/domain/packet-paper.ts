/**
 * What stands on a printed packet, part by part, as plain blocks: the host sets them as a PDF. Made from the same bundle that is exported, so that paper
 * and file say the same. Pure. Must never carry what is not in the packet: a DIO's deficiency history stays out (domain 0.4 item 9).
 */
import { age, msOf, siteTime, utcInstant } from '../time.ts';
import type { CheckRunRow, ClaimRow, CustodyEventRow, HoldRow, LookbackReviewRow, PinRow, ReturnRow, StatementRow } from '../rows.ts';
import { type Bundle, paperCode, recordHash } from './bundle.ts';
import { CLAIM_KINDS, isClaimKind, MEMO_SENT } from './claims.ts';
import { custodyLabel, inOrder } from './custody.ts';
import { callLines, corrections, detailPieces } from './custody-words.ts';
import { encounterSections, formSections, type Section } from './form-fields.ts';
import { isLate, LOOKBACK_CAUSES, LOOKBACK_OUTCOMES, openReason, type LookbackCause } from './lookback.ts';
import { displayANumber, displayName, openContent, type Attachment, type Evidence, type PacketDocument } from './packet.ts';
import { formTitle, PACKET_STATE_WORDS, PACKET_TYPE_WORDS } from './packet-words.ts';
import { expectedWords, fieldWords, holdLabel, ruleOf, sourceWords } from './rule-words.ts';
import type { CheckResult } from './sufficiency.ts';

export type PaperNames = { readonly agency: string; /** Staff and officers by id. */ readonly people: Readonly<Record<string, string>> };
/** `field` null: left blank, which the paper says. `code`: hashes and ids, small. */
export type Block =
  | { readonly kind: 'heading' | 'text' | 'small' | 'code'; readonly text: string }
  | { readonly kind: 'field'; readonly label: string; readonly value: string | null };
/** A stored file whose pages follow a part. */
export type PaperFile = Attachment & { readonly title: string };
export type Part = { readonly title: string; readonly blocks: readonly Block[]; readonly file: PaperFile | null };
export type Paper = {
  /** Safe for a file name: ids only, never a person's name. */
  readonly name: string; readonly title: string; readonly code: string; readonly isSynthetic: boolean;
  /** Printed large on every page, for example PRACTICE; null for none. */
  readonly mark: string | null; readonly cover: readonly Block[]; readonly parts: readonly Part[];
};
/** What a seal says of one signature; only what is printed. Every field may be missing in a statement of another release. */
export type Sealed = {
  readonly shown?: readonly { readonly formId: string; readonly seconds: number }[]; readonly warnReasons?: readonly { readonly rule: string; readonly reason: string }[];
  readonly checks?: { readonly pack?: string; readonly passed?: readonly string[]; readonly failed?: readonly string[] }; readonly asOf?: { readonly anchor?: string }; readonly tz?: string;
  readonly signer?: { readonly actingFor?: string | null };
  readonly pins?: { readonly count?: number; readonly pins?: readonly { readonly seconds?: number | null }[] };
};
/** By statement id. A seal that cannot be read is not here: the verifier says so, not the paper. */
export type Seals = Readonly<Record<string, Sealed>>;
type Row = Bundle['packet'];

const heading = (text: string): Block => ({ kind: 'heading', text });
const line = (text: string): Block => ({ kind: 'text', text });
const small = (text: string): Block => ({ kind: 'small', text });
const code = (text: string): Block => ({ kind: 'code', text });
const field = (label: string, value: string | null): Block => ({ kind: 'field', label, value });
/** Site-local and UTC, so that two offices can compare: `Tue 24 Nov 14:10 CST (2026-11-24 20:10 UTC)`. */
const bothTimes = (instant: string, zone: string): string => `${siteTime(instant, zone)} (${utcInstant(msOf(instant)).slice(0, 16).replace('T', ' ')} UTC)`;
/** Rows of a bundle were checked as rows of their table when they came from HQ; the file's schema keeps them loose. */
const rows = <T>(from: readonly Row[]): readonly T[] => from as unknown as readonly T[];

/** A file name without personal data: ids come from agencies, so nothing of them may become a path. */
export const paperName = (packetId: string, number: number, ending: 'json' | 'pdf'): string => `packet-${packetId.replace(/[^A-Za-z0-9_-]/g, '_')}-v${number}.${ending}`;

function sectionBlocks(sections: readonly Section[], evidence: readonly Evidence[]): readonly Block[] {
  return sections.flatMap((section) => [
    heading(section.title),
    ...section.fields.flatMap((f) => {
      const pinned = (f.evidenceIds ?? []).map((id) => evidence.find((e) => e.id === id)?.title ?? id);
      return [field(f.label, f.value), ...(pinned.length > 0 ? [small(`Evidence: ${pinned.join('; ')}`)] : [])];
    }),
  ]);
}

const SEVERITY_ORDER = ['BLOCK', 'HOLD', 'WARN', 'INFO'];
const OUTCOMES = { fail: 'FAILED', pass: 'passed', not_applicable: 'does not apply' } as const;
function checkBlocks(runs: readonly CheckRunRow[], document: PacketDocument): readonly Block[] {
  const run = runs.at(-1);
  if (!run) return [line('No check run of this version was on the laptop.')];
  const order = (r: CheckResult): number => (r.outcome === 'fail' ? SEVERITY_ORDER.indexOf(r.severity) : r.outcome === 'pass' ? 10 : 20);
  const results = [...run.results].sort((a, b) => order(a) - order(b));
  const failed = results.filter((r) => r.outcome === 'fail').length;
  return [
    line(`${results.length} checks of pack ${run.pack}, ${failed} failed. Evaluated ${bothTimes(run.evaluatedAt, document.zone)}.`),
    code(`Hash of the inputs ${run.inputsHash}`),
    ...results.flatMap((r): readonly Block[] => {
      const words = ruleOf(r.rule);
      if (r.outcome === 'not_applicable') return [small(`${r.rule} does not apply. ${words.sentence}`)];
      return [
        field(`${r.rule} ${OUTCOMES[r.outcome]}${r.outcome === 'fail' ? ` (${r.severity})` : ''}`, words.sentence),
        small(`Source: ${sourceWords(words.source) || 'not named'}. Answered by ${r.predicate}${r.outcome === 'fail' && r.gates.length > 0 ? `; stops ${r.gates.join(', ')}` : ''}`),
        ...r.findings.map((x) => small(`${fieldWords(x.field, document)}: found "${x.found}", expected "${expectedWords(x)}"`)),
      ];
    }),
  ];
}

const EFFECTS = { provisional: 'Provisional: HQ has not answered yet', in_effect: 'In effect', under_review: 'UNDER REVIEW by HQ: do not serve; if served, call HQ' } as const;
function statementBlocks(statements: readonly StatementRow[], document: PacketDocument, name: (id: string) => string, seals: Seals): readonly Block[] {
  if (statements.length === 0) return [line('No form of this packet has been signed.')];
  return statements.flatMap((s): readonly Block[] => {
    const says = seals[s.id] ?? {};
    const form = document.forms.find((f) => f.id === s.formId);
    return [
      heading(`${form ? `${form.kind} ${formTitle(form)}` : s.formId}, version ${s.number}`),
      field('Signed by', `${name(s.signerId)}`), field('Legal title', s.legalTitle), field('Capacity', s.capacity),
      ...(says.signer?.actingFor ? [field('Acting for', name(says.signer.actingFor))] : []),
      field('At', bothTimes(s.signedAt, s.zone)), field('Effect', EFFECTS[s.effect]),
      ...s.reviewReasons.map((r) => small(`Reason of the review: ${r.replaceAll('_', ' ')}`)),
      field('Shown', (says.shown ?? []).map((x) => `${document.forms.find((f) => f.id === x.formId)?.kind ?? x.formId} for ${Math.round(x.seconds)} s`).join('; ') || null),
      ...(says.pins ? [field('Pins', `${says.pins.count ?? 0}, of the ${says.pins.pins?.length ?? 0} listed in the seal ${says.pins.pins?.filter((p) => typeof p.seconds === 'number').length ?? 0} were on screen`)] : []),
      field('Checks relied on', says.checks ? `pack ${says.checks.pack ?? '?'}: ${says.checks.passed?.length ?? 0} passed, failed: ${says.checks.failed?.join(', ') || 'none'}` : null),
      ...(says.warnReasons ?? []).map((w) => field(`Reason for ${w.rule}`, w.reason)),
      code(`Form ${s.formHash}`), code(`Anchor ${says.asOf?.anchor ?? 'none'}  time zones ${says.tz ?? '?'}`), code(`Seal ${s.jws.split('.')[2] ?? ''}`),
    ];
  });
}

function pinBlocks(pins: readonly PinRow[], document: PacketDocument, name: (id: string) => string): readonly Block[] {
  const title = (id: string): string => document.evidence.find((e) => e.id === id)?.title ?? id;
  return [...pins].sort((a, b) => (a.addedAt < b.addedAt ? -1 : 1)).flatMap((p) => [
    field(fieldWords(p.element, document), `${title(p.evidenceId)}, page ${p.page}${p.region ? ', marked region' : ''}${p.quote ? `: "${p.quote}"` : ''}`),
    small(`Pinned by ${name(p.addedBy)}, ${bothTimes(p.addedAt, document.zone)}`),
  ]);
}
function returnBlocks(returns: readonly ReturnRow[], document: PacketDocument, name: (id: string) => string): readonly Block[] {
  if (returns.length === 0) return [line('This packet was never returned.')];
  return [...returns].sort((a, b) => (a.returnedAt < b.returnedAt ? -1 : 1)).flatMap((r) => [
    heading(`Version ${r.number}, returned ${bothTimes(r.returnedAt, document.zone)} by ${name(r.returnedBy)}`),
    ...r.deficiencies.map((d) => field(`${d.rule} ${fieldWords(d.field, document)}`, d.note)), ...(r.note ? [line(r.note)] : []),
  ]);
}
function holdBlocks(holds: readonly HoldRow[], document: PacketDocument, name: (id: string) => string): readonly Block[] {
  if (holds.length === 0) return [line('No hold was placed on this packet.')];
  return [...holds].sort((a, b) => (a.placedAt < b.placedAt ? -1 : 1)).flatMap((h) => [
    heading(`${holdLabel(h.rule)}: ${h.releasedAt === null ? 'open' : 'released'}`),
    field('Placed', `${bothTimes(h.placedAt, document.zone)} by ${name(h.placedBy)}`), field('Reason', h.reason),
    ...(h.releasedAt ? [field('Released', `${bothTimes(h.releasedAt, document.zone)} by ${h.releasedBy ? name(h.releasedBy) : 'HQ'}${h.releaseNote ? `: ${h.releaseNote}` : ''}`)] : []),
  ]);
}
const plain = (codeWord: string): string => codeWord.replaceAll('_', ' ');
/** Every claim as it was told, oldest first; `name`: a person by id. */
export function claimBlocks(claims: readonly ClaimRow[], name: (id: string) => string): readonly Block[] {
  if (claims.length === 0) return [line('No claim or indicia was recorded.')];
  return [...claims].sort((a, b) => (a.reportedAt < b.reportedAt ? -1 : 1)).flatMap((c): readonly Block[] => {
    const told = `${bothTimes(c.reportedAt, c.zone)}, recorded by ${name(c.recordedBy)}`;
    if (c.kind === MEMO_SENT) return [heading('Memorandum sent to OPLA'), field('Sent', told), field('About claim', c.source)];
    return [
      heading(isClaimKind(c.kind) ? CLAIM_KINDS[c.kind].label : plain(c.kind)), field('Told', told), field('From', plain(c.source)), field('As told', c.statement), code(`Claim ${c.id}`),
      ...(c.consultedAt ? [field('Supervisor or counsel asked', bothTimes(c.consultedAt, c.zone))] : []),
      field('Outcome', c.closedAt === null ? 'open' : `${plain(c.outcome ?? '')}, ${bothTimes(c.closedAt, c.zone)}, by ${c.closedBy ? name(c.closedBy) : 'HQ'}${c.outcomeNote ? `: ${c.outcomeNote}` : ''}`),
    ];
  });
}
/** Every custody event, in the order of their times, with its correction. */
export function custodyBlocks(events: readonly CustodyEventRow[], name: (id: string) => string): readonly Block[] {
  if (events.length === 0) return [line('Nothing was recorded beside what the packet itself says.')];
  const why = corrections(events);
  return [...events].sort(inOrder).flatMap((e) => [
    field(custodyLabel(e.kind), [bothTimes(e.at, e.zone), ...detailPieces(e, e.zone)].join('; ')),
    ...(why.has(e.id) ? [small(`CORRECTED afterwards: ${why.get(e.id)}`)] : []),
    ...callLines(e, e.zone).map(small), small(`Recorded by ${name(e.recordedBy)}, ${bothTimes(e.recordedAt, e.zone)}`),
  ]);
}
/** Every look-back review, late ones marked as of `now`. */
export function lookbackBlocks(reviews: readonly LookbackReviewRow[], zone: string, now: string, name: (id: string) => string): readonly Block[] {
  if (reviews.length === 0) return [line('No look-back review was opened.')];
  return [...reviews].sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1)).flatMap((r) => [
    heading(LOOKBACK_CAUSES[r.cause as LookbackCause] ?? plain(r.cause)),
    field('Opened', bothTimes(r.openedAt, zone)), field('Due', `${bothTimes(r.dueAt, zone)}${isLate(r, now) ? ', LATE' : ''}`), field('Owner', r.ownerId === null ? null : name(r.ownerId)),
    ...r.reasons.map(openReason).map((x) => small(x.hq === null ? plain(x.reason) : `${plain(x.reason)}: signed on "${x.signed ?? 'nothing'}", HQ had "${x.hq}"`)),
    ...r.notices.map((n) => small(`Notice to ${plain(n.to)}, ${bothTimes(n.at, zone)}: ${n.what}`)),
    field('Outcome', r.outcome === null || r.closedAt === null ? 'open' : `${LOOKBACK_OUTCOMES[r.outcome].label}, ${bothTimes(r.closedAt, zone)}, by ${r.closedBy ? name(r.closedBy) : 'HQ'}${r.outcomeNote ? `: ${r.outcomeNote}` : ''}`),
  ]);
}
function ledgerBlocks(bundle: Omit<Bundle, 'seal'>, zone: string): readonly Block[] {
  if (bundle.ledger.length === 0) return [line('This laptop recorded no act on the packet.')];
  return [
    line('Each entry covers the hash of the one before it. Entries without an act here are of other packets: their hashes tie these to the head that HQ countersigned.'),
    ...bundle.ledger.flatMap((run) => [
      heading(`Ledger ${run.ledger}, epoch ${run.epoch}`),
      ...run.entries.flatMap((e) => (e.command
        ? [field(`Entry ${e.entry.seq}: ${e.command.name}`, `${bothTimes(e.command.envelope.at, zone)}`), code(`${e.hash}  after ${e.entry.prev}`)]
        : [code(`Entry ${e.entry.seq}: ${e.hash}`)])),
      line(run.checkpoints.length > 0 ? `HQ countersigned ${run.checkpoints.length === 1 ? 'the head' : `${run.checkpoints.length} heads`} of this run.` : 'HQ has not countersigned a head of this run yet.'),
      ...run.checkpoints.slice(-1).map((jws) => code(`Countersignature ${jws.split('.')[2] ?? ''}`)),
    ]),
    heading('Receipts of HQ'),
    ...(bundle.receipts.length === 0 ? [line('None yet.')] : bundle.receipts.map((r) => field(r.code, `${String(r.outcome ?? '')} ${typeof r.receivedAt === 'string' ? bothTimes(r.receivedAt, 'America/New_York') : ''}`))),
  ];
}

/** The whole paper of one bundle. `mark`: a word for every page. Throws when the version's content is no packet document (corruption). */
export function packetPaper(bundle: Omit<Bundle, 'seal'>, names: PaperNames, seals: Seals, mark: string | null = null): Paper {
  const version = bundle.versions.find((v) => v.number === bundle.number);
  if (!version) throw new Error(`the bundle lacks version ${bundle.number}`);
  const document = openContent(version.content);
  const { identity } = document.subject;
  const name = (id: string): string => (names.people[id] ? `${names.people[id]} (${id})` : id);
  const ofVersion = <T extends { readonly number: number }>(all: readonly T[]): readonly T[] => all.filter((r) => r.number === bundle.number);
  const packet = bundle.packet as { readonly state?: keyof typeof PACKET_STATE_WORDS };
  const statements = rows<StatementRow>(bundle.statements);
  const pins = ofVersion(rows<PinRow>(bundle.pins));
  const forms: readonly Part[] = document.forms.map((form) => {
    const signed = ofVersion(statements).find((s) => s.formId === form.id);
    return {
      title: [form.kind, formTitle(form)].filter(Boolean).join(' '),
      blocks: [
        small(`Rendered from data, edition ${form.edition}.${signed ? ` Signed as ${signed.legalTitle}, ${bothTimes(signed.signedAt, signed.zone)}.` : ''}`),
        ...sectionBlocks(formSections(form, document.zone), document.evidence),
        small(form.rendition ? 'The form as the agency printed it follows.' : 'The agency sent no printed form.'),
      ],
      file: form.rendition ? { ...form.rendition, title: `${form.kind}, as printed` } : null,
    };
  });
  const evidence: readonly Part[] = document.evidence.map((e) => ({
    title: `Evidence: ${e.title}`,
    blocks: [
      field('Kind', e.kind.replaceAll('_', ' ')), field('Obtained', bothTimes(e.obtainedAt, document.zone)), field('From', e.source.replaceAll('_', ' ')),
      field('Used by', document.forms.filter((f) => JSON.stringify(f).includes(JSON.stringify(e.id))).map((f) => f.kind).join(', ') || null),
    ],
    file: { sha256: e.sha256, bytes: e.bytes, mediaType: e.mediaType, pages: e.pages, title: e.title },
  }));
  return {
    name: paperName(bundle.packetId, bundle.number, 'pdf'), title: `Packet ${bundle.packetId} version ${bundle.number}`, code: paperCode(bundle), isSynthetic: bundle.isSynthetic, mark,
    cover: [
      field('Agency', names.agency), field('Packet', `${bundle.packetId}, version ${bundle.number}`), field('Kind', `${document.type} ${PACKET_TYPE_WORDS[document.type]}`),
      field('State', packet.state ? PACKET_STATE_WORDS[packet.state] : null), field('Event number', document.eventNumber),
      field('Person', displayName(identity)), field('A-number', displayANumber(identity.aNumber)), field('FIN', identity.fin), field('Also known as', document.subject.aliases.join('; ') || 'none recorded'),
      field('Prepared by', `${name(document.preparerId)}, ${bothTimes(document.preparedAt, document.zone)}`),
      field('Printed', `${bothTimes(bundle.exportedAt, document.zone)} by ${name(bundle.exportedBy)}, laptop ${bundle.device}`),
      field('Facts as of', `version received ${age(bundle.exportedAt, String(version.receivedAt ?? bundle.exportedAt))}`),
      code(`Content ${version.contentHash}`), code(`Record ${recordHash(bundle)}`),
    ],
    parts: [
      { title: 'Facts outside the forms', blocks: sectionBlocks(encounterSections(document), document.evidence), file: null },
      ...forms, ...evidence,
      ...(pins.length > 0 ? [{ title: 'Evidence pins', blocks: pinBlocks(pins, document, name), file: null }] : []),
      { title: 'Checks and their sources', blocks: checkBlocks(ofVersion(rows<CheckRunRow>(bundle.checkRuns)), document), file: null },
      { title: 'Returns', blocks: returnBlocks(rows<ReturnRow>(bundle.returns), document, name), file: null },
      { title: 'Holds', blocks: holdBlocks(rows<HoldRow>(bundle.holds), document, name), file: null },
      { title: 'Claims and indicia', blocks: claimBlocks(rows<ClaimRow>(bundle.claims), name), file: null },
      { title: 'Custody', blocks: custodyBlocks(rows<CustodyEventRow>(bundle.custody), name), file: null },
      { title: 'Look-back reviews', blocks: lookbackBlocks(rows<LookbackReviewRow>(bundle.lookbacks), document.zone, bundle.exportedAt, name), file: null },
      { title: 'Signed statements', blocks: statementBlocks(statements, document, name, seals), file: null },
      { title: 'Ledger extract', blocks: ledgerBlocks(bundle, document.zone), file: null },
    ],
  };
}
