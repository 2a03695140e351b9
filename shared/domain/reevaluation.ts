/**
 * An open packet judged again because another rule pack began to count: one more check run beside those before, and the head's numbers by it where they changed.
 * Never touches a run that is there, a signed packet, or anything that a person did.
 */
import { z } from 'zod';
import { command, many, one, put, type AnyCommand } from '../command.ts';
import { agencyStream, PROGRAM_STREAM } from '../ids.ts';
import { no, ok } from '../result.ts';
import { type PacketRow, versionId } from '../rows.ts';
import { holdReasons, isOpen } from './holds.ts';
import { linkFacts } from './links.ts';
import { openContent } from './packet.ts';
import { activePack } from './published-packs.ts';
import { type CheckFacts, evaluate, inputsHash, signingCounts, storedResults } from './sufficiency.ts';

/** Packets that are judged again: those on which somebody still decides. */
export const isJudged = (state: PacketRow['state']): boolean => state !== 'signed' && state !== 'closed';
/** Id of the run of one packet version under a pack that began after the version came. */
export const laterRunId = (packetId: string, number: number, pack: string): string => `${versionId(packetId, number)}.${pack}`;

/**
 * `packet.reevaluate`: HQ's own, after a pack began. The same packet and pack again is answered `pack/judged-already`; `pack/not-active` and
 * `pack/nothing-to-judge` when the pack no longer counts or nobody decides on the packet any more.
 */
export const packetReevaluate = command({
  name: 'packet.reevaluate', conflict: 'merge', roles: ['service'],
  input: z.strictObject({ packetId: z.string().min(1).max(64), pack: z.string().min(1).max(80) }),
  reads: [
    (i) => ({
      packet: one('packets', i.packetId), holds: many('holds', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), packs: many('rule_packs', { stream: PROGRAM_STREAM }),
      links: many('packet_links', { packetId: i.packetId }), pins: many('pins', { packetId: i.packetId }),
    }),
    (i, _env, { packet }) => ({
      version: one('packet_versions', packet && versionId(packet.id, packet.currentVersion)), run: one('check_runs', packet && laterRunId(packet.id, packet.currentVersion, i.pack)),
      agency: one('agencies', packet?.agencyId), intervals: many('authority_intervals', { agencyId: packet?.agencyId ?? '' }), moa: many('moa_intervals', { agencyId: packet?.agencyId ?? '' }),
    }),
  ],
  stream: (first) => (first.packet ? agencyStream(first.packet.agencyId) : null),
  decide: ({ packet, version, run, agency, intervals, moa, holds, statements, packs, links, pins }, i, env) => {
    if (!packet || !version || !agency) return no('packet/unknown', { packetId: i.packetId });
    const { pack } = activePack(packs, env.at);
    if (pack.version !== i.pack) return no('pack/not-active', { version: i.pack, active: pack.version });
    if (!isJudged(packet.state)) return no('pack/nothing-to-judge', { packetId: packet.id, state: packet.state });
    if (run) return no('pack/judged-already', { packetId: packet.id, version: i.pack });
    const document = openContent(version.content);
    const facts: CheckFacts = { agency, moa, intervals, holds, statements, pins, now: env.at, ...linkFacts(links, document) };
    const results = evaluate(document, facts, pack);
    const { version: _v, changedBy: _c, ...head } = packet;
    const { agencyId, stream } = packet;
    const counts = { ...signingCounts(results), holdCount: holdReasons({ results, evaluatedAt: env.at }, holds).size, openHolds: holds.filter(isOpen).length };
    // A head that stays as it is stays unwritten: laptops need not pull it, and the search for links need not look again.
    const isMoved = Object.entries(counts).some(([name, n]) => packet[name as keyof typeof counts] !== n);
    return ok([
      put('check_runs', {
        id: laterRunId(packet.id, version.number, pack.version), stream, agencyId, packetId: packet.id, number: version.number, pack: pack.version, evaluatedAt: env.at, results: storedResults(results),
        inputsHash: inputsHash(document, facts, pack, version.contentHash),
      }),
      ...(isMoved ? [put('packets', { ...head, ...counts })] : []),
    ]);
  },
});
export const REEVALUATION_COMMANDS = { 'packet.reevaluate': packetReevaluate } as const satisfies Readonly<Record<string, AnyCommand>>;
