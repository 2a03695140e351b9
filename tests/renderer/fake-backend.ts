/**
 * A stand-in for the backend with static synthetic data, for component work and pictures only. It decides nothing:
 * what the product does is tested against the real backend elsewhere. Serves the built screen with the real content policy.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { custodyBoard, custodyEvents, NOBODY } from './fake-custody.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';
import type { LoweredNote } from '../../shared/domain/published-packs.ts';
import type { Call, ExportedFile, LookbackItem, PackItem, PdfJob, Overview, PacketView, PreparerItem, QueuePage, RulesView, SessionState, SyncStatus, WaitingReturnView, SavedFilter } from '../../shared/api.ts';
import { no, ok, type Result } from '../../shared/result.ts';
import { claimsOf, STOP_ITEMS } from './fake-claims.ts';
import { AGENCY_ITEMS, OFFICER_ITEMS, STATUS, STOPS, SYNC_ITEMS } from './fake-data.ts';
import { checksOf, contentOf, holdsOf, packetDocument, queueItems } from './fake-packets.ts';
import { RESUBMITTED, resubmitted } from './fake-resubmission.ts';
import { matrixPage, officerFileView } from './fake-training.ts';
import type { MatrixInput } from '../../shared/training-views.ts';
import { LOOKBACKS } from './fake-lookbacks.ts';
import { AGENCIES, agency, at, INTERVALS, ME, MOA, NOW, OFFICERS } from './fake-people.ts';

/** A completion with this evidence is refused for its day. */
export const REFUSED_EVIDENCE = 'a clock that is wrong';
export const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types pdf-worker',
].join('; ');
const ABOUT = {
  version: '0.1.0',
  host: 'Browser on this computer',
  hq: 'http://127.0.0.1:4700',
  cipher: 'sqlcipher',
  schema: 1,
  pack: 'core-2026.11',
  tz: '2026b',
  ledgerHead: '9c41d2'.padEnd(64, '7e'),
  seq: 12,
  dataFolder: '/home/pm/.fieldbook',
};
const OPEN: SessionState = { phase: 'open', me: { id: ME.id, name: ME.name, role: ME.role, legalTitle: ME.legalTitle, fieldOffice: ME.fieldOffice }, deviceId: 'dev-01', isDemo: true, about: ABOUT, now: NOW, rung: [], practice: null, practiceEndedBy: null };
export const SESSIONS = {
  open: OPEN,
  enrol: { phase: 'enrol', demoCode: 'DEMO-4711-EXAMPLE', hq: 'http://127.0.0.1:4700', isDemo: true },
  passphrase: { phase: 'passphrase', pmName: ME.name, suggestion: 'copper lantern walks under seven quiet bridges' },
  locked: {
    phase: 'locked',
    pmName: ME.name,
    protection: 'passphrase only',
    retryAt: null,
    now: NOW,
    rung: [],
    problem: null,
    alarms: [
      { deadlineAt: at(0.7), site: 'ag-tx11', clock: 'K2B' },
      { deadlineAt: at(1.6), site: 'ag-tx11', clock: 'K4' },
      { deadlineAt: at(7), site: 'ag-tx07', clock: 'K5' },
    ],
  },
} as const satisfies Record<string, SessionState>;

