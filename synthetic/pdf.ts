/**
 * Real PDF files for the demo: forms from their fields in the form's own order, evidence, and an image-only scan of many pages.
 * Every page says SYNTHETIC. The same input gives the same bytes on every machine: no clock, no randomness but the seed's, one compressor in
 * JavaScript. Used by the demo and by tests; never by the product.
 */
import { degrees, PDFDocument, PDFName, type PDFFont, StandardFonts } from '@cantoo/pdf-lib';
import { formSections } from '../shared/domain/form-fields.ts';
import type { Evidence, Form, PacketDocument } from '../shared/domain/packet.ts';
import { displayANumber, displayName } from '../shared/domain/packet.ts';
import type { Region } from '../shared/rows.ts';
import { siteTime } from '../shared/time.ts';
import { random } from './prng.ts';

export type MadePdf = { readonly bytes: Uint8Array; readonly pages: number };
/** Where a line of text stands: its page from 1, and its box in fractions of the page as it is shown, from the top left. */
export type PlacedLine = { readonly text: string; readonly page: number; readonly region: Region };
type Line = { readonly text: string; readonly size: number; readonly isBold?: boolean; readonly gap?: number; readonly rule?: boolean };

const [WIDTH, HEIGHT, MARGIN] = [612, 792, 54];
const BANNER = 'SYNTHETIC: invented for demonstration. No real person, case or officer.';
const INK = '0.1 g 0.1 G';
/** What stands for a character that the standard fonts do not have. */
const OTHER_SCRIPT = '?';

type Sheet = { readonly pdf: PDFDocument; readonly plain: PDFFont; readonly bold: PDFFont };
async function newSheet(title: string): Promise<Sheet> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle(`SYNTHETIC ${title}`);
  pdf.setLanguage('en-US');
  pdf.setProducer('Fieldbook demo');
  return { pdf, plain: await pdf.embedFont(StandardFonts.Helvetica), bold: await pdf.embedFont(StandardFonts.HelveticaBold) };
}
/** Text in the Latin of the standard fonts. */
const printable = (text: string): string => [...text.normalize('NFC').replace(/\s+/g, ' ')].map((c) => (/[ -~\u00a1-\u00ff]/.test(c) ? c : OTHER_SCRIPT)).join('');
/** As a string of a content stream: in this range WinAnsi is Latin-1. */
const literal = (text: string): string => `(${printable(text).replace(/[\\()]/g, '\\$&').replace(/[^ -~]/g, (c) => `\\${c.charCodeAt(0).toString(8)}`)})`;

const widths = new Map<string, number>();
/** Width of a word at one point; remembered, because forms repeat themselves. */
function widthOf(font: PDFFont, word: string): number {
  const key = `${font.name} ${word}`;
  let width = widths.get(key);
  if (width === undefined) {
    width = font.widthOfTextAtSize(word, 1);
    if (widths.size > 20_000) widths.clear();
    widths.set(key, width);
  }
  return width;
}
/** Words of a text in lines no wider than `width` points; a word that is longer is cut. */
function wrapped(font: PDFFont, text: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  const space = widthOf(font, ' ') * size;
  let line = '';
  let used = 0;
  for (let word of printable(text).split(' ')) {
    while (widthOf(font, word) * size > width) {
      const fits = Math.max(1, Math.floor((width / (widthOf(font, word) * size)) * word.length * 0.9));
      if (line !== '') lines.push(line);
      [line, used] = ['', 0];
      lines.push(word.slice(0, fits));
      word = word.slice(fits);
    }
    const more = widthOf(font, word) * size;
    if (line !== '' && used + space + more > width) {
      lines.push(line);
      [line, used] = [word, more];
    } else [line, used] = [line === '' ? word : `${line} ${word}`, line === '' ? more : used + space + more];
  }
  return line === '' ? lines : [...lines, line];
}

