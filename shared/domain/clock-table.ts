/**
 * Every clock of domain 2.2 as one data row: what starts and stops it, how long it is, on which calendar, from which source, whose it is,
 * and what its end means. Code that computes is in clocks.ts. Must never say that a clock can be made longer: at its end somebody acts.
 */
import type { Count } from './calendar.ts';

/** How a length is counted. Days and months are days of the site; a start instant is taken at its day there. */
export type Length =
  | { readonly unit: 'hours'; readonly n: number; readonly count: Count }
  /**
   * `calendar`: every day counts. `rolled`: a last day on a weekend or holiday moves to the next business day. Negative `n`: before the start.
   * `edge`: whether the clock ends as that day ends (the day may still be used) or as it begins.
   */
  | { readonly unit: 'days'; readonly n: number; readonly count: 'calendar' | 'rolled'; readonly edge: 'end' | 'start' }
  | { readonly unit: 'business_days'; readonly n: number }
  | { readonly unit: 'months'; readonly n: number; readonly edge: 'end' | 'start' }
  /** The start itself (K4), or the end of its day (K29). */
  | { readonly unit: 'moment' } | { readonly unit: 'same_day' }
  /** No length in the source: somebody sets it (K14 under WSO25). */
  | { readonly unit: 'set_by_ice' };

/**
 * `limit`: custody past it is over-detention. `duty`: somebody must have acted by it. `event`: something happens at it.
 * `floor`: something may not happen before it. `target`: a goal or a thing that may be offered; passing it breaks no rule.
 */
export type ClockKind = 'limit' | 'duty' | 'event' | 'floor' | 'target';
export type ClockNoun = 'packet' | 'complaint' | 'officer' | 'agency' | 'moa';

export type ClockRow = {
  readonly label: string; readonly noun: ClockNoun; readonly kind: ClockKind;
  /** One sentence, the same as in docs/rules.md. */
  readonly sentence: string;
  readonly starts: string; readonly stops: string; readonly length: Length;
  /** Another start or length of the same clock. */
  readonly variants?: Readonly<Record<string, { readonly length: Length; readonly label?: string; readonly kind?: ClockKind; readonly starts?: string; readonly stops?: string; readonly atEnd?: string }>>;
  readonly owner: string;
  /** What is said when it ends. */
  readonly atEnd: string;
  readonly source: string;
  /** False where domain.md marks the source as general knowledge or unverified. */
  readonly isVerified: boolean;
  /** Ranks a packet in the queue and sounds (domain 2.3). */
  readonly isHead: boolean;
};

const hours = (n: number, count: Count = 'straight'): Length => ({ unit: 'hours', n, count });
/** To the end of the nth day. */
const days = (n: number, count: 'calendar' | 'rolled' = 'calendar'): Length => ({ unit: 'days', n, count, edge: 'end' });
/** To the beginning of the nth day: for what may happen from that day on, or ends as it begins. */
const untilDay = (n: number): Length => ({ unit: 'days', n, count: 'calendar', edge: 'start' });
const months = (n: number, edge: 'end' | 'start' = 'end'): Length => ({ unit: 'months', n, edge });
export const RELEASE_OR_NOTIFY = 'Release or notify required';

