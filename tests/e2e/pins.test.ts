/**
 * Evidence pins in a real browser: from one to the next with a page that lies on its side, new ones by mouse and without, a document that is not there, and a
 * signature that waits for all of it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PacketView } from '../../shared/api.ts';
import type { Evidence, PacketDocument } from '../../shared/domain/packet.ts';
import { packets } from '../../synthetic/packets.ts';
import { withFiles } from '../../synthetic/documents.ts';
import { DEMO_PM_ID } from '../../synthetic/programme.ts';
import { enrolmentCode, ingest, upload } from '../../build/demo/seed-hq.ts';
import { axeLines, callFrom, type Desk, documentsHere, enrol, openDesk, PASSPHRASE, seedProgramme, SERVICE_TOKEN, signButton, stepPins } from './app.ts';

const NOW = new Date().toISOString();
const pictures = process.env.FIELDBOOK_PICTURES ?? '';
let desk: Desk;
/** The document that HQ does not get. */
let missing = '';
const page = () => desk.page;
const call = <T>(body: unknown): Promise<T> => callFrom<T>(page(), body);
const go = (hash: string): Promise<void> => page().evaluate((to) => { location.hash = to; }, hash);
const press = (key: string): Promise<void> => page().keyboard.press(key);
const list = () => page().getByRole('navigation', { name: 'Forms and evidence' });
const choose = (name: RegExp) => list().getByRole('button', { name }).click();
const why = async (): Promise<string> => (await page().locator('#why-not').textContent()) ?? '';
const chosen = () => page().locator('.pin-mark.chosen');
const dialog = () => page().getByRole('dialog');
const drawn = (n: number) => page().locator(`[data-page="${n}"][data-state="drawn"]`);
async function looks(name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page().emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    expect(await axeLines(page(), `${name} ${scheme}`)).toEqual([]);
    if (!pictures) continue;
    mkdirSync(pictures, { recursive: true });
    for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
      await page().setViewportSize({ width, height });
      await page().waitForTimeout(700);
      await page().screenshot({ path: join(pictures, `pins-${name}-${scheme}-${width}.png`) });
    }
    await page().setViewportSize({ width: 1280, height: 800 });
  }
  await page().emulateMedia({ colorScheme: 'light' });
}
/** Words of the text layer whose middle stands inside a mark, as the screen has both. */
const wordsAt = (selector: string): Promise<string> => page().evaluate((to) => {
  const mark = document.querySelector(to);
  const box = mark?.getBoundingClientRect();
  if (!mark || !box) return '';
  return [...(mark.closest('.pdf-page')?.querySelectorAll('.pdf-text span') ?? [])].filter((s) => {
    const b = s.getBoundingClientRect();
    const [x, y] = [(b.left + b.right) / 2, (b.top + b.bottom) / 2];
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  }).map((s) => s.textContent ?? '').join(' ');
}, selector);
const pinsOf = async () => (await call<PacketView>({ read: 'packet.open', input: { packetId: id, number: null } })).pins;