/** A box in points from the lower left, as fractions of the page that a reader shows; `isTurned`: with /Rotate 90, what was left is then above. */
function shownBox([left, bottom, right, top]: readonly [number, number, number, number], isTurned: boolean): Region {
  const [x, y, w, h] = isTurned
    ? [bottom / HEIGHT, left / WIDTH, (top - bottom) / HEIGHT, (right - left) / WIDTH]
    : [left / WIDTH, (HEIGHT - top) / HEIGHT, (right - left) / WIDTH, (top - bottom) / HEIGHT];
  const short = (value: number): number => Math.round(value * 10_000) / 10_000;
  return { x: short(x), y: short(y), w: short(w), h: short(h) };
}

type Setting = { readonly minPages?: number; /** Page, from 1, that carries /Rotate 90, as a scanner leaves it. */ readonly turned?: number | null; readonly drawn?: string; /** Lines of the first page that is there for `minPages` alone. */ readonly extra?: readonly string[] };
/** Sets lines on as many pages as they need, at least `minPages`. Gives the place of each. */
function setLines(sheet: Sheet, head: string, lines: readonly Line[], { minPages = 1, turned = null, drawn = '', extra = [] }: Setting = {}): readonly PlacedLine[] {
  const placed: PlacedLine[] = [];
  const { pdf, plain, bold } = sheet;
  const pages: string[][] = [];
  let y = 0;
  const turn = (): void => {
    pages.push([]);
    y = HEIGHT - MARGIN - 26;
  };
  const put = (page: readonly string[] | undefined, text: string, at: number, size: number, isBold = false): void => {
    (page as string[] | undefined)?.push(`BT /${isBold ? 'Bold' : 'Plain'} ${size} Tf ${MARGIN} ${at.toFixed(2)} Td ${literal(text)} Tj ET`);
  };
  /** Sets one line of text, which may take several rows; its box is that of the rows on its first page. */
  const set = ({ text, size, isBold }: Line): void => {
    const font = isBold ? bold : plain;
    let box: [number, number, number, number] | null = null;
    let page = 0;
    for (const row of wrapped(font, text, size, WIDTH - 2 * MARGIN)) {
      if (y < MARGIN + 30) turn();
      put(pages.at(-1), row, y, size, isBold);
      const right = MARGIN + row.split(' ').reduce((sum, word, n) => sum + widthOf(font, word) * size + (n > 0 ? widthOf(font, ' ') * size : 0), 0);
      if (box === null) {
        page = pages.length;
        box = [MARGIN - 2, y - size * 0.3, right + 2, y + size];
      } else if (page === pages.length) box = [box[0], y - size * 0.3, Math.max(box[2], right + 2), box[3]];
      y -= size * 1.35;
    }
    if (box) placed.push({ text: printable(text), page, region: shownBox(box, page === turned) });
  };
  turn();
  for (const line of lines) {
    y -= line.gap ?? 0;
    set(line);
    if (line.rule) {
      // Close under the words above, clear of those below.
      const under = (y + line.size * 1.35 - 4).toFixed(2);
      pages.at(-1)?.push(`0.5 w ${MARGIN} ${under} m ${WIDTH - MARGIN} ${under} l S`);
      y -= 4;
    }
  }
  while (pages.length < minPages) {
    turn();
    put(pages.at(-1), `${head}, continued`, y, 11, true);
    const isFirst = pages.length === 2;
    y -= 20;
    if (isFirst && extra.length > 0) for (const text of extra) set({ text, size: 11 });
    else put(pages.at(-1), 'This page repeats no entry; the record ends above.', y, 10);
  }
  for (const [n, parts] of pages.entries()) {
    put(parts, BANNER, HEIGHT - MARGIN, 8, true);
    put(parts, `${head}  -  page ${n + 1} of ${pages.length}  -  SYNTHETIC`, MARGIN - 16, 8);
    const page = pdf.addPage([WIDTH, HEIGHT]);
    page.node.setFontDictionary(PDFName.of('Plain'), plain.ref);
    page.node.setFontDictionary(PDFName.of('Bold'), bold.ref);
    page.node.addContentStream(pdf.context.register(pdf.context.flateStream(`${INK} ${n === 0 ? drawn : ''} ${INK} ${parts.join('\n')}`)));
    if (turned === n + 1) page.setRotation(degrees(90));
  }
  return placed;
}
async function finish({ pdf }: Sheet): Promise<MadePdf> {
  return { bytes: await pdf.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false }), pages: pdf.getPageCount() };
}

