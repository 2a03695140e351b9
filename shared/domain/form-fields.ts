/**
 * A form's fields in the form's own order, as labelled values: what the paper shows. Rendered from data, never a scan.
 * Must never leave a field out because it is empty: an empty field is what a reviewer looks for.
 */
import { displayANumber, type Form, type FormOf, type Identity, type PacketDocument } from './packet.ts';
import { siteTime } from '../time.ts';

export type Field = {
  readonly path: string;
  readonly label: string;
  readonly value: string | null;
  readonly isWide?: boolean;
  readonly evidenceIds?: readonly string[];
};
export type Section = { readonly title: string; readonly fields: readonly Field[] };

const f = (path: string, label: string, value: string | null | undefined, more: Partial<Field> = {}): Field => ({
  path,
  label,
  value: value === undefined || value === '' ? null : value,
  ...more,
});
const wide = { isWide: true } as const;
const SEXES = { M: 'Male', F: 'Female', X: 'X', U: 'Not recorded' } as const;
const yesNo = (v: boolean | null): string | null => (v === null ? null : v ? 'Yes' : 'No');
const words = (v: string): string => v.replaceAll('_', ' ');

const identity = (i: Identity, path = 'identity'): Section => ({
  title: 'Subject',
  fields: [
    f(`${path}.familyName`, 'Family name', i.familyName),
    f(`${path}.givenName`, 'Given name', i.givenName),
    f(`${path}.aNumber`, 'A-number', i.aNumber === null ? null : displayANumber(i.aNumber)),
    f(`${path}.fin`, 'FIN', i.fin),
    f(`${path}.eventNumber`, 'Event number', i.eventNumber),
    f(`${path}.bornOn`, 'Date of birth', i.bornOn),
    f(`${path}.citizenship`, 'Country of citizenship', i.citizenship),
    f(`${path}.sex`, 'Sex', SEXES[i.sex]),
  ],
});

function signatures(form: Form, zone: string): Section {
  const { issued, served } = form;
  return {
    title: 'Issue and service',
    fields: [
      f('preparedById', 'Prepared by', form.preparedById),
      f('preparedAt', 'Prepared at', siteTime(form.preparedAt, zone)),
      f('issued', 'Issued', issued ? `${issued.name}, ${issued.title}, ${siteTime(issued.at, zone)}, ${issued.place}` : null, wide),
      f(
        'served',
        'Certificate of service',
        served
          ? `${words(served.method)}, ${siteTime(served.at, zone)}, ${served.place}, in ${served.language}${served.interpreter ? `, interpreter ${served.interpreter}` : ''}`
          : null,
        wide,
      ),
    ],
  };
}

const BOXES = {
  arriving: '1. You are an arriving alien',
  present_without_admission: '2. You are an alien present who has not been admitted or paroled',
  admitted: '3. You have been admitted, but are removable',
} as const;

const i862 = (form: FormOf<'I-862'>, zone: string): readonly Section[] => [
  {
    title: 'Proceedings',
    fields: [
      f('proceeding', 'Nature of proceedings', form.proceeding === 'removal_240' ? 'Removal proceedings under section 240 of the Act' : null, wide),
      f('legalAuthority', 'Legal authority', form.legalAuthority, wide),
      f('boxes', 'Classification', form.boxes.map((b) => BOXES[b]).join('; '), wide),
    ],
  },
  {
    title: 'The Department of Homeland Security alleges that',
    fields:
      form.allegations.length === 0
        ? [f('allegations', 'Allegations', null, wide)]
        : form.allegations.map((a, n) => f(`allegations.${n}`, `${a.number}.`, a.text, { isWide: true, evidenceIds: a.evidenceIds })),
  },
  {
    title: 'On the basis of the foregoing, it is charged that',
    fields:
      form.charges.length === 0
        ? [f('charges', 'Charges', null, wide)]
        : form.charges.map((c, n) =>
            f(`charges.${n}`, `INA ${c.section}`, c.allegationNumbers.length ? `on allegation ${c.allegationNumbers.join(', ')}` : null, wide),
          ),
  },
  {
    title: 'You are ordered to appear before an immigration judge',
    fields: [
      f('hearing.on', 'Date', form.hearing.on),
      f('hearing.time', 'Time', form.hearing.time),
      f('hearing.place', 'Place', form.hearing.place, wide),
      f('hearing.zone', 'Time zone', form.hearing.zone),
      f('earlierHearingRequest', 'Request for an earlier hearing', form.earlierHearingRequest ? siteTime(form.earlierHearingRequest.at, zone) : null, {
        evidenceIds: form.earlierHearingRequest ? [form.earlierHearingRequest.evidenceId] : [],
      }),
    ],
  },
];

