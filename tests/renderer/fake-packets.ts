/** Synthetic packets for looking at the screen alone: whole documents, their holds and checks, and queue rows. No real person. */
import type { QueueItem } from '../../shared/api.ts';
import { headClocks, packetClocks } from '../../shared/domain/clocks.ts';
import { holdReasons, laneOf } from '../../shared/domain/holds.ts';
import { displayName, type Form, type Identity, type PacketDocument, sealContent } from '../../shared/domain/packet.ts';
import { tierOf } from '../../shared/domain/queue.ts';
import { evaluate, signingCounts } from '../../shared/domain/sufficiency.ts';
import type { HoldRow, PacketRow } from '../../shared/rows.ts';
import { AGENCIES, agency, at, hex, INTERVALS, MOA, NAMES, NOW, OFFICERS } from './fake-people.ts';

const PEOPLE = [
  ['ORTEGA-DIAZ', 'Luis Alberto'],
  ['MARINESCU', 'Elena'],
  ['VANTERPOOL', 'Desmond'],
  ['KOWALCZYK', 'Piotr'],
  ['AL-RASHIDI', 'Samir'],
  ['TUPOU', 'Sione'],
  ['BELTRÁN', 'José Manuel'],
  ['NGUYEN', 'Van Thanh'],
  ['OYELARAN', 'Tunde'],
  ['CASTELLANOS REYES', 'Maria Fernanda'],
] as const;
export const identity = (n: number): Identity => {
  const [familyName, givenName] = PEOPLE[n % PEOPLE.length] ?? ['DOE', 'Sam'];
  return {
    aNumber: n % 7 === 5 ? null : `A${String(12345678 + n * 10007).padStart(9, '0')}`,
    fin: `100${2000 + n}`,
    eventNumber: `DAL26110${String(n).padStart(4, '0')}`,
    familyName,
    givenName,
    bornOn: `19${70 + (n % 25)}-0${(n % 9) + 1}-14`,
    citizenship: 'Exampleland',
    sex: n % 3 === 1 ? 'F' : 'M',
  };
};

