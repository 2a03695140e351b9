/**
 * The draft of the memorandum to OPLA on a US citizenship claim, as a PDF made on this laptop, offline. States what was recorded and no conclusion.
 * Must never name restricted handling or what stands behind it, and its file name holds nothing about a person.
 */
import type { MadeFile } from '../shared/api.ts';
import { CLAIM_KINDS, claimClocks, MEMO_SENT } from '../shared/domain/claims.ts';
import { isOpen } from '../shared/domain/holds.ts';
import { displayANumber, openContent } from '../shared/domain/packet.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { versionId } from '../shared/rows.ts';
import { siteTime, utcTime } from '../shared/time.ts';
import { claimsOf } from '../db/queries/claims.ts';
import { rowById, rowsWhere } from '../db/rows.ts';
import type { OpenSession } from './session.ts';
import { expectedWords } from '../shared/domain/rule-words.ts';

const words = (id: string): string => id.replaceAll('_', ' ').replace(/\bus\b/, 'US');

/** The draft of one claim. `note` is told the packet before anything is made. Refusals: claim/unknown, claim/no-memo, packet/incomplete. */
export async function draftMemo(open: Pick<OpenSession, 'store' | 'me'>, claimId: string, now: string, note: (packetId: string) => void): Promise<Result<MadeFile>> {
  const { store, me } = open;
  const claim = rowById(store, 'claims', claimId);
  if (!claim || claim.stream.startsWith('restricted:')) return no('claim/unknown', {});
  if (claim.kind !== 'citizenship') return no('claim/no-memo', {});
  note(claim.packetId);
  const [packet, subject, agency] = [rowById(store, 'packets', claim.packetId), rowById(store, 'subjects', claim.subjectId), rowById(store, 'agencies', claim.agencyId)];
  const version = packet && rowById(store, 'packet_versions', versionId(packet.id, packet.currentVersion));
  if (!packet || !subject || !agency || !version) return no('packet/incomplete', { packetId: claim.packetId });
  const document = openContent(version.content);
  const all = claimsOf(store, packet.id);
  const memoAt = all.find((c) => c.kind === MEMO_SENT && c.source === claim.id)?.reportedAt ?? null;
  const run = rowById(store, 'check_runs', versionId(packet.id, packet.currentVersion));
  const holds = rowsWhere(store, 'holds', { packetId: packet.id }).filter((h) => isOpen(h) && h.rule === CLAIM_KINDS.citizenship.rule);
  const staff = (id: string): string => rowById(store, 'staff', id)?.name ?? id;
  const both = (at: string): string => `${siteTime(at, claim.zone)} (${utcTime(at)})`;

  // Loaded only when somebody asks for a draft: the library is large, and the first screen does not wait for it.
  const { createSheet } = await import('./pdf-page.ts');
  const sheet = await createSheet({ title: 'DRAFT memorandum: US citizenship claim', foot: `DRAFT${document.isSynthetic ? ' · SYNTHETIC' : ''} · pre-decisional · law enforcement sensitive` });
  sheet.heading('DRAFT memorandum to OPLA', 1);
  sheet.text(`Claim or indicia of US citizenship. Made ${both(now)} from what this laptop holds; not sent, not signed.${document.isSynthetic ? ' SYNTHETIC DATA.' : ''}`, { isSoft: true });
  sheet.facts([
    ['From', `${me.name}, ${me.legalTitle}, ${me.fieldOffice}`], ['To', 'Office of the Principal Legal Advisor (OPLA), with ERO'],
    ['Person', `${subject.name}, ${displayANumber(subject.aNumber)}${subject.bornOn ? `, born ${subject.bornOn}` : ''}`],
    ['Packet', `${packet.eventNumber}, version ${packet.currentVersion}, ${packet.isDetained ? 'in custody' : 'not in custody'}`], ['Agency', `${agency.name}, ${agency.county}, ${agency.state} (${agency.model})`],
  ]);
  sheet.heading('The claim as it was told');
  sheet.facts([
    ['When', both(claim.reportedAt)], ['Source', words(claim.source)], ['Statement', claim.statement], ['Recorded by', `${staff(claim.recordedBy)}, ${both(claim.recordedAt)}`],
    ['ICE told', claim.consultedAt ? both(claim.consultedAt) : 'not recorded'],
  ]);
  sheet.heading('Indicia');
  const indicia = [
    ...document.subject.citizenshipIndicia.map((i) => [both(i.at), words(i.kind), i.source]),
    ...all.filter((c) => c.kind === 'citizenship').map((c) => [both(c.reportedAt), words(c.source), c.statement]),
  ];
  sheet.table(['When', 'Kind', 'What'], [0.34, 0.2, 0.46], indicia);
  sheet.heading('What was checked');
  const asked = (run?.results ?? []).filter((r) => ['PK-08', 'DET-10', 'NTA-03', 'NTA-04', 'PK-01', 'PK-02'].includes(r.rule));
  sheet.text(run ? `Rule pack ${run.pack}, ${both(run.evaluatedAt)}.` : 'No check run of this version lies on this laptop.');
  if (asked.length > 0) sheet.table(['Rule', 'Outcome', 'What it says'], [0.14, 0.16, 0.7], asked.map((r) => [r.rule, r.outcome, r.findings.map((f) => `${f.field}: expected ${expectedWords(f)}`).join('; ') || '-']));
  sheet.text(`Evidence in the packet: ${document.evidence.map((e) => e.title).join('; ') || 'none'}.`);
  sheet.heading('Clocks and hold');
  sheet.table(['Clock', 'Started', 'Due', 'Stands'], [0.28, 0.26, 0.26, 0.2], claimClocks(claim, memoAt).map((c) => [
    `${c.id} ${c.label}`, both(c.startsAt), both(c.deadlineAt), c.stoppedAt ? `stopped ${siteTime(c.stoppedAt, c.zone)}` : c.deadlineAt <= now ? c.atEnd : 'running',
  ]));
  sheet.text(holds.length > 0 ? `Hold ${CLAIM_KINDS.citizenship.rule} is open since ${both([...holds].map((h) => h.placedAt).sort()[0] ?? now)}; OPLA or an SDDO releases it at HQ.` : 'No citizenship hold is open on this packet.');
  sheet.heading('Asked of OPLA');
  sheet.text('Whether there is probative evidence that the person is a US citizen, and whether detention, detainer and charging may go on. ICE Directive 16001.2. Until answered, nothing is issued or served.');
  const bytes = await sheet.finish();
  return ok({ name: `opla-memo-draft-${claim.id.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)}.pdf`, base64: Buffer.from(bytes).toString('base64') });
}
