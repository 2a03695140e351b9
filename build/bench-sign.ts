/** Sign-offs for the benchmarks: the packets of `bench-documents.ts`, signed one by one on a laptop. */
import type { HostBackend } from '../host/backend.ts';
import type { PacketView } from '../shared/api.ts';
import { formHash, openContent } from '../shared/domain/packet.ts';

type Call = <T>(call: Parameters<HostBackend['call']>[0]) => Promise<T>;

/** Signs the I-213 of `count` packets from `sign-<first>` on. Milliseconds of each signature, without opening the packet. */
export async function signMany(call: Call, passphrase: string, first: number, count: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = first; n < first + count; n += 1) {
    const view = await call<PacketView>({ read: 'packet.open', input: { packetId: `sign-${n}`, number: null } });
    const form = openContent(view.version.content).forms.find((f) => f.kind === 'I-213');
    if (!form) throw new Error('no I-213');
    const forms = [{ formId: form.id, contentHash: formHash(form), capacity: 'Supervisory Detention and Deportation Officer' }];
    const input = { packetId: `sign-${n}`, version: 1, forms, shown: [{ formId: form.id, seconds: 20 }], warnReasons: [] };
    const from = performance.now();
    await call({ run: 'signoff.sign', input, base: view.base, secret: passphrase });
    took.push(performance.now() - from);
  }
  return took;
}
