/**
 * A whole small world in one process: a real HQ on in-memory PostgreSQL (PGlite), a scriptable network, and laptops with real encrypted stores
 * in temporary folders, all on one fake clock. Nothing of ours is replaced; the passphrase hash is cheap.
 */
import type { JsonWebKey } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActIn, ActName, ActOut, CommandIn, FieldCommandName, PacketView, QueryIn, QueryName, QueryOut, Saved, SyncItem } from '../../shared/api.ts';
import type { Result } from '../../shared/result.ts';
import { formHash, openContent, SIGNABLE } from '../../shared/domain/packet.ts';
import { createBackend, type BackendOptions, type HostBackend } from '../../host/backend.ts';
import { WEAK_KDF_FOR_TESTS } from '../../host/keystore.ts';
import { openHq } from '../../hq/open.ts';
import { createHq } from '../../hq/server.ts';
import { AGENCY, cleanAgency, cleanInterval, cleanOfficer, cleanPacket, cleanSigner, NOW, PM } from '../domain/clean-packets.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { openTestHq } from './hq-databases.ts';
import { startProxy, type Network } from './proxy.ts';

export const PASSPHRASE = 'lantern orchard seven';
export const SERVICE_TOKEN = 'service-token-of-the-tests';
export { AGENCY, PM } from '../domain/clean-packets.ts';

export type Laptop = {
  readonly folder: string; readonly log: Readonly<Record<string, unknown>>[]; readonly backend: HostBackend;
  readonly read: <N extends QueryName>(name: N, input: QueryIn<N>) => Promise<QueryOut<N>>;
  readonly act: <N extends ActName>(name: N, input: ActIn<N>) => Promise<Result<ActOut<N>>>;
  readonly run: <N extends FieldCommandName>(name: N, input: CommandIn<N>, base?: Readonly<Record<string, number>>, secret?: string) => Promise<Result<Saved>>;
  /** Code, passphrase and the first pull. */
  readonly enrol: (code?: string) => Promise<void>;
  /** "Send now", and wait until the loop is still. */
  readonly sync: () => Promise<void>;
  readonly items: () => Promise<readonly SyncItem[]>;
  readonly hold: (packetId: string, reason?: string) => Promise<Result<Saved>>;
  readonly sign: (packetId: string, secret?: string) => Promise<Result<Saved>>;
  /** Ends this backend and opens the same folder again: locked. */
  readonly restart: (options?: Partial<BackendOptions>) => Promise<Laptop>;
  readonly close: () => Promise<void>;
};
export type World = {
  readonly clock: FakeClock; readonly proxy: Network; readonly hqUrl: string; readonly packets: readonly string[];
  /** A command of HQ's own roles; throws when HQ refuses it. */
  readonly command: (name: string, input: unknown, as?: string, actor?: string) => Promise<unknown>;
  readonly enrolmentCode: (pmId?: string) => Promise<string>;
  /** How many commands HQ has recorded from this laptop's ledger. */
  readonly recorded: (laptop: Laptop) => Promise<readonly { readonly seq: number; readonly commandId: string }[]>;
  readonly receive: (id: string) => Promise<void>;
  /** Resolves when every hold has reached the person's other packets at HQ. */
  readonly holdsReached: () => Promise<void>;
  /** Resolves when HQ has judged every open packet by the pack that counts now. */
  readonly reevaluated: () => Promise<void>;
  /** Ends HQ, and starts one on the same address over this folder (a restored copy, say). */
  readonly stopHq: () => Promise<void>;
  readonly startHq: (dataDir: string) => Promise<void>;
  readonly laptop: (options?: Partial<BackendOptions>) => Laptop;
  readonly close: () => Promise<void>;
};

