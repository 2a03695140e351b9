/**
 * Checks the seals of a sealed act: who signed, with which enrolled key, over exactly this command.
 * Must never look at HQ's facts: whether the act stands is decided after, and a good seal is a fact whatever they say [SYN-17].
 */
import type { JsonWebKey } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../shared/canonical.ts';
import type { Envelope } from '../shared/command.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { verifyJws } from './jws.ts';

export type Sealed = { readonly statement: Readonly<Record<string, unknown>>; readonly jws: string };

/** What every statement says of its own command: compared with the envelope. The rest is compared by `differences`. */
const statementHead = z.looseObject({
  v: z.literal(1), commandId: z.string(), packetId: z.string(), number: z.int(), formId: z.string(), formKind: z.string(), formHash: z.string(), contentHash: z.string(), capacity: z.string(),
  signer: z.looseObject({ id: z.string(), legalTitle: z.string(), kid: z.string(), actingFor: z.string().nullable() }), at: z.string(), zone: z.string(),
  checks: z.looseObject({ pack: z.string(), packHash: z.string(), passed: z.array(z.string()), failed: z.array(z.string()), notApplicable: z.array(z.string()) }),
  facts: z.looseObject({ openHolds: z.array(z.string()), authority: z.array(z.unknown()), moa: z.array(z.unknown()), signerActiveTo: z.string().nullable() }),
  asOf: z.looseObject({ base: z.record(z.string(), z.number()), anchor: z.string(), dataAsOf: z.string().optional() }),
});
const sealedInput = z.looseObject({ packetId: z.string(), version: z.int(), forms: z.array(z.looseObject({ formId: z.string(), contentHash: z.string(), capacity: z.string() })) });

/**
 * Verifies every seal with the signer's enrolled key, before anything is decided. Refusal: `sync/bad-seal` with what did not match.
 * The statement's `kid` is not compared: it names the newest laptop of the signer, and the signature itself proves the key of this one.
 */
export function verifySeals(input: unknown, env: Envelope, signerJwk: JsonWebKey): Result<readonly Sealed[]> {
  const bad = (what: string) => no('sync/bad-seal', { what });
  const asked = sealedInput.safeParse(input);
  if (!asked.success) return bad('input');
  const seals = env.seal ?? [];
  if (seals.length === 0 || seals.length !== asked.data.forms.length) return bad('count');
  const open = new Map(asked.data.forms.map((f) => [f.formId, f]));
  if (open.size !== seals.length) return bad('forms');
  const sealed: Sealed[] = [];
  for (const jws of seals) {
    const payload = verifyJws(signerJwk, jws);
    if (payload === null) return bad('signature');
    const parsed = statementHead.safeParse(payload);
    if (!parsed.success) return bad('payload');
    const s = parsed.data;
    const form = open.get(s.formId);
    if (!form) return bad('formId');
    open.delete(s.formId);
    if (s.commandId !== env.id) return bad('commandId');
    if (s.packetId !== asked.data.packetId) return bad('packetId');
    if (s.number !== asked.data.version) return bad('number');
    if (s.formHash !== form.contentHash || s.capacity !== form.capacity) return bad('form');
    if (s.signer.id !== env.actor || s.signer.actingFor !== (env.actingFor ?? null)) return bad('signer');
    if (s.at !== env.at || s.zone !== env.zone) return bad('time');
    if (s.asOf.anchor !== env.anchor || canonical(s.asOf.base) !== canonical(env.base) || s.asOf.dataAsOf !== env.dataAsOf) return bad('asOf');
    sealed.push({ statement: s, jws });
  }
  return ok(sealed);
}
