/**
 * One suite of command cases, run twice: by the laptop's kernel on SQLite and by HQ's on PostgreSQL. The same reads, the same decision,
 * the same rows; only version, author and HQ's verdict may differ. After every case the two stores hold the same.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../db/open.ts';
import { nextBatch } from '../../db/outbox.ts';
import { applyPage } from '../../db/pull.ts';
import { rowById } from '../../db/rows.ts';
import { run } from '../../db/run.ts';
import { newPrivateJwk, publicJwk, signJws } from '../../hq/jws.ts';
import { rowsOf, type HqConnection } from '../../hq/open.ts';
import { loadFor, runAtHq, type AnyRow } from '../../hq/run.ts';
import { TABLES } from '../../hq/schema.ts';
import { deriveId } from '../../shared/ids.ts';
import { COMMANDS } from '../../shared/api.ts';
import type { Envelope } from '../../shared/command.ts';
import { completionId } from '../../shared/domain/officer-commands.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';
import { formHash, type PacketDocument } from '../../shared/domain/packet.ts';
import { ANNUAL_COURSES, COURSE_IDS } from '../../shared/domain/training.ts';
import type { Role } from '../../shared/roles.ts';
import { TABLE_NAMES } from '../../shared/rows.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { strictRule } from '../support/packs.ts';
import { AGENCIES, agencyLine, DIO, fillDesk, officerLine, openDesk, packetFor, PM, staffLine, type Desk } from '../hq/desk.ts';

const AT = '2026-11-23T16:00:00.000Z';
const hash = (document: PacketDocument, id: string): string => {
  const form = document.forms.find((f) => f.id === id);
  if (!form) throw new Error(`no form ${id}`);
  return formHash(form);
};
const PINNED = { x: 0.1, y: 0.2, w: 0.5, h: 0.05 };
const sign = (packetId: string, ids: readonly string[], over: Record<string, unknown> = {}) => {
  const document = packetFor(packetId);
  return {
    packetId,
    version: 1,
    forms: ids.map((formId) => ({ formId, contentHash: hash(document, formId), capacity: 'Issuing officer' })),
    shown: ids.map((formId) => ({ formId, seconds: 30 })),
    warnReasons: ['PK-23', 'PK-25', 'PK-26'].map((rule) => ({ rule, reason: 'Looked at and accepted for this test' })),
    // Where the signer pinned the name, below.
    shownPins: [PINNED, null].map((region) => ({ evidenceId: document.evidence[0]?.id ?? '', page: 1, region, seconds: 2 })),
    ...over,
  };
};
const returned = (packetId: string, version = 1) => ({ packetId, version, note: 'Please correct', deficiencies: [{ rule: 'NTA-06', field: 'forms.i862.hearing.time', note: 'Time is missing' }] });
/** Version 2 with two changed fields. */
const secondVersion = (packetId: string): PacketDocument => {
  const d = packetFor(packetId, AGENCIES.mine, 2);
  return { ...d, consular: { ...d.consular, notifiedAt: '2026-11-23T13:00:00.000Z' }, forms: d.forms.map((f) => (f.kind === 'I-862' ? { ...f, hearing: { ...f.hearing, time: '13:00' } } : f)) };
};
const signAgain = (packetId: string, fields: readonly string[]) => {
  const document = secondVersion(packetId);
  return { ...sign(packetId, ['i213']), version: 2, forms: [{ formId: 'i213', contentHash: hash(document, 'i213'), capacity: 'Issuing officer' }], comparedWith: 1, shownFields: fields.map((field) => ({ field, seconds: 2 })) };
};
const pin = (packetId: string, over: Record<string, unknown> = {}) => ({ packetId, version: 1, element: 'identity.name', evidenceId: packetFor('pk-1').evidence[0]?.id ?? '', page: 1, region: PINNED, quote: 'as it stands there', ...over });
const hold = (packetId: string, rule = 'OTHER') => ({ packetId, rule, reason: 'Something that protects the person' });

const TOLD = { to: 'opla', at: '2026-11-23T15:30:00.000Z', what: 'Told by phone' };
const closing = (notices: readonly unknown[]) => (reviewId: string) => ({ reviewId, outcome: 'reissued', note: 'The charge has to be corrected first.', isServed: false, notices, releasedAt: null });