const BASES: Readonly<Record<FormOf<'I-200'>['bases'][number], string>> = {
  charging_document: 'execution of a charging document',
  pending_proceedings: 'pendency of ongoing removal proceedings',
  failed_to_establish_admissibility: 'failure to establish admissibility after deferred inspection',
  biometric_match: 'biometric confirmation of identity and a record check',
  statements_or_evidence: 'statements to an immigration officer or other reliable evidence',
};
const BOX1: Readonly<Record<FormOf<'I-247A'>['box1'][number], string>> = {
  final_order: 'a final order of removal',
  pending_proceedings: 'pendency of ongoing removal proceedings',
  biometric_match: 'biometric confirmation and a record check',
  statements_or_evidence: 'statements or other reliable evidence',
};
const FACTS: readonly (readonly [keyof FormOf<'I-213'>['facts'], string])[] = [
  ['citizenship', 'Citizenship'],
  ['entry', 'Entry: date, place, manner'],
  ['encounter', 'How encountered'],
  ['arrest', 'Arrest'],
  ['criminalHistory', 'Criminal history'],
  ['immigrationHistory', 'Immigration history'],
  ['family', 'Family'],
  ['property', 'Property'],
  ['health', 'Health'],
  ['advisals', 'Advisals'],
  ['disposition', 'Disposition'],
];

function body(form: Form, zone: string): readonly Section[] {
  switch (form.kind) {
    case 'I-862':
      return i862(form, zone);
    case 'I-200':
      return [{ title: 'Probable cause is based upon', fields: [f('bases', 'Basis', form.bases.map((b) => BASES[b]).join('; '), wide)] }];
    case 'I-205':
      return [
        {
          title: 'Final order',
          fields: [
            f('finalOrder.madeBy', 'Made by', form.finalOrder?.madeBy),
            f('finalOrder.on', 'On', form.finalOrder?.on),
            f('finalOrder.section', 'Section', form.finalOrder?.section, { evidenceIds: form.finalOrder ? [form.finalOrder.evidenceId] : [] }),
          ],
        },
      ];
    case 'I-247A':
      return [
        {
          title: 'Box 1: probable cause of removability',
          fields: [
            f('box1', 'Based on', form.box1.map((b) => BOX1[b]).join('; '), wide),
            ...form.probableCause.map((p, n) => f(`probableCause.${n}`, `Evidence ${n + 1}`, words(p.basis), { isWide: true, evidenceIds: p.evidenceIds })),
          ],
        },
        {
          title: 'Box 2: transfer for a proceeding or investigation',
          fields: [
            f('box2', 'Ticked', yesNo(form.box2)),
            f('iceNotifiedAt', 'ICE told of the detainer', form.iceNotifiedAt ? siteTime(form.iceNotifiedAt, zone) : null),
          ],
        },
      ];
    case 'I-286':
      return [
        {
          title: 'Custody determination',
          fields: [
            f(
              'determination',
              'Determination',
              form.determination === 'bond' ? 'Release on bond' : form.determination === 'detain' ? 'Detained' : 'Release on recognizance',
            ),
            f('bondUsd', 'Bond', form.bondUsd === null ? null : `$${form.bondUsd.toLocaleString('en-US')}`),
            f('authority', 'Authority', `INA ${form.authority}`),
          ],
        },
      ];
    case 'I-213':
      return [
        {
          title: 'Facts and their sources',
          fields: FACTS.map(([key, label]) =>
            f(`facts.${key}`, label, form.facts[key] ? `${form.facts[key].value} (source: ${form.facts[key].source})` : null, {
              isWide: true,
              evidenceIds: form.facts[key]?.evidenceIds ?? [],
            }),
          ),
        },
        { title: 'Narrative', fields: [f('narrative', '', form.narrative, wide)] },
      ];
    default:
      return [
        {
          title: 'Fields',
          fields: Object.entries(form.fields).map(([key, value]) =>
            f(`fields.${key}`, words(key.replace(/([a-z])([A-Z])/g, '$1 $2')), value, { isWide: value.length > 60 }),
          ),
        },
      ];
  }
}

/** All sections of one form. Times stand in the site's zone. */
export const formSections = (form: Form, zone: string): readonly Section[] => [identity(form.identity), ...body(form, zone), signatures(form, zone)];

