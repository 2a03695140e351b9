/** One packet as a file: collected from the store, sealed with this laptop's device key. Works offline; nothing is written to disk. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { ExportedFile } from '../shared/api.ts';
import { sealPayload, type Bundle } from '../shared/domain/bundle.ts';
import { paperName } from '../shared/domain/packet-paper.ts';
import { ok, type Result } from '../shared/result.ts';
import { collectBundle } from '../db/export.ts';
import { signJws } from './jws.ts';
import type { OpenSession } from './session.ts';

/** What an export needs of a session; the practice room has its own. */
export type Exporter = Pick<OpenSession, 'store' | 'me' | 'deviceId' | 'attachments'> & { readonly keys: Pick<OpenSession['keys'], 'deviceKey'>; readonly sync: Pick<OpenSession['sync'], 'hqJwk'> };

/** The bundle of `packetId` and its file `packet-<id>-v<n>.json`: what is exported, and what a PDF is made from. Refusals: those of `collectBundle`. `now`: instant. */
export function sealBundle(open: Exporter, packetId: string, number: number | null, now: string): Result<{ readonly bundle: Omit<Bundle, 'seal'>; readonly file: ExportedFile }> {
  const { kty, crv, x, y } = createPublicKey(createPrivateKey({ key: open.keys.deviceKey, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' });
  const bundle = collectBundle(open.store, { packetId, number, now, actor: open.me.id, device: open.deviceId, deviceJwk: { kty, crv, x, y }, hqJwk: open.sync.hqJwk });
  if (!bundle.ok) return bundle;
  const seal = signJws(open.keys.deviceKey, sealPayload(bundle.value));
  return ok({ bundle: bundle.value, file: { name: paperName(packetId, bundle.value.number, 'json'), text: JSON.stringify({ ...bundle.value, seal }, null, 1) } });
}
