/** A laptop whose folder lies on a tiny disk: `node full-disk-laptop.ts FOLDER HQ CODE`. Fills the disk, tries to work, frees it, works again. One JSON line per step. */
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBackend } from '../../host/backend.ts';
import { WEAK_KDF_FOR_TESTS } from '../../host/keystore.ts';
import { NOW } from '../domain/clean-packets.ts';
import { fakeClock } from './fake-clock.ts';
import type { PacketView, SyncStatus } from '../../shared/api.ts';
import type { Result } from '../../shared/result.ts';

const [folder = '', hqUrl = '', code = ''] = process.argv.slice(2);
const clock = fakeClock(NOW);
const backend = createBackend({ folder: join(folder, 'laptop'), hqUrl, clock, after: clock.after, random: () => 0.5, weakForTests: WEAK_KDF_FOR_TESTS, log: () => undefined });
const call = async <T>(what: Parameters<typeof backend.call>[0]): Promise<Result<T>> => await backend.call(what) as Result<T>;
async function step(name: string, result: Promise<Result<unknown>>): Promise<void> {
  const answer = await result;
  const status = await call<SyncStatus>({ read: 'sync.status', input: {} });
  console.log(JSON.stringify({ step: name, code: answer.ok ? null : answer.problem.code, unsent: status.ok ? status.value.ready : -1 }));
}
async function hold(packetId: string): Promise<Result<unknown>> {
  const view = await call<PacketView>({ read: 'packet.open', input: { packetId, number: null } });
  return call({ run: 'hold.place', input: { packetId, rule: 'OTHER', reason: `On a full disk. ${'x'.repeat(1500)}` }, base: view.ok ? view.value.base : {} });
}
/** Takes every byte that is left. */
function fill(): void {
  for (let n = 0; ; n += 1) {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail === 0) return;
    try {
      writeFileSync(join(folder, `ballast-${n}`), Buffer.alloc(bavail * bsize));
    } catch { /* that was the last of it */ }
  }
}
const free = (): void => { for (const name of readdirSync(folder)) if (name.startsWith('ballast')) rmSync(join(folder, name)); };
const draft = (): Promise<Result<unknown>> => call({ act: 'draft.save', input: { key: 'packet/pk-1', body: 'y'.repeat(60_000) } });

await step('enrol', call({ act: 'session.enrol', input: { code } }));
await step('passphrase', call({ act: 'session.choosePassphrase', input: { passphrase: 'lantern orchard seven' } }));
await backend.settled();
await call({ act: 'sync.pause', input: { isPaused: true } });
await step('hold before', hold('pk-1'));
const view = await call<PacketView>({ read: 'packet.open', input: { packetId: 'pk-1', number: null } });
const deficiencies = [{ rule: 'NTA-01', field: 'forms', note: 'Please correct.' }];
await step('return waits', call({ act: 'return.wait', input: { input: { packetId: 'pk-1', version: 1, note: '', deficiencies }, base: view.ok ? view.value.base : {}, seconds: 120, dialog: 'x'.repeat(20_000) } }));
fill();
// The write-ahead log still has room of its own: use it up.
for (let n = 0; n < 400; n += 1) if (!(await call({ act: 'draft.save', input: { key: `fill/${n}`, body: 'z'.repeat(20_000) } })).ok) break;
await step('draft, full', draft());
await step('return now, full', call({ act: 'return.now', input: { packetId: 'pk-1' } }));
await step('hold, full', hold('pk-2'));
await step('note, full', call({ act: 'access.note', input: { what: 'packet', packetId: 'pk-1' } }));
free();
await step('hold, space again', hold('pk-2'));
await step('draft, space again', draft());
await call({ act: 'sync.pause', input: { isPaused: false } });
await call({ act: 'sync.now', input: {} });
await backend.settled();
await step('sent', Promise.resolve({ ok: true, value: null }));
await backend.close();
process.exit(0);