/** What the packet says outside any form: events, checks of records, interpreter, fear, consular. Paths are the document's own. */
export function encounterSections(d: PacketDocument): readonly Section[] {
  const at = (instant: string | null) => (instant === null ? null : siteTime(instant, d.zone));
  const { events, subject } = d;
  return [
    identity(subject.identity, 'subject.identity'),
    {
      title: 'Events',
      fields: [
        f('events.lastEntryOn', 'Last entry', events.lastEntryOn),
        f('events.bookedAt', 'Booked', at(events.bookedAt)),
        f('events.localReleaseAt', 'Local release', at(events.localReleaseAt)),
        f('events.immigrationArrestAt', 'Immigration arrest', at(events.immigrationArrestAt)),
        f('events.isArrestWarrantless', 'Arrest without warrant', yesNo(events.isArrestWarrantless)),
        f('events.custodyTransferredAt', 'Custody transferred', at(events.custodyTransferredAt)),
        f('events.iceCustodyAt', 'In ICE custody', at(events.iceCustodyAt)),
        f('events.interviewAt', 'Interview', at(events.interviewAt)),
      ],
    },
    {
      title: 'Underlying arrest',
      fields: d.underlyingArrest
        ? [
            f('underlyingArrest.offense', 'Offense', d.underlyingArrest.offense),
            f('underlyingArrest.statute', 'Statute', d.underlyingArrest.statute),
            f('underlyingArrest.at', 'Date', at(d.underlyingArrest.at)),
            f('underlyingArrest.agency', 'Agency', d.underlyingArrest.agency),
          ]
        : [f('underlyingArrest', 'Arrest', null)],
    },
    {
      title: 'Record checks',
      fields:
        d.recordChecks.length === 0
          ? [f('recordChecks', 'Checks', null, wide)]
          : d.recordChecks.map((c, n) =>
              f(`recordChecks.${n}`, words(c.system), `${c.result}, ${at(c.at)}, by ${c.operatorId}`, {
                isWide: true,
                evidenceIds: c.evidenceId ? [c.evidenceId] : [],
              }),
            ),
    },
    {
      title: 'Alienage',
      fields:
        d.alienage.length === 0
          ? [f('alienage', 'Evidence', null, wide)]
          : d.alienage.map((a, n) => f(`alienage.${n}`, `Evidence ${n + 1}`, words(a.basis), { isWide: true, evidenceIds: a.evidenceIds })),
    },
    {
      title: 'Protections',
      fields: [
        f(
          'interpreter',
          'Interpreter',
          d.interpreter.askedAt
            ? [`asked ${at(d.interpreter.askedAt)}: ${words(d.interpreter.answer ?? 'no answer recorded')}`, d.interpreter.language, d.interpreter.nameOrId]
                .filter(Boolean)
                .join(', ')
            : null,
          wide,
        ),
        f(
          'fear',
          'Fear of return',
          d.fear.askedAt
            ? `asked ${at(d.fear.askedAt)}: ${d.fear.answer ?? 'no answer recorded'}${d.fear.referredAt ? `, referred ${at(d.fear.referredAt)}` : ''}`
            : null,
          wide,
        ),
        f(
          'consular',
          'Consular',
          `${d.consular.nationality}; advised ${at(d.consular.advisedAt) ?? 'not recorded'}; notified ${at(d.consular.notifiedAt) ?? 'not recorded'}`,
          wide,
        ),
        f('subject.counsel', 'Counsel', subject.counsel ? `${subject.counsel.name}, G-28 ${at(subject.counsel.g28At)}` : null),
        f('subject.languages', 'Languages', subject.languages.join(', ')),
        f(
          'subject.citizenshipIndicia',
          'US citizenship indicia',
          subject.citizenshipIndicia.map((i) => `${words(i.kind)}, ${at(i.at)}, ${i.source}`).join('; ') || 'none recorded',
          wide,
        ),
        f(
          'subject.minorIndicia',
          'Indicia of minority',
          subject.minorIndicia.map((i) => `${words(i.kind)}, ${at(i.at)}, ${i.source}`).join('; ') || 'none recorded',
          wide,
        ),
        f(
          'subject.competencyIndicia',
          'Competency',
          subject.competencyIndicia.map((i) => `${words(i.kind)}, ${at(i.at)}, ${i.source}`).join('; ') || 'none recorded',
          wide,
        ),
      ],
    },
  ];
}
