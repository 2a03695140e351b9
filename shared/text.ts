/**
 * Problem codes as sentences a person can act on: what happened, where, what to do. One entry per code that any part can give.
 * Must never show personal data: details hold ids, rule ids, field names and times only.
 */
import { HOLD_RULES, type HoldRule } from './domain/holds.ts';
import type { Problem } from './result.ts';

export type Sentence = { readonly what: string; readonly where: string; readonly todo: string };
type Details = Readonly<Record<string, unknown>>;
type Words = string | ((d: Details) => string);
type Entry = readonly [what: Words, where: Words, todo: Words];

/** Holds by their names, each once: a code tells nobody what is protected. */
const holdWords = (d: Details): string => word({ rules: Array.isArray(d.rules) ? [...new Set(d.rules.map((r) => HOLD_RULES[r as HoldRule]?.label ?? String(r)))] : d.rules }, 'rules');
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
/** A detail as words: lists joined, absent values as `fallback`, moments in UTC with their year (a problem has no site). */
function word(d: Details, key: string, fallback = 'unknown'): string {
  const value = d[key];
  if (value === undefined || value === null || value === '') return fallback;
  if (Array.isArray(value)) return value.length === 0 ? fallback : value.map(String).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  return INSTANT.test(text) ? `${text.slice(0, 16).replace('T', ' ')} UTC` : text;
}
const packet: Words = (d) => `Packet ${word(d, 'packetId', 'on screen')}`;
const form: Words = (d) => `Form ${word(d, 'form', 'on screen')}`;
const HQ = 'HQ';
const LAPTOP = 'This laptop';
const INTAKE = 'Intake at HQ';
const row: Words = (d) => `Rule pack, row ${word(d, 'rule', 'unknown')}`;
const FLOOR_TODO = 'Put the row back as the floor has it. The pack before stays active.';
const SUPPORT = 'Copy the details and send them to support.';
const KEPT = 'Nothing was lost: your work is saved on this laptop.';

