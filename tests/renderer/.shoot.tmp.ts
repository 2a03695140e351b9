import { chromium } from 'playwright-core';
import { createFakeBackend, serveScreen, SESSIONS } from '/work/main/tests/renderer/fake-backend.ts';
const which = process.argv[2]?.split(',') ?? [];
const backend = createFakeBackend();
const served = await serveScreen('/work/main/dist/renderer', backend);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'] });
const shots: Record<string, { hash: string; session?: keyof typeof SESSIONS; act?: (p: any) => Promise<void> }> = {
  today: { hash: '#/today' }, queue: { hash: '#/queue' }, preview: { hash: '#/queue', act: async (p) => { await p.keyboard.press('j'); await p.keyboard.press(' '); await p.waitForTimeout(400); } },
  packet: { hash: '#/packet/p-0000', act: async (p) => { await p.keyboard.press('1'); await p.waitForTimeout(300); } }, packet1: { hash: '#/packet/p-0001', act: async (p) => { await p.keyboard.press('f'); await p.keyboard.press('2'); await p.waitForTimeout(300); } }, packet2: { hash: '#/packet/p-0002' },
  sign: { hash: '#/packet/p-0004', act: async (p) => { await p.waitForTimeout(1300); await p.keyboard.press('s'); await p.waitForTimeout(400); } },
  return: { hash: '#/packet/p-0000', act: async (p) => { await p.keyboard.press('r'); await p.waitForTimeout(400); } }, hold: { hash: '#/packet/p-0000', act: async (p) => { await p.keyboard.press('h'); await p.waitForTimeout(400); } },
  agencies: { hash: '#/agencies' }, officers: { hash: '#/officers', act: async (p) => { await p.keyboard.press('j'); await p.keyboard.press('j'); await p.waitForTimeout(200); } }, itinerary: { hash: '#/itinerary' },
  sync: { hash: '#/sync', act: async (p) => { await p.locator('.sync-line').nth(3).click(); await p.keyboard.press('t'); await p.waitForTimeout(300); } }, settings: { hash: '#/settings' },
  palette: { hash: '#/queue', act: async (p) => { await p.keyboard.press('Control+k'); await p.keyboard.type('mar'); await p.waitForTimeout(500); } }, keys: { hash: '#/queue', act: async (p) => { await p.keyboard.press('?'); await p.waitForTimeout(300); } },
  enrol: { hash: '', session: 'enrol' }, passphrase: { hash: '', session: 'passphrase' }, locked: { hash: '', session: 'locked' },
};
const sizes: [string, number, number, string][] = [['1280', 1280, 800, 'light'], ['1280d', 1280, 800, 'dark'], ['1920', 1920, 1080, 'light'], ['1920d', 1920, 1080, 'dark'], ['640', 640, 400, 'light'], ['320', 320, 400, 'light'], ['1024', 1024, 700, 'light']];
const wanted = (process.argv[3] ?? '1280').split(',');
for (const [label, width, height, scheme] of sizes.filter((s) => wanted.includes(s[0]))) for (const [name, shot] of Object.entries(shots)) {
  if (which.length && which[0] !== 'all' && !which.includes(name)) continue;
  backend.session = SESSIONS[shot.session ?? 'open'];
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme as 'light' });
  page.on('console', (m) => { if (m.type() === 'error') console.log(name, label, 'console:', m.text().slice(0, 300)); });
  page.on('pageerror', (e) => console.log(name, label, 'error:', e.message.slice(0, 400)));
  await page.goto(served.url + shot.hash);
  await page.waitForTimeout(500);
  try { await shot.act?.(page); } catch (e) { console.log(name, 'act failed', String(e).slice(0, 200)); }
  await page.screenshot({ path: `/tmp/shots/${name}-${label}.png`, fullPage: width < 700 });
  await page.close();
}
await browser.close(); served.close(); process.exit(0);
