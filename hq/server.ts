/** HQ put together over an open store: its keys, its background work and its routes. */
import { randomUUID, type JsonWebKey } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { bareApp, bareError, fingerprintOf, type Tls } from './app.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { isService, issueCode, type HqKeys } from './auth.ts';
import { busyWith } from './busy.ts';
import { createFanOut, MOVES_HOLDS } from './hold-fanout.ts';
import { keyId, newPrivateJwk, publicJwk } from './jws.ts';
import { createLapses, MOVES_AUTHORITY } from './lapses.ts';
import { laptopRoutes } from './laptop-routes.ts';
import { lookbackRoutes } from './lookback-routes.ts';
import { stateValue, type HqConnection, type HqDb } from './open.ts';
import { createOwnCommands } from './own-commands.ts';
import { Refusal } from './problem.ts';
import { createReevaluation } from './reevaluation.ts';
import { reviewRoutes } from './review-routes.ts';
import type { RouteContext } from './route-context.ts';
import { audit } from './schema.ts';
import type { Role } from '../shared/roles.ts';
import { serviceRoutes } from './service-routes.ts';

export type HqOptions = {
  readonly db: HqDb;
  readonly isDemo: boolean;
  /** Private P-256 JWK; without one HQ keeps its own in its database. */
  readonly signingKey?: JsonWebKey;
  /** Public P-256 JWK to which laptops wrap their data key; its private half belongs in a safe, not here. */
  readonly recoveryJwk?: JsonWebKey;
  /** Without one, intake and commands are closed. */
  readonly serviceToken?: string | undefined;
  /** Current instant, ISO 8601 UTC with milliseconds. */
  readonly now?: () => string;
  readonly log?: pino.Logger;
  readonly tls?: Tls;
};
export type Hq = {
  readonly app: FastifyInstance;
  readonly issuer: string;
  /** SHA-256 of the pinned CA, `AB:CD:...`; null without TLS. */
  readonly caFingerprint: string | null;
  /** A one-time code for a PM's next laptop. */
  readonly issueEnrolmentCode: (pmId: string, code?: string) => Promise<string>;
  /** Resolves when every hold under way has reached the person's other packets. */
  readonly holdsReached: () => Promise<void>;
  /** Resolves when every change of authority was compared with the signed packets. */
  readonly lapsesCompared: () => Promise<void>;
  /** Judges open packets again where a rule pack began meanwhile; resolves when none is left. HQ looks by itself, too. */
  readonly reevaluate: () => Promise<void>;
  /** Waits for requests under way, then closes the store. */
  readonly close: () => Promise<void>;
};

/** Builds HQ over an open store. The caller listens (`app.listen`); an unsafe address is refused there. */
export async function createHq(options: HqOptions): Promise<Hq> {
  const { db: store, isDemo } = options;
  const { db } = store;
  const now = options.now ?? (() => new Date().toISOString());
  const log = options.log ?? pino({ level: 'silent' });
  const privateJwk = options.signingKey ?? (JSON.parse(await stateValue(db, 'signingKey', () => JSON.stringify(newPrivateJwk()))) as JsonWebKey);
  const publicKey = publicJwk({ ...privateJwk });
  if (!publicKey) throw new Error('HQ signing key is not a P-256 key');
  const recovery = options.recoveryJwk ?? (JSON.parse(await stateValue(db, 'recoveryKey', () => JSON.stringify(newPrivateJwk()))) as JsonWebKey);
  const recoveryJwk = publicJwk({ ...recovery });
  if (!recoveryJwk) throw new Error('HQ recovery key is not a P-256 key');
  const keys: HqKeys = { issuer: `urn:fieldbook:hq:${store.generation}`, privateJwk, publicJwk: publicKey, kid: keyId(publicKey) };

  const caFingerprint = options.tls ? fingerprintOf(options.tls.ca ?? options.tls.cert) : null;
  const app = await bareApp({ kind: store.kind, log, tls: options.tls });

  const auditEntry = async (actor: string, role: string, what: string, target: string, outcome: string): Promise<void> => {
    await db.insert(audit).values({ id: randomUUID(), at: now(), actor, role, what, target, outcome });
  };
  const requireService: RouteContext['requireService'] = (request) => {
    if (!isService(request.headers.authorization, options.serviceToken)) throw new Refusal(401, 'sync/unauthorised');
  };
  const isBusy = busyWith(app, '/sync/push');
  const reevaluation = createReevaluation({ db, now, isBusy, auditEntry, onBug: (error) => log.error({ ...bareError(error) }, 'reevaluation failed') });
  const { runInLedger, runForRole, isOwnRole, revokeDevice } = createOwnCommands({ db, generation: store.generation, hqKey: privateJwk, now, auditEntry, onPack: () => void reevaluation.look() });
  const run = (name: string, input: unknown, actor: string, role: Role) => db.transaction(async (tx) => (await runInLedger(tx as unknown as HqConnection, name, input, actor, role)).outcome);
  const told = (trouble: unknown): unknown => (trouble instanceof Error ? bareError(trouble) : trouble);
  const fanOut = createFanOut({ db, run, onTrouble: (what, trouble) => log.error({ ...what, trouble: told(trouble) }, 'a hold did not reach a packet') });
  const lapses = createLapses({ db, run, onTrouble: (what, trouble) => log.error({ ...what, trouble: told(trouble) }, 'a late lapse was not compared with a packet') });
  const committed: RouteContext['committed'] = (names) => {
    if (names.some((n) => MOVES_HOLDS.has(n))) fanOut.soon();
    if (names.some((n) => MOVES_AUTHORITY.has(n))) lapses.soon();
  };

  const context: RouteContext = { db, keys, now, requireService, auditEntry, committed };
  app.after(() => {
    laptopRoutes(app, { ...context, runInLedger, log, generation: store.generation, recoveryJwk, caFingerprint });
    serviceRoutes(app, { ...context, runForRole, revokeDevice, kind: store.kind, isDemo, publicKey });
    lookbackRoutes(app, { ...context, isOwnRole });
    attachmentRoutes(app, context);
    reviewRoutes(app, { ...context, isOwnRole });
  });

  await app.ready();
  // After a crash: what the last process did not reach.
  fanOut.soon();
  lapses.soon();
  // A crash may have ended the last one half way.
  void reevaluation.look();
  let closing: Promise<void> | null = null;
  return {
    app,
    issuer: keys.issuer,
    caFingerprint,
    issueEnrolmentCode: (pmId, code) => issueCode(db, pmId, now(), isDemo, code),
    holdsReached: fanOut.settled,
    lapsesCompared: lapses.settled,
    reevaluate: reevaluation.look,
    close: () => {
      closing ??= app.close().then(() => Promise.all([fanOut.stop(), lapses.stop(), reevaluation.stop()])).then(() => store.close());
      return closing;
    },
  };
}