/** One kept filter of the person. */
export const KEPT_FILTERS: readonly SavedFilter[] = [{ id: 'f-1', name: 'Detained, due soon', split: 'all', search: '', filter: { custody: 'detained', clock: '24h' }, count: 7, base: {} }];
/** Two who would read the same, and one of another agency. */
export const PREPARERS: readonly PreparerItem[] = [
  { id: 'dio-1', name: 'José Núñez', agencyName: 'Mesa Sample SO', packets: 3 }, { id: 'dio-2', name: 'José Núñez', agencyName: 'Mesa Sample SO', packets: 1 },
  { id: 'dio-3', name: 'O’Brien-Łuczak', agencyName: 'Example County SO', packets: 12 },
];
export type FakeBackend = {
  readonly calls: Call[];
  session: SessionState;
  total: number;
  lookbacks: readonly LookbackItem[];
  filters: readonly SavedFilter[];
  waiting: WaitingReturnView | null;
  readonly drafts: Map<string, string>;
  /** What the status bar and the age of facts read. */
  status: SyncStatus;
  /** The answer to an export. */
  exported: Result<ExportedFile>;
  /** The answers to a PDF: the first to its start, the next to each question how far it is, the last for good. */
  pdf: readonly Result<PdfJob>[];
  call: (call: Call) => Promise<Result<unknown>>;
  isBroken: boolean;
  /** Tells every open page which tables changed. */
  changed: (tables: readonly string[]) => void;
};

/** What an export hands over when a test does not say otherwise. */
export const EXPORTED: Result<ExportedFile> = ok({ name: 'packet-p-0000-v1.json', text: '{"kind":"packet-export"}' });

/** The bytes of the stand-in's PDF, and the states through which it comes. */
export const PDF_BYTES = '%PDF-1.7 synthetic';
const PDF_JOB: PdfJob = { id: 'job-1', phase: 'working', name: 'packet-p-0000-v1.pdf', done: 0, of: 12, sha256: null, bytes: 0 };
export const PDF_WORKING: Result<PdfJob> = ok({ ...PDF_JOB, done: 5 });
export const PDF_FAILED: Result<PdfJob> = ok({ ...PDF_JOB, phase: 'failed' });
export const PDF: readonly Result<PdfJob>[] = [ok(PDF_JOB), PDF_WORKING, ok({ ...PDF_JOB, phase: 'done', done: 12, sha256: 'b'.repeat(64), bytes: PDF_BYTES.length })];
const LOWERED: readonly LoweredNote[] = [
  { version: 'p-2026.12', rule: 'PK-16', what: 'severity: WARN to INFO', approvers: ['Alida Renwick', 'Jovan Tellis'], since: at(-48), until: at(30 * 24 - 48) },
];
/** One pack in each state. */
const rulesView = (): RulesView => {
  const item = (version: string, over: Partial<PackItem>): PackItem => ({
    version, state: 'replaced', isBuiltIn: false, effectiveFrom: at(-48), publishedAt: at(-50), publishedBy: 'Alida Renwick', approvers: ['Alida Renwick', 'Jovan Tellis'], lowered: [], problem: null, ...over,
  });
  return {
    pack: { ...CORE_PACK, version: 'p-2026.12' }, lowered: LOWERED, now: NOW,
    packs: [
      item('p-2027.01', { state: 'waiting', effectiveFrom: at(240) }),
      item('p-2026.13', { state: 'inactive', problem: { code: 'pack/unknown-predicate', details: { rule: 'PK-16', predicate: 'PK-16@9' } } }),
      item('p-draft', { state: 'proposed', publishedAt: null, effectiveFrom: null, approvers: ['Alida Renwick'] }),
      item('p-2026.12', { state: 'active' }),
      item('core-2026.12', { isBuiltIn: true, effectiveFrom: null }),
    ],
  };
};