export const CLOCKS = {
  K1: {
    label: 'Custody and charging decision', noun: 'packet', kind: 'duty', isHead: true, isVerified: true,
    sentence: 'Custody, charging and warrant decision within 48 hours of a warrantless immigration arrest, straight; a target on an arrest with a warrant.',
    starts: 'immigration arrest', stops: 'I-862, I-200 and I-286 of the packet are issued', length: hours(48), owner: 'PM',
    atEnd: 'Decision overdue: decide, or record the emergency that made more time reasonable', source: '8 CFR 287.3(d)',
  },
  K2: {
    label: 'Detainer hold, regulation', noun: 'packet', kind: 'limit', isHead: true, isVerified: true,
    sentence: 'Detainer hold: 48 hours from local release, weekends and federal holidays excluded.',
    starts: 'end of local custody, with a detainer', stops: 'ICE custody', length: hours(48, 'business'), owner: 'agency and ICE', atEnd: RELEASE_OR_NOTIFY, source: '8 CFR 287.7(d)',
  },
  K2B: {
    label: 'Detainer hold, form', noun: 'packet', kind: 'limit', isHead: true, isVerified: true,
    sentence: 'Detainer hold as the form says: 48 hours from local release, straight. The earlier of K2 and K2B alarms.',
    starts: 'end of local custody, with a detainer', stops: 'ICE custody', length: hours(48), owner: 'agency and ICE', atEnd: RELEASE_OR_NOTIFY, source: 'Form I-247A and its guidance',
  },
  K3: {
    label: 'Hold after warrant service', noun: 'packet', kind: 'limit', isHead: true, isVerified: true,
    sentence: 'Hold after service of the warrant: 48 hours straight until ICE custody, then release.',
    starts: 'transfer of custody to ICE by service of the warrant', stops: 'ICE custody', length: hours(48), owner: 'agency and ICE', atEnd: RELEASE_OR_NOTIFY, source: 'JEM20, JEM25, WSO25 App. A',
  },
  K4: {
    label: 'Local release', noun: 'packet', kind: 'event', isHead: true, isVerified: true,
    sentence: 'Local release: the scheduled or actual moment itself. Once it has passed, the next clock heads the packet.',
    starts: 'booking and court data', stops: 'transfer of custody to ICE, or ICE custody', length: { unit: 'moment' }, owner: 'agency', atEnd: 'Local custody was due to end', source: 'Form I-247A',
  },
  K5: {
    label: 'Tell ICE of the detainer', noun: 'packet', kind: 'duty', isHead: true, isVerified: true,
    sentence: 'ICE is told of a DIO\'s detainer within 24 hours of issue.',
    starts: 'issue of a detainer by a DIO', stops: 'ICE is told', length: hours(24), owner: 'DIO', atEnd: 'ICE not told in time: tell ICE now', source: 'JEM20, JEM25 App. A',
  },
  K6: {
    // Not a head clock: the PK-08 hold that the same claim places already puts the packet in tier 0, overdue or not, until HQ releases it.
    label: 'Tell ICE of the citizenship claim', noun: 'packet', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'ICE is told of a claim or sign of US citizenship within one hour. Overdue is tier 0, through the PK-08 hold.',
    starts: 'claim or sign of US citizenship', stops: 'ICE is told', length: hours(1), owner: 'DIO', atEnd: 'ICE not told in time: tell ICE now', source: 'JEM20, JEM25, WSO19, WSO25 App. A',
  },
  K7: {
    label: 'Citizenship memo to OPLA', noun: 'packet', kind: 'duty', isHead: false, isVerified: false,
    sentence: 'The memorandum on a citizenship claim reaches OPLA within one business day of ICE becoming aware.',
    starts: 'ICE is told of the claim; the claim itself while that is not recorded', stops: 'memorandum is sent', length: { unit: 'business_days', n: 1 }, owner: 'PM', atEnd: 'Memorandum overdue: send it to OPLA',
    source: 'ICE Directive 16001.2 (unverified)',
  },
  K8: {
    label: 'Tell HHS of the minor', noun: 'packet', kind: 'duty', isHead: true, isVerified: true,
    sentence: 'HHS is told within 48 hours of apprehending or suspecting a minor; an unaccompanied child is transferred within 72 hours of the determination.',
    starts: 'apprehension of, or suspicion that the person is, a minor', stops: 'HHS is told, or the person is found to be an adult', length: hours(48), owner: 'ICE juvenile coordinator',
    variants: { transfer: { label: 'Transfer the child to HHS', starts: 'determination that the child is unaccompanied', stops: 'transfer to HHS', length: hours(72), atEnd: 'Transfer to HHS overdue: call the juvenile coordinator' } },
    atEnd: 'HHS not told in time: call the juvenile coordinator', source: '8 U.S.C. 1232(b)(2), (3)',
  },
  K9: {
    label: 'Earliest hearing', noun: 'packet', kind: 'floor', isHead: false, isVerified: true,
    sentence: 'No hearing earlier than 10 days after service of the NTA, unless the person asks for one.',
    starts: 'service of the I-862', stops: 'the person asks in writing for an earlier hearing', length: untilDay(10), owner: 'immigration court', atEnd: 'A hearing may be held', source: 'INA 239(b)(1)',
  },
  K10: {
    label: 'Response to the I-851', noun: 'packet', kind: 'floor', isHead: false, isVerified: false,
    sentence: 'The person may answer an I-851 for 10 calendar days after service, 13 when it was mailed; a last day on a weekend or holiday rolls forward.',
    starts: 'service of the I-851', stops: 'the person answers', length: days(10, 'rolled'), variants: { mailed: { length: days(13, 'rolled') } }, owner: 'the person',
    atEnd: 'Time to answer is over: the I-851A may be decided', source: '8 CFR 238.1(c) [K]',
  },
  K11: {
    label: 'No execution of the order', noun: 'packet', kind: 'floor', isHead: false, isVerified: false,
    sentence: 'A final administrative removal order is not executed before 14 calendar days have passed.',
    starts: 'issue of the I-851A', stops: 'nothing', length: days(14), owner: 'ICE', atEnd: 'The 14 days have passed', source: 'INA 238(b)(3) [K]',
  },
  K12: {
    label: 'NTA served after arrest (target)', noun: 'packet', kind: 'target', isHead: false, isVerified: false,
    sentence: 'Target: the NTA is served within 72 hours of the immigration arrest.',
    starts: 'immigration arrest', stops: 'service of the I-862', length: hours(72), owner: 'DIO and PM', atEnd: 'Target passed: serve the NTA', source: 'DHS memorandum of 30 March 2004 (unverified) [K]',
  },
  K13: {
    label: 'Complaint passed on to ICE', noun: 'complaint', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'The agency passes a complaint on to ICE within 48 hours of learning of it; weekends are excluded, holidays are not.',
    starts: 'the agency learns of the complaint', stops: 'ICE is told', length: hours(48, 'weekdays'), owner: 'agency', atEnd: 'ICE not told of the complaint in time', source: 'JEM20, JEM25, WSO25 App. B',
  },
  K14: {
    label: 'Complaint result to ICE', noun: 'complaint', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'The agency sends ICE the result of a complaint within 30 days of its resolution; under WSO25 as ICE sets it.',
    starts: 'resolution of the complaint', stops: 'ICE has the result', length: days(30), variants: { WSO: { length: { unit: 'set_by_ice' } } }, owner: 'agency', atEnd: 'Result not sent in time', source: 'JEM20, JEM25, WSO25 App. B',
  },
  K15: {
    label: 'Complaint resolved (expected)', noun: 'complaint', kind: 'target', isHead: false, isVerified: true,
    sentence: 'A complaint is expected to be resolved within 90 days of receipt.',
    starts: 'receipt of the complaint', stops: 'resolution', length: days(90), owner: 'agency', atEnd: 'Expected time passed: ask for the state of the complaint', source: 'TFM25, WSO19 App. B',
  },
  K16: {
    label: 'Complaint: staff acting without designation', noun: 'complaint', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'ICE is told within 48 hours, straight, of a complaint that staff without designation acted as DIOs.',
    starts: 'the agency learns of the complaint', stops: 'ICE is told', length: hours(48), owner: 'agency', atEnd: 'ICE not told of the complaint in time', source: 'JEM20, JEM25',
  },
  K17: {
    label: 'Security card login', noun: 'officer', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'A DIO logs in with the security card at least every 30 days.',
    starts: 'last login', stops: 'next login', length: days(30), owner: 'DIO', atEnd: 'Card is deactivated: ask for reactivation', source: 'OIG-18-77 p. 8',
  },
  K18: {
    label: 'Annual online courses', noun: 'officer', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'Each of the annual online courses is completed within 12 months of the last completion.',
    starts: 'last completion', stops: 'next completion', length: months(12), owner: 'DIO', atEnd: 'Course overdue: authority lapses', source: 'OIG-18-77 p. 8-9',
  },
  K19: {
    label: 'Refresher training', noun: 'officer', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'Refresher training within two years of the initial training or the last refresher.',
    starts: 'initial training or last refresher', stops: 'next refresher', length: months(24), owner: 'DIO', atEnd: 'Refresher overdue: authority lapses', source: 'OIG-18-77 p. 8; CRS IF11898',
  },
  K20: {
    label: 'TFM authorization', noun: 'officer', kind: 'limit', isHead: false, isVerified: true,
    sentence: 'A Task Force officer\'s first authorization runs two years.',
    starts: 'authorization date', stops: 'new authorization', length: months(24, 'start'), owner: 'ICE', atEnd: 'Authorization ended: no further act', source: 'TFM25 s.IX',
  },
  K21: {
    label: 'TFM update training (may be offered)', noun: 'officer', kind: 'target', isHead: false, isVerified: true,
    sentence: 'ICE may give a Task Force officer update training about one year after certification.',
    starts: 'certification', stops: 'training given', length: months(12), owner: 'ICE', atEnd: 'Update training may be due', source: 'TFM25 s.VIII',
  },
  K22: {
    label: 'Notice of revocation', noun: 'officer', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'Under TFM the other party is told of a revocation within 48 hours, straight.',
    starts: 'revocation', stops: 'notice given', length: hours(48), owner: 'the party that revokes', atEnd: 'Notice overdue: give it now', source: 'TFM25 s.IX',
  },
  K23: {
    label: 'Notice that a DIO leaves', noun: 'officer', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'Under WSO the agency tells ICE 90 days before a DIO leaves.',
    starts: 'departure (the clock ends before it)', stops: 'notice given', length: days(-90), owner: 'agency', atEnd: 'Notice of departure is late', source: 'WSO25 s.IV.D',
  },
  K24: {
    label: 'MOA meeting', noun: 'moa', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'ICE and the agency meet within 12 months of the last meeting; first about 12 months after the operational date, 9 to 12 under WSO19.',
    starts: 'last meeting', stops: 'next meeting', length: months(12), owner: 'PM and agency', atEnd: 'MOA meeting overdue',
    variants: { first: { starts: 'operational date', length: months(12) }, first_wso19_from: { label: 'First MOA meeting, from', starts: 'operational date', kind: 'floor', length: months(9, 'start'), atEnd: 'The first MOA meeting may be held' } },
    source: 'JEM25, TFM25, WSO25 s.V.B; WSO19',
  },
  K25: {
    label: 'ICE internal MOA review', noun: 'moa', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'ICE reviews the MOA internally within three years.',
    starts: 'MOA signed or last review', stops: 'next review', length: months(36), owner: 'ICE', atEnd: 'MOA review overdue', source: 'JEM25 s.VIII; JEM addendum 2020',
  },
  K26: {
    label: 'MOA termination takes effect', noun: 'moa', kind: 'floor', isHead: false, isVerified: true,
    sentence: 'An MOA ends no earlier than 90 days after notice of termination, published 90 days ahead.',
    starts: 'notice of termination', stops: 'nothing', length: untilDay(90), owner: 'ICE', atEnd: 'Termination may take effect', source: 'JEM20 s.VIII',
  },
  K27: {
    label: 'OPR inspection', noun: 'agency', kind: 'duty', isHead: false, isVerified: false,
    sentence: 'The Office of Professional Responsibility inspects within two years of its last inspection (JEM).',
    starts: 'last inspection', stops: 'next inspection', length: months(24), owner: 'ICE OPR', atEnd: 'Inspection overdue', source: 'GAO-21-186',
  },
  K28: {
    label: 'IT installed (goal)', noun: 'agency', kind: 'target', isHead: false, isVerified: true,
    sentence: 'Goal: ICE equipment is installed within 180 days of the MOA.',
    starts: 'MOA signed', stops: 'IT installed', length: days(180), owner: 'ICE OCIO', atEnd: 'Goal passed: ask for the installation date', source: 'OIG-18-77 p. 6',
  },
  K29: {
    label: 'Transport to ICE (same day)', noun: 'packet', kind: 'duty', isHead: false, isVerified: true,
    sentence: 'A person arrested by a Task Force officer is brought to an ICE office or facility the same day.',
    starts: 'immigration arrest by a Task Force officer', stops: 'ICE custody', length: { unit: 'same_day' }, owner: 'DIO', atEnd: 'Not at ICE the same day: call ICE', source: 'TFM25 s.VI',
  },
  K30: {
    label: 'Tell counsel of the transfer', noun: 'packet', kind: 'duty', isHead: false, isVerified: false,
    sentence: 'Counsel of record is told within 24 hours of a transfer.',
    starts: 'transfer of a person with counsel', stops: 'counsel is told', length: hours(24), owner: 'ICE', atEnd: 'Counsel not told in time: tell counsel now', source: 'ICE 11022.1 (unverified) [K]',
  },
} as const satisfies Readonly<Record<string, ClockRow>>;

/**
 * Field offices that have locked one computation of the detainer limit, with counsel: it names the legal limit and changes no alarm
 * (0.4 item 8: the earlier one always sounds). None has so far.
 */
export const DETAINER_LOCKS: Readonly<Record<string, 'K2' | 'K2B'>> = {};

export type ClockId = keyof typeof CLOCKS;
export const CLOCK_IDS = Object.keys(CLOCKS) as readonly ClockId[];
/** A row by id, as the plain row type: every field is there. */
export const clockRow = (id: ClockId): ClockRow => CLOCKS[id];
