/**
 * One packet as a PDF to read and print: read back with the PDF reader's own library, its QR code decoded from the picture of the page, its bad files as
 * pages that say why, names in any script, and restricted handling that tells nothing.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { PDFDocument } from '@cantoo/pdf-lib';
import jsQR from 'jsqr';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formPdf, scanPdf } from '../../synthetic/pdf.ts';
import { upload } from '../../build/demo/seed-hq.ts';
import { main, verifyBundle } from '../../build/ledger.ts';
import type { PdfJob } from '../../shared/api.ts';
import { type Bundle, paperCode } from '../../shared/domain/bundle.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { packetPaper } from '../../shared/domain/packet-paper.ts';
import { MERGE_MAX_BYTES, writePacketPdf } from '../../host/packet-pdf.ts';
import { printable } from '../../host/packet-pdf-layout.ts';
import { cleanPacket } from '../domain/clean-packets.ts';
import { AGENCY, createWorld, must, SERVICE_TOKEN, type Laptop, type World } from '../support/world.ts';

const SCAN = 300;
const ROW = 'Nguyễn Thị Ánh, Иван Петров, Γιώργος Παπαδόπουλος, محمد علي, 王小明, O’Brien-Smith \u202eevil';
let world: World;
let laptop: Laptop;
let pdf: Uint8Array;
let job: PdfJob;
let opened: PDFDocumentProxy;
let pages: readonly string[];
let answered = 0;
let bundleText = '';
const folder = mkdtempSync(join(tmpdir(), 'fieldbook-pdf-'));
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Starts a PDF, asks on as a screen would, and gives the last state. */
async function print(packetId: string): Promise<PdfJob> {
  let state = must(await laptop.act('packet.pdf', { packetId, number: null }));
  while (state.phase === 'working') {
    await laptop.read('packet.open', { packetId, number: null });
    answered += 1;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    state = must(await laptop.act('packet.pdfState', { id: state.id }));
  }
  if (state.phase === 'failed') throw new Error(JSON.stringify(laptop.log.filter((l) => l.event === 'export/pdf-failed')));
  return state;
}
/** The finished file, over the same reader as `GET /blob/<sha256>`. */
async function fetched(state: PdfJob): Promise<Uint8Array> {
  const slice = must(await laptop.backend.blob({ sha256: state.sha256 ?? '', start: 0, length: state.bytes }));
  return new Uint8Array(slice.bytes);
}
async function textOf(document: PDFDocumentProxy, n: number): Promise<string> {
  const { items } = await (await document.getPage(n)).getTextContent();
  return items.map((i) => ('str' in i ? i.str : '')).join(' ').replace(/\s+/g, ' ');
}
const open = (bytes: Uint8Array): Promise<PDFDocumentProxy> => getDocument({ data: bytes.slice(), verbosity: 0 }).promise;
/** What a telephone would read from the page as it is drawn. */
async function scanned(document: PDFDocumentProxy, n: number): Promise<string | null> {
  const page = await document.getPage(n);
  const viewport = page.getViewport({ scale: 1.5 });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const context = canvas.getContext('2d');
  await page.render({ canvas: null, canvasContext: context as unknown as CanvasRenderingContext2D, viewport }).promise;
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? null;
}
const whole = (): string => pages.join('\n');

