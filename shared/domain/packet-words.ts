/** Names of forms, packet types and states as screens and papers say them. Pure. */
import type { PacketState, PacketType } from '../rows.ts';
import type { Form, FormKind } from './packet.ts';

export const FORM_TITLES: Readonly<Partial<Record<FormKind, string>>> = {
  'I-862': 'Notice to Appear',
  'I-200': 'Warrant for Arrest of Alien',
  'I-205': 'Warrant of Removal/Deportation',
  'I-247A': 'Immigration Detainer',
  'I-286': 'Notice of Custody Determination',
  'I-213': 'Record of Deportable/Inadmissible Alien',
  'I-851': 'Notice of Intent to Issue a Final Administrative Removal Order',
  'I-851A': 'Final Administrative Removal Order',
  'I-871': 'Notice of Intent/Decision to Reinstate Prior Order',
  'I-860': 'Notice and Order of Expedited Removal',
  'I-867': 'Record of Sworn Statement, section 235(b)(1)',
  'I-215B': 'Record of Sworn Statement in Affidavit Form',
  'I-877': 'Record of Sworn Statement',
  'I-214': 'Warning as to Rights',
  'I-826': 'Notice of Rights and Request for Disposition',
  'I-210': 'Voluntary Departure and Verification',
  'I-770': 'Notice of Rights (juveniles)',
  'I-264': 'Notice to Consular Officer',
  'I-203': 'Order to Detain or Release',
  'I-216': 'Record of Persons and Property Transferred',
  'I-831': 'Continuation Page',
  'I-294': 'Warning to Alien Ordered Removed',
  'I-296': 'Notice to Alien Ordered Removed',
  'FREE-LEGAL-LIST': 'List of free legal services',
  'ENCOUNTER-NOTE': 'Encounter note',
  'CUSTODY-HANDOFF': 'Custody hand-off',
};
export const PACKET_TYPE_WORDS: Readonly<Record<PacketType, string>> = {
  'P-NTA': 'Notice to Appear',
  'P-REIN': 'Reinstatement',
  'P-FARO': 'Administrative removal',
  'P-ER': 'Expedited removal',
  'P-FINAL': 'Final order',
  'P-DET': 'Detainer',
  'P-WSO': 'Warrant service',
  'P-NONE': 'No action',
  'P-VR': 'Voluntary return',
};
export const PACKET_STATE_WORDS: Readonly<Record<PacketState, string>> = {
  in_review: 'In review',
  returned: 'Returned to the DIO',
  part_signed: 'Partly signed',
  signed: 'Signed',
  closed: 'Closed',
};
/** A form's name; empty for one without. */
export const formTitle = (form: Pick<Form, 'kind'>): string => FORM_TITLES[form.kind] ?? '';
