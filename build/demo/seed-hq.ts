/**
 * Brings the synthetic programme to a running HQ through the same endpoints and commands that an agency and HQ staff use.
 * Never writes to HQ's database itself. Sending the same again lands nothing twice, so a stopped seeding resumes.
 */
import { dayAfter } from '../../synthetic/instants.ts';
import { type DemoFile, packetWithFiles } from '../../synthetic/documents.ts';
import { seedCustody } from './custody.ts';
import { seedLookbacks } from './lookbacks.ts';
import { seedPack } from './packs.ts';
import { type DemoPacket, packetLine, packets } from '../../synthetic/packets.ts';
import { DEMO_AGENCIES, DEMO_PM_ID, type Programme, programme } from '../../synthetic/programme.ts';

export type Hq = {
  readonly url: string; readonly token: string;
  /** Lines in one request, and a rest in milliseconds after each request: a demo HQ does one thing at a time, and a laptop waits behind a long request. */
  readonly batch?: number; readonly restMs?: number;
};
export type IngestReport = { readonly landed: number; readonly already: number; readonly rejected: readonly { readonly line: number; readonly field: string; readonly reason: string; readonly code: string }[] };

/** Acts for the demo PM at one agency, so that the desk also shows what a colleague signed. */
const ACTING_PM_ID = 'pm-04';

/** Answers that mean that HQ has it from an earlier start. */
const KNOWN = new Set(['intake/already-have-it', 'intake/version-conflict', 'intake/version-order', 'intake/moa-order', 'pack/version-taken']);

async function post(hq: Hq, path: string, body: string, type: string): Promise<unknown> {
  const reply = await fetch(new URL(path, hq.url), { method: 'POST', headers: { authorization: `Bearer ${hq.token}`, 'content-type': type }, body });
  const text = await reply.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch { /* reported below with the status */ }
  if (hq.restMs) await new Promise((rested) => setTimeout(rested, hq.restMs));
  if (json === null) throw new Error(`HQ answered ${path} with ${reply.status}: ${text.slice(0, 200)}`);
  return json;
}

/** One command at HQ in a role. Throws with the problem's code unless it was done or was known already. */
export async function runAt(hq: Hq, name: string, input: unknown, as = 'service', actor = 'hq-intake'): Promise<void> {
  const reply = (await post(hq, '/commands', JSON.stringify({ name, input, as, actor }), 'application/json')) as { ok?: boolean; problem?: { code?: string; details?: unknown } };
  if (reply.ok === true || KNOWN.has(reply.problem?.code ?? '')) return;
  throw new Error(`HQ refused ${name}: ${JSON.stringify(reply.problem ?? reply)}`);
}

/** A fresh one-time enrolment code for a PM. */
export async function enrolmentCode(hq: Hq, pmId: string): Promise<string> {
  const reply = (await post(hq, '/enrolment-codes', JSON.stringify({ pmId }), 'application/json')) as { code?: string };
  if (!reply.code) throw new Error(`no enrolment code from HQ: ${JSON.stringify(reply).slice(0, 200)}`);
  return reply.code;
}

/** NDJSON to one intake endpoint; throws when a line was rejected for anything but being known already. */
export async function ingest(hq: Hq, what: 'packets' | 'agencies' | 'officers', lines: readonly unknown[]): Promise<void> {
  const batch = hq.batch ?? 50;
  for (let n = 0; n < lines.length; n += batch) {
    const report = (await post(hq, `/ingest/${what}`, lines.slice(n, n + batch).map((l) => `${JSON.stringify(l)}\n`).join(''), 'application/x-ndjson')) as Partial<IngestReport>;
    const wrong = (report.rejected ?? []).filter((r) => !KNOWN.has(r.code));
    if (report.rejected === undefined || wrong.length > 0) throw new Error(`HQ rejected ${what}: ${JSON.stringify(wrong[0] ?? report)}`);
  }
}

