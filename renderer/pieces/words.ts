/** Fixed words for fixed codes, once for every screen. Words of product.md 4.1 are used exactly. Pure. */
import type { OutboxState, Saved, WorkState } from '../../shared/api.ts';
import type { FormKind } from '../../shared/domain/packet.ts';
import type { AuthorityState, CardState, Model, MoaStatus, PacketType } from '../../shared/rows.ts';
export { FORM_TITLES, formTitle, PACKET_STATE_WORDS, PACKET_TYPE_WORDS } from '../../shared/domain/packet-words.ts';
import { siteClock, siteDay, siteTime } from '../../shared/time.ts';

/** The zone of this computer, for times that belong to no site. */
export const READER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** Receipts are quoted in the zone of headquarters. */
export const HQ_ZONE = 'America/New_York';

/** For columns; the whole word is in the tooltip. */
export const PACKET_TYPE_SHORT: Readonly<Record<PacketType, string>> = {
  'P-NTA': 'NTA',
  'P-REIN': 'Reinstate',
  'P-FARO': 'FARO',
  'P-ER': 'Expedited',
  'P-FINAL': 'Final order',
  'P-DET': 'Detainer',
  'P-WSO': 'Warrant',
  'P-NONE': 'No action',
  'P-VR': 'Return',
};
/** What my work on a packet is doing. A row without any says nothing. */
export const WORK_WORDS: Readonly<Record<WorkState, string>> = {
  none: '',
  draft: 'Draft on this laptop',
  saved: 'Saved on this laptop',
  sending: 'Sending',
  received: 'Received by HQ',
  under_review: 'Received, under review',
  needs_attention: 'Needs attention',
};
export const OUTBOX_WORDS: Readonly<Record<OutboxState, string>> = {
  ready: 'Ready to send',
  sending: 'Sending',
  received: 'Received by HQ',
  under_review: 'Received by HQ, under review',
  refused: 'Needs attention',
};

/** In law a lapse is not yet a revocation; the words say so (domain 3.3). */
export const AUTHORITY_WORDS: Readonly<Record<AuthorityState, string>> = {
  NOMINATED: 'nominated',
  VETTED: 'vetted',
  REJECTED: 'not approved',
  TRAINING: 'in training',
  PASSED: 'passed, awaiting authorization',
  DISQUALIFIED: 'disqualified',
  CERTIFIED: 'certified',
  DUE_SOON: 'certified, training due soon',
  LAPSED: 'lapsed: ICE policy requires revocation',
  SUSPENDED: 'suspended',
  REVOKED: 'revoked',
  REINSTATED: 'reinstated',
  SEPARATED: 'separated',
};
/** States in which new work of the DIO counts. */
export const isAuthorityUsable = (state: AuthorityState): boolean => state === 'CERTIFIED' || state === 'DUE_SOON' || state === 'REINSTATED';
export const CARD_WORDS: Readonly<Record<CardState, string>> = {
  CARD_ACTIVE: 'card active',
  CARD_DUE: 'card login due',
  CARD_DEACTIVATED: 'card deactivated',
  REACTIVATION_REQUESTED: 'card reactivation asked',
};
export const MODEL_WORDS: Readonly<Record<Model, string>> = { JEM: 'Jail Enforcement', TFM: 'Task Force', WSO: 'Warrant Service' };
export const MOA_WORDS: Readonly<Record<MoaStatus, string>> = { in_force: 'MOA in force', suspended: 'MOA suspended', terminated: 'MOA terminated' };

/** The capacity in which a PM signs each form, as the statement records it. */
export const CAPACITY: Readonly<Partial<Record<FormKind, string>>> = {
  'I-213': 'Examining officer (review)',
  'I-862': 'Issuing officer, 8 CFR 239.1(a)',
  'I-851': 'Issuing Service officer, 8 CFR 238.1(a)',
  'I-871': 'Immigration officer, 8 CFR 241.8',
  'I-860': 'Supervisor, 8 CFR 235.3(b)(7)',
  'I-200': 'Issuing officer, 8 CFR 287.5(e)(2)',
  'I-205': 'Issuing officer, 8 CFR 241.2(a)(1)',
  'I-286': 'Authorized officer, 8 CFR 236.1',
  'I-247A': 'Immigration officer, 8 CFR 287.7(b)',
};

/** `14:05 EST`, or with its day when that is not today in the zone. */
export const clockTime = (instant: string, zone: string, now: string): string =>
  siteDay(instant, zone) === siteDay(now, zone) ? siteClock(instant, zone) : siteTime(instant, zone);

/** `Received by HQ · 14:05 EDT · R-7F3A`. */
export const receiptText = (receipt: { readonly code: string; readonly receivedAt: string }, now: string): string =>
  `Received by HQ · ${clockTime(receipt.receivedAt, HQ_ZONE, now)} · ${receipt.code}`;

/** `Ledger entry 12 · Tue 24 Nov 14:10 CST · 38 ms.`: where a decision stands in the ledger. */
export const savedText = (saved: Saved, zone: string): string => `Ledger entry ${saved.seq} · ${siteTime(saved.at, zone)} · ${Math.round(saved.ms)} ms.`;

/** `Packet EXC2611000042`: how notices name a packet. Never a person's name. */
export const packetName = (packet: { readonly id: string; readonly eventNumber: string }): string => `Packet ${packet.eventNumber || packet.id}`;

/** `5f3a9c…81d2`: enough of a hash to compare by eye. */
export const shortHash = (hash: string): string => (hash.length > 16 ? `${hash.slice(0, 8)}…${hash.slice(-4)}` : hash);

/** `1.2 MB`, `840 B`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${Math.round(bytes / 1_000_000_000)} GB`;
}
/** `1 form`, `3 forms`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