beforeAll(async () => {
  world = await createWorld({ packets: 1 });
  const hq = { url: world.hqUrl, token: SERVICE_TOKEN };
  const clean = cleanPacket('P-NTA') as PacketDocument;
  // A restricted hold follows the person: these two are others than the one who is signed for.
  const twin = (packetId: string): PacketDocument => {
    const number = packetId === 'pk-flag' ? 'A000077701' : packetId === 'pk-other' ? 'A000077702' : null;
    const identity = number === null ? clean.subject.identity : { ...clean.subject.identity, aNumber: number, fin: number };
    return { ...clean, packetId, subject: { ...clean.subject, subjectId: `su-${packetId}`, identity } };
  };
  const first = clean.forms[0];
  if (!first) throw new Error('no form');
  const printed = await formPdf(first, clean);
  const scan = await scanPdf(7, SCAN, 40);
  const locked = await PDFDocument.load(printed.bytes, { updateMetadata: false });
  locked.encrypt({ userPassword: 'synthetic', ownerPassword: 'synthetic owner' });
  const active = await PDFDocument.create({ updateMetadata: false });
  active.addJavaScript('hello', 'app.alert(1)');
  active.addPage([612, 792]).drawText('SYNTHETIC page with a script');
  const files = {
    scan: scan.bytes, locked: await locked.save({ useObjectStreams: false }), cut: printed.bytes.slice(0, 400), letter: Buffer.from('SYNTHETIC: a letter that was saved as text.'),
    active: await active.save({ useObjectStreams: false }), absent: Buffer.from('SYNTHETIC: never sent'),
  };
  for (const [title, bytes] of Object.entries(files)) if (title !== 'absent') await upload(hq, { sha256: sha(bytes), bytes, mediaType: 'application/pdf' });
  await upload(hq, { sha256: sha(printed.bytes), bytes: printed.bytes, mediaType: 'application/pdf' });
  const base = clean.evidence[0];
  if (!base) throw new Error('no evidence');
  const extra = Object.entries(files).map(([title, bytes]) => ({ ...base, id: `x-${title}`, title: `File ${title}`, kind: 'other' as const, sha256: sha(bytes), bytes: bytes.byteLength, pages: title === 'scan' ? SCAN : 2 }));
  const rich = twin('pk-rich');
  const forms = rich.forms.map((f, n) => (n === 0 ? { ...f, rendition: { sha256: sha(printed.bytes), bytes: printed.bytes.byteLength, mediaType: 'application/pdf', pages: printed.pages } } : f));
  await world.command('packet.receive', { document: { ...rich, forms, subject: { ...rich.subject, aliases: [ROW] }, evidence: [...rich.evidence, ...extra] } });
  await world.command('packet.receive', { document: twin('pk-flag'), isRestricted: true });
  await world.command('packet.receive', { document: twin('pk-other') });
  await world.command('hold.place', { packetId: 'pk-other', rule: 'RESTRICTED', reason: 'Sealed by order of a court of another kind.' }, 'juvenile_coordinator', 'hq-juvenile');
  laptop = world.laptop();
  await laptop.enrol();
  must(await laptop.sign('pk-rich'));
  must(await laptop.run('signoff.return', { packetId: 'pk-rich', version: 1, note: 'Read this again.', deficiencies: [{ rule: 'NTA-06', field: 'forms.i862.hearing.time', note: 'The hour is missing.' }] }));
  must(await laptop.hold('pk-rich', 'Waiting for the sworn statement of the arresting officer.'));
  const told = world.clock.now();
  must(await laptop.run('claim.record', { packetId: 'pk-rich', kind: 'fear', source: 'own_statement', statement: 'Afraid of the men who came to the house.', reportedAt: told }));
  // Stands behind restricted handling: nothing of it may be in the file or on the paper.
  must(await laptop.run('claim.record', { packetId: 'pk-rich', kind: 'restricted_tip', source: 'household_or_family', statement: 'Telltale: the husband called about him.', reportedAt: told }));
  must(await laptop.run('custody.record', { packetId: 'pk-rich', event: { kind: 'call.made', at: told, details: { to: 'Duty desk of the field office', answer: 'No transport today' } } }));
  await laptop.sync();
  const here = async (): Promise<number> => (await laptop.read('document.states', { packetId: 'pk-rich', number: null })).filter((s) => s.place === 'here').length;
  for (let tries = 0; tries < 60 && await here() < 6; tries += 1) await laptop.sync();
  expect(await here()).toBe(6);
  job = await print('pk-rich');
  pdf = await fetched(job);
  opened = await open(pdf);
  const found: string[] = [];
  for (let n = 1; n <= opened.numPages; n += 1) found.push(await textOf(opened, n));
  pages = found;
  bundleText = must(await laptop.act('packet.export', { packetId: 'pk-rich', number: null })).text;
}, 240_000);
afterAll(async () => {
  await opened?.loadingTask.destroy();
  await laptop.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the PDF of a packet', () => {
  it('is named by ids alone, and is what its hash says', () => {
    expect(job).toMatchObject({ phase: 'done', name: 'packet-pk-rich-v1.pdf', done: job.of });
    expect(sha(pdf)).toBe(job.sha256);
  });
  it('has a cover that says whose packet it is, who printed it and where each part begins', () => {
    const cover = pages[0] ?? '';
    for (const words of ['Packet record', 'SYNTHETIC', AGENCY, 'pk-rich, version 1', 'Ortega Diaz, Luis', 'A 000 012 345', 'Contents', 'Printed', 'UTC']) expect(cover).toContain(words);
    const at = pages.findIndex((p) => p.startsWith('Checks and their sources')) + 1;
    expect(at).toBeGreaterThan(1);
    expect(pages.slice(0, 2).join(' ')).toMatch(new RegExp(`Checks and their sources ${at}\\b`));
  });
  it('has every part: facts, each form in its own order, checks with sources, returns, holds, statements, ledger', () => {
    const text = whole();
    for (const f of cleanPacket('P-NTA').forms) expect(text).toContain(f.kind);
    for (const words of [
      'The Department of Homeland Security alleges that', 'You are not a citizen or national of the United States.', 'Rendered from data', 'PK-01 passed', 'Source:', '8 CFR', 'The hour is missing.',
      'Other protective concern: open', 'Legal title', 'In effect', 'Supervisory Detention and Deportation Officer', 'for 20 s', 'signoff.sign', 'HQ countersigned', 'Receipts of HQ',
    ]) expect(text, words).toContain(words);
    const bundle = JSON.parse(bundleText) as Bundle;
    const squeezed = text.replace(/\s/g, '');
    for (const hash of [bundle.versions[0]?.contentHash, ...bundle.statements.map((s) => s.formHash), ...bundle.ledger.flatMap((r) => r.entries.map((e) => e.hash))]) expect(squeezed).toContain(hash);
  });
  it('has the claims as they were told and the events of custody, and nothing of what stands behind restricted handling', () => {
    for (const words of ['Claims and indicia', 'Fear of return', 'Afraid of the men who came to the house.', 'Custody', 'Call made', 'Duty desk of the field office', 'No transport today', 'No look-back review was opened.']) expect(whole(), words).toContain(words);
    const bundle = JSON.parse(bundleText) as Bundle;
    expect([bundle.claims.map((c) => c.kind), bundle.custody.map((c) => c.kind)]).toEqual([['fear'], ['call.made']]);
    expect(`${whole()}${bundleText}`).not.toMatch(/telltale|restricted_tip|restricted:/i);
    const acts = bundle.ledger.flatMap((r) => r.entries.flatMap((e) => (e.command ? [e.command.name] : [])));
    expect(acts.filter((name) => name === 'claim.record')).toHaveLength(1);
    expect(bundle.receipts).toHaveLength(acts.length);
  });
  it('has the stored files: the printed form, and every page of a long scan, in its own size', async () => {
    const from = pages.findIndex((p) => p.startsWith('Evidence: File scan'));
    expect(pages[from]).toContain(`Its ${SCAN} pages follow.`);
    expect(pages.slice(from + 1, from + 1 + SCAN).every((p) => p.trim() === '')).toBe(true);
    expect(pages[from + SCAN + 1]).toMatch(/^Evidence: /);
    expect((await opened.getPage(from + 8)).rotate).toBe(90);
    expect(whole()).toContain('Form I-');
  });
  it.each([
    ['locked', 'it is encrypted'], ['cut', 'it is damaged or not a whole PDF'], ['letter', 'it is not a PDF'], ['absent', 'HQ'],
  ])('says on a page why the file "%s" is not in it, with its hash', (title, why) => {
    const at = pages.findIndex((p) => p.startsWith(`Evidence: File ${title}`));
    const page = pages[at] ?? '';
    expect(page).toContain('This file is not in this PDF');
    expect(page).toContain(why);
    const named = (JSON.parse((JSON.parse(bundleText) as Bundle).versions[0]?.content ?? '{}') as PacketDocument).evidence.find((e) => e.id === `x-${title}`);
    expect(page.replace(/\s/g, '')).toContain(named?.sha256);
  });
  it('carries no script of a merged file', async () => {
    expect(whole()).toContain('SYNTHETIC page with a script');
    expect(await opened.getJSActions()).toBeNull();
    expect(Buffer.from(pdf).includes('app.alert')).toBe(false);
  });
  it('prints Latin, Vietnamese, Cyrillic and Greek as they are, and names what it cannot: never a question mark', () => {
    const cover = pages[0] ?? '';
    for (const words of ['Nguyễn Thị Ánh', 'Иван Петров', 'Γιώργος Παπαδόπουλος', '[Arabic script: see data]', '[Han script: see data]', 'O’Brien-Smith', '[U+202E: see data]']) expect(cover).toContain(words);
    expect(cover).not.toContain('?');
    expect((JSON.parse(bundleText) as Bundle).versions[0]?.content).toContain('محمد علي');
  });
  it('brings the bundle that it was made from, sealed', async () => {
    const [inside, ...others] = (await PDFDocument.load(pdf, { updateMetadata: false })).getAttachments();
    expect(others).toEqual([]);
    expect(inside?.name).toBe('packet-pk-rich-v1.json');
    const text = Buffer.from(inside?.data ?? []).toString('utf8');
    expect(verifyBundle(JSON.parse(text))).toMatchObject({ ok: true, packetId: 'pk-rich' });
    expect(paperCode(JSON.parse(text) as Bundle)).toBe(paperCode(JSON.parse(bundleText) as Bundle));
  });
  it('leaves other calls their turn while it is written', () => {
    // Written in the backend's own thread, none would be answered before it is done.
    expect(answered).toBeGreaterThan(5);
    expect(laptop.log.filter((l) => l.event === 'export/pdf-failed')).toEqual([]);
  });
});