const MAPPING_GAPS: Readonly<Record<string, string>> = {
  person: 'No column says whose row it is.', course: 'No column says which course.', completedOn: 'No column says the day of completion.', 'column-twice': 'One column is used twice.', 'no-such-column': 'The file has no such column.',
};
/** Every known code. A test fails when code anywhere gives a code that is not here. */
export const SENTENCES: Readonly<Record<string, Entry>> = {
  // Sign-off
  'signoff/not-signable': [(d) => `A ${word(d, 'form')} is not a form that you sign.`, form, 'Leave it out of the signature.'],
  'signoff/already-signed': [(d) => `The ${word(d, 'form', 'form')} of this version is signed already.`, form, 'Leave it out. To change it, return the packet.'],
  'signoff/unknown-signer': ['You are not on the staff list that this laptop has.', 'Staff list', 'Get the latest data from HQ, then try again.'],
  'signoff/preparer-is-signer': ['The person who prepared it cannot sign it.', 'Rule PK-06', 'Ask another officer who may sign.'],
  'signoff/signer-not-active': [(d) => `Your authority to sign is not in force${d.activeTo ? ` (ended ${word(d, 'activeTo')})` : ''}.`, 'Rule PK-07', 'Ask your field office to renew it, or another officer to sign.'],
  'signoff/blocked': [(d) => `The ${word(d, 'form', 'form')} cannot be signed: ${word(d, 'rules')} ${Array.isArray(d.rules) && d.rules.length > 1 ? 'fail' : 'fails'}.`, form, 'Return the packet with these rules, or wait for the fix.'],
  'signoff/held': [(d) => `A hold is open: ${holdWords(d)}.`, form, 'HQ releases it. Everything in the person\'s favour stays possible.'],
  'signoff/version-changed': [(d) => `You looked at version ${word(d, 'looked')}; version ${word(d, 'current')} is here now.`, packet, 'Read the new version, then sign that one.'],
  'signoff/not-open': [(d) => `The packet is ${word(d, 'state')}.`, packet, 'Wait for the next version from the agency.'],
  'signoff/form-twice': ['One form was named twice.', packet, 'Open the packet again and choose each form once.'],
  'signoff/unknown-form': ['A chosen form is not in this version.', packet, 'Open the packet again.'],
  'signoff/form-changed': [(d) => `The ${word(d, 'form', 'form')} is not the text that was on screen.`, form, 'Open the packet again and read it before you sign.'],
  'signoff/not-shown': [(d) => `The ${word(d, 'form', 'form')} was not on screen.`, form, 'Open the form, read it, then sign.'],
  'signoff/changes-not-shown': [(d) => `Not yet on screen: ${word(d, 'count', 'some')} changed ${d.count === 1 ? 'field' : 'fields'} since version ${word(d, 'comparedWith')} (${word(d, 'fields', 'see Changes')}).`, packet, 'Open "Changes", look at each one, then sign.'],
  'signoff/pins-not-shown': [(d) => `Not yet on screen: ${word(d, 'count', 'some')} ${d.count === 1 ? 'pin' : 'pins'} (${word(d, 'elements', 'see Pins')}).`, packet, 'Step through the pins with ] and look at each one, then sign.'],
  'signoff/warn-reason-missing': [(d) => `A reason is needed for ${word(d, 'rules')}.`, 'Sign dialog', 'Write a reason of 20 characters or more for each warning.'],
  // Packets and holds
  'pin/unknown-element': [(d) => `${word(d, 'element')} is no element that this version must prove.`, 'Pins, element', 'Choose an element of the list.'],
  'pin/unknown-evidence': ['This version has no such evidence.', 'Pins, evidence', 'Choose an evidence item of this packet.'],
  'pin/outside-page': [(d) => (d.field === 'region' ? `The marked place leaves page ${word(d, 'page')}.` : `The pin is outside the document: page ${word(d, 'page')} of ${word(d, 'pages')}.`), (d) => `${word(d, 'evidence')}, ${word(d, 'field')}`,
    (d) => (d.field === 'region' ? 'Mark a place that lies inside the page.' : 'Choose a place on a page that the document has.')],
  'packet/unknown': ['This packet is not on this laptop.', packet, 'Get the latest data from HQ. Your assignment may have changed.'],
  'packet/not-linked': ['HQ does not name these two packets together, or no longer does.', packet, 'Get the latest data from HQ.'],
  'packet/unknown-version': [(d) => `Version ${word(d, 'version')} is not on this laptop.`, packet, 'Get the latest data from HQ.'],
  'hold/unknown': ['This hold does not exist.', 'Holds', 'Open the packet again.'],
  'hold/already-released': [(d) => `The hold was released at ${word(d, 'releasedAt')}.`, 'Holds', 'Nothing to do.'],
  'hold/wrong-role': [(d) => `A ${word(d, 'rule')} hold is released by ${word(d, 'allowed', 'nobody here')}, not by ${word(d, 'role')}.`, 'Holds', 'Ask that office at HQ.'],
  'hold/signer-may-not-release': ['Who signed in this packet cannot release its hold.', 'Holds', 'Ask another officer of that office.'],
  // Custody
  'custody/held': [(d) => `A hold is open: ${holdWords(d)}. Nothing that takes custody further is recorded meanwhile.`, 'Custody', 'HQ releases it. If it has happened already, record a call to the field office that says so.'],
  'custody/under-review': ['A signature of this packet is under review. Nothing that takes custody further is recorded meanwhile.', 'Custody', 'HQ closes the look-back review. What is in the person\'s favour can be recorded at any time.'],
  'custody/blocked': [(d) => `The ${word(d, 'form', 'form')} cannot be served: ${word(d, 'rules')} ${Array.isArray(d.rules) && d.rules.length > 1 ? 'fail' : 'fails'}.`, 'Custody', 'Have it put right first, or let the person go at the limit.'],
  'custody/no-form': [(d) => `The packet has no ${word(d, 'form', 'such form')}.`, 'Custody', 'Choose the form that was served, or return the packet.'],
  'custody/not-signed': [(d) => `The ${word(d, 'form', 'form')} was not signed at that time.`, 'Custody', 'It is served after the signature. Check the time.'],
  'custody/interpreter-missing': [(d) => `The packet says that an interpreter is needed; the service of the ${word(d, 'form', 'form')} names none.`, 'Custody', 'Name the interpreter.'],
  'custody/server-not-allowed': [(d) => `The officer ${word(d, 'officerId')} had no authority to serve a warrant at ${word(d, 'at')}.`, 'Custody', 'Check who served it. If it was this officer, tell the field office.'],
  'custody/future': [(d) => `The time ${word(d, 'at')} lies ahead: only what has happened is recorded.`, 'Custody', 'Correct the time and its zone.'],
  'custody/time-order': [(d) => `At ${word(d, 'at')} this could not have happened yet; an earlier step is recorded at ${word(d, 'after')}.`, 'Custody', 'Correct the time, or correct the other event.'],
  'custody/not-from-here': [(d) => `“${word(d, 'what', 'This')}” does not follow from “${word(d, 'state')}”.`, 'Custody', 'Record the step before it, or correct a wrong one.'],
  'custody/not-your-role': [(d) => `The role ${word(d, 'role')} does not record “${word(d, 'what', 'this')}”.`, 'Custody', 'The PM or the field office records it.'],
  'custody/unknown-event': ['The event to correct is not on this packet.', 'Custody', 'Open the packet again. What the packet itself says is corrected by a new version.'],
  'custody/not-correctable': ['A correction is not corrected.', 'Custody', 'Record the right event.'],
  'custody/already-corrected': ['This event was corrected before.', 'Custody', 'Nothing to do.'],
  // Claims and calls
  'claim/unknown': ['This claim is not on this laptop, or is not of that kind.', 'Claims', 'Open Claims again.'],
  'filter/nothing-chosen': ['This filter shows the whole queue.', 'Queue, filter', 'Choose a list, a search or a filter first, then save it.'],
  'filter/name-taken': [(d) => `You already have a filter called “${word(d, 'name')}”.`, 'Queue, saved filters', 'Give it another name, or rename the other one.'],
  'filter/too-many': [(d) => `You have ${word(d, 'most')} saved filters, which is the most.`, 'Queue, saved filters', 'Remove one that you no longer need.'],
  'filter/unknown': ['This saved filter is not there any more.', 'Queue, saved filters', 'It was removed, maybe on another laptop of yours.'],
  'claim/not-yet': [(d) => `The time ${word(d, 'at')} has not come yet.`, 'Claims', 'Give the time at which it happened. If it is right, set this computer\'s clock.'],
  'claim/before-it-was-made': [(d) => `The time ${word(d, 'at')} is before the claim (${word(d, 'reportedAt')}).`, 'Claims', 'Give the time at which it happened.'],
  'claim/wrong-role': [(d) => `This claim is closed by ${word(d, 'allowed', 'nobody here')}, not by ${word(d, 'role')}.`, 'Claims', 'Ask that office at HQ.'],
  'claim/no-such-outcome': [(d) => `The outcome ${word(d, 'outcome')} does not exist here.`, 'Claims', (d) => `Give one of these: ${word(d, 'allowed')}.`],
  'claim/already-closed': [(d) => `The claim was closed at ${word(d, 'closedAt')}.`, 'Claims', 'Nothing to do.'],
  'claim/no-memo': ['No memorandum is made for this.', 'Claims', 'Only a US citizenship claim has one. Anything else goes to HQ by phone.'],
  'call/unknown-call': ['This call is not on this laptop.', 'Claims', 'Open Claims again.'],
  // Authority
  'authority/no-interval': [(d) => `The officer had no authority at ${word(d, 'at')}.`, 'Officer', 'Return the packet: an officer with authority must do the work again.'],
  'authority/not-in-model': [(d) => `The ${word(d, 'model')} model does not allow this act (${word(d, 'act')}).`, 'Officer', 'Return the packet.'],
  'authority/moa-not-in-force': [(d) => `The agency's MOA was not in force at ${word(d, 'at')} (${word(d, 'status')}).`, 'Agency', 'Return the packet and tell the field office.'],
  'authority/outside-site': [(d) => `The site ${word(d, 'siteId')} is not one where this agency may act.`, 'Agency', 'Return the packet.'],
  'clock/behind': ['This computer\'s clock is earlier than its last saved act or than HQ\'s time.', LAPTOP, 'Set the clock right, then sign again.'],
  // Intake
  'intake/already-have-it': [(d) => `HQ already has this (${word(d, 'what')} ${word(d, 'id')}).`, INTAKE, 'Nothing to do.'],
  'intake/version-order': [(d) => `Version ${word(d, 'number')} came, version ${word(d, 'expected')} is next.`, packet, 'Send the missing version first.'],
  'intake/version-conflict': [(d) => `Version ${word(d, 'number')} is here with other content.`, packet, 'Send the change as the next version, with a reason.'],
  'intake/unknown-agency': [(d) => `No agency ${word(d, 'agencyId')} is on record.`, INTAKE, 'Send the agency first.'],
  'intake/unknown-preparer': [(d) => `Officer ${word(d, 'officerId')} is not on record at agency ${word(d, 'agencyId')}.`, INTAKE, 'Send the officer first, or correct the id.'],
  'intake/unknown-staff': [(d) => `Nobody with id ${word(d, 'staffId')} is on the staff list.`, INTAKE, 'Send the staff member first.'],
  'intake/agency-changed': [(d) => `${word(d, 'id')} belongs to agency ${word(d, 'stored')}, not ${word(d, 'received')}.`, INTAKE, 'Use a new id for another agency.'],
  'intake/subject-changed': ['The packet is about another person than before.', packet, 'Send a new packet for another person.'],
  'intake/key-changed': [(d) => `${word(d, 'id')} stands for another PM or agency already.`, INTAKE, 'Use a new id.'],
  'intake/unknown-zone': [(d) => `"${word(d, 'zone')}" is not a time zone.`, INTAKE, 'Give an IANA name such as America/Chicago.'],
  'intake/ends-before-start': [(d) => `${word(d, 'id')} ends before it starts.`, INTAKE, 'Correct the times.'],
  'intake/moa-order': [(d) => `The MOA's record already goes to ${word(d, 'after')}; ${word(d, 'at')} is earlier.`, INTAKE, 'Give a later time.'],
  // Rule packs
  'pack/not-a-pack': [(d) => `The rule pack cannot be read: ${word(d, 'fields')}.`, 'Rule pack', 'Correct these fields and publish it again. The pack before stays active.'],
  'pack/from-the-future': [(d) => `The rule pack ${word(d, 'version')} says that it was published at ${word(d, 'publishedAt')}, which is not yet.`, 'Rule pack', 'Set the clocks right, then publish it again. The pack before stays active.'],
  'pack/bad-dates': [(d) => `The row ${word(d, 'rule')} ends (${word(d, 'to')}) no later than it starts (${word(d, 'from')}).`, row, 'Correct the dates. The pack before stays active.'],
  'pack/unknown-predicate': [(d) => `The row ${word(d, 'rule')} names the predicate ${word(d, 'predicate')}, which this version does not have.`, row, 'Update Fieldbook, or name another. The pack before stays active.'],
  'pack/bad-parameters': [(d) => `The row ${word(d, 'rule')} sets what its predicate does not take: ${word(d, 'fields')}.`, row, 'Correct the parameters. The pack before stays active.'],
  'pack/duplicate-rule': [(d) => `Two rows of ${word(d, 'rule')} would be in force at the same time and place.`, row, 'End one before the other begins. The pack before stays active.'],
  'pack/floor-missing': [(d) => `The pack has no row for ${word(d, 'rule')}, which no pack may leave out.`, row, FLOOR_TODO],
  'pack/floor-narrowed': [(d) => `${word(d, 'rule')} must stand in one row that applies everywhere.`, row, FLOOR_TODO],
  'pack/floor-ended': [(d) => `${word(d, 'rule')} must not start late or end (${word(d, 'from')} to ${word(d, 'to', 'open')}).`, row, FLOOR_TODO],
  'pack/floor-lowered': [(d) => `${word(d, 'rule')} is ${word(d, 'severity')} in the pack; it is ${word(d, 'least')} at the least.`, row, FLOOR_TODO],
  'pack/floor-weakened': [(d) => `${word(d, 'rule')} must keep its predicate and every act that it gates.`, row, FLOOR_TODO],
  'pack/bad-signature': [(d) => `The rule pack ${word(d, 'version')} is not signed by HQ as this laptop knows it.`, 'Rule pack', 'Tell HQ: it may have been changed on the way. The pack before stays active.'],
  'pack/other-version': [(d) => `The rule pack ${word(d, 'version')} calls itself ${word(d, 'says')}.`, 'Rule pack', 'Tell HQ. The pack before stays active.'],
  'pack/needs-two-approvers': [(d) => `The rule pack ${word(d, 'version')} asks less than before (${word(d, 'rules')}) and has fewer than two approvers.`, 'Rule pack', 'A second person at HQ approves it. The pack before stays active.'],
  'pack/version-taken': [(d) => `A rule pack ${word(d, 'version')} exists already.`, 'Rule pack', 'Give it another version name: a pack never changes once it is known.'],
  'pack/starts-in-the-past': [(d) => `The rule pack ${word(d, 'version')} would start at ${word(d, 'effectiveFrom')}, which is past.`, 'Rule pack, effectiveFrom', 'Name a later moment, or leave it out to start when it is published. Acts of the past keep the rules of their time.'],
  'pack/starts-too-late': [(d) => `The rule pack ${word(d, 'version')} would start at ${word(d, 'effectiveFrom')}, more than ${word(d, 'days')} days ahead.`, 'Rule pack, effectiveFrom', 'Correct the date, or publish the pack nearer to it.'],
  'pack/too-large': [(d) => `The rule pack ${word(d, 'version')} is longer than ${word(d, 'most')} characters.`, 'Rule pack', 'Shorten it, then publish it again.'],
  'pack/unknown-person': [(d) => `${word(d, 'actor')} is not on the staff list as ${word(d, 'role')}.`, HQ, 'Publish and approve in your own name (--actor), in your own role.'],
  'pack/person-not-active': [(d) => `${word(d, 'actor')} is not active on the staff list.`, HQ, 'Ask another officer of that office.'],
  'pack/unknown': [(d) => `No rule pack ${word(d, 'version')} was proposed.`, HQ, 'Publish it first, or correct the version.'],
  'pack/already-published': [(d) => `The rule pack ${word(d, 'version')} was published at ${word(d, 'publishedAt')}.`, HQ, 'Nothing to do.'],
  'pack/other-text': [(d) => `The hash is not that of the proposal ${word(d, 'version')}.`, HQ, 'Read the proposal that HQ has, then approve with the hash of that text.'],
  'pack/approver-twice': [(d) => `You approved the rule pack ${word(d, 'version')} already.`, HQ, 'A pack that asks less needs a second person.'],
  'pack/not-active': [(d) => `The rule pack ${word(d, 'version')} does not count now; ${word(d, 'active')} does.`, HQ, 'Nothing to do.'],
  'pack/nothing-to-judge': [(d) => `Nobody decides on the packet any more: it is ${word(d, 'state')}.`, packet, 'Nothing to do.'],
  'pack/judged-already': [(d) => `The packet was judged by the rule pack ${word(d, 'version')} already.`, packet, 'Nothing to do.'],
  'pack/lowers-otherwise': [(d) => `Another pack was published since: ${word(d, 'version')} would now take back something else than was approved.`, HQ, 'Publish it again under a new version, and have that approved.'],
  // Sync
  'internal/screen': ['This screen stopped on an error.', LAPTOP, `${KEPT} Open another screen, or try again. ${SUPPORT}`],
  'sync/client-too-old': ['This version of Fieldbook is too old to receive.', HQ, 'Update Fieldbook. What you saved still goes to HQ.'],
  'sync/gap': ['HQ misses an earlier act of this laptop.', 'Ledger', `${KEPT} ${SUPPORT}`],
  'sync/answer-changed': ['HQ was restored, received this act again and now answers differently. The first receipt is kept.', 'Ledger', 'Read the reason, then call HQ about this act.'],
  'sync/fork': ['Two different acts carry the same number: this laptop may have been copied or restored.', 'Ledger', 'Call HQ before you sign anything. Both acts are kept.'],
  'sync/out-of-scope': ['This agency is not assigned to you for that time.', HQ, 'Ask your field office about the assignment.'],
  'sync/unauthorised': ['HQ did not accept the sign-in of this laptop.', HQ, 'Test the connection on the Sync screen.'],
  'sync/token-expired': ['The sign-in expired.', HQ, `${KEPT} The laptop signs in again by itself.`],
  'sync/foreign-token': ['The sign-in was made for another HQ.', HQ, 'Check the address of HQ in Settings.'],
  'sync/device-revoked': ['HQ has revoked this laptop.', HQ, 'Call HQ. Do not delete anything: what is saved here can still be handed over.'],
  'sync/malformed': ['HQ could not read the request.', HQ, `${KEPT} ${SUPPORT}`],
  'sync/bad-seal': ['The signature does not match what was signed, or the key.', 'Ledger', 'Open the packet and sign again. Tell HQ.'],
  'sync/stale': ['Somebody else changed the record after you looked.', HQ, 'Open it again and decide on what stands there now.'],
  'sync/unknown-command': ['HQ does not know this kind of act.', HQ, SUPPORT],
  'sync/bad-hash': ['The act changed between this laptop and HQ.', 'Ledger', `It was not taken. ${SUPPORT}`],
  'sync/bad-head': ['The signature over the ledger does not match.', 'Ledger', SUPPORT],
  'sync/generation': ['HQ was rebuilt; this laptop fetches everything again.', HQ, `${KEPT} Stay online until it is done.`],
  'sync/unreachable': ['HQ cannot be reached.', HQ, `${KEPT} It is sent when a link is there.`],
  'sync/insecure-hq': ['The address of HQ is not a safe one.', 'Settings', 'Ask for the right address: it begins with https.'],
  'sync/hq-error': [(d) => `HQ answered with an error (${word(d, 'status')}).`, HQ, `${KEPT} It is tried again.`],
  'sync/reply-too-large': ['HQ\'s answer was larger than allowed.', HQ, SUPPORT],
  'sync/line-too-long': ['A line of HQ\'s answer was longer than allowed.', HQ, SUPPORT],
  'sync/page-too-large': ['A page of HQ\'s data was larger than allowed.', HQ, SUPPORT],
  'sync/not-hq': ['What answered is not HQ: perhaps a sign-in page of this network.', 'Network', 'Open a browser, sign in to the network, then try again.'],
  'sync/refused': ['HQ refused the request.', HQ, SUPPORT],
  'sync/partly-received': [(d) => `Partly received: ${word(d, 'received')} of ${word(d, 'of')}.`, HQ, `${KEPT} The rest is sent again.`],
  'sync/cursor-back': ['HQ offered data older than this laptop has.', HQ, SUPPORT],
  'sync/internal': ['Sending stopped on an error.', HQ, `${KEPT} ${SUPPORT}`],
  'sync/bug': ['Sending stopped on an error.', LAPTOP, `${KEPT} ${SUPPORT}`],
  'sync/bad-checkpoint': ['HQ\'s countersignature does not match.', 'Ledger', `${KEPT} Tell HQ.`],
  'sync/authority-changed': ['An officer\'s authority changed between your data and receipt.', HQ, 'Do not serve. Look at the packet again with HQ.'],
  'sync/moa-changed': ['The MOA changed between your data and receipt.', HQ, 'Do not serve. Look at the packet again with HQ.'],
  'sync/signer-changed': ['Your authority to sign changed between your data and receipt.', HQ, 'Do not serve. Call HQ.'],
  'sync/assignment-changed': ['The agency\'s assignment changed between your data and receipt.', HQ, 'HQ tells you and the new PM.'],
  'sync/clock-ahead': ['The act is dated later than HQ received it.', LAPTOP, 'Set this computer\'s clock right and tell HQ.'],
  'sync/clock-behind': ['The act is dated earlier than the HQ data it rests on.', LAPTOP, 'Set this computer\'s clock right and tell HQ.'],
  'sync/merged': ['The record had changed; both changes stand.', HQ, 'Nothing to do.'],
  'sync/too-large': ['The request was larger than HQ takes.', HQ, `${KEPT} ${SUPPORT}`],
  'sync/unknown-path': ['HQ does not have that address.', HQ, 'Update Fieldbook, or check the address of HQ in Settings.'],
  'sync/unknown-device': ['HQ does not know this laptop.', HQ, 'Call HQ: the laptop may have to be enrolled again.'],
  'enrol/too-many-tries': ['Too many codes were tried.', HQ, 'Wait a while, then ask HQ for a new code.'],
  'outbox/unknown': ['This item is not in the outbox.', 'Sync', 'Open Sync again.'],
  'outbox/not-refused': ['This item was not refused, so there is nothing to send again.', 'Sync', 'Nothing to do.'],
  'outbox/sealed-must-be-signed-again': ['A refused signature cannot be sent again as it is.', 'Sync', 'Open the packet, read it and sign again.'],
  'command/no-stream': ['The act names nothing that is on record.', LAPTOP, 'Open the packet again. Your assignment may have changed.'],
  'packet/incomplete': ['The packet has not fully arrived on this laptop.', packet, 'Get the latest data from HQ.'],
  'ingest/field': [(d) => `${word(d, 'field', 'A field')}: ${word(d, 'reason', 'not valid')}.`, INTAKE, 'Correct the line and send it again.'],
  'ingest/line-too-long': ['The line is longer than HQ takes.', INTAKE, 'Send the packet without its attachments, or split it.'],
  'ingest/not-utf8': ['The line is not UTF-8 text.', INTAKE, 'Save the file as UTF-8 and send it again.'],
  'ingest/not-json': ['The line is not JSON.', INTAKE, 'Correct the line and send it again.'],
  'ingest/not-csv': ['The file is not CSV.', INTAKE, 'Send it as CSV with a header line, or as NDJSON.'],
  'ingest/columns': ['The columns are not the expected ones.', INTAKE, 'Correct the header line and send the file again.'],
  'ingest/internal': ['The line could not be taken because of an error at HQ.', INTAKE, `The other lines stand. ${SUPPORT}`],
  'attachment/bad-name': ['The name of the file is not a SHA-256.', INTAKE, 'Send it to /ingest/attachments/ followed by 64 hexadecimal digits in lower case.'],
  'attachment/empty': ['The file is empty.', INTAKE, 'Send the file itself.'],
  'attachment/too-large': [(d) => `The file is larger than HQ takes (${word(d, 'limit', 'the limit')} bytes).`, INTAKE, 'Scan it again at a lower resolution, or split it into parts.'],
  'attachment/hash-mismatch': [(d) => `The file is not the one that was named: it hashes to ${word(d, 'found')}.`, INTAKE, 'Nothing was stored. Send the right file, or the name that fits it.'],
  'attachment/not-here': ['HQ does not have this file for you.', HQ, 'The agency has not sent it, or your assignment changed.'],
  'export/gone': ['The PDF was stopped, or the laptop was locked meanwhile.', LAPTOP, 'Start the export again.'],
  'export/pdf-failed': ['The PDF could not be written.', LAPTOP, 'Start it again; the bundle to verify does not depend on it.'],
  'export/restricted': ['This packet is under restricted handling and is not exported.', LAPTOP, 'Ask the officer for restricted handling at HQ.'],
  'document/not-here': ['The document is not on this laptop yet.', LAPTOP, 'It is fetched when a link is there. Everything else can be reviewed now.'],
  'document/unavailable': ['The file that keeps the documents could not be opened.', LAPTOP, `Packets, checks and signing work without it. ${SUPPORT}`],
  'document/unreadable': ['The document cannot be read from this laptop\'s disk.', LAPTOP, 'Lock and unlock Fieldbook: a damaged file is set aside and fetched again.'],
  'document/failed': ['The document arrived damaged three times and is not shown.', LAPTOP, 'Its SHA-256 did not match what the packet says. Fetch it again, or ask the agency to send it anew.'],
  'document/not-at-hq': ['HQ does not have this document.', HQ, 'The agency has not sent it. Review what is here, or return the packet and ask for it.'],
  'document/no-room': ['The disk is nearly full, so documents are not fetched.', LAPTOP, 'Free some space. Signing and sending go on.'],
  'document/too-large': ['The document is larger than Fieldbook takes.', 'The packet', 'Ask the agency for a smaller scan, or for parts.'],
  'document/encrypted': ['The PDF is encrypted and asks for a password.', 'The document', 'Return the packet and ask the agency for a copy without password.'],
  'document/broken': ['The PDF is damaged or cut off and cannot be shown.', 'The document', 'It is what the agency sent: its hash is right. Return the packet and ask for a whole copy.'],
  'document/not-a-pdf': [(d) => `The file says that it is ${word(d, 'mediaType', 'a PDF')}, but it is not.`, 'The document', 'Return the packet and ask the agency for the document as PDF.'],
  'document/other-pages': [(d) => `The packet says ${word(d, 'said')} pages; the document has ${word(d, 'found')}.`, 'The document', 'Look whether pages are missing before you rely on it.'],
  'document/page-failed': [(d) => `Page ${word(d, 'page')} cannot be drawn.`, 'The document', 'The other pages can be read. Ask the agency for a clean copy of this one.'],
  'store/backup-failed': ['The store could not be copied.', LAPTOP, 'Free some space, then try again.'],
  // Session, calls, store
  'session/keyfile-unreadable': ['The key file on this laptop cannot be read.', LAPTOP, 'Do not delete anything. Call HQ: they hold a recovery key.'],
  'session/computer-secret-missing': ['This computer no longer gives the secret that the store was locked with.', LAPTOP, 'Sign in to the computer as before, or call HQ for recovery.'],
  'session/locked-out': [(d) => `Too many wrong tries. Next try at ${word(d, 'retryAt')}.`, LAPTOP, 'Wait. Your work is safe.'],
  'practice/real-clock-near': [(d) => `Practice is shut: real clock ${word(d, 'clock')} at ${word(d, 'site')} ends at ${word(d, 'deadlineAt')}, in four hours or less.`, 'Practice', 'See to that clock first. Practice opens again once no real clock is that near.'],
  'practice/unknown-case': [(d) => `There is no practice case ${word(d, 'id')}.`, 'Practice', 'Choose a case from the list.'],
  'practice/passphrase': ['In practice the passphrase is not your own.', 'Practice', (d) => `Type the word "${word(d, 'type', 'practice')}". Never type your real passphrase here.`],
  'practice/not-here': ['This does not exist in practice: nothing is sent, fetched or taken out.', 'Practice', 'Leave practice to do it with real work.'],
  'practice/other-room': ['Practice began or ended while this was on its way. It was not done.', LAPTOP, 'Look at the screen as it is now, and do it again if it is still wanted.'],
  'session/wrong-passphrase': ['The passphrase is wrong.', LAPTOP, (d) => (d.retryAt ? `Try again at ${word(d, 'retryAt')}.` : 'Try again.')],
  'session/passphrase-too-short': [(d) => `The passphrase is shorter than ${word(d, 'min', '12')} characters.`, LAPTOP, 'Choose a longer one: several words are good.'],
  'session/already-enrolled': ['This laptop is enrolled already.', LAPTOP, 'Unlock it.'],
  'session/not-enrolled': ['This laptop is not enrolled.', LAPTOP, 'Enrol it with a code from HQ.'],
  'return/not-waiting': ['This return is not waiting any more: it was made, or taken back.', 'Packet', 'Look at the packet. A return that was made cannot be undone; the next version from the agency opens it again.'],
  'session/locked': ['Fieldbook is locked.', LAPTOP, 'Unlock it. Drafts and acts are saved.'],
  'session/busy': ['Another unlock is running.', LAPTOP, 'Wait a moment.'],
  'session/passphrase-needed': ['Your passphrase is needed to sign.', 'Sign dialog', 'Type it.'],
  'call/malformed': ['The screen sent something that Fieldbook could not read.', LAPTOP, SUPPORT],
  'call/bad-input': [(d) => `Not complete: ${word(d, 'fields')}.`, 'On this screen', 'Correct it and try again.'],
  'call/unknown': [(d) => `This version does not know "${word(d, 'name')}".`, LAPTOP, 'Update Fieldbook.'],
  'call/not-your-role': [(d) => `Your role (${word(d, 'role')}) does not do this.`, LAPTOP, 'Ask the office that does.'],
  'call/foreign-sender': ['The request did not come from the Fieldbook window.', LAPTOP, 'Nothing was done.'],
  'host/unreachable': ['The screen cannot reach the Fieldbook program on this computer.', LAPTOP, 'Start Fieldbook again. What was saved is saved.'],
  'input/invalid': [(d) => `${word(d, 'field', 'The input')}: ${word(d, 'reason', 'not valid')}.`, HQ, 'Correct it and send it again.'],
  'roles/not-allowed': [(d) => `The role ${word(d, 'role')} may not do this.`, HQ, 'Ask the office that does.'],
  'enrol/bad-code': ['The code is wrong, used or expired.', HQ, 'Ask HQ for a new code.'],
  'enrol/unknown-pm': ['The code names nobody on the staff list.', HQ, 'Ask HQ for a new code.'],
  'internal/backend-stopped': ['The part of Fieldbook that keeps the store has stopped.', LAPTOP, 'Start Fieldbook again. What was saved is saved.'],
  'internal/ipc': ['The window lost its connection to Fieldbook.', LAPTOP, 'Start Fieldbook again. What was saved is saved.'],
  'store/node-too-old': [(d) => `The runtime ${word(d, 'found')} is too old; ${word(d, 'needs')} is needed.`, LAPTOP, 'Install the newer runtime.'],
  'store/plaintext': ['The store file is not encrypted, so it is not opened.', LAPTOP, `Do not delete it. ${SUPPORT}`],
  'store/bad-key': ['The key of the store has the wrong length.', LAPTOP, SUPPORT],
  'store/wrong-key': ['The key does not open the store.', LAPTOP, 'Unlock with the right passphrase.'],
  'store/pragma': [(d) => `The store did not take the setting ${word(d, 'name')}.`, LAPTOP, SUPPORT],
  'store/exists': ['A store is here already.', LAPTOP, 'Nothing was overwritten.'],
  'store/missing': ['The store is not where it should be.', LAPTOP, `Do not enrol again. ${SUPPORT}`],
  'store/not-ours': ['The file is not a Fieldbook store.', LAPTOP, SUPPORT],
  'store/newer': ['A newer Fieldbook wrote this store.', LAPTOP, 'Update Fieldbook.'],
  'store/damaged': ['The store is damaged.', LAPTOP, `Do not delete it: HQ has what it received. ${SUPPORT}`],
  'store/disk-full': ['The disk is full: the act was not saved.', LAPTOP, 'Free some space, then do it again.'],
  'store/disk-error': ['The disk gave an error: the act was not saved.', LAPTOP, 'Send what is ready, then have the disk checked.'],
  'store/in-use': ['Another Fieldbook has the store open.', LAPTOP, 'Close the other one.'],
  ...Object.fromEntries(['numbering', 'unknown', 'order', 'edited', 'cascade', 'ended-transaction', 'lost-rows', 'broken-keys', 'damaged', 'failed'].map((why): [string, Entry] => [
    `store/migration-${why}`, [(d) => `The store could not be brought to this version (${why}, ${word(d, 'name', 'step unknown')}).`, LAPTOP, `The store is as it was before. ${SUPPORT}`],
  ])),
  // Officers and their training
  'officer/unknown': [(d) => `The officer ${word(d, 'officerId')} is not on record.`, 'Officer', 'Open the list of officers again.'],
  'officer/unknown-event': ['The file of the officer has no such event.', 'Officer', 'Open the officer again.'],
  'officer/already-corrected': ['This event was corrected already.', 'Officer', 'Record what happened as a new event.'],
  'officer/not-your-role': [(d) => `"${word(d, 'what')}" is not recorded by ${word(d, 'role')}.`, 'Officer', 'Ask the office that may: the FOD certifies, reinstates and revokes; a National PM grants waivers.'],
  'officer/not-in-state': [(d) => `"${word(d, 'what')}" does not follow from the state of the officer (${word(d, 'state').toLowerCase().replaceAll('_', ' ')}).`, 'Officer', 'Look at the time of the event and at what is on record before it.'],
  'officer/future': [(d) => `The event lies in the future (${word(d, 'at')}).`, 'Field: time', 'Record it when it has happened.'],
  'officer/no-class-then': [(d) => `There is no initial class on ${word(d, 'startsOn')}: none starts from October to December.`, 'Field: start', 'Choose a class from January on.'],
  'officer/letter-before-training': [(d) => `The letter is dated before the training ended (${word(d, 'completedOn')}).`, 'Field: date of the letter', 'Look at the date of the letter.'],
  'officer/notice-first': ['Under the task force model the other party is told 48 hours before a revocation.', 'Field: notice, clock K22', 'Give the notice, then record the revocation with its time.'],
  'officer/last-officer': ['No other officer of this agency has authority: the MOA needs its own notice of suspension or termination.', 'Field: MOA notice', 'Start that notice with the Unit Chief, and name it here.'],
  'officer/pm-must-sign': [(d) => `No program manager has signed the reinstatement since ${word(d, 'since')}.`, 'Officer', 'The PM of the agency signs first.'],
  'officer/lapsed-too-long': [(d) => `Authority ended on ${word(d, 'since')}, more than ${word(d, 'months')} months ago.`, 'Officer', 'The officer goes back to training.'],
  'officer/refresher-too-old': [(d) => `The refresher fell due on ${word(d, 'dueOn')}, more than ${word(d, 'months')} months ago.`, 'Officer', 'The officer goes back to training.'],
  'officer/not-verified': [(d) => `Not done or not verified: ${word(d, 'titles')}.`, 'Officer, training', 'Record and verify what is missing.'],
  'officer/nobody-accountable': [(d) => `Nobody is named who answers for: ${word(d, 'titles')}.`, 'Agency, training', 'Name the training officer for these requirements.'],
  'officer/already-attested': [(d) => `The verification of ${word(d, 'period')} is on record.`, 'Officer', 'Nothing to do.'],
  // Imports of rosters
  'import/too-large': [(d) => `The file is larger than ${word(d, 'mebibytes')} MiB.`, 'Import', 'Export fewer rows, in several files.'],
  'import/too-many-rows': [(d) => `The file has ${word(d, 'rows')} rows; at most ${word(d, 'most')} are read at once.`, 'Import', 'Split it into several files.'],
  'import/empty': ['There is no row to import in this file.', 'Import', 'Choose the file with headers and rows.'],
  'import/not-readable': ['This is no text that can be read for certain: not UTF-8, UTF-16 or Windows-1252.', 'Import', 'Save it as “CSV UTF-8” or as XLSX, then choose it again.'],
  'import/old-excel': ['This is a workbook of Excel 97 to 2003, or one with a password.', 'Import', 'Open it in Excel and save it as XLSX without a password.'],
  'import/encrypted': ['This workbook has a password.', 'Import', 'Save it without a password, then choose it again.'],
  'import/broken-workbook': ['This workbook cannot be read: it is damaged, or no XLSX.', 'Import', 'Open it in Excel, save it as XLSX again, then choose that file.'],
  'import/broken-csv': [(d) => `A quotation mark does not close, near line ${word(d, 'line')}.`, 'Import', 'Correct that line, or export the file again.'],
  'import/mapping': [(d) => MAPPING_GAPS[String(d.gap)] ?? 'A column is missing.', 'Import, columns', 'Choose the columns, then try again.'],
  'import/gone': ['The import was stopped, or the laptop was locked meanwhile. What was written stays.', LAPTOP, 'Choose the file again: rows that are there already change nothing.'],
  'import/unreachable': ['The file can no longer be read from its disk.', 'Import', 'Choose it again.'],
  'import/busy': ['Another import is writing.', LAPTOP, 'Wait until it is done, or stop it.'],
  'import/failed': ['The file could not be read or planned.', LAPTOP, 'Choose it again. Nothing was written by that step.'],
  'training/unknown-officer': [(d) => `The officer ${word(d, 'officerId')} does not belong to agency ${word(d, 'agencyId')}.`, 'Training', 'Choose an officer of the agency.'],
  'training/future': [(d) => `The completion lies in the future (${word(d, 'completedOn')}).`, 'Field: day of completion', 'Correct the day.'],
  'training/as-of-future': [(d) => `${word(d, 'day')} has not come yet.`, 'Field: as of', 'Choose a day that has passed, or leave it empty for now.'],
  'training/unknown-completion': ['This completion is not on record, or was withdrawn.', 'Training', 'Open the officer again.'],
  'training/unknown-import': ['Nothing on record came from this import.', 'Training, imports', 'Look at the list of imports.'],
  'course/already-filed': ['This course is already reported as unavailable, and HQ has not answered.', 'Training', 'Wait for HQ, or call the National PM.'],
  'course/already-answered': ['This request was answered or ended already.', 'Training', 'File a new one if something changed.'],
  'course/unknown-request': ['There is no such request for this course.', 'Training', 'Open the list again.'],
  'course/same-substitute': ['A course cannot stand in for itself.', 'Field: substitute', 'Choose another course, or grant a waiver without one.'],
  'course/ends-before-start': ['The waiver ends before it begins.', 'Field: last day', 'Correct the day.'],
  'course/too-long': [(d) => `A waiver lasts ${word(d, 'months')} months at most (${word(d, 'expiresOn')} is later).`, 'Field: last day', 'Choose an earlier day; it can be granted again.'],
  'course/too-early': [(d) => `A waiver does not reach back before ${word(d, 'earliest')}, when it was asked for or is granted.`, 'Field: first day', 'Choose a later start. A gap stays on record.'],
  // Onboarding
  'onboarding/future': [(d) => `This day has not come yet (${word(d, 'on')}).`, 'Field: day', 'Record it when it has happened, or as planned.'],
  'onboarding/queue-incomplete': ['A place in the installer\'s queue belongs to the installation, with its number and the rule by which it was given.', 'Field: position', 'Give the place and the rule.'],
  'onboarding/unknown-fact': ['There is no such entry to take back.', 'Onboarding', 'Open the agency again.'],
  'onboarding/say-why': ['A plan that moves later, or an entry that is taken back, needs whose days it was and a reason of 10 characters.', 'Field: owner, reason', 'Name the office, not a person.'],
  'onboarding/before-moa': [(d) => `This lies before the MOA was signed (${word(d, 'moaOn')}).`, 'Field: day', 'Correct the day, or the day of the MOA.'],
  'onboarding/unknown-prospect': ['This prospect is not on record.', 'Onboarding', 'Open the list again.'],
  // Look-back reviews
  'signoff/under-review': [(d) => `The packet is under review by HQ: ${word(d, 'form', 'the form')} is not signed meanwhile.`, 'Packet, look-back review', 'HQ has one business day. Call the owner if a clock runs. A hold and a return are open as ever.'],
  'lookback/unknown': ['HQ knows no such look-back review.', HQ, 'Take the id from the list of reviews.'],
  'lookback/unknown-statement': ['The packet has no such signature.', HQ, 'Take the id from the packet, or name none for all signatures.'],
  'lookback/nothing-signed': ['Nothing was signed in this packet, so there is nothing to look back at.', HQ, 'Place a hold or return the packet instead.'],
  'lookback/already-open': [(d) => `A look-back review of this is open already (${word(d, 'reviewId')}).`, HQ, 'Add notices to that one, or close it.'],
  'lookback/closed': [(d) => `The look-back review was closed at ${word(d, 'closedAt')}.`, HQ, 'Open a new one if something came up since.'],
  'lookback/wrong-owner': [(d) => `Only an active SDDO or FOD owns a look-back review (${word(d, 'ownerId')} is not).`, HQ, 'Name one of them.'],
  'lookback/owner-is-signer': ['Who signed the packet may not own its look-back review.', HQ, 'Name another person.'],
  'lookback/closer-is-signer': ['Who signed the packet may not close its look-back review: two persons.', HQ, 'Ask another SDDO or the FOD.'],
  'lookback/notice-missing': [(d) => `Notices are missing: ${word(d, 'to')}.`, 'Field "notices"', 'OPLA is told always; the person or counsel when a form was served. Record the notice and close again.'],
  'lookback/notice-ahead': [(d) => `A notice lies in the future (${word(d, 'field', 'notices')}).`, HQ, 'Record a notice once it was given.'],
  'lookback/released-when': ['It is not said when the person was let go, or the time lies ahead.', 'Field "releasedAt"', 'Enter when the person was let go, then close.'],
};