/** One file to HQ, unless it is there. Throws when HQ refuses it. */
export async function upload(hq: Hq, file: DemoFile): Promise<void> {
  const url = new URL(`/ingest/attachments/${file.sha256}`, hq.url);
  const authorization = `Bearer ${hq.token}`;
  const known = await fetch(url, { headers: { authorization } });
  await known.body?.cancel();
  if (known.ok) return;
  const reply = await fetch(url, { method: 'PUT', headers: { authorization, 'content-type': file.mediaType }, body: new Uint8Array(file.bytes) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`HQ refused a document: ${reply.status} ${text.slice(0, 200)}`);
  if (hq.restMs) await new Promise((rested) => setTimeout(rested, Math.min(hq.restMs ?? 0, FILE_REST_MS)));
}
/** Rest after a file, so that a laptop that asks meanwhile is answered first. */
const FILE_REST_MS = 15;

/** Packets with their files, the files first. */
export async function sendPackets(hq: Hq, list: readonly DemoPacket[]): Promise<void> {
  for (const each of list) {
    const { packet, files } = await packetWithFiles(each);
    for (const file of files) await upload(hq, file);
    await ingest(hq, 'packets', [packetLine(packet)]);
  }
}

/** Steps of `seedSteps` that speak of packets: without them HQ has agencies, people and assignments alone. */
export const PACKET_STEPS: readonly string[] = ['packets', 'a claim', 'custody'];
/** The step that brings the files of the demo PM's packets: no pin can be looked at before. */
export const DOCUMENTS_STEP = 'documents';
export type Step = { readonly title: string; readonly run: (hq: Hq) => Promise<void> };

async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await run(item);
}

/** A citizenship claim that a supervisor took down a while ago, on a packet with indicia of one: K6 runs on the first screen. */
async function sendClaim(hq: Hq, list: readonly DemoPacket[], now: string): Promise<void> {
  const claimed = list.find((p) => p.document.subject.citizenshipIndicia.length > 0);
  if (!claimed) return;
  await runAt(hq, 'claim.record', {
    packetId: claimed.document.packetId, kind: 'citizenship', source: 'parent_citizen', statement: 'SYNTHETIC: says that his mother was born in the United States and that she has the certificate.',
    reportedAt: new Date(Date.parse(now) - 20 * 60_000).toISOString(),
  }, 'sddo', 'hq-sddo');
}

/** Scenario 4: a course that its provider withdrew; HQ has not answered. */
const WITHDRAWN = {
  agencyId: DEMO_AGENCIES.plains, officerId: null, requirement: 'palms-3', evidence: 'SYNTHETIC screenshot of the course list: "no longer offered"', reason: 'SYNTHETIC: the provider took the course off its list and named no other.',
};

/** Two agencies that are being set up: one late by the vendor with its people ready, one that just signed. */
function onboardingOf(now: string): readonly Readonly<Record<string, unknown>>[] {
  const day = (days: number): string => dayAfter(now, days);
  const fact = (agencyId: string, step: string, kind: string, on: string, over: Readonly<Record<string, unknown>> = {}) =>
    ({ agencyId, step, kind, on, cause: null, note: 'SYNTHETIC', position: null, priorityBasis: null, withdraws: null, ...over });
  const late = DEMO_AGENCIES.plains;
  const fresh = DEMO_AGENCIES.suspended;
  return [
    fact(late, 'application', 'done', day(-205)), fact(late, 'moa', 'done', day(-196)), fact(late, 'it_request', 'done', day(-190)), fact(late, 'isa', 'planned', day(-150)), fact(late, 'isa', 'done', day(-141)),
    fact(late, 'bids', 'planned', day(-60)), fact(late, 'bids', 'planned', day(-32), { cause: 'oam', note: 'SYNTHETIC: the first call for bids found no bidder' }), fact(late, 'bids', 'done', day(-30)),
    fact(late, 'delivery', 'planned', day(-2)), fact(late, 'delivery', 'planned', day(18), { cause: 'vendor', note: 'SYNTHETIC: routers are back-ordered' }), fact(late, 'install', 'planned', day(41)),
    fact(late, 'install', 'queued', day(-20), { position: 3, priorityBasis: 'SYNTHETIC: oldest MOA first' }),
    fact(late, 'nomination', 'done', day(-180)), fact(late, 'vetting', 'done', day(-130)), fact(late, 'academy', 'done', day(-60)), fact(late, 'letter', 'done', day(-40)), fact(late, 'card', 'done', day(-12)),
    fact(fresh, 'application', 'done', day(-40)), fact(fresh, 'moa', 'done', day(-21)), fact(fresh, 'it_request', 'done', day(-15)), fact(fresh, 'isa', 'started', day(-14)), fact(fresh, 'isa', 'planned', day(20)),
    fact(fresh, 'nomination', 'done', day(-9)), fact(fresh, 'vetting', 'started', day(-8)),
  ];
}