const serialOf = (p: { readonly document: PacketDocument }): number => Number(p.document.packetId.slice(-4));
const good = packets(287, NOW).filter((p) => p.document.type === 'P-NTA' && p.defect === null && p.scenario === null && p.document.number === 1 && p.document.isDetained && serialOf(p) % 5 !== 0);
const [clean, other] = [good.find((p) => serialOf(p) % 4 === 0), good.find((p) => serialOf(p) % 4 !== 0)];
if (!clean || !other) throw new Error('the demo lacks a clean packet with an element that nobody pinned, or one without');
const id = clean.document.packetId;
const absentId = other.document.packetId;
/** A grey picture of 320 by 240 dots. */
function png(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(320, 0);
  head.writeUInt32BE(240, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: 240 }, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(320, 0x99)]))))), chunk('IEND', Buffer.alloc(0))]);
}
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  desk = await openDesk();
  await desk.startHq();
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  await seedProgramme(hq, NOW);
  const made = await withFiles(clean.document);
  for (const file of made.files) await upload(hq, file);
  const photo = png();
  await upload(hq, { sha256: sha(photo), bytes: photo, mediaType: 'image/png' as 'application/pdf' });
  const picture: Evidence = { id: 'ev-card', kind: 'identity_document', title: 'Consular card, photograph', source: 'subject', obtainedAt: clean.document.preparedAt, pages: 1, sha256: sha(photo), bytes: photo.byteLength, mediaType: 'image/png' };
  const pins = [...(made.document.pins ?? []), { element: 'identity.name', evidenceId: 'ev-rap', page: 1, region: null, quote: '' }, { element: 'identity.bornOn', evidenceId: 'ev-rap', page: 99, region: null, quote: '' },
    { element: 'identity.name', evidenceId: 'ev-card', page: 1, region: { x: 0.1, y: 0.1, w: 0.5, h: 0.2 }, quote: '' }];
  const second = await withFiles(other.document);
  missing = second.document.evidence.find((e) => e.kind === 'booking_sheet')?.sha256 ?? '';
  for (const file of second.files.filter((f) => f.sha256 !== missing)) await upload(hq, file);
  await ingest(hq, 'packets', [{ ...made.document, evidence: [...made.document.evidence, picture], pins }, second.document]);
  const code = await enrolmentCode(hq, DEMO_PM_ID);
  await desk.startHost();
  await desk.openPage();
  await enrol(page(), code);
  await documentsHere(page(), [id]);
  await go(`/packet/${id}`);
  await list().getByRole('button').first().waitFor({ timeout: 60_000 });
}, 300_000);
afterAll(() => desk?.close(), 60_000);

describe('pins of a packet', () => {
  it('hold Sign back until they were on screen, and the bar says how many', async () => {
    expect(await signButton(page()).isDisabled()).toBe(true);
    expect(await why()).toMatch(/^Pins not yet on screen: (\d+) of \1 \(\]\)\.$/);
  });

  it('are one key away from each other: the page, the place, its words; on a page that lies on its side too', async () => {
    const document = JSON.parse((await call<PacketView>({ read: 'packet.open', input: { packetId: id, number: null } })).version.content) as PacketDocument;
    const quotes = (document.pins ?? []).map((p) => p.quote).filter((q) => q !== '');
    await press(']');
    await drawn(1).waitFor({ timeout: 30_000 });
    await expect.poll(() => wordsAt('.pin-mark.chosen'), { timeout: 10_000 }).toMatch(/^Subject: /);
    expect(quotes).toContain(await wordsAt('.pin-mark.chosen'));
    await press(']');
    await drawn(2).waitFor({ timeout: 30_000 });
    await expect.poll(() => wordsAt('.pin-mark.chosen'), { timeout: 10_000 }).toMatch(/^Number check at the desk: /);
    expect(await page().getByTestId('page').textContent()).toBe('Page 2 of 2');
    const [box, frame] = [await chosen().boundingBox(), await page().locator('.pdf-pages').boundingBox()];
    expect(box && frame && box.height > box.width && box.y >= frame.y && box.y + box.height <= frame.y + frame.height && box.x + box.width <= frame.x + frame.width).toBe(true);
    await looks('turned-page');
    // A place counts after about a second in view, however busy the window was meanwhile.
    await expect.poll(() => chosen().locator('.pin-tag').textContent(), { timeout: 20_000 }).toContain('◉');
    // Turned by the reader, the mark stays on its words.
    await press('t');
    await expect.poll(() => wordsAt('.pin-mark.chosen'), { timeout: 10_000 }).toMatch(/^Number check at the desk: /);
    for (let n = 0; n < 3; n += 1) await press('t');
    await press('[');
    await expect.poll(() => wordsAt('.pin-mark.chosen'), { timeout: 10_000 }).toMatch(/^Subject: /);
    await expect.poll(() => list().getByRole('button', { name: /Pins/ }).textContent(), { timeout: 10_000 }).toContain('2 of 9 on screen');
  }, 120_000);

  it('are listed: what nobody pinned first, a pin that points nowhere by name, each with whether it was on screen', async () => {
    await choose(/^Not seen: I-213|^Seen: I-213/);
    await press('p');
    const items = page().getByRole('list', { name: 'Elements and their pins' }).getByRole('listitem');
    await items.first().waitFor();
    expect(await items.first().textContent()).toMatch(/○ Not pinned.*Alienage/);
    expect(await items.filter({ hasText: 'Identity: date of birth' }).textContent()).toContain('A pin names a page that the document does not have: NCIC and state criminal history, page 99');
    expect(await items.filter({ hasText: 'Identity: name' }).textContent()).toMatch(/was on screen.*not yet on screen/);
    await looks('list');
    await items.filter({ hasText: 'Allegation 2' }).getByRole('button', { name: /page 1/ }).click();
    await expect.poll(() => wordsAt('.pin-mark.chosen'), { timeout: 20_000 }).toMatch(/^Nationality of the holder/);
  }, 60_000);
});