/** A form as its agency might print it: the fields and their order are those of the screen. */
export async function formPdf(form: Form, document: PacketDocument): Promise<MadePdf> {
  const sheet = await newSheet(`Form ${form.kind}`);
  const lines: Line[] = [{ text: `Form ${form.kind}`, size: 18, isBold: true }, { text: `Edition ${form.edition}   Event ${document.eventNumber}`, size: 9 }];
  for (const section of formSections(form, document.zone)) {
    lines.push({ text: section.title, size: 11, isBold: true, gap: 10, rule: true });
    for (const field of section.fields) lines.push({ text: `${field.label === '' ? '' : `${field.label}: `}${field.value ?? '(left blank)'}`, size: 10, gap: 3 });
  }
  setLines(sheet, `Form ${form.kind}`, lines);
  return finish(sheet);
}

/** What a reviewer would find on a document of this kind; each names the person, so that a pin has something to point at. */
function evidenceLines(e: Evidence, d: PacketDocument): readonly string[] {
  const { identity } = d.subject;
  const who = [`Subject: ${displayName(identity)}`, `Date of birth: ${identity.bornOn ?? 'not recorded'}`, `A-number: ${displayANumber(identity.aNumber)}`, `FIN: ${identity.fin ?? 'none'}`];
  const arrest = d.underlyingArrest ? [`Offense: ${d.underlyingArrest.offense}, ${d.underlyingArrest.statute}`, `Arresting agency: ${d.underlyingArrest.agency}`, `Arrested: ${siteTime(d.underlyingArrest.at, d.zone)}`] : [];
  const form = (kind: string) => d.forms.find((f) => f.kind === kind);
  const [nta, record, order, reinstated] = [form('I-862'), form('I-213'), form('I-205'), form('I-871')];
  switch (e.kind) {
    case 'booking_sheet': return [...who, ...arrest, `Booked: ${d.events.bookedAt ? siteTime(d.events.bookedAt, d.zone) : 'not recorded'}`, `Place of birth as stated at booking: ${identity.citizenship}`, 'Property: sealed bag, counted with the subject.', 'Medical screening: done at booking, no complaint.'];
    case 'fingerprint_match': return [...who, 'Ten-print search: MATCH', 'Search made against the biometric repository; one identity returned.', `Citizenship on the matched record: ${identity.citizenship}`];
    case 'rap_sheet': return [...who, 'National and state criminal history', ...arrest, 'Other entries: see the packet. No open warrant.'];
    case 'database_printout': return [...who, 'Immigration record found.', `Country of citizenship: ${identity.citizenship}`, `Last entry: ${d.events.lastEntryOn ?? 'none on record'}`,
      ...(nta?.kind === 'I-862' ? nta.allegations.flatMap((a) => (a.admission ? [`Admitted ${a.admission.on} as ${a.admission.status}, authorized until ${a.admission.authorizedUntil ?? 'no date'}`] : [])) : []), 'No record of admission that is still in force.'];
    case 'subject_statement': case 'sworn_statement': return [...who, `Q. Of which country are you a citizen?  A. ${identity.citizenship}.`, 'Q. Do you understand the officer and the interpreter, if any?  A. Yes.', `Q. When did you last enter?  A. ${d.events.lastEntryOn ?? 'I do not know'}.`,
      `Q. Do you fear return to your country?  A. ${d.fear.answer === 'yes' ? 'Yes.' : 'No.'}`, ...(nta?.kind === 'I-862' ? nta.allegations.map((a) => `Read back: ${a.text}`) : [])];
    case 'birth_document': case 'passport': case 'identity_document': return [...who, `Issuing country: ${identity.citizenship}`, `Nationality of the holder: ${identity.citizenship}`, 'Copy compared with the original by the preparing officer.'];
    case 'prior_order': return [...who, 'ORDER OF REMOVAL', ...(order?.kind === 'I-205' && order.finalOrder ? [`By: ${order.finalOrder.madeBy}`, `On: ${order.finalOrder.on}`, `Under: ${order.finalOrder.section}`] : []), 'Certified copy of the order in the file.'];
    case 'departure_proof': return [...who, ...(reinstated?.kind === 'I-871' && reinstated.departure ? [`Departed: ${reinstated.departure.on}`] : []), 'Warrant of removal, executed. Right index print taken at departure.'];
    case 'conviction_record': return [...who, 'JUDGMENT OF CONVICTION', ...(e.conviction ? [`Convicted: ${e.conviction.convictedOn} under ${e.conviction.statute}, ${e.conviction.court}`] : []), ...arrest, 'The judgment is final. Certified by the clerk of court.'];
    case 'free_legal_list': return ['List of free legal services, Example Immigration Court', 'Example Legal Aid, 100 Example St', 'Example Immigrant Law Project, 200 Example St', 'Example Law School Clinic, 300 Example St'];
    case 'photo': return [...who, 'Booking photograph: a drawing stands for it.'];
    default: return [...who, ...(record?.kind === 'I-213' ? [record.narrative] : [])];
  }
}