type Case = {
  readonly what: string;
  readonly name: string;
  /** As given, or made from the id of the last command that passed (of the review, for commands on it). */
  readonly input: unknown;
  readonly role?: Role;
  readonly actor?: string /** Problem code, or null when it must pass. */;
  readonly refused: string | null;
};
const claim = (packetId: string, kind = 'citizenship', source = 'own_statement') => ({ packetId, kind, source, statement: 'Says that he was born in Texas.', reportedAt: AT });
const call = { kind: 'citizenship', caller: 'Night desk', about: 'A man in intake', action: 'Told to wait', calledAt: AT, zone: 'America/Denver', agencyId: 'ag-not-mine', packetId: null, subjectId: null };
let claimId = '';
let waiverId = '';
let keptId = '';
const NE = { agencyId: AGENCIES.mine, officerId: 'dio-own-9' };
const completion = (requirement: string, completedOn: string, isVerified = true) => ({ officerId: NE.officerId, requirement, completedOn, evidence: 'Certificate', provider: 'PALMS', isVerified });
const training = (completions: readonly unknown[], source: unknown = null) => ({ agencyId: NE.agencyId, completions, source });
const step = (kind: string, details: Record<string, unknown>, at = '2026-11-23T15:30:00.000Z') => ({ officerId: NE.officerId, event: { kind, at, details } });
const SUSPENDED = step('suspended', { ground: 'complaint', why: 'Complaint of a detained person', orderedBy: 'Sheriff' }, '2026-11-23T15:00:00.000Z');
const REVOKED = { letter: 'L-1', letterOn: '2026-11-23', why: 'Training past due', credentials: 'Collected', agencyTold: 'Sheriff', noticeAt: null, moaNotice: null };
const ROSTER = { importId: 'imp-1', fileName: 'palms.csv', fileHash: 'ab'.repeat(32), kind: 'PALMS' };
const onboarding = (step: string, kind: string, on: string) => ({ agencyId: NE.agencyId, step, kind, on, cause: null, note: '', position: null, priorityBasis: null, withdraws: null });
const PROSPECT = { prospectId: null, name: 'Example County SO TX-70', state: 'TX', county: 'Example', stage: 'contact', contact: null };
const GRANT = { substitute: null, reason: 'The provider withdrew it.', validFrom: '2026-11-23T17:00:00.000Z', expiresOn: '2027-06-30' };
const CASES: readonly Case[] = [
  { what: 'an agency', name: 'agency.receive', input: agencyLine('ag-ne-01'), role: 'service', refused: null },
  { what: 'the same agency again', name: 'agency.receive', input: agencyLine('ag-ne-01'), role: 'service', refused: 'intake/already-have-it' },
  { what: 'an officer', name: 'officer.receive', input: officerLine('dio-ne-1', 'ag-ne-01'), role: 'service', refused: null },
  { what: 'an officer of an unknown agency', name: 'officer.receive', input: officerLine('dio-zz-1', 'ag-zz-01'), role: 'service', refused: 'intake/unknown-agency' },
  { what: 'a member of staff', name: 'staff.receive', input: staffLine('pm-7'), role: 'service', refused: null },
  { what: 'an assignment', name: 'assignment.set', input: { id: 'as-7', pmId: 'pm-7', agencyId: 'ag-ne-01', kind: 'assigned', startAt: AT, endAt: null }, role: 'service', refused: null },
  {
    what: 'an itinerary stop',
    name: 'itinerary.set',
    input: { id: 'it-7', pmId: 'pm-7', agencyId: 'ag-ne-01', arriveAt: '2026-12-01T09:00:00-06:00', departAt: '2026-12-01T15:00:00-06:00', purpose: 'Site visit', note: '' },
    role: 'service',
    refused: null,
  },
  { what: 'a packet with its checks and clocks', name: 'packet.receive', input: { document: packetFor('pk-7') }, role: 'service', refused: null },
  { what: 'a restricted packet with its generic hold', name: 'packet.receive', input: { document: packetFor('pk-8'), isRestricted: true }, role: 'service', refused: null },
  { what: 'a packet out of order', name: 'packet.receive', input: { document: packetFor('pk-9', AGENCIES.mine, 2) }, role: 'service', refused: 'intake/version-order' },
  { what: 'a packet judged again by the built-in pack', name: 'packet.reevaluate', input: { packetId: 'pk-2', pack: CORE_PACK.version }, role: 'service', refused: null },
  { what: 'a kept filter', name: 'filter.save', input: { name: 'Detained, due', filter: { split: 'all', custody: 'detained', clock: '4h' } }, refused: null },
  { what: 'another name for it', name: 'filter.rename', input: (id: string) => { keptId = deriveId(id, 'filter'); return { filterId: keptId, name: 'Detained, due soon' }; }, refused: null },
  { what: 'another of the same name', name: 'filter.save', input: { name: 'detained, DUE soon', filter: { split: 'done' } }, refused: 'filter/name-taken' },
  { what: 'a filter that filters nothing', name: 'filter.save', input: { name: 'All', filter: { split: 'all' } }, refused: 'filter/nothing-chosen' },
  { what: 'another name for a filter that is not there', name: 'filter.rename', input: { filterId: 'none', name: 'x' }, refused: 'filter/unknown' },
  { what: 'the removal of a filter that is not there', name: 'filter.remove', input: { filterId: 'none' }, refused: 'filter/unknown' },
  { what: 'the removal of the kept filter', name: 'filter.remove', input: () => ({ filterId: keptId }), refused: null },
  { what: 'a hold', name: 'hold.place', input: hold('pk-1'), refused: null },
  { what: 'a pin under a hold', name: 'pin.add', input: pin('pk-1'), refused: null },
  { what: 'a pin to the whole page', name: 'pin.add', input: pin('pk-2', { region: null, quote: '' }), refused: null },
  { what: 'a pin on an unknown packet', name: 'pin.add', input: pin('pk-404'), refused: 'packet/unknown' },
  { what: 'a pin on a version that is not there', name: 'pin.add', input: pin('pk-1', { version: 9 }), refused: 'packet/unknown-version' },
  { what: 'a pin of an unknown element', name: 'pin.add', input: pin('pk-1', { element: 'i862.allegations.99' }), refused: 'pin/unknown-element' },
  { what: 'a pin to unknown evidence', name: 'pin.add', input: pin('pk-1', { evidenceId: 'ev-none' }), refused: 'pin/unknown-evidence' },
  { what: 'a pin beyond the last page', name: 'pin.add', input: pin('pk-1', { page: 999 }), refused: 'pin/outside-page' },
  { what: 'a pin that leaves the page', name: 'pin.add', input: pin('pk-1', { region: { x: 0.8, y: 0.2, w: 0.5, h: 0.05 } }), refused: 'pin/outside-page' },
  { what: 'a hold on an unknown packet', name: 'hold.place', input: hold('pk-404'), refused: 'packet/unknown' },
  { what: 'a signature under a hold', name: 'signoff.sign', input: sign('pk-1', ['i213']), refused: 'signoff/held' },
  { what: 'a signature with a pin that was not on screen', name: 'signoff.sign', input: sign('pk-2', ['i213'], { shownPins: [] }), refused: 'signoff/pins-not-shown' },
  { what: 'a signature on one form', name: 'signoff.sign', input: sign('pk-2', ['i213']), refused: null },
  { what: 'a second signature on the same form', name: 'signoff.sign', input: sign('pk-2', ['i213']), refused: 'signoff/already-signed' },
  { what: 'a signature on a form that was not shown', name: 'signoff.sign', input: sign('pk-2', ['i862'], { shown: [] }), refused: 'signoff/not-shown' },
  {
    what: 'a signature on other words',
    name: 'signoff.sign',
    input: sign('pk-2', ['i862'], { forms: [{ formId: 'i862', contentHash: 'ab'.repeat(32), capacity: 'Issuing officer' }] }),
    refused: 'signoff/form-changed',
  },
  { what: 'a ceremony over two forms', name: 'signoff.sign', input: sign('pk-3', ['i213', 'i862']), refused: null },
  { what: 'a signature on an unknown packet', name: 'signoff.sign', input: { ...sign('pk-3', ['i213']), packetId: 'pk-404' }, refused: 'packet/unknown' },
  { what: 'a return', name: 'signoff.return', input: returned('pk-4'), refused: null },
  { what: 'a signature on a returned packet', name: 'signoff.sign', input: sign('pk-4', ['i213']), refused: 'signoff/not-open' },
  { what: 'a hold on a returned packet', name: 'hold.place', input: hold('pk-4', 'PK-08'), refused: null },
  { what: 'a pin on a returned packet', name: 'pin.add', input: pin('pk-4'), refused: null },
  { what: 'a return of an old version', name: 'signoff.return', input: returned('pk-4', 7), refused: null },
  { what: 'a member of staff at HQ', name: 'staff.receive', input: staffLine('hq-sddo', 'sddo'), role: 'service', refused: null },
  { what: 'a look-back review by hand', name: 'lookback.open', input: { packetId: 'pk-2', statementId: null, cause: 'report', note: 'A call to the field office' }, role: 'sddo', actor: 'hq-sddo', refused: null },
  { what: 'the same look-back review again', name: 'lookback.open', input: { packetId: 'pk-2', statementId: null, cause: 'report', note: 'A call to the field office' }, role: 'sddo', actor: 'hq-sddo', refused: 'lookback/already-open' },
  { what: 'a look-back review of an unsigned packet', name: 'lookback.open', input: { packetId: 'pk-1', statementId: null, cause: 'report', note: 'A call to the field office' }, role: 'opla', actor: 'hq-opla', refused: 'lookback/nothing-signed' },
  { what: 'a signature while a review is open', name: 'signoff.sign', input: sign('pk-2', ['i862']), refused: 'signoff/under-review' },
  { what: 'a hold while a review is open', name: 'hold.place', input: hold('pk-2'), refused: null },
  { what: 'an owner of the review', name: 'lookback.assign', input: (reviewId: string) => ({ reviewId, ownerId: 'hq-sddo' }), role: 'fod', actor: 'hq-fod', refused: null },
  { what: 'an owner who signed', name: 'lookback.assign', input: (reviewId: string) => ({ reviewId, ownerId: PM }), role: 'fod', actor: 'hq-fod', refused: 'lookback/wrong-owner' },
  { what: 'a close without notices', name: 'lookback.close', input: closing([]), role: 'sddo', actor: 'hq-sddo', refused: 'lookback/notice-missing' },
  { what: 'a notice to OPLA', name: 'lookback.notice', input: (reviewId: string) => ({ reviewId, notices: [TOLD] }), role: 'opla', actor: 'hq-opla', refused: null },
  { what: 'a close by the signer', name: 'lookback.close', input: closing([]), role: 'sddo', actor: PM, refused: 'lookback/closer-is-signer' },
  { what: 'a close that sends the packet back', name: 'lookback.close', input: closing([]), role: 'sddo', actor: 'hq-sddo', refused: null },
  { what: 'a second close', name: 'lookback.close', input: closing([]), role: 'sddo', actor: 'hq-sddo', refused: 'lookback/closed' },
  { what: 'a call about custody under a hold', name: 'custody.record', input: { packetId: 'pk-1', event: { kind: 'call.made', at: '2026-11-23T09:30:00-06:00', details: { to: 'Field office', answer: 'No van today' } } }, refused: null },
  { what: 'the end of local custody under a hold', name: 'custody.record', input: { packetId: 'pk-1', event: { kind: 'local.released', at: '2026-11-23T15:40:00.000Z', details: { toldBy: 'Jail desk' } } }, refused: null },
  { what: 'a cancelled detainer that is to be issued again', name: 'custody.record', input: { packetId: 'pk-1', event: { kind: 'detainer.cancelled', at: '2026-11-23T15:45:00.000Z', details: { why: 'No warrant', toldTo: 'Jail desk', reissue: 'after_warrant' } } }, refused: null },
  { what: 'a pickup under a hold', name: 'custody.record', input: { packetId: 'pk-1', event: { kind: 'pickup.arranged', at: '2026-11-23T15:50:00.000Z', details: { by: 'ERO', forAt: '2026-11-24T15:00:00.000Z' } } }, refused: 'custody/not-from-here' },
  { what: 'a release that has not happened yet', name: 'custody.record', input: { packetId: 'pk-1', event: { kind: 'released', at: '2026-11-25T15:50:00.000Z', details: { reason: 'limit', by: 'Jail desk' } } }, refused: 'custody/future' },
  { what: 'a release on a returned packet', name: 'custody.record', input: { packetId: 'pk-4', event: { kind: 'released', at: '2026-11-23T15:50:00.000Z', details: { reason: 'limit', by: 'Jail desk' } } }, refused: null },
  { what: 'custody of an unknown packet', name: 'custody.record', input: { packetId: 'pk-404', event: { kind: 'call.made', at: '2026-11-23T15:30:00.000Z', details: { to: 'Field office', answer: 'None' } } }, refused: 'packet/unknown' },
  { what: 'another packet', name: 'packet.receive', input: { document: packetFor('pk-6') }, role: 'service', refused: null },
  { what: 'its return', name: 'signoff.return', input: returned('pk-6'), refused: null },
  { what: 'the next version of a returned packet', name: 'packet.receive', input: { document: secondVersion('pk-6') }, role: 'service', refused: null },
  { what: 'a signature on a resubmission whose changes were not on screen', name: 'signoff.sign', input: signAgain('pk-6', []), refused: 'signoff/changes-not-shown' },
  { what: 'a signature on a resubmission with one change unseen', name: 'signoff.sign', input: signAgain('pk-6', ['consular.notifiedAt']), refused: 'signoff/changes-not-shown' },
  { what: 'a signature on a resubmission that was read whole', name: 'signoff.sign', input: signAgain('pk-6', ['consular.notifiedAt', 'forms.i862.hearing.time']), refused: null },
  { what: 'a call from a site of nobody here', name: 'call.log', input: call, refused: null },
  { what: 'a call that is closed', name: 'call.close', input: (id: string) => ({ callId: deriveId(id, 'call'), note: 'Told the duty officer, who goes on.' }), refused: null },
  { what: 'a call of tomorrow', name: 'call.log', input: { ...call, calledAt: '2026-11-25T16:00:00.000Z' }, refused: 'claim/not-yet' },
  { what: 'an unknown call', name: 'call.close', input: { callId: 'none', note: 'Told the duty officer, who goes on.' }, refused: 'call/unknown-call' },
  { what: 'a citizenship claim on a returned packet', name: 'claim.record', input: claim('pk-4'), refused: null },
  { what: 'ICE told of it', name: 'claim.consult', input: (id: string) => ({ claimId: (claimId = deriveId(id, 'claim')), at: AT }), refused: null },
  { what: 'the memorandum on it', name: 'claim.memo', input: () => ({ claimId, at: AT, note: 'By mail to the duty attorney.' }), refused: null },
  { what: 'an answer of the wrong office', name: 'claim.close', role: 'fod', actor: 'hq-fod', input: () => ({ claimId, outcome: 'no_evidence', note: 'Nothing was found at all.' }), refused: 'claim/wrong-role' },
  { what: 'an answer that does not exist', name: 'claim.close', role: 'opla', actor: 'hq-opla', input: () => ({ claimId, outcome: 'maybe', note: 'Nothing was found at all.' }), refused: 'claim/no-such-outcome' },
  { what: 'the answer of OPLA', name: 'claim.close', role: 'opla', actor: 'hq-opla', input: () => ({ claimId, outcome: 'no_evidence', note: 'Nothing was found at all.' }), refused: null },
  { what: 'a second answer', name: 'claim.close', role: 'opla', actor: 'hq-opla', input: () => ({ claimId, outcome: 'citizen', note: 'Nothing was found at all.' }), refused: 'claim/already-closed' },
  { what: 'a time before the claim', name: 'claim.consult', input: () => ({ claimId, at: '2026-11-20T16:00:00.000Z' }), refused: 'claim/before-it-was-made' },
  { what: 'a claim on an unknown packet', name: 'claim.record', input: claim('pk-404'), refused: 'packet/unknown' },
  { what: 'a memorandum on no citizenship claim', name: 'claim.memo', input: { claimId: 'none', at: AT, note: 'By mail to the duty attorney.' }, refused: 'claim/unknown' },
  { what: 'a possible minor', name: 'claim.record', input: claim('pk-4', 'minor', 'officer_saw'), refused: null },
  { what: 'the hold that follows the person', name: 'hold.follow', input: (id: string) => ({ holdId: deriveId(id, 'hold'), packetId: 'pk-2' }), refused: null },
  { what: 'a hold that nobody placed', name: 'hold.follow', input: { holdId: 'none', packetId: 'pk-2' }, refused: 'hold/unknown' },
  { what: 'a tip in the restricted stream', name: 'claim.record', input: claim('pk-4', 'restricted_tip', 'unknown'), refused: null },
  { what: 'the day of the MOA', name: 'onboarding.record', input: onboarding('moa', 'done', '2026-06-01'), refused: null },
  { what: 'the plan of a step', name: 'onboarding.record', input: onboarding('install', 'planned', '2027-01-10'), refused: null },
  { what: 'a later plan without a word why', name: 'onboarding.record', input: onboarding('install', 'planned', '2027-02-10'), refused: 'onboarding/say-why' },
  { what: 'a later plan with it', name: 'onboarding.record', input: { ...onboarding('install', 'planned', '2027-02-10'), cause: 'vendor', note: 'The racks came late' }, refused: null },
  { what: 'a place in the queue without its rule', name: 'onboarding.record', input: { ...onboarding('install', 'queued', '2026-11-20'), position: 3 }, refused: 'onboarding/queue-incomplete' },
  { what: 'a place in the queue', name: 'onboarding.record', input: { ...onboarding('install', 'queued', '2026-11-20'), position: 3, priorityBasis: 'Oldest MOA first' }, refused: null },
  { what: 'its end', name: 'onboarding.record', input: (id: string) => ({ ...onboarding('install', 'withdrawn', '2026-11-21'), withdraws: deriveId(id, 0), note: 'Another agency was meant' }), refused: null },
  { what: 'an installation of tomorrow', name: 'onboarding.record', input: onboarding('install', 'done', '2026-12-21'), refused: 'onboarding/future' },
  { what: 'an installation before the MOA', name: 'onboarding.record', input: onboarding('install', 'done', '2026-05-21'), refused: 'onboarding/before-moa' },
  { what: 'a prospect', name: 'prospect.save', input: PROSPECT, refused: null },
  { what: 'a contact with it', name: 'prospect.save', input: (id: string) => ({ ...PROSPECT, prospectId: deriveId(id, 0), stage: 'interested', contact: { on: '2026-11-20', who: 'Undersheriff', what: 'Asked for the MOA text' } }), refused: null },
  { what: 'a prospect of nobody', name: 'prospect.save', input: { ...PROSPECT, prospectId: 'none' }, refused: 'onboarding/unknown-prospect' },
  { what: 'another officer', name: 'officer.receive', input: officerLine(NE.officerId, NE.agencyId), role: 'service', refused: null },
  { what: 'a completion that nobody verified', name: 'training.record', input: training([completion('palms-1', '2026-11-01', false)]), refused: null },
  { what: 'its verification', name: 'training.verify', input: { agencyId: NE.agencyId, completionIds: [completionId(NE.officerId, 'palms-1', '2026-11-01')] }, refused: null },
  { what: 'the verification of nothing', name: 'training.verify', input: { agencyId: NE.agencyId, completionIds: ['none'] }, refused: 'training/unknown-completion' },
  { what: 'a completion of tomorrow', name: 'training.record', input: training([completion('palms-1', '2026-11-30')]), refused: 'training/future' },
  { what: 'a completion of somebody else\'s officer', name: 'training.record', input: training([{ ...completion('palms-1', '2026-11-01'), officerId: 'dio-ne-1' }]), refused: 'training/unknown-officer' },
  { what: 'a roster with a course that runs out soon', name: 'training.record', input: training([completion('palms-2', '2025-12-01'), completion('palms-3', '2026-10-01')], ROSTER), refused: null },
  { what: 'an import that nobody made', name: 'training.withdraw', input: { agencyId: NE.agencyId, which: { importId: 'none' }, reason: 'The wrong file was read' }, refused: 'training/unknown-import' },
  { what: 'a waiver for everybody that is too long', name: 'course.waive_all', role: 'national_pm', actor: 'hq-npm', input: { requirement: 'palms-2', ...GRANT, expiresOn: '2027-12-01' }, refused: 'course/too-long' },
  { what: 'a waiver for everybody', name: 'course.waive_all', role: 'national_pm', actor: 'hq-npm', input: { requirement: 'palms-2', ...GRANT }, refused: null },
  { what: 'what follows from it at one agency', name: 'officer.reproject', role: 'service', input: { agencyId: NE.agencyId }, refused: null },
  { what: 'the whole import taken back', name: 'training.withdraw', input: { agencyId: NE.agencyId, which: { importId: 'imp-1' }, reason: 'The wrong file was read' }, refused: null },
  { what: 'a roster that brings back what was withdrawn', name: 'training.record', input: training([completion('palms-2', '2025-12-01'), completion('palms-4', '2026-10-02', false)], { ...ROSTER, importId: 'imp-2' }), refused: null },
  { what: 'a roster that verifies what another had', name: 'training.record', input: training([completion('palms-4', '2026-10-02')], { ...ROSTER, importId: 'imp-3' }), refused: null },
  { what: 'the import that only verified, taken back', name: 'training.withdraw', input: { agencyId: NE.agencyId, which: { importId: 'imp-3' }, reason: 'It did not come from PALMS' }, refused: null },
  { what: 'the import that brought back, taken back', name: 'training.withdraw', input: { agencyId: NE.agencyId, which: { importId: 'imp-2' }, reason: 'The wrong file was read' }, refused: null },
  { what: 'a course that cannot be taken', name: 'course.unavailable', input: { agencyId: NE.agencyId, officerId: null, requirement: 'palms-4', evidence: 'Screenshot', reason: 'No longer in the list' }, refused: null },
  { what: 'HQ\'s waiver for it', name: 'course.waive', role: 'national_pm', actor: 'hq-npm', input: (id: string) => ({ agencyId: NE.agencyId, officerId: null, requirement: 'palms-4', waiverId: (waiverId = deriveId(id, 0)), ...GRANT }), refused: null },
  { what: 'a second answer to it', name: 'course.waive', role: 'national_pm', actor: 'hq-npm', input: () => ({ agencyId: NE.agencyId, officerId: null, requirement: 'palms-4', waiverId, ...GRANT }), refused: 'course/already-answered' },
  { what: 'a waiver from a day that has passed', name: 'course.waive', role: 'national_pm', actor: 'hq-npm', input: { agencyId: NE.agencyId, officerId: null, requirement: 'palms-5', waiverId: null, ...GRANT, validFrom: AT.replace('2026', '2025') }, refused: 'course/too-early' },
  { what: 'the end of a waiver by a PM', name: 'course.end_waiver', input: () => ({ agencyId: NE.agencyId, waiverId }), refused: 'officer/not-your-role' },
  { what: 'the end of a waiver', name: 'course.end_waiver', role: 'national_pm', actor: 'hq-npm', input: () => ({ agencyId: NE.agencyId, waiverId }), refused: null },
  { what: 'an annual verification without training on record', name: 'officer.attest', input: { officerId: NE.officerId, note: '' }, refused: 'officer/not-verified' },
  { what: 'all that is asked of the officer', name: 'training.record', input: training([...ANNUAL_COURSES, 'initial', 'refresher'].map((r) => completion(r, '2026-11-05'))), refused: null },
  { what: 'an annual verification that nobody answers for', name: 'officer.attest', input: { officerId: NE.officerId, note: '' }, refused: 'officer/nobody-accountable' },
  { what: 'who answers for the training', name: 'requirement.own', input: { agencyId: NE.agencyId, requirements: COURSE_IDS, name: 'Training Officer', title: 'Lieutenant', contact: '555-0100' }, refused: null },
  { what: 'an annual verification', name: 'officer.attest', input: { officerId: NE.officerId, note: 'Looked at every certificate' }, refused: null },
  { what: 'a second one of the same year', name: 'officer.attest', input: { officerId: NE.officerId, note: '' }, refused: 'officer/already-attested' },
  { what: 'a suspension', name: 'officer.record', input: SUSPENDED, refused: null },
  { what: 'a suspension of the suspended', name: 'officer.record', input: step('suspended', { ground: 'safety', why: 'Again', orderedBy: 'Sheriff' }), refused: 'officer/not-in-state' },
  { what: 'a suspension of next week', name: 'officer.record', input: { ...SUSPENDED, event: { ...SUSPENDED.event, at: '2026-12-01T00:00:00.000Z' } }, refused: 'officer/future' },
  { what: 'a revocation by the PM', name: 'officer.record', input: step('revoked', REVOKED), refused: 'officer/not-your-role' },
  { what: 'a reinstatement that no PM signed', name: 'officer.record', role: 'fod', actor: 'hq-fod', input: step('reinstated', { letter: 'L-2' }), refused: 'officer/pm-must-sign' },
  { what: 'the PM\'s word for it', name: 'officer.record', input: step('reinstatement.signed', { why: 'The complaint was unfounded' }), refused: null },
  { what: 'a reinstatement', name: 'officer.record', role: 'fod', actor: 'hq-fod', input: step('reinstated', { letter: 'L-2' }), refused: null },
  { what: 'a revocation', name: 'officer.record', role: 'fod', actor: 'hq-fod', input: step('revoked', REVOKED, '2026-11-23T15:40:00.000Z'), refused: null },
  { what: 'a correction of nothing', name: 'officer.record', input: step('corrected', { eventId: 'none', why: 'Never happened at all' }), refused: 'officer/unknown-event' },
  { what: 'an initial class in December', name: 'officer.record', input: step('training.started', { course: 'initial', startsOn: '2026-12-07', seat: 'S-1' }), refused: 'officer/not-in-state' },
  { what: 'an unknown officer', name: 'officer.record', input: { ...SUSPENDED, officerId: 'dio-none' }, refused: 'officer/unknown' },
  { what: 'a suspended agreement', name: 'moa.set', input: { agencyId: AGENCIES.mine, status: 'suspended', at: '2026-11-23T15:30:00.000Z' }, role: 'fod', refused: null },
  {
    what: 'the same officer with ended authority',
    name: 'officer.receive',
    input: { ...officerLine(DIO, AGENCIES.mine), intervals: [{ id: `${DIO}.int.1`, model: 'JEM', startAt: '2025-01-01T00:00:00.000Z', endAt: '2026-11-23T11:45:00.000Z', endReason: 'lapsed' }] },
    role: 'service',
    refused: null,
  },
  { what: 'a late lapse of a signed packet', name: 'lookback.lapse', input: { packetId: 'pk-2', officerId: DIO }, role: 'service', refused: null },
  { what: 'a late lapse of nothing', name: 'lookback.lapse', input: { packetId: 'pk-404', officerId: DIO }, role: 'service', refused: 'packet/unknown' },
  { what: 'somebody of counsel', name: 'staff.receive', input: staffLine('opla-7', 'opla'), role: 'service', refused: null },
  { what: 'a rule pack', name: 'pack.publish', input: { pack: { schema: 'pack/1', version: 'c-1', rows: [...CORE_PACK.rows, strictRule] } }, role: 'opla', actor: 'opla-7', refused: null },
  { what: 'a rule pack under the floor', name: 'pack.publish', input: { pack: { schema: 'pack/1', version: 'c-2', rows: CORE_PACK.rows.slice(0, 3) } }, role: 'opla', actor: 'opla-7', refused: 'pack/floor-missing' },
  { what: 'a pack that takes a rule back', name: 'pack.publish', input: { pack: { schema: 'pack/1', version: 'c-3', rows: CORE_PACK.rows.filter((r) => r.id !== 'PK-16') } }, role: 'opla', actor: 'opla-7', refused: null },
  { what: 'a second approval by the first person', name: 'pack.approve', input: { version: 'c-3', documentHash: 'ab'.repeat(32) }, role: 'opla', actor: 'opla-7', refused: 'pack/other-text' },
  { what: 'a packet judged by a pack without HQ\'s signature', name: 'packet.reevaluate', input: { packetId: 'pk-3', pack: 'c-1' }, role: 'service', refused: 'pack/not-active' },
];

