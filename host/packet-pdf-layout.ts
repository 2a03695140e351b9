/**
 * Sets blocks of text on PDF pages: fonts with Latin, Greek, Cyrillic and Vietnamese, subset into the file; lines, page breaks, footers, QR code.
 * Must never print a "?" for a character: a script without glyphs here is named, and the reader is sent to the data, which keeps the code points.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument, type PDFFont, type PDFPage, rgb } from '@cantoo/pdf-lib';
import { create, type Font } from 'fontkit';
import qrcode from 'qrcode-generator';
import type { Block } from '../shared/domain/packet-paper.ts';

/** US Letter in points, as the forms are. */
export const [WIDTH, HEIGHT, MARGIN] = [612, 792, 54];
const [INK, GREY, RED] = [rgb(0, 0, 0), rgb(0.35, 0.35, 0.35), rgb(0.7, 0, 0)];
const FOOT = 40;
const LINE = 1.35;
/** Scripts whose letters stand one after the other and whose glyphs are in the fonts. Right-to-left and joined scripts need shaping that the PDF writer does not keep. */
const PLAIN = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]$/u;
const SCRIPTS = ['Arabic', 'Hebrew', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan', 'Ethiopic', 'Armenian', 'Georgian', 'Mongolian', 'Cherokee'] as const;
const NAMED: readonly (readonly [string, RegExp])[] = SCRIPTS.map((s) => [s, new RegExp(`^\\p{Script=${s}}$`, 'u')]);
const CONTROL = /^\p{C}$/u;

export type Face = { readonly font: PDFFont; readonly has: (point: number) => boolean; readonly width: (text: string, size: number) => number };
export type Sheet = { readonly pdf: PDFDocument; readonly plain: Face; readonly bold: Face };

/** Beside the bundle, or in the package that brings them. */
function fontBytes(folder: string, file: string): Uint8Array {
  const beside = join(import.meta.dirname, 'fonts', file);
  return readFileSync(existsSync(beside) ? beside : join(import.meta.dirname, '..', 'node_modules', '@expo-google-fonts', 'noto-sans', folder, file));
}
async function face(pdf: PDFDocument, folder: string, file: string): Promise<Face> {
  const bytes = fontBytes(folder, file);
  // One glyph per character, so that widths add up and copied text is the text: the PDF writer keeps glyphs, not where shaping puts them.
  const font = await pdf.embedFont(bytes, { subset: true, features: { ccmp: false, liga: false, clig: false, rlig: false, kern: false, mark: false, mkmk: false, calt: false, locl: false } });
  const drawn = create(Buffer.from(bytes)) as Font;
  const widths = new Map<string, number>();
  const widthOf = (c: string): number => {
    const known = widths.get(c);
    if (known !== undefined) return known;
    const width = drawn.glyphForCodePoint(c.codePointAt(0) ?? 0).advanceWidth / drawn.unitsPerEm;
    widths.set(c, width);
    return width;
  };
  return {
    font, has: (point) => drawn.hasGlyphForCodePoint(point),
    width: (text, size) => {
      let width = 0;
      for (const c of text) width += widthOf(c);
      return width * size;
    },
  };
}

/** An empty document with its two faces. `title` goes into the file's properties: ids only. */
export async function newSheet(title: string, at: string): Promise<Sheet> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.registerFontkit({ create });
  pdf.setTitle(title);
  pdf.setLanguage('en-US');
  pdf.setProducer('Fieldbook');
  pdf.setCreator('Fieldbook');
  pdf.setCreationDate(new Date(at));
  pdf.setModificationDate(new Date(at));
  return { pdf, plain: await face(pdf, '400Regular', 'NotoSans_400Regular.ttf'), bold: await face(pdf, '700Bold', 'NotoSans_700Bold.ttf') };
}

const scriptOf = (c: string): string => NAMED.find(([, test]) => test.test(c))?.[0] ?? 'other';
/**
 * Text as it can be printed: in composed form; runs of a script that the fonts lack become `[Arabic script: see data]`; a lone sign, control or
 * direction mark becomes `[U+202E: see data]`, so that none can reorder a line unseen.
 */
export function printable(text: string, has: (point: number) => boolean): string {
  let out = '';
  let run: string | null = null;
  const flush = (): void => {
    if (run !== null) out += `[${run} script: see data]`;
    run = null;
  };
  const chars = [...text.normalize('NFC').replace(/[\t\r\n\u2028\u2029]+/g, ' ')];
  for (const [n, c] of chars.entries()) {
    const point = c.codePointAt(0) ?? 0;
    if (PLAIN.test(c) && !CONTROL.test(c) && has(point)) {
      // Spaces and points inside a run of a foreign script belong to it; marks on nothing do not.
      const next = chars.slice(n + 1).find((x) => !/^[\p{Script=Common}\p{Script=Inherited}]$/u.test(x));
      if (run !== null && /^[\p{Z}\p{P}\p{Script=Inherited}]$/u.test(c) && next !== undefined && scriptOf(next) === run && !PLAIN.test(next)) continue;
      flush();
      out += c;
      continue;
    }
    // A joiner inside a foreign word is part of it.
    if (run !== null && (c === '\u200c' || c === '\u200d' || /^\p{Script=Inherited}$/u.test(c))) continue;
    if (PLAIN.test(c) || CONTROL.test(c)) {
      flush();
      out += `[U+${point.toString(16).toUpperCase().padStart(4, '0')}: see data]`;
      continue;
    }
    const script = scriptOf(c);
    if (run !== script) flush();
    run = script;
  }
  flush();
  return out;
}