/** Why HQ put a sealed act under review, in a few words each: facts that HQ had otherwise (SYN-4), or codes with their own sentence. */
const REVIEW_REASONS: Readonly<Record<string, string>> = {
  content: 'HQ has other text for this version', holds: 'HQ had another set of holds', authority: 'HQ had other authority for an officer', moa: 'HQ had another MOA status',
  signer: 'HQ had other facts on the signer', checks: 'a check came out otherwise at HQ',
  shown: 'HQ was told otherwise what was on screen', pack: 'HQ judged by another rule pack, in force at that time',
};
/** One reason of an act under review, as words. */
export const reviewReason = (reason: string): string => REVIEW_REASONS[reason] ?? sentence({ code: reason, details: {} }).what;

/** Codes that end in something made up on the spot, by their first part; and what is said of a code without an entry. */
const FAMILIES: Readonly<Record<string, Entry>> = {
  internal: ['Something in Fieldbook itself went wrong.', LAPTOP, `${KEPT} ${SUPPORT}`],
  store: ['The store on this laptop did not do what it must.', LAPTOP, `Do not delete anything. ${SUPPORT}`],
  sync: ['HQ and this laptop did not come to an end.', HQ, `${KEPT} It is tried again.`],
};

/**
 * The sentence for a problem. Never empty: an unknown code says which code it is and that support knows it.
 */
export function sentence(problem: Problem): Sentence {
  const family = problem.code.split('/')[0] ?? '';
  const entry = SENTENCES[problem.code] ?? FAMILIES[family] ?? [`It was not done (${problem.code}).`, LAPTOP, SUPPORT];
  const [what, where, todo] = entry.map((w) => (typeof w === 'function' ? w(problem.details) : w));
  return { what: what ?? problem.code, where: where ?? '', todo: todo ?? SUPPORT };
}