describe.each(HQ_DATABASES)('laptop and HQ on $kind', (database) => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-contract-'));
  const signer = newPrivateJwk();
  const signerPublic = publicJwk({ ...signer }) ?? {};
  let desk: Desk;
  let store: Store;
  let tick = 0;
  let lastId = '';

  /** The row without what only HQ gives. A sealed act is provisional on the laptop. */
  const bare = (row: Readonly<Record<string, unknown>>): unknown => {
    const { version: _v, changedBy: _c, effect: _e, reviewReasons: _r, ...rest } = row;
    return rest;
  };
  const everything = async (): Promise<{ readonly laptop: Record<string, unknown>; readonly hq: Record<string, unknown> }> => {
    const laptop: Record<string, unknown> = {};
    const hq: Record<string, unknown> = {};
    for (const table of TABLE_NAMES) {
      const rows = (await desk.db.db.select().from(TABLES[table])) as unknown as readonly AnyRow[];
      for (const row of rows) hq[`${table}/${row.id}`] = bare(row);
      for (const id of store.prepare(`SELECT "id" FROM "${table}"`).pluck().all() as string[]) laptop[`${table}/${id}`] = bare(rowById(store, table, id) as unknown as Record<string, unknown>);
    }
    return { laptop, hq };
  };

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    for (const id of ['pk-1', 'pk-2', 'pk-3', 'pk-4']) await desk.must('packet.receive', { document: packetFor(id) });
    store = openStore({ file: join(folder, 'store.db'), key: randomBytes(32), isNew: true });
    for (const { id: stream, head } of await rowsOf<{ id: string; head: number }>(desk.db.db, sql`SELECT id, head FROM streams`)) {
      const lines = await rowsOf<{ line: string }>(desk.db.db, sql`SELECT line FROM feed WHERE stream = ${stream} ORDER BY version`);
      expect(applyPage(store, { stream, from: 0, to: head, receivedAt: AT, rows: lines.map((l) => JSON.parse(l.line) as { table: string; row: Record<string, unknown> }) })).toBe('applied');
    }
  });
  afterAll(async () => {
    store.close();
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begin with the same rows', async () => {
    const { laptop, hq } = await everything();
    expect(Object.keys(hq).length).toBeGreaterThanOrEqual(30);
    expect(laptop).toEqual(hq);
  });

  it.each(CASES)('agree on $what ($name)', async ({ name, input: given, role = 'pm', actor = PM, refused }) => {
    const command = COMMANDS[name];
    if (!command) throw new Error(name);
    // A case of a review names the one review there is; any other the last command that passed.
    const id = name.startsWith('lookback.') ? (store.prepare('SELECT "id" FROM lookback_reviews').pluck().get() as string) : lastId;
    const input: unknown = typeof given === 'function' ? (given as (id: string) => unknown)(id) : given;
    const before = await everything();
    const at = new Date(Date.parse(AT) + (tick += 1) * 1000).toISOString();
    let envelope: Envelope | null = null;
    const parsed = command.input.parse(input);
    const saved = run(store, {
      command,
      input: parsed,
      base: {},
      who: { actor, role, device: 'dev-1', ledger: 'ledger-1' },
      clock: { now: () => at, mono: () => tick, bootId: 'boot', zone: 'America/Chicago' },
      newId: () => randomUUID().replaceAll('-', ''),
      salt: () => 'salt',
      packs: ['pack'],
      tz: '2026a',
      sign: (statement) => signJws(signer, statement),
    });
    if (saved.ok) lastId = saved.value.commandId;
    if (saved.ok) envelope = nextBatch(store, { maxItems: 200, maxBytes: 10_000_000, now: at }).find((i) => i.envelope.id === saved.value.commandId)?.envelope ?? null;
    // A refusal on the laptop leaves no envelope; HQ is asked with one that differs in nothing it decides on.
    const asked: Envelope = envelope ?? {
      id: 'a'.repeat(32),
      ledger: 'ledger-1',
      epoch: 'e',
      seq: 1,
      prev: '',
      device: 'dev-1',
      actor,
      role,
      at,
      zone: 'America/Chicago',
      mono: tick,
      bootId: 'boot',
      anchor: '',
      base: {},
      packs: ['pack'],
      tz: '2026a',
      salt: 'salt',
    };
    if (!saved.ok && command.kind === 'sealed') {
      // What was never sealed never reaches HQ's recording; its own statements must refuse for the same reason.
      const state = await loadFor(desk.db.db, name, parsed, asked);
      const own = command.statements(state as never, parsed, asked);
      expect(own.ok ? null : own.problem).toEqual(saved.problem);
    } else {
      const outcome = await desk.db.db.transaction((tx) =>
        runAtHq(tx as unknown as HqConnection, {
          name,
          input: JSON.parse(JSON.stringify(input)) as unknown,
          envelope: asked,
          receivedAt: at,
          ...(role === 'pm' ? { from: { signerJwk: signerPublic, anchorAt: AT } } : {}),
        }),
      );
      if (outcome.outcome === 'refused') expect(saved.ok ? null : saved.problem).toEqual(outcome.problem);
      else expect(outcome.outcome).toBe('in_effect');
      expect(outcome.outcome === 'refused').toBe(!saved.ok);
    }
    expect(saved.ok ? null : saved.problem.code).toBe(refused);
    const after = await everything();
    expect(after.laptop).toEqual(after.hq);
    if (refused === null) expect(after.hq).not.toEqual(before.hq);
    else expect(after.hq).toEqual(before.hq);
  });

  it('covers every command that a laptop may run, and all of intake', () => {
    const covered = new Set(CASES.filter((c) => c.refused === null).map((c) => c.name));
    expect(Object.keys(COMMANDS).filter((name) => !covered.has(name))).toEqual(['hold.release', 'pack.approve']);
  });
});