/** Lines no wider than `width` points; a word that is longer is cut between characters. Spaces that stand in a row stay one. */
export function wrapped(face_: Face, text: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (let word of printable(text, face_.has).split(/ +/)) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (face_.width(joined, size) <= width) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    while (face_.width(word, size) > width) {
      const chars = [...word];
      let fits = Math.max(1, Math.floor((width / face_.width(word, size)) * chars.length));
      while (fits > 1 && face_.width(chars.slice(0, fits).join(''), size) > width) fits -= 1;
      lines.push(chars.slice(0, fits).join(''));
      word = chars.slice(fits).join('');
    }
    current = word;
  }
  if (current !== '' || lines.length === 0) lines.push(current);
  return lines;
}

/** A pen that opens new pages as it goes. `page` numbers count from 1 in this document. */
export type Pen = { readonly blocks: (blocks: readonly Block[]) => void; readonly title: (text: string) => void; readonly newPage: () => void; readonly own: PDFPage[]; readonly page: () => PDFPage; y: number };
export function penOn(sheet: Sheet): Pen {
  const own: PDFPage[] = [];
  const room = (needed: number): void => {
    if (own.length === 0 || pen.y - needed < MARGIN + FOOT / 2) pen.newPage();
  };
  const put = (face_: Face, text: string, size: number, x: number, color = INK): void => {
    if (text !== '') pen.page().drawText(text, { x, y: pen.y, size, font: face_.font, color });
  };
  const paragraph = (face_: Face, text: string, size: number, indent = 0, color = INK): void => {
    for (const words of wrapped(face_, text, size, WIDTH - 2 * MARGIN - indent)) {
      room(size * LINE);
      pen.y -= size * LINE;
      put(face_, words, size, MARGIN + indent, color);
    }
  };
  const LABEL = 130;
  const field = (label: string, value: string | null): void => {
    const labels = label === '' ? [] : wrapped(sheet.bold, label, 9, LABEL - 8);
    const indent = label === '' ? 0 : LABEL;
    const values = wrapped(sheet.plain, value ?? 'left blank', 10, WIDTH - 2 * MARGIN - indent);
    pen.y -= 3;
    for (let n = 0; n < Math.max(labels.length, values.length); n += 1) {
      room(10 * LINE);
      pen.y -= 10 * LINE;
      put(sheet.bold, labels[n] ?? '', 9, MARGIN);
      put(sheet.plain, values[n] ?? '', 10, MARGIN + indent, value === null ? GREY : INK);
    }
  };
  const pen: Pen = {
    own, y: 0,
    page: () => own.at(-1) as PDFPage,
    newPage: () => {
      own.push(sheet.pdf.addPage([WIDTH, HEIGHT]));
      pen.y = HEIGHT - MARGIN;
    },
    title: (text) => {
      pen.newPage();
      paragraph(sheet.bold, text, 16);
      pen.y -= 6;
    },
    blocks: (blocks) => {
      // Small print under a field stands under its value.
      let under = 0;
      for (const block of blocks) {
        under = block.kind === 'field' && block.label !== '' ? LABEL : block.kind === 'small' ? under : 0;
        if (block.kind === 'field') field(block.label, block.value);
        else if (block.kind === 'heading') {
          pen.y -= 10;
          // A heading never stands alone at the foot of a page.
          room(4 * 12 * LINE);
          paragraph(sheet.bold, block.text, 12);
          pen.page().drawLine({ start: { x: MARGIN, y: pen.y - 4 }, end: { x: WIDTH - MARGIN, y: pen.y - 4 }, thickness: 0.5, color: GREY });
          pen.y -= 5;
        } else if (block.kind === 'text') {
          pen.y -= 3;
          paragraph(sheet.plain, block.text, 10);
        } else paragraph(sheet.plain, block.text, block.kind === 'code' ? 7.5 : 8.5, under, GREY);
      }
    },
  };
  return pen;
}

/** A QR code as squares, with the quiet zone of four modules that readers need. `size`: side in points, quiet zone included; x, y its lower left corner. */
export function drawQr(page: PDFPage, text: string, x: number, y: number, size: number): void {
  const qr = qrcode(0, 'M');
  qr.addData(text, 'Byte');
  qr.make();
  const count = qr.getModuleCount();
  const unit = size / (count + 8);
  page.drawRectangle({ x, y, width: size, height: size, color: rgb(1, 1, 1) });
  // Runs of a row as one rectangle: no hairlines between the squares.
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      let run = 0;
      while (column + run < count && qr.isDark(row, column + run)) run += 1;
      if (run > 0) page.drawRectangle({ x: x + (column + 4) * unit, y: y + size - (row + 5) * unit, width: run * unit, height: unit * 1.02, color: INK });
      column += run;
    }
  }
}

/** The line at the foot of an own page. */
export function drawFoot(sheet: Sheet, page: PDFPage, left: string, right: string): void {
  const size = 7.5;
  const words = printable(right, sheet.plain.has);
  page.drawText(printable(left, sheet.plain.has), { x: MARGIN, y: 28, size, font: sheet.plain.font, color: GREY });
  page.drawText(words, { x: WIDTH - MARGIN - sheet.plain.width(words, size), y: 28, size, font: sheet.plain.font, color: GREY });
}
/** The word for every page, in the top margin; on a document's page it stands over what is there. */
export function drawMark(sheet: Sheet, page: PDFPage, mark: string): void {
  const { x, y, width, height } = page.getMediaBox();
  const words = printable(mark, sheet.bold.has);
  page.drawText(words, { x: x + (width - sheet.bold.width(words, 20)) / 2, y: y + height - 34, size: 20, font: sheet.bold.font, color: RED });
}
