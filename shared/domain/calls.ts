/**
 * The on-call log: what a site said on the phone, in three fields. Written into the officer's own stream, so that a call about an agency that is not
 * assigned to them, or about a person whom nobody knows yet, is kept like any other [PK-00; ADR 0009]. A citizenship claim starts K6 and K7.
 */
import { z } from 'zod';
import { command, one, put } from '../command.ts';
import { deriveId, pmStream } from '../ids.ts';
import { no, ok } from '../result.ts';
import { FIELD_ROLES } from '../roles.ts';
import type { ClaimRow, SiteCallRow } from '../rows.ts';
import { isZone, msOf } from '../time.ts';
import { claimClocks, type ClaimKind } from './claims.ts';
import type { Clock } from './clocks.ts';

/** What a call can be about, the screen's words, and the claim that it makes when a packet is known. */
export const CALL_KINDS = {
  citizenship: { label: 'US citizenship claim', claim: 'citizenship' },
  minor: { label: 'Possible minor', claim: 'minor' },
  fear: { label: 'Fear of return', claim: 'fear' },
  other: { label: 'Medical or other', claim: null },
} as const satisfies Record<string, { label: string; claim: ClaimKind | null }>;
export type CallKind = keyof typeof CALL_KINDS;
export const CALL_KIND_IDS = Object.keys(CALL_KINDS) as readonly CallKind[];
export const isCallKind = (kind: string): kind is CallKind => Object.hasOwn(CALL_KINDS, kind);

const id = z.string().min(1).max(120);
const field = (least: number) => z.string().trim().min(least).max(2000);

/**
 * `call.log`: three fields, the time and the site's zone. What it refers to (agency, packet, person) is kept as told: nothing is looked up, so that nothing
 * can refuse it and nobody learns by trying whether a packet exists.
 */
export const callLog = command({
  name: 'call.log', conflict: 'merge', roles: FIELD_ROLES,
  input: z.object({
    kind: z.enum(CALL_KIND_IDS as [CallKind, ...CallKind[]]), caller: field(2), about: field(2), action: field(2), calledAt: z.iso.datetime({ offset: true }),
    zone: z.string().min(1).max(60).refine(isZone, 'not a time zone'), agencyId: id.nullable(), packetId: id.nullable(), subjectId: id.nullable(),
  }),
  reads: [(_i, env) => ({ call: one('site_calls', deriveId(env.id, 'call')) })],
  stream: (_first, _i, env) => pmStream(env.actor),
  decide: ({ call }, i, env) => {
    if (call) return ok([]);
    if (msOf(i.calledAt) > msOf(env.at) + 5 * 60_000) return no('claim/not-yet', { at: i.calledAt });
    return ok([put('site_calls', {
      id: deriveId(env.id, 'call'), stream: pmStream(env.actor), agencyId: i.agencyId ?? '', calledAt: new Date(msOf(i.calledAt)).toISOString(), zone: i.zone, caller: i.caller, about: i.about, action: i.action,
      kind: i.kind, subjectId: i.subjectId, packetId: i.packetId, recordedBy: env.actor, recordedAt: env.at, closedAt: null,
    })]);
  },
});

/** `call.close`: what became of the call, added to what was done. Ends its clocks: say who was told and who writes the memorandum. */
export const callClose = command({
  name: 'call.close', conflict: 'merge', roles: FIELD_ROLES,
  input: z.object({ callId: id, note: field(10) }),
  reads: [(i) => ({ call: one('site_calls', i.callId) })],
  stream: (first) => first.call?.stream ?? null,
  decide: ({ call }, i, env) => {
    if (!call) return no('call/unknown-call', {});
    if (call.closedAt !== null) return ok([]);
    const { version: _v, changedBy: _c, ...row } = call;
    return ok([put('site_calls', { ...row, action: `${call.action}\nClosed: ${i.note}`, closedAt: env.at })]);
  },
});

/** True when a claim on the same packet, of the same kind and moment, carries the call's clocks on. */
export const isCarried = (call: Pick<SiteCallRow, 'packetId' | 'kind' | 'calledAt'>, claims: readonly Pick<ClaimRow, 'packetId' | 'kind' | 'reportedAt'>[]): boolean =>
  call.packetId !== null && claims.some((c) => c.packetId === call.packetId && c.kind === call.kind && c.reportedAt === call.calledAt);

/** The clocks of a call that no claim carries: as those of a claim of its kind, until it is closed. */
export const callClocks = (call: Pick<SiteCallRow, 'kind' | 'calledAt' | 'zone' | 'closedAt'>): readonly Clock[] =>
  claimClocks({ kind: call.kind, reportedAt: call.calledAt, zone: call.zone, consultedAt: call.closedAt, closedAt: call.closedAt }, null);