/** The whole seeding in order: `own` makes the demo PM's desk usable; `rest` fills the other 73 agencies. */
export function seedSteps(seed: number, now: string): { readonly own: readonly Step[]; readonly rest: readonly Step[] } {
  const all: Programme = programme(seed, now);
  const documents = packets(seed, now, all);
  const isOwn = (agencyId: string): boolean => (Object.values(DEMO_AGENCIES) as readonly string[]).includes(agencyId);
  /** Packets by their order; their files now, or later in a step of their own: the record never waits for a scan. */
  const send = async (hq: Hq, which: typeof documents, when: 'files first' | 'files later'): Promise<void> => {
    for (let n = 0; n < which.length; ) {
      // Runs of packets go in one request each; a packet that is to be returned ends a run, so that its next version finds it returned.
      const end = which.findIndex((p, i) => i >= n && p.returned !== null);
      const stop = end === -1 ? which.length - 1 : end;
      const lines: unknown[] = [];
      for (const each of which.slice(n, stop + 1)) {
        const { packet, files } = await packetWithFiles(each);
        if (when === 'files first') for (const file of files) await upload(hq, file);
        lines.push(packetLine(packet));
      }
      await ingest(hq, 'packets', lines);
      const last = which[stop];
      if (last?.returned) {
        const { rule, field, note } = last.returned;
        await runAt(hq, 'signoff.return', { packetId: last.document.packetId, version: last.document.number, note, deficiencies: [{ rule, field, note: 'Missing or incomplete.' }] }, 'sddo', 'hq-sddo');
      }
      n = stop + 1;
    }
  };
  const ownPackets = documents.filter((p) => isOwn(p.document.agencyId));
  /** Made again here, byte for byte: a start that was stopped has nothing to remember. */
  const sendFiles = async (hq: Hq): Promise<void> => {
    const byClock = [...ownPackets].sort((a, b) => ((a.document.events.localReleaseAt ?? '~') < (b.document.events.localReleaseAt ?? '~') ? -1 : 1));
    for (const each of byClock) for (const file of (await packetWithFiles(each)).files) await upload(hq, file);
  };
  const staffFirst = all.staff.filter((s) => s.id === DEMO_PM_ID || s.role !== 'pm');
  return {
    own: [
      { title: '78 agencies', run: (hq) => ingest(hq, 'agencies', all.agencies) },
      { title: 'staff', run: (hq) => eachOf(staffFirst, (s) => runAt(hq, 'staff.receive', s)) },
      { title: 'assignments', run: (hq) => eachOf(all.assignments.filter((a) => a.pmId === DEMO_PM_ID), (a) => runAt(hq, 'assignment.set', a)) },
      { title: 'officers', run: (hq) => ingest(hq, 'officers', all.officers.filter((o) => isOwn(o.agencyId))) },
      { title: 'a course that was withdrawn', run: (hq) => runAt(hq, 'course.unavailable', WITHDRAWN, 'training_officer', 'hq-training') },
      { title: 'agreements', run: (hq) => eachOf(all.moa, (m) => runAt(hq, 'moa.set', m, 'fod', 'hq-fod')) },
      { title: 'itinerary', run: (hq) => eachOf(all.itinerary.filter((s) => s.pmId === DEMO_PM_ID), (s) => runAt(hq, 'itinerary.set', s)) },
      { title: 'packets', run: (hq) => send(hq, ownPackets, 'files later') },
      { title: 'a claim', run: (hq) => sendClaim(hq, ownPackets, now) },
      { title: 'custody', run: (hq) => seedCustody(hq, ownPackets, now) },
    ],
    rest: [
      { title: 'onboarding', run: (hq) => eachOf(onboardingOf(now), (f) => runAt(hq, 'onboarding.record', f, 'national_pm', 'hq-national-pm')) },
      { title: 'a rule pack that waits', run: (hq) => seedPack(hq, now) },
      { title: DOCUMENTS_STEP, run: sendFiles },
      { title: 'other program managers', run: (hq) => eachOf(all.staff.filter((s) => !staffFirst.includes(s)), (s) => runAt(hq, 'staff.receive', s)) },
      { title: 'their assignments', run: (hq) => eachOf(all.assignments.filter((a) => a.pmId !== DEMO_PM_ID), (a) => runAt(hq, 'assignment.set', a)) },
      { title: 'their officers', run: (hq) => ingest(hq, 'officers', all.officers.filter((o) => !isOwn(o.agencyId))) },
      { title: 'their itineraries', run: (hq) => eachOf(all.itinerary.filter((s) => s.pmId !== DEMO_PM_ID), (s) => runAt(hq, 'itinerary.set', s)) },
      { title: 'their packets', run: (hq) => send(hq, documents.filter((p) => !isOwn(p.document.agencyId)), 'files first') },
      { title: 'look-back reviews', run: (hq) => seedLookbacks(hq, { pmId: ACTING_PM_ID, agencyId: DEMO_AGENCIES.jail }) },
    ],
  };
}
