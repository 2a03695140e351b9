/** The protective stops on a real laptop: a call at 02:10 offline, K6 over a lock, the person's other packets, the draft memorandum. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { StopItem } from '../../shared/api.ts';
import { FOLLOWED_BY } from '../../shared/domain/person.ts';
import { AGENCY, createWorld, must, PASSPHRASE, PM, type Laptop, type World } from '../support/world.ts';

const MINUTE = 60_000;
/** Everything that stands in a PDF, page by page. */
async function textOf(base64: string): Promise<readonly string[]> {
  const pdf = await getDocument({ data: Uint8Array.from(Buffer.from(base64, 'base64')), useSystemFonts: false }).promise;
  const pages: string[] = [];
  for (let n = 1; n <= pdf.numPages; n += 1) pages.push((await (await pdf.getPage(n)).getTextContent()).items.map((i) => ('str' in i ? i.str : '')).join(' ').replace(/\s+/g, ' '));
  return pages;
}

describe('a citizenship claim at night, offline', () => {
  let world: World;
  let laptop: Laptop;
  const list = (): Promise<readonly StopItem[]> => laptop.read('claims.list', { agencyId: null });
  beforeAll(async () => {
    world = await createWorld({ packets: 3 });
    laptop = world.laptop();
    await laptop.enrol();
    // 02:10 at the site, and no network.
    world.clock.advance(Date.parse('2026-11-25T08:10:00.000Z') - Date.parse(world.clock.now()));
    must(await laptop.act('sync.pause', { isPaused: true }));
  }, 120_000);
  afterAll(async () => { await world.close(); });

  it('[K6] a call about nobody known counts from the call, sounds while locked, and says nothing of a person', async () => {
    must(await laptop.run('call.log', {
      kind: 'citizenship', caller: 'Night desk of another county', about: 'A man called Zebulon', action: 'Told to stop the interview', calledAt: '2026-11-25T08:10:00.000Z', zone: 'America/Denver', agencyId: null, packetId: null, subjectId: null,
    }));
    expect((await list()).map((i) => [i.name, i.deadlineAt, i.clocks.map((c) => c.id)])).toEqual([['A man called Zebulon', '2026-11-25T09:10:00.000Z', ['K6', 'K7']]]);
    const notices: string[][] = [];
    laptop.backend.onChanged((tables) => { notices.push([...tables]); });
    const locked = must(await laptop.act('session.lock', {}));
    expect(locked.phase === 'locked' && locked.alarms.filter((a) => a.clock === 'K6')).toEqual([{ deadlineAt: '2026-11-25T09:10:00.000Z', site: 'on call', clock: 'K6' }]);
    for (let n = 0; n < 46; n += 1) world.clock.advance(MINUTE);
    expect(notices).toContainEqual(['session', 'alarm']);
    const state = must(await laptop.act('session.state', {}));
    expect(state.phase === 'locked' && state.rung).toEqual([{ deadlineAt: '2026-11-25T09:10:00.000Z', site: 'on call', clock: 'K6', leadMinutes: 15 }]);
    expect(JSON.stringify(state)).not.toMatch(/Zebulon|county/);
    must(await laptop.act('session.unlock', { passphrase: PASSPHRASE }));
  });
  it('[PK-08] the claim on the packet holds every packet of the person that is here, at once', async () => {
    const before = await laptop.items();
    must(await laptop.run('claim.record', { packetId: 'pk-1', kind: 'citizenship', source: 'parent_citizen', statement: 'Says: "My mother, María Ñuñez, was born in Laredo." Пётр, Αθήνα, नमस्ते, مرحبا', reportedAt: '2026-11-25T08:10:00.000Z' }));
    for (const id of ['pk-1', 'pk-2', 'pk-3']) {
      const view = await laptop.read('packet.open', { packetId: id, number: null });
      expect(view.holds.map((h) => [h.rule, h.releasedAt, h.placedBy]), id).toEqual([['PK-08', null, id === 'pk-1' ? PM : FOLLOWED_BY]]);
      expect(view.packet).toMatchObject({ lane: 0, openHolds: 1 });
      expect(view.claims.length, id).toBe(id === 'pk-1' ? 1 : 0);
      expect((await laptop.sign(id)).ok, id).toBe(false);
    }
    expect((await laptop.items()).length - before.length).toBe(3);
    expect((await laptop.read('today.overview', {})).attention[0]).toMatchObject({ kind: 'claim', route: '/claims' });
  });
  it('[K7] the draft memorandum says what was recorded, in every script it can, and its name says nothing', async () => {
    const item = (await list()).find((i) => i.claim !== null);
    const made = await laptop.act('claim.draft', { claimId: item?.claim?.id ?? '' });
    expect(laptop.log.filter((l) => String(l.event).startsWith('internal'))).toEqual([]);
    const file = must(made);
    expect(file.name).toMatch(/^opla-memo-draft-[0-9a-f]{8}\.pdf$/);
    const pages = await textOf(file.base64);
    const all = pages.join(' ');
    for (const page of pages) expect(page).toContain('DRAFT');
    for (const words of ['Ñuñez', 'Пётр', 'Αθήνα', 'parent citizen', 'K6', 'K7', 'Hold PK-08 is open', '16001.2', 'Ortega Diaz']) expect(all).toContain(words);
    // No glyph for Arabic: its codes, never a question mark.
    expect(all.replaceAll(' ', '')).toContain('[U+0645]');
    expect(all).not.toMatch(/\?|Restricted|RESTRICTED/);
    expect(await laptop.act('claim.draft', { claimId: 'none' })).toMatchObject({ problem: { code: 'claim/unknown' } });
    must(await laptop.run('claim.record', { packetId: 'pk-2', kind: 'fear', source: 'own_statement', statement: 'Afraid to go back there.', reportedAt: '2026-11-25T08:10:00.000Z' }));
    const fear = (await list()).find((i) => i.claim?.kind === 'fear');
    expect(await laptop.act('claim.draft', { claimId: fear?.id ?? '' })).toMatchObject({ problem: { code: 'claim/no-memo' } });
  });
  it('[K6] [K7] ICE told and memo sent stop their clocks, and the alarms with them', async () => {
    const item = (await list()).find((i) => i.claim?.kind === 'citizenship');
    must(await laptop.run('claim.consult', { claimId: item?.id ?? '', at: '2026-11-25T08:58:00.000Z' }, item?.base));
    must(await laptop.run('claim.memo', { claimId: item?.id ?? '', at: '2026-11-25T08:59:00.000Z', note: 'By mail to the duty attorney' }, item?.base));
    const after = (await list()).find((i) => i.id === item?.id);
    expect(after?.clocks.map((c) => c.stoppedAt)).toEqual(['2026-11-25T08:58:00.000Z', '2026-11-25T08:59:00.000Z']);
    expect(after).toMatchObject({ isOpen: true, deadlineAt: null, memoAt: '2026-11-25T08:59:00.000Z', openHolds: 1 });
    const call = (await list()).find((i) => i.call !== null);
    must(await laptop.run('call.close', { callId: call?.id ?? '', note: 'Told the duty officer of that field office' }, call?.base));
    const locked = must(await laptop.act('session.lock', {}));
    expect(locked.phase === 'locked' && locked.alarms.filter((a) => /^K[67]$/.test(a.clock))).toEqual([]);
    must(await laptop.act('session.unlock', { passphrase: PASSPHRASE }));
  });
  it('everything is received when a link is there, once, and HQ agrees with the laptop', async () => {
    must(await laptop.act('sync.pause', { isPaused: false }));
    await laptop.sync();
    await world.holdsReached();
    await laptop.sync();
    expect((await laptop.items()).map((i) => [i.name, i.state]).filter(([, s]) => s !== 'received')).toEqual([]);
    for (const id of ['pk-1', 'pk-2', 'pk-3']) {
      const { holds } = await laptop.read('packet.open', { packetId: id, number: null });
      // The claim of fear on pk-2 reaches the others as well.
      expect(holds.map((h) => h.rule).sort(), id).toEqual(['PK-08', 'PK-15']);
    }
    expect((await laptop.read('claims.list', { agencyId: AGENCY })).map((i) => i.claim?.kind).sort()).toEqual(['citizenship', 'fear']);
  });
});