describe('a paper with a mark, pins and pictures', () => {
  it('says of a look-back review what changed, who was told and what came of it, and of custody what was corrected', () => {
    const bundle = JSON.parse(bundleText) as Bundle;
    const at = bundle.exportedAt;
    const review = {
      id: 'lb-1', packetId: 'pk-rich', cause: 'facts-changed', reasons: [JSON.stringify({ reason: 'authority', signed: 'active', hq: 'lapsed on 3 Nov', since: null, by: null, about: null })], openedAt: '2026-11-02T15:00:00.000Z', dueAt: '2026-11-03T15:00:00.000Z',
      ownerId: 'sddo-1', outcome: 'cancelled', outcomeNote: 'Authority had ended.', notices: [{ to: 'opla', at, what: 'Disclosed by mail' }], closedBy: 'fod-1', closedAt: at,
    };
    const call = bundle.custody[0] as NonNullable<Bundle['custody'][number]>;
    const fix = { ...call, id: 'ev-2', kind: 'corrected', details: { eventId: call.id, why: 'Called the other desk.' } };
    const paper = packetPaper({ ...bundle, lookbacks: [review], custody: [call, fix] }, { agency: 'Example County SO', people: { 'fod-1': 'Ada Field' } }, {});
    const says = (title: string) => (paper.parts.find((p) => p.title === title)?.blocks ?? []).map((b) => (b.kind === 'field' ? `${b.label}: ${b.value}` : b.text)).join('\n');
    for (const words of ['HQ had other facts when the signature arrived', ', LATE', 'authority: signed on "active", HQ had "lapsed on 3 Nov"', 'Notice to opla', 'Disclosed by mail', 'Outcome: Cancelled', 'by Ada Field (fod-1): Authority had ended.']) expect(says('Look-back reviews'), words).toContain(words);
    expect(says('Custody')).toContain('CORRECTED afterwards: Called the other desk.');
    expect(paper.code).not.toBe(paperCode(bundle));
  });
  it('says the mark on every page, the pins, and why a file is left out', async () => {
    const bundle = JSON.parse(bundleText) as Bundle;
    const pin = { id: 'pin-1', packetId: 'pk-rich', number: 1, element: 'forms.i862.allegations.0', evidenceId: 'e-statement', page: 2, region: { x: 0, y: 0, w: 1, h: 1 }, quote: 'citizen of Examplia', addedBy: 'pm-1', addedAt: bundle.exportedAt };
    const paper = packetPaper({ ...bundle, pins: [pin] }, { agency: 'Example County SO', people: {} }, {}, 'PRACTICE');
    const picture = createCanvas(40, 20).toBuffer('image/png');
    const printed = await formPdf(cleanPacket('P-NTA').forms[0] as PacketDocument['forms'][number], cleanPacket('P-NTA') as PacketDocument);
    const file = (bytes: Uint8Array, mediaType: string, size = bytes.byteLength) => ({ sha256: sha(bytes), bytes: size, mediaType, pages: 1, title: 'x' });
    const files = [file(picture, 'image/png'), file(printed.bytes, 'application/pdf'), file(printed.bytes, 'application/pdf', MERGE_MAX_BYTES + 1), file(picture, 'text/html'), file(Buffer.from('other'), 'application/pdf')];
    const parts = [...paper.parts.filter((p) => p.title === 'Evidence pins'), ...files.map((f, n) => ({ title: `Part ${n}`, blocks: [], file: f }))];
    const made = await writePacketPdf({ paper: { ...paper, parts }, at: bundle.exportedAt, bundle: { name: 'b.json', text: '{}' } },
      async (f) => ({ bytes: f.sha256 === sha(picture) ? picture : printed.bytes }), () => undefined);
    const document = await open(made);
    const text: string[] = [];
    for (let n = 1; n <= document.numPages; n += 1) text.push(await textOf(document, n));
    await document.loadingTask.destroy();
    expect(text.filter((t) => !t.includes('PRACTICE'))).toEqual([]);
    const all = text.join('\n');
    for (const words of ['I-862 · allegations · 1', 'page 2, marked region: "citizen of Examplia"', 'Its page follows.', '320 MiB', 'of type text/html', 'its content has another hash']) expect(all, words).toContain(words);
  });
  it.each([
    ['plain Latin: O’Neill', 'plain Latin: O’Neill'], ['e\u0301', '\u00e9'], ['שלום עולם', '[Hebrew script: see data]'], ['Ali محمد بن علي (b)', 'Ali [Arabic script: see data] (b)'],
    ['a\u202eb', 'a[U+202E: see data]b'], ['\u{1f600}', '[U+1F600: see data]'], ['名前 नाम', '[Han script: see data] [Devanagari script: see data]'], ['', ''],
  ])('prints %j as %j', (text, expected) => expect(printable(text, (point) => point < 0x2100)).toBe(expected));
});