/** One piece of evidence with as many pages as the packet says, and where its lines stand. Page 2 of a booking sheet lies on its side, and the A-number stands there. */
export async function evidencePdf(e: Evidence, document: PacketDocument): Promise<MadePdf & { readonly lines: readonly PlacedLine[] }> {
  const sheet = await newSheet(e.title);
  const lines: Line[] = [{ text: e.title, size: 16, isBold: true }, { text: `Obtained ${siteTime(e.obtainedAt, document.zone)} from ${e.source.replaceAll('_', ' ')}`, size: 9, rule: true }];
  // A grey frame with a head and shoulders stands for the face.
  const drawn = e.kind === 'photo' ? '0.92 g 186 180 240 280 re B 0.6 g 256 320 100 90 re f 216 200 180 80 re f' : '';
  const isBooking = e.kind === 'booking_sheet';
  const placed = setLines(sheet, e.title, [...lines, ...evidenceLines(e, document).map((text) => ({ text, size: 11, gap: 6 }))], {
    minPages: e.pages, drawn, ...(isBooking ? { turned: 2, extra: [`Number check at the desk: ${displayANumber(document.subject.identity.aNumber)} found in the system.`, 'Checked by the booking officer against the card.'] } : {}),
  });
  return { ...(await finish(sheet)), lines: placed };
}

/** Letters of five by seven dots: a row per string, for pages that are nothing but dots. */
const DOTS: Readonly<Record<string, readonly string[]>> = {
  A: ['01110', '10001', '10001', '11111', '10001', '10001', '10001'], C: ['01111', '10000', '10000', '10000', '10000', '10000', '01111'], E: ['11111', '10000', '10000', '11110', '10000', '10000', '11111'],
  F: ['11111', '10000', '10000', '11110', '10000', '10000', '10000'], G: ['01111', '10000', '10000', '10011', '10001', '10001', '01111'], H: ['10001', '10001', '10001', '11111', '10001', '10001', '10001'],
  I: ['11111', '00100', '00100', '00100', '00100', '00100', '11111'], N: ['10001', '11001', '10101', '10101', '10011', '10001', '10001'], O: ['01110', '10001', '10001', '10001', '10001', '10001', '01110'],
  P: ['11110', '10001', '10001', '11110', '10000', '10000', '10000'], S: ['01111', '10000', '10000', '01110', '00001', '00001', '11110'], T: ['11111', '00100', '00100', '00100', '00100', '00100', '00100'],
  Y: ['10001', '10001', '01010', '00100', '00100', '00100', '00100'], '0': ['01110', '10011', '10101', '10101', '10101', '11001', '01110'], '1': ['00100', '01100', '00100', '00100', '00100', '00100', '01110'],
  '2': ['01110', '10001', '00001', '00110', '01000', '10000', '11111'], '3': ['11110', '00001', '00001', '01110', '00001', '00001', '11110'], '4': ['00010', '00110', '01010', '10010', '11111', '00010', '00010'],
  '5': ['11111', '10000', '11110', '00001', '00001', '10001', '01110'], '6': ['01110', '10000', '11110', '10001', '10001', '10001', '01110'], '7': ['11111', '00001', '00010', '00100', '01000', '01000', '01000'],
  '8': ['01110', '10001', '10001', '01110', '10001', '10001', '01110'], '9': ['01110', '10001', '10001', '01111', '00001', '00001', '01110'],
};