describe('a new pin', () => {
  it('is drawn with the mouse, with the words that stand there', async () => {
    await choose(/Immigration status query/);
    await drawn(1).waitFor({ timeout: 30_000 });
    const line = await page().locator('[data-page="1"] .pdf-text span', { hasText: 'Country of citizenship' }).boundingBox();
    if (!line) throw new Error('no such line');
    await page().getByRole('button', { name: 'Mark a place' }).click();
    await page().mouse.move(line.x - 6, line.y - 4);
    await page().mouse.down();
    await page().mouse.move(line.x + 40, line.y + 8, { steps: 4 });
    await page().mouse.move(line.x + line.width + 6, line.y + line.height + 4, { steps: 4 });
    await page().mouse.up();
    await dialog().waitFor();
    expect(await dialog().getByLabel('Words that stand there').inputValue()).toMatch(/^Country of citizenship: /);
    expect(await dialog().getByLabel('Element').locator('option:checked').textContent()).toContain('Alienage');
    await dialog().getByText('The marked part of the page.').waitFor();
    await looks('dialog');
    await dialog().getByRole('button', { name: 'Pin it' }).click();
    await dialog().getByText('Saved on this laptop').waitFor();
    await dialog().getByRole('button', { name: 'Stay on this packet' }).click();
    const [added] = await pinsOf();
    expect(added).toMatchObject({ element: 'alienage', evidenceId: 'ev-status', page: 1, quote: expect.stringMatching(/^Country of citizenship/) });
    await expect.poll(() => wordsAt(`[data-pin="ev-status 1 ${[added?.region?.x, added?.region?.y, added?.region?.w, added?.region?.h].join(' ')}"]`)).toMatch(/^Country of citizenship/);
    await expect.poll(() => list().getByRole('button', { name: /Pins/ }).textContent()).not.toContain('not pinned');
  }, 120_000);

  it('is refused in a sentence when the rectangle leaves the page', async () => {
    await press('Home');
    const sheet = await page().locator('[data-page="1"]').boundingBox();
    if (!sheet) throw new Error('no page');
    await page().getByRole('button', { name: 'Mark a place' }).click();
    await page().mouse.move(sheet.x + 40, sheet.y + 60);
    await page().mouse.down();
    await page().mouse.move(sheet.x - 12, sheet.y + 120, { steps: 4 });
    await page().mouse.up();
    await page().getByText('The marked place leaves page 1. Mark a place that lies inside the page.').waitFor();
    expect(await dialog().count()).toBe(0);
    await page().getByRole('button', { name: 'Mark a place' }).click();
  });

  it('needs no mouse: found words, then P', async () => {
    await choose(/Foreign birth certificate|Passport, biographic/);
    await drawn(1).waitFor({ timeout: 30_000 });
    await press('Control+f');
    await page().keyboard.type('issuing country');
    await expect.poll(() => page().getByTestId('found').textContent(), { timeout: 10_000 }).toMatch(/^1 of 1/);
    await press('Tab');
    await press('p');
    await dialog().waitFor();
    expect(await dialog().getByLabel('Words that stand there').inputValue()).toBe('Issuing country');
    await dialog().getByText('The marked part of the page.').waitFor();
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    // Selected words go before found ones.
    await page().evaluate(() => {
      const span = [...document.querySelectorAll('[data-page="1"] .pdf-text span')].find((s) => s.textContent?.startsWith('Date of birth'));
      getSelection()?.selectAllChildren(span as Element);
    });
    await press('p');
    await dialog().waitFor();
    expect(await dialog().getByLabel('Words that stand there').inputValue()).toMatch(/^Date of birth: \d{4}-\d\d-\d\d$/);
    await dialog().getByLabel('Element').selectOption({ label: 'Packet: Identity: name' });
    await dialog().getByText(/These words show something else than the field/).waitFor();
    // Typed page: refused by the kernel, in words.
    await dialog().getByLabel(/^Page, 1 to/).fill('44');
    await dialog().getByRole('button', { name: 'Pin it' }).click();
    await dialog().getByText('The pin is outside the document: page 44 of 1.').waitFor();
    await dialog().getByText('Choose a place on a page that the document has.').waitFor();
    await press('Escape');
    expect(await pinsOf()).toHaveLength(1);
    await page().evaluate(() => getSelection()?.removeAllRanges());
  }, 60_000);
});