/** The value, or a failure that names the problem. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.code} ${JSON.stringify(result.problem.details)}`);
  return result.value;
}

function openLaptop(world: { clock: FakeClock; proxyUrl: string; code: () => Promise<string> }, options: Partial<BackendOptions>): Laptop {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'fieldbook-laptop-'));
  const log: Record<string, unknown>[] = [];
  const whole: BackendOptions = {
    hqUrl: world.proxyUrl, clock: world.clock, after: world.clock.after, random: () => 0.5, weakForTests: WEAK_KDF_FOR_TESTS, pollMs: 60_000, log: (line) => { log.push({ ...line }); }, ...options,
      folder,
  };
  const backend = createBackend(whole);
  const laptop: Laptop = {
    folder, log, backend,
    read: async (name, input) => must(await backend.call({ read: name, input })) as never,
    act: (name, input) => backend.call({ act: name, input }) as never,
    run: (name, input, base = {}, secret) => backend.call(secret === undefined ? { run: name, input, base } : { run: name, input, base, secret }) as never,
    enrol: async (code) => {
      // HQ counts enrolments per minute.
      world.clock.advance(3_000);
      must(await laptop.act('session.enrol', { code: code ?? await world.code() }));
      must(await laptop.act('session.choosePassphrase', { passphrase: PASSPHRASE }));
      await backend.settled();
    },
    sync: async () => {
      must(await laptop.act('sync.now', {}));
      await backend.settled();
    },
    items: () => laptop.read('sync.items', { filter: 'all' }),
    hold: async (packetId, reason = 'Waiting for the sworn statement of the arresting officer.') => {
      const view = await laptop.read('packet.open', { packetId, number: null });
      return laptop.run('hold.place', { packetId, rule: 'OTHER', reason }, view.base);
    },
    sign: async (packetId, secret = PASSPHRASE) => {
      const view: PacketView = await laptop.read('packet.open', { packetId, number: null });
      const forms = openContent(view.version.content).forms.filter((f) => SIGNABLE.includes(f.kind));
      return laptop.run('signoff.sign', {
        packetId, version: view.version.number, warnReasons: [],
        forms: forms.map((f) => ({ formId: f.id, contentHash: formHash(f), capacity: 'Supervisory Detention and Deportation Officer' })), shown: forms.map((f) => ({ formId: f.id, seconds: 20 })),
      }, view.base, secret);
    },
    restart: async (more = {}) => {
      await backend.close();
      return openLaptop(world, { ...options, ...more, folder });
    },
    close: () => backend.close(),
  };
  return laptop;
}

/** One HQ (in memory, or in the folder `dataDir`), one agency with one DIO, one PM, and `packets` clean packets. Close it at the end. */
export async function createWorld({ packets = 2, dataDir = null, signingKey }: { readonly packets?: number; readonly dataDir?: string | null; readonly signingKey?: JsonWebKey } = {}): Promise<World> {
  const clock = fakeClock(NOW);
  const start = async (folder: string | null, port: number) => {
    const made = await createHq({ db: folder === null ? await openTestHq() : await openHq({ dataDir: folder }), isDemo: true, serviceToken: SERVICE_TOKEN, now: clock.now, ...(signingKey ? { signingKey } : {}) });
    return { hq: made, url: await made.app.listen({ port, host: '127.0.0.1' }) };
  };
  const first = await start(dataDir, 0);
  let { hq } = first;
  const hqUrl = first.url;
  const proxy = await startProxy(hqUrl);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${SERVICE_TOKEN}` };
  const command = async (name: string, input: unknown, as = 'service', actor = 'service'): Promise<unknown> => {
    const response = await fetch(`${hqUrl}/commands`, { method: 'POST', headers, body: JSON.stringify({ name, input, as, actor }) });
    const body: unknown = await response.json();
    if (!response.ok || (body as { ok?: boolean }).ok === false) throw new Error(`${name}: ${response.status} ${JSON.stringify(body)}`);
    return body;
  };
  const { stream: _as, version: _av, changedBy: _ac, ...agency } = cleanAgency();
  const { stream: _os, version: _ov, changedBy: _oc, ...officer } = cleanOfficer();
  const { stream: _ss, version: _sv, changedBy: _sc, ...signer } = cleanSigner();
  const { id, model, startAt, endAt, endReason } = cleanInterval();
  await command('agency.receive', agency);
  await command('officer.receive', { ...officer, intervals: [{ id, model, startAt, endAt, endReason }], training: [] });
  await command('staff.receive', { ...signer, signerKid: null, signerJwk: null });
  await command('assignment.set', { id: 'as-1', pmId: PM, agencyId: AGENCY, kind: 'assigned', startAt: '2025-01-01T00:00:00.000Z', endAt: null });
  const receive = async (packetId: string): Promise<void> => {
    const clean = cleanPacket('P-NTA');
    await command('packet.receive', { document: { ...clean, packetId, subject: { ...clean.subject, subjectId: `su-${packetId}` } } });
  };
  const ids = Array.from({ length: packets }, (_, n) => `pk-${n + 1}`);
  for (const packet of ids) await receive(packet);
  const open: Laptop[] = [];
  const code = (pmId = PM): Promise<string> => hq.issueEnrolmentCode(pmId);
  return {
    holdsReached: () => hq.holdsReached(),
    clock, proxy, hqUrl, packets: ids, command, receive, enrolmentCode: code,
    recorded: async (laptop) => {
      const state = must(await laptop.act('session.state', {}));
      if (state.phase !== 'open') throw new Error('unlock it first');
      const response = await fetch(`${hqUrl}/ledger/${state.deviceId}`, { headers });
      const file = await response.json() as { epochs: readonly { entries: readonly { entry: { seq: number; commandId: string } }[] }[] };
      return file.epochs.flatMap((e) => e.entries.map(({ entry }) => ({ seq: entry.seq, commandId: entry.commandId })));
    },
    reevaluated: () => hq.reevaluate(),
    stopHq: () => hq.close(),
    startHq: async (folder) => { ({ hq } = await start(folder, Number(new URL(hqUrl).port))); },
    laptop: (options = {}) => {
      const laptop = openLaptop({ clock, proxyUrl: proxy.url, code: () => code() }, options);
      open.push(laptop);
      return laptop;
    },
    close: async () => {
      for (const laptop of open) await laptop.close().catch(() => undefined);
      await proxy.close();
      await hq.close();
    },
  };
}