/** A task force's arrest, complete. */
const ARREST: NonNullable<PacketDocument['arrest']> = {
  place: 'street',
  byId: 'dio-1',
  examinedById: 'dio-2',
  sameOfficerReason: null,
  reasonToBelieve: { text: 'Own statement.', evidenceIds: ['ev-statement'] },
  likelyToEscape: { text: 'No address.', evidenceIds: ['ev-statement'] },
  iceContact: { at: at(-24.8), name: 'Duty supervisor' },
};
/** A whole packet: I-213, I-862, I-200, I-286, I-247A and their records. `n` decides what is wrong with it. */
export function packetDocument(n: number): PacketDocument {
  const a = agency(n === 0 ? 0 : n % 2);
  const who = identity(n);
  const release = n === 0 ? -41 : n === 1 ? 1.6 : ([7, 19, 26, 40, 61, 90][n % 6] ?? 30);
  const siteId = `${a.id}-jail`;
  const base = (id: string, hours: number) => ({
    id,
    edition: '2025-01',
    identity: who,
    preparedById: OFFICERS[n % 2 === 0 ? 0 : 1]?.id ?? 'dio-1',
    preparedAt: at(hours),
    siteId,
    issued: null,
    served: null,
  });
  const fact = (value: string, source: 'statement' | 'document' | 'database' | 'observation' | 'unknown', evidenceIds: string[] = []) => ({
    value,
    source,
    evidenceIds,
  });
  const forms: Form[] = [
    {
      ...base('i213', -20),
      kind: 'I-213',
      narrative: [
        'On the date of encounter I interviewed the subject in the booking area of the Main jail.',
        'The subject was advised of the purpose of the interview and of the right to contact a consulate.',
        'The subject stated in the Spanish language, through a qualified interpreter, that the subject is a citizen of Exampleland and entered the United States without inspection.',
        'Fingerprints were taken and matched a prior encounter. Record checks were run at once and are attached.',
      ].join('\n\n'),
      narrativeById: OFFICERS[n % 2 === 0 ? 0 : 1]?.id ?? 'dio-1',
      lastEntry: { on: '2019-03-14', place: 'Sample Wells', manner: 'without_inspection' },
      communicationPrivileges: { advisedAt: at(-24), language: 'Spanish' },
      facts: {
        citizenship: fact('Exampleland', 'statement', ['ev-statement']),
        entry: fact('14 Mar 2019, at or near Sample Wells, without inspection', 'statement', ['ev-statement']),
        encounter: fact('Booked into the Main jail', 'database', ['ev-booking']),
        arrest: fact('Arrested by the Example County SO', 'document', ['ev-booking']),
        criminalHistory: fact('One arrest, no conviction', 'database', ['ev-rap']),
        immigrationHistory: fact('No prior removal', 'database', ['ev-match']),
        family: fact('Spouse and one child in the county', 'statement'),
        property: fact('Wallet, telephone', 'observation'),
        health: n % 3 === 1 ? null : fact('None stated', 'statement'),
        advisals: fact('Communication privileges advised', 'observation'),
        disposition: fact('Notice to Appear', 'unknown'),
      },
    },
    {
      ...base('i862', -19),
      kind: 'I-862',
      proceeding: 'removal_240',
      legalAuthority: 'INA 212(a)(6)(A)(i)',
      boxes: ['present_without_admission'],
      allegations: [
        { number: 1, text: 'You are not a citizen or national of the United States.', elements: ['alienage'], evidenceIds: ['ev-statement'] },
        {
          number: 2,
          text: 'You are a native of Exampleland and a citizen of Exampleland.',
          elements: ['citizenship'],
          evidenceIds: ['ev-statement', 'ev-birth'],
        },
        {
          number: 3,
          text: 'You entered the United States at or near Sample Wells on or about 14 March 2019.',
          elements: ['entry_date', 'entry_place'],
          evidenceIds: ['ev-statement'],
        },
        {
          number: 4,
          text: 'You were not then admitted or paroled after inspection by an immigration officer.',
          elements: ['not_admitted'],
          evidenceIds: ['ev-match'],
        },
      ],
      charges: [{ section: '212(a)(6)(A)(i)', allegationNumbers: [1, 2, 3, 4] }],
      hearing:
        n % 3 === 0
          ? { on: '2026-12-29', time: 'TBD', place: 'Sample Immigration Court, 100 Example St, Dallas', zone: 'America/Chicago' }
          : { on: '2026-12-29', time: '08:30', place: 'Sample Immigration Court, 100 Example St, Dallas', zone: 'America/Chicago' },
      earlierHearingRequest: null,
      court: { id: 'EX-TX', address: '100 Example St, Example City, TX' },
      freeLegalList: { listDate: '2026-10-01', givenAt: at(-21) },
      lastEntry: { on: '2019-03-14', place: 'Sample Wells', manner: 'without_inspection' },
    },
    { ...base('i200', -19), kind: 'I-200', bases: ['biometric_match'] },
    { ...base('i286', -19), kind: 'I-286', determination: 'detain', bondUsd: null, authority: '236(a)' },
    {
      ...base('i247a', -18.5),
      kind: 'I-247A',
      box1: ['biometric_match'],
      box2: false,
      probableCause: [
        { basis: 'biometric_match', evidenceIds: ['ev-match'] },
        { basis: 'record_check', evidenceIds: ['ev-rap'] },
      ],
      iceNotifiedAt: null,
      toInstitution: 'Main jail',
      fromOffice: 'Example Field Office',
      callbackNumber: '555-0142',
      victimWitness: { askedAt: at(-24), answer: 'no' },
    },
    { ...base('i826', -21), kind: 'I-826', fields: { disposition: 'Requests a hearing', language: 'Spanish' } },
    { ...base('legal', -21), kind: 'FREE-LEGAL-LIST', fields: { list: 'Free legal service providers, Dallas, October 2026' }, list: { court: 'Sample Immigration Court', listDate: '2026-10-01' } },
  ];
  const ev = (id: string, title: string, kind: PacketDocument['evidence'][number]['kind'], k: number, source: 'subject' | 'lea' | 'ice' = 'lea') => ({
    id,
    title,
    sha256: hex(k + n),
    mediaType: 'application/pdf',
    pages: k,
    bytes: 182_000 * k,
    kind,
    obtainedAt: at(-22),
    source,
  });
  return {
    schema: 'packet/1',
    isSynthetic: true,
    packetId: `p-${String(n).padStart(4, '0')}`,
    number: 1,
    changeReason: null,
    type: 'P-NTA',
    agencyId: a.id,
    siteId,
    zone: a.zone,
    preparerId: OFFICERS[n % 2 === 0 ? 0 : 1]?.id ?? 'dio-1',
    preparedAt: at(-18.4),
    submittedAt: at(-18),
    eventNumber: who.eventNumber ?? '',
    isDetained: true,
    subject: {
      subjectId: `s-${n}`,
      identity: who,
      aliases: [],
      languages: ['Spanish'],
      dobBasis: null,
      citizenshipIndicia: n === 2 ? [{ kind: 'usc_parent', at: at(-12), source: 'Statement of the subject' }] : [],
      minorIndicia: [],
      competencyIndicia: [],
      counsel: n % 4 === 1 ? { name: 'R. Example, Esq.', g28At: at(-6), servedAt: null } : null,
      address: '100 Example St',
      earlierNotices: { searchedAt: at(-23), notices: [] },
    },
    events: {
      lastEntryOn: '2019-03-14',
      bookedAt: at(-26),
      localReleaseAt: at(release),
      immigrationArrestAt: n % 4 === 3 ? at(-25) : null,
      isArrestWarrantless: n % 4 === 3 ? true : null,
      custodyTransferredAt: null,
      iceCustodyAt: null,
      interviewAt: at(-24),
      interviewById: 'dio-1',
    },
    underlyingArrest: { offense: 'Driving while license suspended', statute: 'Example Code 521.457', at: at(-27), agency: a.name, category: 'other' },
    ...(n % 4 === 3 ? { arrest: ARREST } : {}),
    interpreter: { askedAt: at(-24), answer: 'needed', language: 'Spanish', nameOrId: 'INT-204', qualified: true },
    recordChecks: [
      { system: 'biometric', at: at(-23.5), operatorId: 'dio-1', result: 'Match, prior encounter', evidenceId: 'ev-match' },
      { system: 'ncic', at: at(-23.4), operatorId: 'dio-1', result: 'No wants', evidenceId: 'ev-rap' },
      { system: 'immigration_status', at: at(-23.3), operatorId: 'dio-1', result: 'No lawful status found', evidenceId: null },
    ],
    alienage: [
      { basis: 'own_statement', evidenceIds: ['ev-statement'] },
      { basis: 'birth_document', evidenceIds: ['ev-birth'] },
    ],
    fear: { askedAt: at(-24), answer: 'no', referredAt: null, referredTo: null },
    consular: { nationality: 'Exampleland', advisedAt: n % 2 === 0 ? at(-24) : null, notifiedAt: null },
    forms,
    evidence: [
      ev('ev-statement', 'Sworn statement, form I-215B', 'sworn_statement', 4, 'subject'),
      ev('ev-match', 'Fingerprint match', 'fingerprint_match', 1, 'ice'),
      ev('ev-photo', 'Photo', 'photo', 1),
      ev('ev-booking', 'Booking sheet', 'booking_sheet', 2),
      ev('ev-rap', 'State rap sheet', 'rap_sheet', 3),
      ev('ev-birth', 'Birth certificate, Exampleland', 'birth_document', 1, 'subject'),
    ],
  };
}