describe('the QR code on the cover', () => {
  it('reads from the picture of the page, and finds the bundle that the paper was made from', async () => {
    const code = await scanned(opened, 1);
    expect(code).toBe(paperCode(JSON.parse(bundleText) as Bundle));
    const path = join(folder, 'bundle.json');
    writeFileSync(path, bundleText);
    const said: string[] = [];
    expect(main(['code', code ?? '', path], (line) => said.push(line))).toBe(0);
    expect(said.at(-1)).toBe(`SAME PAPER  ${code}`);
  });
  it('finds out a bundle that was touched, one of another state, and one of another packet', async () => {
    const code = await scanned(opened, 1) ?? '';
    const say = (text: string, asked = code): readonly [number, string] => {
      const path = join(folder, 'other.json');
      writeFileSync(path, text);
      const said: string[] = [];
      return [main(['code', asked, path], (line) => said.push(line)), said.at(-1) ?? ''];
    };
    const touched = JSON.parse(bundleText) as Bundle;
    touched.holds.length = 0;
    expect(say(JSON.stringify(touched))).toEqual([1, expect.stringMatching(/^BROKEN {2}hold /)]);
    expect(say(must(await laptop.act('packet.export', { packetId: 'pk-1', number: null })).text)).toEqual([1, expect.stringMatching(/^OTHER PAPER {2}the paper is of packet pk-rich/)]);
    expect(say(bundleText, code.replace(':v1:', ':v2:'))).toEqual([1, expect.stringContaining('the paper is of version 2')]);
    expect(say(bundleText, 'FB1:pk-rich:v1:00')).toEqual([1, expect.stringContaining('not one of a printed packet')]);
    must(await laptop.hold('pk-rich', 'Another hold, placed after the paper was printed.'));
    expect(say(must(await laptop.act('packet.export', { packetId: 'pk-rich', number: null })).text)).toEqual([1, expect.stringContaining('another state of the record')]);
  });
  it('stays the same when only contact with HQ lies between', async () => {
    const before = paperCode(JSON.parse(must(await laptop.act('packet.export', { packetId: 'pk-1', number: null })).text) as Bundle);
    world.clock.advance(120_000);
    await laptop.sync();
    expect(paperCode(JSON.parse(must(await laptop.act('packet.export', { packetId: 'pk-1', number: null })).text) as Bundle)).toBe(before);
  });
});