describe('the signature', () => {
  it('opens once every pin was on screen, a whole page and a picture among them, and says how many', async () => {
    await stepPins(page());
    expect(await signButton(page()).isDisabled()).toBe(false);
    const forms = list().locator('ul').first().getByRole('button');
    for (let n = 0; n < (await forms.count()) - 1; n += 1) {
      await expect.poll(async () => {
        await forms.nth(n).click();
        return forms.nth(n).textContent();
      }, { timeout: 60_000, interval: 2_000 }).toContain('◉');
    }
    await press('s');
    await dialog().getByText(/^(\d+) of \1 pins on screen\./).waitFor();
    await looks('sign');
    await dialog().getByLabel('Passphrase').fill(PASSPHRASE);
    await dialog().getByRole('button', { name: /^Sign \d/ }).click();
    await page().getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });
    await call({ act: 'sync.now', input: {} });
    await expect.poll(async () => [...new Set((await call<PacketView>({ read: 'packet.open', input: { packetId: id, number: null } })).statements.map((s) => s.effect))], { timeout: 60_000 }).toEqual(['in_effect']);
  }, 240_000);

  it('says which document is not there, and a pin of one\'s own is the way on', async () => {
    await dialog().getByRole('button', { name: /^(Stay on this packet|Close)$/ }).last().click();
    await go(`/packet/${absentId}`);
    await list().getByRole('button').first().waitFor({ timeout: 60_000 });
    await expect.poll(why, { timeout: 90_000 }).toMatch(/^Pins not yet on screen: 7 of 7\. First fetch Booking sheet \(not at HQ\), or pin to another document \(P\)\.$/);
    await press(']');
    await page().getByText('HQ does not have this document.').waitFor();
    await looks('not-there');
    // In the person's favour nothing waits: the packet can be returned and held.
    expect(await page().getByRole('button', { name: /^Return…/ }).isDisabled()).toBe(false);
    expect(await page().getByRole('button', { name: /^Hold…/ }).isDisabled()).toBe(false);
    const status = (JSON.parse((await call<PacketView>({ read: 'packet.open', input: { packetId: absentId, number: null } })).version.content) as PacketDocument).evidence.find((e) => e.id === 'ev-status')?.title ?? '';
    for (const element of ['Identity: name', 'Identity: A-number']) {
      await press('p');
      await page().getByRole('button', { name: `Pin ${element}` }).click();
      await dialog().getByLabel('Evidence').selectOption({ label: `${status}, 2 p` });
      await dialog().getByRole('button', { name: 'Pin it' }).click();
      await dialog().getByText('Saved on this laptop').waitFor();
      await dialog().getByRole('button', { name: 'Stay on this packet' }).click();
    }
    await documentsHere(page(), [absentId], [missing]);
    await stepPins(page());
    expect(await signButton(page()).isDisabled()).toBe(false);
  }, 240_000);
});
