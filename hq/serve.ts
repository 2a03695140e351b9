/**
 * Runs HQ as a process: store, keys, server, signals. Settings come from the environment (HQ_*).
 * Must never print a token or key that was given to it.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import pino from 'pino';
import { keepLinking } from './links.ts';
import { openHq } from './open.ts';
import { assertSafeListen } from './app.ts';
import { createHq, type HqOptions } from './server.ts';

export type ServeOptions = { readonly host: string; readonly port: number; readonly data: string | null; readonly isDemo: boolean /** `PM_ID=CODE` pairs. */; readonly enrol: readonly string[] };

/** Opens the store, listens, prints one line `{"ready":true,"url":...}`, and stops cleanly on SIGTERM or SIGINT. Throws with a plain sentence when it must not start. */
export async function serve({ host, port, data, isDemo, enrol }: ServeOptions, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const log = pino({ level: env.HQ_LOG_LEVEL ?? 'info', base: null }, pino.destination({ dest: 2, sync: true }));
  const tls = env.HQ_TLS_CERT && env.HQ_TLS_KEY ? { cert: readFileSync(env.HQ_TLS_CERT, 'utf8'), key: readFileSync(env.HQ_TLS_KEY, 'utf8'), ...(env.HQ_TLS_CA ? { ca: readFileSync(env.HQ_TLS_CA, 'utf8') } : {}) } : undefined;
  const databaseUrl = env.HQ_DATABASE_URL || undefined;
  assertSafeListen(host, databaseUrl ? 'postgres' : 'pglite', tls !== undefined);
  if (data) mkdirSync(data, { recursive: true, mode: 0o700 });
  const db = await openHq({ databaseUrl, dataDir: data });
  const serviceToken = env.HQ_SERVICE_TOKEN || (isDemo ? randomBytes(24).toString('base64url') : undefined);
  const options: HqOptions = {
    db,
    isDemo,
    serviceToken,
    log,
    ...(tls ? { tls } : {}),
    ...(env.HQ_SIGNING_KEY ? { signingKey: JSON.parse(readFileSync(env.HQ_SIGNING_KEY, 'utf8')) } : {}),
    ...(env.HQ_RECOVERY_JWK ? { recoveryJwk: JSON.parse(readFileSync(env.HQ_RECOVERY_JWK, 'utf8')) } : {}),
  };
  const hq = await createHq(options);
  for (const pair of enrol) {
    const [pmId, code] = pair.split('=');
    if (pmId && code) await hq.issueEnrolmentCode(pmId, code);
  }
  const url = await hq.app.listen({ host, port });
  if (db.kind === 'pglite') log.warn('HQ runs on PGlite, which never fsyncs: for the demo and tests only');
  if (!serviceToken) log.warn('HQ_SERVICE_TOKEN is not set: intake and commands are closed');
  // The token is shown only when this process made it up; one that was given is known to the caller.
  console.log(JSON.stringify({ ready: true, url, store: db.kind, ...(hq.caFingerprint ? { caFingerprint: hq.caFingerprint } : {}), ...(env.HQ_SERVICE_TOKEN || !serviceToken ? {} : { serviceToken }) }));
  // Packet ids only: the error's own text may quote what was compared.
  const stopLinking = keepLinking(db.db, () => new Date().toISOString(), (packetId, error) => log.error({ packetId, name: (error as { readonly name?: string }).name }, 'links of a packet failed'));
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), 15_000).unref();
    void stopLinking().then(() => hq.close()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