describe('what it must not do', () => {
  it('refuses restricted handling with the answer of the bundle, byte for byte, whatever the cause', async () => {
    const answers = await Promise.all(['pk-flag', 'pk-other'].map((packetId) => laptop.act('packet.pdf', { packetId, number: null })));
    const bundle = await laptop.act('packet.export', { packetId: 'pk-flag', number: null });
    expect(answers.map((a) => JSON.stringify(a))).toEqual([JSON.stringify(bundle), JSON.stringify(bundle)]);
    expect(bundle).toEqual({ ok: false, problem: { code: 'export/restricted', details: {} } });
  });
  it('forgets a PDF that was stopped', async () => {
    const begun = must(await laptop.act('packet.pdf', { packetId: 'pk-rich', number: null }));
    must(await laptop.act('packet.pdfStop', { id: begun.id }));
    expect(await laptop.act('packet.pdfState', { id: begun.id })).toMatchObject({ ok: false, problem: { code: 'export/gone' } });
    expect(await laptop.backend.blob({ sha256: job.sha256 ?? '', start: 0, length: 1 })).toMatchObject({ ok: false });
  });
  it('gives nothing while locked', async () => {
    const done = await print('pk-1');
    must(await laptop.backend.blob({ sha256: done.sha256 ?? '', start: 0, length: 4 }));
    must(await laptop.act('session.lock', {}));
    expect(await laptop.backend.blob({ sha256: done.sha256 ?? '', start: 0, length: 4 })).toMatchObject({ ok: false, problem: { code: 'session/locked' } });
  });
});