/** The stand-in. `calls` records what the screen asked. */
export function createFakeBackend(total = 480): FakeBackend {
  const items = queueItems(total);
  const self: FakeBackend = {
    calls: [],
    session: SESSIONS.open,
    total,
    lookbacks: LOOKBACKS,
    filters: KEPT_FILTERS,
    waiting: null,
    drafts: new Map(),
    exported: EXPORTED,
    pdf: PDF,
    status: STATUS,
    isBroken: false,
    changed: () => {},
    call: async (call) => {
      self.calls.push(call);
      return self.isBroken && 'read' in call ? no('store/busy') : answer(call);
    },
  };
  function queue(input: { split: string; search: string; agencyId?: string; offset: number; limit: number }): QueuePage {
    const own = input.agencyId === undefined ? items : items.filter((i) => i.packet.agencyId === input.agencyId);
    const words = input.search.toLowerCase();
    const splits: Readonly<Record<string, (i: (typeof items)[number]) => boolean>> = {
      all: () => true,
      clock_running: (i) => i.tier <= 3,
      resubmitted: (i) => i.packet.isResubmitted,
      blocked: (i) => i.packet.blockCount > 0 || i.packet.openHolds > 0,
      returned: (i) => i.packet.state === 'returned',
      done: (i) => i.packet.lane === 9,
    };
    const inSplit =
      self.total === 0 ? [] : own.filter((i) => splits[input.split]?.(i) && (!words || `${i.subjectName} ${i.aNumber}`.toLowerCase().includes(words)));
    const counts = Object.fromEntries(Object.entries(splits).map(([k, f]) => [k, self.total === 0 ? 0 : own.filter(f).length])) as QueuePage['counts'];
    return { items: inSplit.slice(input.offset, input.offset + input.limit), total: inSplit.length, counts, agenciesHere: 3, agenciesAssigned: 4, now: NOW };
  }
  function packet(id: string, number: number | null): Result<PacketView> {
    const found = firstVersion(id);
    return id === RESUBMITTED && found.ok ? ok(resubmitted(found.value, number)) : found;
  }
  function firstVersion(id: string): Result<PacketView> {
    const index = items.findIndex((i) => i.packet.id === id);
    const found = items[index];
    if (!found) return no('packet/unknown', { packetId: id });
    const n = Number(id.slice(2)) % 60;
    const document = packetDocument(n);
    const a = AGENCIES.find((x) => x.id === document.agencyId) ?? agency(0);
    const place = { stream: a.stream, version: 4, changedBy: 'hq', agencyId: a.id } as const;
    return ok({
      packet: found.packet,
      version: {
        id: `${id}.1`,
        ...place,
        packetId: id,
        number: 1,
        preparerId: document.preparerId,
        ...contentOf(n),
        preparedAt: document.preparedAt,
        receivedAt: found.packet.receivedAt,
      },
      versions: [1],
      links: [],
      subject: { id: found.packet.subjectId, ...place, name: found.subjectName, aNumber: found.aNumber, fin: null, bornOn: null, isSynthetic: true },
      agency: a,
      preparer: OFFICERS.find((o) => o.id === document.preparerId) ?? null,
      officers: OFFICERS,
      intervals: INTERVALS.filter((i) => i.agencyId === a.id),
      moa: MOA.filter((m) => m.agencyId === a.id),
      checkRun: {
        id: `${id}.1`,
        ...place,
        packetId: id,
        number: 1,
        pack: 'core-2026.11',
        inputsHash: '',
        evaluatedAt: found.packet.receivedAt,
        results: checksOf(n, document),
      },
      statements: [],
      lookbacks: self.lookbacks.filter((l) => l.review.packetId === id),
      returns: [],
      earlier: null,
      claims: claimsOf(id, a.id),
      pins: [],
      holds: holdsOf(n),
      staff: [ME],
      signer: ME,
      base: { [a.stream]: 4 },
      packs: [],
      lowered: LOWERED,
      work: found.work,
      nextId: items[index + 1]?.packet.id ?? null,
      previousId: items[index - 1]?.packet.id ?? null,
      now: NOW,
      custody: custodyEvents(id, a),
    });
  }
  function overview(): Overview {
    return {
      now: NOW,
      atRisk: items.filter((i) => i.tier <= 3).slice(0, 9),
      openTotal: items.filter((i) => i.packet.lane !== 9).length,
      unsent: SYNC_ITEMS.filter((i) => i.state === 'ready'),
      nextStops: STOPS.slice(1, 3),
      signedToday: 6,
      agenciesHere: 3,
      agenciesAssigned: 4,
      attention: [
        { kind: 'hold', title: 'US citizenship claim: VANTERPOOL, Desmond', detail: 'open 11 h, at OPLA', route: '/packet/p-0002' },
        { kind: 'under_review', title: 'I-862 for NGUYEN, Van Thanh', detail: 'authority changed before HQ received it', route: '/sync/attention' },
        { kind: 'refused', title: 'I-213 for TUPOU, Sione', detail: 'a newer version came in', route: '/sync/attention' },
        { kind: 'authority', title: 'Lindqvist, M. lapsed', detail: 'ICE policy requires revocation', route: '/officers' },
      ],
    };
  }
  /** A return that waits, without the timer: it is made by "now" alone. */
  function waitingReturn(act: string, request: { readonly input: { readonly packetId: string; readonly version: number; readonly deficiencies: readonly unknown[] }; readonly seconds: number; readonly dialog: string }): null {
    if (act === 'return.wait') {
      const { packetId, version, deficiencies } = request.input;
      self.drafts.set(`return:${packetId}`, request.dialog);
      self.waiting = {
        packetId, number: version, eventNumber: `EXC-${packetId}`, preparerName: 'Reyes, D.', deficiencies: deficiencies.length, zone: 'America/New_York', decidedAt: NOW,
        dueAt: new Date(Date.parse(NOW) + request.seconds * 1000).toISOString(), outcome: { state: 'waiting' }, now: NOW,
      };
    } else if (act === 'return.now' && self.waiting) {
      self.drafts.delete(`return:${self.waiting.packetId}`);
      self.waiting = { ...self.waiting, outcome: { state: 'returned', by: 'person', saved: { commandId: 'c'.repeat(32), seq: 13, at: NOW, ms: 38 } } };
    } else self.waiting = null;
    self.changed(['drafts']);
    return null;
  }
  async function answer(call: Call): Promise<Result<unknown>> {
    if ('run' in call && call.run === 'training.record' && JSON.stringify(call.input).includes(REFUSED_EVIDENCE)) return no('training/future', { field: 'completions.0.completedOn', completedOn: '2026-11-20' });
    if ('run' in call)
      return call.run === 'signoff.sign' && call.secret !== 'open sesame twelve'
        ? no('session/wrong-passphrase', { triesLeft: 4 })
        : ok({ commandId: 'c'.repeat(32), seq: 13, at: NOW, ms: 38 });
    if ('act' in call) {
      const input = call.input as { key?: string; body?: string };
      if (call.act === 'session.unlock') {
        self.session = SESSIONS.open;
        return ok(self.session);
      }
      if (call.act === 'session.lock') {
        self.session = SESSIONS.locked;
        return ok(self.session);
      }
      if (call.act === 'session.enrol') {
        self.session = SESSIONS.passphrase;
        return ok(self.session);
      }
      if (call.act.startsWith('session.')) {
        if (call.act === 'session.choosePassphrase') self.session = OPEN;
        return ok(self.session);
      }
      if (call.act === 'draft.save') self.drafts.set(input.key ?? '', input.body ?? '');
      if (call.act === 'draft.drop') self.drafts.delete(input.key ?? '');
      if (call.act.startsWith('return.')) return ok(waitingReturn(call.act, call.input as never));
      if (call.act === 'packet.export') return self.exported;
      if (call.act === 'packet.pdf' || call.act === 'packet.pdfState') {
        const asked = self.calls.filter((c) => 'act' in c && c.act === 'packet.pdfState').length;
        return (call.act === 'packet.pdf' ? self.pdf[0] : self.pdf[Math.min(asked, self.pdf.length - 1)]) ?? no('export/gone');
      }
      if (call.act === 'claim.draft') return ok({ name: 'opla-memo-draft-c1.pdf', base64: Buffer.from('%PDF-1.7\n').toString('base64') });
      if (call.act === 'sync.test')
        return ok([
          { step: 'network', ok: true, text: 'A network is there.', fix: null },
          { step: 'hq', ok: false, text: 'HQ did not answer in 5 s.', fix: 'Check the VPN, then try again.' },
        ]);
      return ok(null);
    }
    const input = call.input as {
      split: string;
      search: string;
      agencyId?: string;
      offset: number;
      limit: number;
      packetId: string;
      number: number | null;
      key: string;
      filter: string;
    };
    switch (call.read) {
      case 'queue.list':
        return ok(queue(input));
      case 'packet.open':
        return packet(input.packetId, input.number);
      case 'today.overview':
        return ok(overview());
      case 'agencies.list':
        return ok(AGENCY_ITEMS);
      case 'officers.list':
        return ok(OFFICER_ITEMS);
      case 'officers.lapses':
        return ok([]);
      case 'itinerary.list':
        return ok(STOPS);
      case 'sync.status':
        return ok(self.status);
      case 'sync.items':
        return ok(
          SYNC_ITEMS.filter(
            (i) =>
              input.filter === 'all' ||
              (input.filter === 'attention'
                ? i.state === 'refused' || i.state === 'under_review'
                : input.filter === 'unsent'
                  ? i.state === 'ready'
                  : i.state === 'received'),
          ),
        );
      case 'filters.list':
        return ok(self.filters);
      case 'queue.preparers':
        return ok(PREPARERS);
      case 'queue.found':
        return ok((call.input as { readonly packetIds: readonly string[] }).packetIds.map((packetId) => ({ packetId, where: 'i213', label: 'I-213 narrative', parts: [{ text: 'walked to the ', isHit: false }, { text: input.search, isHit: true }] })));
      case 'claims.list':
        return ok(self.total === 0 ? [] : STOP_ITEMS);
      case 'lookback.list':
        return ok(self.lookbacks);
      case 'rules.overview':
        return ok(rulesView());
      case 'document.states':
        return ok([]);
      case 'custody.board':
        return ok(self.total === 0 ? NOBODY : custodyBoard(items));
      case 'training.matrix':
        return ok(matrixPage(call.input as MatrixInput));
      case 'officer.file': {
        const file = officerFileView((call.input as { readonly officerId: string }).officerId);
        return file ? ok(file) : no('officer/unknown', call.input as Record<string, unknown>);
      }
      case 'return.waiting':
        return ok(self.waiting);
      case 'draft.get': {
        const body = self.drafts.get(input.key);
        return ok(body === undefined ? null : { key: input.key, body, savedAt: NOW });
      }
      default:
        return ok([]);
    }
  }
  return self;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
/** Serves a built screen from `folder` over the stand-in. */
export async function serveScreen(folder: string, backend: FakeBackend, port = 0): Promise<{ readonly url: string; readonly close: () => void }> {
  const pages = new Set<ServerResponse>();
  backend.changed = (tables) => {
    for (const page of pages) page.write(`data: ${JSON.stringify(tables)}\n\n`);
  };
  const server: Server = createServer((request, response) => {
    const headers = { 'content-security-policy': CSP, 'cache-control': 'no-store' };
    if (request.url === '/changed') {
      response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' }).write(': open\n\n');
      pages.add(response);
      request.on('close', () => pages.delete(response));
      return;
    }
    if (request.url === '/call') {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on(
        'end',
        () =>
          void backend
            .call(JSON.parse(body) as Call)
            .then((result) => response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(result))),
      );
      return;
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === `/blob/${'b'.repeat(64)}`) {
      response.writeHead(200, { ...headers, 'content-type': 'application/pdf' }).end(PDF_BYTES);
      return;
    }
    try {
      response
        .writeHead(200, { ...headers, 'content-type': TYPES[extname(path)] ?? TYPES['.html'] ?? '' })
        .end(readFileSync(join(folder, path === '/' ? 'index.html' : path)));
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