/** One page of dots, a bit each, white is 1: the words, lines that look like typing, and a scanner's dust. */
function dotPage(seed: number, words: string, width: number, height: number): Uint8Array {
  const r = random(seed).fork(words);
  const row = Math.ceil(width / 8);
  const bits = new Uint8Array(row * height).fill(0xff);
  const ink = (x: number, y: number): void => {
    if (x >= 0 && y >= 0 && x < width && y < height) bits[y * row + (x >> 3)] = (bits[y * row + (x >> 3)] ?? 0) & ~(0x80 >> (x & 7));
  };
  const block = (x: number, y: number, w: number, h: number): void => { for (let j = 0; j < h; j += 1) for (let i = 0; i < w; i += 1) ink(x + i, y + j); };
  const scale = Math.max(2, Math.floor(width / 260));
  let x = Math.floor(width / 12);
  const top = Math.floor(height / 16);
  for (const letter of words) {
    for (const [j, dots] of (DOTS[letter] ?? []).entries()) for (let i = 0; i < 5; i += 1) if (dots[i] === '1') block(x + i * scale, top + j * scale, scale, scale);
    x += 6 * scale;
  }
  const line = Math.floor(height / 56);
  // A line of typing is one row of dots, set as often as a letter is high.
  for (let y = top + 12 * scale; y < height - top; y += line) {
    if (r.chance(0.14)) continue;
    const end = width - Math.floor(width / 12) - (r.chance(0.2) ? r.int(0, Math.floor(width / 3)) : 0);
    for (let at = Math.floor(width / 12); at < end; at += Math.floor(line / 2)) {
      for (let letters = r.int(2, 9); letters > 0 && at < end; letters -= 1) {
        block(at, y, Math.max(2, Math.floor(line / 5)), 1);
        at += Math.max(3, Math.floor(line / 3));
      }
    }
    for (let j = 1; j < Math.floor(line / 2) && y + j < height; j += 1) bits.copyWithin((y + j) * row, y * row, (y + 1) * row);
  }
  for (let n = 0; n < (width * height) / 2500; n += 1) ink(r.int(0, width - 1), r.int(0, height - 1));
  return bits;
}

/** A scan of `pages` pages that are pictures only: no text to search, one bit per dot at `dpi`. Page 7 lies on its side. */
export async function scanPdf(seed: number, pages: number, dpi = 100): Promise<MadePdf> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle('SYNTHETIC scan');
  pdf.setProducer('Fieldbook demo');
  const [width, height] = [Math.floor(8.5 * dpi), 11 * dpi];
  for (let n = 1; n <= pages; n += 1) {
    const image = pdf.context.register(pdf.context.flateStream(dotPage(seed, `SYNTHETIC PAGE ${n} OF ${pages}`, width, height), {
      Type: 'XObject', Subtype: 'Image', Width: width, Height: height, ColorSpace: 'DeviceGray', BitsPerComponent: 1,
    }));
    const page = pdf.addPage([WIDTH, HEIGHT]);
    page.node.setXObject(PDFName.of('Scan'), image);
    page.node.addContentStream(pdf.context.register(pdf.context.stream(`q ${WIDTH} 0 0 ${HEIGHT} 0 0 cm /Scan Do Q`)));
    if (n === 7) page.setRotation(degrees(90));
  }
  return { bytes: await pdf.save({ useObjectStreams: false, addDefaultPage: false }), pages };
}