/** Holds of a packet: the third has an open citizenship claim. */
export const holdsOf = (n: number): readonly HoldRow[] =>
  n === 2
    ? [
        {
          id: 'h-1',
          stream: 'agency:ag-tx07',
          version: 2,
          changedBy: 'hq',
          agencyId: 'ag-tx07',
          packetId: 'p-0002',
          subjectId: 's-2',
          rule: 'PK-08',
          reason: 'Parent is a US citizen by statement',
          placedBy: 'hq',
          placedAt: at(-11),
          releasedBy: null,
          releasedRole: null,
          releasedAt: null,
          releaseNote: null,
        },
      ]
    : [];
export const checksOf = (n: number, document: PacketDocument) =>
  evaluate(document, {
    agency: agency(AGENCIES.findIndex((x) => x.id === document.agencyId)),
    moa: MOA.filter((m) => m.agencyId === document.agencyId),
    intervals: INTERVALS.filter((i) => i.agencyId === document.agencyId),
    holds: holdsOf(n),
    statements: [],
    now: NOW,
  });

function head(n: number): PacketRow {
  const d = packetDocument(n % 60);
  const holds = holdsOf(n);
  const state = n >= 6 && n % 11 === 6 ? 'returned' : n >= 6 && n % 13 === 9 ? 'signed' : n % 17 === 4 ? 'part_signed' : 'in_review';
  return {
    id: `p-${String(n).padStart(4, '0')}`,
    stream: `agency:${d.agencyId}`,
    version: 4,
    changedBy: 'hq',
    agencyId: d.agencyId,
    subjectId: `s-${n}`,
    preparerId: d.preparerId,
    type: (['P-NTA', 'P-NTA', 'P-DET', 'P-REIN', 'P-WSO'] as const)[n % 5] ?? 'P-NTA',
    state,
    currentVersion: 1,
    eventNumber: identity(n).eventNumber ?? '',
    isDetained: n % 6 !== 5,
    isResubmitted: n % 9 === 3,
    receivedAt: at(-17 - n / 20),
    ...headClocks(packetClocks(d)),
    lane: laneOf(state, holds),
    ...signingCounts(checksOf(n % 60, d)),
    holdCount: holdReasons({ results: checksOf(n % 60, d), evaluatedAt: NOW }, holds).size,
    openHolds: holds.length,
  };
}
const WORK = ['none', 'none', 'none', 'draft', 'saved', 'none', 'received', 'under_review'] as const;
/** So many queue rows, in queue order. */
export function queueItems(total: number): readonly QueueItem[] {
  const items = Array.from({ length: total }, (_, n): QueueItem => {
    const packet = head(n);
    const a = AGENCIES.find((x) => x.id === packet.agencyId) ?? agency(0);
    return {
      packet,
      subjectName: displayName(identity(n)),
      aNumber: identity(n).aNumber,
      agencyName: a.name,
      zone: a.zone,
      preparerName: NAMES[n % 2 === 0 ? 0 : 1] ?? '',
      isPreparerValid: n % 8 !== 5,
      tier: tierOf(packet, NOW),
      work: packet.state === 'signed' ? 'received' : (WORK[n % 8] ?? 'none'),
    };
  });
  return items.sort((a, b) => a.tier - b.tier || ((a.packet.deadlineAt ?? '9') < (b.packet.deadlineAt ?? '9') ? -1 : 1));
}
/** Stored content of a packet version. */
export const contentOf = (n: number) => sealContent(packetDocument(n));
