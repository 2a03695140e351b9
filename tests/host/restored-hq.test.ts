/** HQ put back from a backup that is older than what it had answered: the laptop gives it back what it lost. Real HQ in a folder, real restore. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, must, type Laptop, type World } from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldbook-hq-'));
const backup = mkdtempSync(join(tmpdir(), 'fieldbook-hq-backup-'));
const secondBackup = mkdtempSync(join(tmpdir(), 'fieldbook-hq-backup-'));
let world: World;
let laptop: Laptop;
beforeAll(async () => {
  world = await createWorld({ packets: 3, dataDir: folder });
  laptop = world.laptop();
  await laptop.enrol();
  must(await laptop.hold('pk-1'));
  await laptop.sync();
  await world.stopHq();
  cpSync(folder, backup, { recursive: true });
  cpSync(folder, secondBackup, { recursive: true });
  await world.startHq(folder);
  // After the backup: a packet that the restored HQ will not know, a hold and a signature.
  await world.receive('pk-late');
  await laptop.sync();
  must(await laptop.hold('pk-2'));
  must(await laptop.sign('pk-3'));
  await laptop.sync();
}, 120_000);
afterAll(async () => { await world.close(); });

describe('[SYN-2] HQ restored behind the laptop', () => {
  it('gets every act again that it had answered, once each, and then the new one', async () => {
    const before = await laptop.items();
    expect(before.map((i) => i.state)).toEqual(['received', 'received', 'received']);
    await world.stopHq();
    await world.startHq(backup);
    expect((await world.recorded(laptop)).length).toBe(1);

    must(await laptop.hold('pk-1', 'A second concern, after HQ was restored.'));
    await laptop.sync();

    const items = await laptop.items();
    expect(items.map((i) => [i.seq, i.state]).sort()).toEqual([[1, 'received'], [2, 'received'], [3, 'received'], [4, 'received']]);
    expect((await world.recorded(laptop)).map((r) => r.seq)).toEqual([1, 2, 3, 4]);
    // The first receipts stay: they prove that HQ had the acts before.
    expect(items.filter((i) => i.seq < 4).map((i) => i.receipt?.receivedAt).sort()).toEqual(before.map((i) => i.receipt?.receivedAt).sort());
    expect(laptop.log).toContainEqual({ event: 'sync/resend', from: 2, before: 4 });
  });
  it('[SYN-7] no longer shows the packet that HQ does not have any more, and keeps the statement', async () => {
    const queue = await laptop.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 });
    expect(queue.items.map((i) => i.packet.id).sort()).toEqual(['pk-1', 'pk-2']);
    expect(queue.counts.all + queue.counts.done).toBe(3);
    const view = await laptop.read('packet.open', { packetId: 'pk-3', number: null });
    expect(view.statements.length).toBeGreaterThan(0);
    expect(view.holds.length + (await laptop.read('packet.open', { packetId: 'pk-1', number: null })).holds.length).toBe(2);
  });
  it('[SYN-11] learns of it from a heartbeat when nothing waits to be sent', async () => {
    await world.stopHq();
    await world.startHq(secondBackup);
    world.clock.advance(16 * 60_000);
    await laptop.sync();
    expect((await world.recorded(laptop)).map((r) => r.seq)).toEqual([1, 2, 3, 4]);
    expect(laptop.log).toContainEqual({ event: 'sync/resend', from: 2, before: 5 });
    expect((await laptop.items()).map((i) => i.state)).toEqual(['received', 'received', 'received', 'received']);
  });
});
