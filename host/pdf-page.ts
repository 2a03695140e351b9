/**
 * Text on PDF pages: wrapping, page breaks, a table and a foot line, in an open font that is embedded. Covers Latin, Greek, Cyrillic and Devanagari; a character
 * that the font lacks is written as its code (`[U+0645]`), so that nothing becomes a question mark and nothing is lost. Works offline; writes no file.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fontkit from 'fontkit';
import { PDFDocument, type PDFFont, type PDFPage, rgb } from '@cantoo/pdf-lib';

const WIDTH = 612;
const HEIGHT = 792;
const MARGIN = 56;
const FOOT = 40;
const INK = rgb(0.09, 0.1, 0.12);
const SOFT = rgb(0.36, 0.38, 0.42);
const LINE = 1.38;
const FONT_FILES = { plain: '400Regular/NotoSans_400Regular.ttf', bold: '700Bold/NotoSans_700Bold.ttf' } as const;

/** Beside a bundle or its chunks, else in the packages. Throws with the name of the file that is missing. */
function fontBytes(file: string): Uint8Array {
  const name = file.split('/').at(-1) ?? file;
  const places = [`./fonts/${name}`, `../fonts/${name}`, `../node_modules/@expo-google-fonts/noto-sans/${file}`].map((p) => fileURLToPath(new URL(p, import.meta.url)));
  const found = places.find((p) => existsSync(p));
  if (!found) throw new Error(`font ${name} is missing: build the bundle again, or run npm install`);
  return readFileSync(found);
}

export type Sheet = {
  readonly heading: (text: string, level?: 1 | 2) => void;
  readonly text: (text: string, style?: { readonly isBold?: boolean; readonly isSoft?: boolean }) => void;
  /** `label: value` lines, the labels in one column. */
  readonly facts: (rows: readonly (readonly [label: string, value: string])[]) => void;
  /** Columns by their share of the width; a row never breaks across pages unless it is taller than one. */
  readonly table: (head: readonly string[], shares: readonly number[], rows: readonly (readonly string[])[]) => void;
  readonly finish: () => Promise<Uint8Array>;
};

/** An empty document. `foot` stands on every page beside its number, `title` is the document's own. */
export async function createSheet({ title, foot }: { readonly title: string; readonly foot: string }): Promise<Sheet> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.registerFontkit(fontkit as unknown as Parameters<PDFDocument['registerFontkit']>[0]);
  pdf.setTitle(title);
  pdf.setLanguage('en-US');
  pdf.setProducer('Fieldbook');
  const load = async (file: string): Promise<{ readonly font: PDFFont; readonly has: (code: number) => boolean }> => {
    const bytes = fontBytes(file);
    const known = fontkit.create(bytes as Buffer);
    if (!('hasGlyphForCodePoint' in known)) throw new Error(`font ${file} is a collection`);
    return { font: await pdf.embedFont(bytes, { subset: true }), has: (code) => known.hasGlyphForCodePoint(code) };
  };
  const [plain, bold] = [await load(FONT_FILES.plain), await load(FONT_FILES.bold)];
  const readable = (text: string): string => [...text.normalize('NFC').replace(/[\t\u00a0]/g, ' ').replace(/[^\P{Cc}\n]|\p{Cf}/gu, '')]
    .map((c) => (c === '\n' || plain.has(c.codePointAt(0) ?? 0) ? c : `[U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`)).join('');

  let page: PDFPage = pdf.addPage([WIDTH, HEIGHT]);
  let y = HEIGHT - MARGIN;
  const room = (height: number): void => {
    if (y - height >= MARGIN + FOOT) return;
    page = pdf.addPage([WIDTH, HEIGHT]);
    y = HEIGHT - MARGIN;
  };
  /** Lines that fit `width`; a word longer than that is broken. */
  const wrap = (text: string, font: PDFFont, size: number, width: number): readonly string[] => readable(text).split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    const fits = (t: string): boolean => font.widthOfTextAtSize(t, size) <= width;
    for (const word of paragraph.split(/ +/)) {
      if (line !== '' && !fits(`${line} ${word}`)) {
        lines.push(line);
        line = '';
      }
      let rest = word;
      while (line === '' && !fits(rest) && rest.length > 1) {
        let n = rest.length - 1;
        while (n > 1 && !fits(rest.slice(0, n))) n -= 1;
        lines.push(rest.slice(0, n));
        rest = rest.slice(n);
      }
      line = line === '' ? rest : `${line} ${rest}`;
    }
    return [...lines, line];
  });
  const draw = (line: string, x: number, at: number, font: PDFFont, size: number, color = INK): void => {
    if (line !== '') page.drawText(line, { x, y: at, size, font, color });
  };
  const block = (text: string, font: PDFFont, size: number, color = INK, before = 0, after = 4): void => {
    y -= before;
    for (const line of wrap(text, font, size, WIDTH - 2 * MARGIN)) {
      room(size * LINE);
      y -= size * LINE;
      draw(line, MARGIN, y, font, size, color);
    }
    y -= after;
  };
  const cells = (texts: readonly string[], widths: readonly number[], fonts: readonly PDFFont[], size: number): void => {
    const wrapped = texts.map((t, n) => wrap(t, fonts[n] ?? plain.font, size, (widths[n] ?? 0) - 8));
    const tall = Math.max(1, ...wrapped.map((w) => w.length));
    room(Math.min(tall * size * LINE + 4, HEIGHT - 2 * MARGIN - FOOT));
    for (let l = 0; l < tall; l += 1) {
      room(size * LINE);
      y -= size * LINE;
      let x = MARGIN;
      for (const [n, w] of wrapped.entries()) {
        draw(w[l] ?? '', x, y, fonts[n] ?? plain.font, size);
        x += widths[n] ?? 0;
      }
    }
    y -= 4;
    page.drawLine({ start: { x: MARGIN, y: y + 1 }, end: { x: WIDTH - MARGIN, y: y + 1 }, thickness: 0.4, color: rgb(0.8, 0.81, 0.83) });
  };
  const inner = WIDTH - 2 * MARGIN;
  return {
    heading: (text, level = 2) => {
      room(60);
      block(text, bold.font, level === 1 ? 17 : 12, INK, level === 1 ? 0 : 10, 4);
    },
    text: (text, { isBold = false, isSoft = false } = {}) => block(text, isBold ? bold.font : plain.font, 10, isSoft ? SOFT : INK),
    facts: (rows) => {
      for (const [label, value] of rows) cells([label, value], [inner * 0.3, inner * 0.7], [bold.font, plain.font], 9.5);
    },
    table: (head, shares, rows) => {
      const widths = shares.map((s) => inner * s);
      cells(head, widths, head.map(() => bold.font), 9);
      for (const row of rows) cells(row, widths, row.map(() => plain.font), 9);
    },
    finish: async () => {
      const pages = pdf.getPages();
      for (const [n, p] of pages.entries()) {
        p.drawText(readable(foot), { x: MARGIN, y: FOOT, size: 8, font: bold.font, color: SOFT });
        p.drawText(`Page ${n + 1} of ${pages.length}`, { x: WIDTH - MARGIN - 60, y: FOOT, size: 8, font: plain.font, color: SOFT });
      }
      return pdf.save();
    },
  };
}
