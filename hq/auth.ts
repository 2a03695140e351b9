/**
 * Who is calling: enrolment by a one-time code, `private_key_jwt` (RFC 7523) for a short-lived access token, the service token.
 * A laptop's clock drifts, so its own assertions get generous tolerance; HQ's tokens are judged by HQ's clock alone.
 * Must never say why a code or a token was wrong beyond what the caller needs to act.
 */
import { createHash, randomBytes, timingSafeEqual, type JsonWebKey } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { decodeJwt, errors, importJWK, jwtVerify, SignJWT } from 'jose';
import type { Role } from '../shared/roles.ts';
import type { StaffRow } from '../shared/rows.ts';
import { enrolRequestSchema, type EnrolReply } from '../shared/sync.ts';
import { keyId, publicJwk } from './jws.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { Refusal } from './problem.ts';
import { devices, enrolmentCodes, tokens } from './schema.ts';

export type Device = {
  readonly id: string;
  readonly pmId: string;
  readonly ledger: string;
  readonly enrolledAt: string;
  readonly deviceJwk: JsonWebKey;
  readonly signerJwk: JsonWebKey;
  readonly signerKid: string;
  readonly lastContactAt: string | null;
};
export type HqKeys = { readonly issuer: string; readonly privateJwk: JsonWebKey; readonly publicJwk: JsonWebKey; readonly kid: string };

export const TOKEN_SECONDS = 600;
/** How far a laptop's clock may be off in its own assertion, and how long that assertion may live. */
export const CLOCK_TOLERANCE_SECONDS = 600;
const ASSERTION_MAX_SECONDS = 3600;
const CODE_MS = 10 * 60_000;
const DEMO_CODE_MS = 365 * 24 * 3600_000;
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const codeHash = (code: string): string => sha256(`enrol/${code.trim().toUpperCase()}`);
/** Letters and digits that are not mistaken for one another on paper. */
const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Stores a one-time enrolment code for a PM and returns it. Ten minutes; in the demo a year. Giving the same code again makes it fresh. */
export async function issueCode(db: HqConnection, pmId: string, now: string, isDemo: boolean, code?: string): Promise<string> {
  const value = code ?? [...randomBytes(10)].map((b) => CODE_LETTERS[b % 32]).join('');
  const row = { pmId, expiresAt: new Date(Date.parse(now) + (isDemo ? DEMO_CODE_MS : CODE_MS)).toISOString(), usedAt: null, deviceId: null };
  await db
    .insert(enrolmentCodes)
    .values({ codeHash: codeHash(value), ...row })
    .onConflictDoUpdate({ target: enrolmentCodes.codeHash, set: row });
  return value;
}

export type EnrolContext = {
  readonly db: HqConnection;
  readonly keys: HqKeys;
  readonly recoveryJwk: JsonWebKey;
  readonly generation: string;
  readonly now: () => string;
  /** Writes the signer's public key into the staff row, as an ordinary command, so that every laptop gets it by pull. */
  readonly nameSigner: (db: HqConnection, staff: StaffRow, kid: string, jwk: string) => Promise<void>;
};

/** Turns a valid code and two public keys into an enrolled device. The code is spent in the same transaction. Throws `Refusal`. */
export async function enrol(context: EnrolContext, body: unknown): Promise<EnrolReply> {
  const parsed = enrolRequestSchema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
  const [deviceJwk, signerJwk] = [publicJwk(parsed.data.deviceJwk), publicJwk(parsed.data.signerJwk)];
  if (!deviceJwk || !signerJwk) throw new Refusal(400, 'sync/malformed', { field: deviceJwk ? 'signerJwk' : 'deviceJwk' });
  if (keyId(deviceJwk) === keyId(signerJwk)) throw new Refusal(400, 'sync/malformed', { field: 'signerJwk' });
  return context.db.transaction(async (transaction) => {
    const tx = transaction as unknown as HqConnection;
    const now = context.now();
    const deviceId = `dev-${randomBytes(8).toString('hex')}`;
    const spent = await rowsOf<{ pm_id: string }>(
      tx,
      sql`
      UPDATE enrolment_codes SET used_at = ${now}, device_id = ${deviceId} WHERE code_hash = ${codeHash(parsed.data.code)} AND used_at IS NULL AND expires_at > ${now} RETURNING pm_id`,
    );
    const pmId = spent[0]?.pm_id;
    if (!pmId) throw new Refusal(403, 'enrol/bad-code');
    const staffRow = (
      await rowsOf<{
        id: string;
        name: string;
        role: Role;
        legal_title: string;
        field_office: string;
        stream: string;
        version: number;
        changed_by: string;
        active_from: string;
        active_to: string | null;
      }>(tx, sql`SELECT * FROM staff WHERE id = ${pmId}`)
    )[0];
    if (!staffRow) throw new Refusal(403, 'enrol/unknown-pm', { pmId });
    const kid = keyId(signerJwk);
    const ledger = `${deviceId}-ledger`;
    await tx.insert(devices).values({
      id: deviceId,
      pmId,
      name: parsed.data.deviceName,
      deviceJwk: JSON.stringify(deviceJwk),
      signerJwk: JSON.stringify(signerJwk),
      signerKid: kid,
      ledger,
      enrolledAt: now,
      revokedAt: null,
      lastContactAt: now,
    });
    await context.nameSigner(
      tx,
      {
        id: staffRow.id,
        stream: 'program',
        version: staffRow.version,
        changedBy: staffRow.changed_by,
        name: staffRow.name,
        role: staffRow.role,
        legalTitle: staffRow.legal_title,
        fieldOffice: staffRow.field_office,
        signerKid: null,
        signerJwk: null,
        activeFrom: staffRow.active_from,
        activeTo: staffRow.active_to,
      },
      kid,
      JSON.stringify(signerJwk),
    );
    return {
      deviceId,
      pmId,
      pmName: staffRow.name,
      legalTitle: staffRow.legal_title,
      fieldOffice: staffRow.field_office,
      role: staffRow.role,
      hqJwk: { ...context.keys.publicJwk },
      recoveryJwk: { ...context.recoveryJwk },
      issuer: context.keys.issuer,
      serverTime: now,
      ledger,
      generation: context.generation,
    };
  });
}

/** Notes that the device was here; once a minute is often enough to be told from a silent one. */
const CONTACT_MS = 60_000;
export async function noteContact(db: HqConnection, device: Device, now: string): Promise<void> {
  if (device.lastContactAt !== null && Date.parse(now) - Date.parse(device.lastContactAt) < CONTACT_MS) return;
  await db.execute(sql`UPDATE devices SET last_contact_at = ${now} WHERE id = ${device.id}`);
}

/** The device row, or null. A revoked device throws. */
export async function deviceById(db: HqConnection, id: string): Promise<Device | null> {
  const row = (
    await rowsOf<{ id: string; pm_id: string; ledger: string; enrolled_at: string; device_jwk: string; signer_jwk: string; signer_kid: string; revoked_at: string | null; last_contact_at: string | null }>(
      db,
      sql`SELECT * FROM devices WHERE id = ${id}`,
    )
  )[0];
  if (!row) return null;
  if (row.revoked_at !== null) throw new Refusal(403, 'sync/device-revoked');
  return { id: row.id, pmId: row.pm_id, ledger: row.ledger, enrolledAt: row.enrolled_at, deviceJwk: JSON.parse(row.device_jwk), signerJwk: JSON.parse(row.signer_jwk), signerKid: row.signer_kid,
    lastContactAt: row.last_contact_at };
}

/** `POST /token`: a signed assertion of the device key against an access token. Each assertion counts once. Throws `Refusal` 400 or 401. */
export async function exchangeToken(
  db: HqConnection,
  keys: HqKeys,
  form: URLSearchParams,
  now: string,
): Promise<{ readonly access_token: string; readonly token_type: 'Bearer'; readonly expires_in: number }> {
  if (form.get('grant_type') !== 'client_credentials' || form.get('client_assertion_type') !== ASSERTION_TYPE) throw new Refusal(400, 'sync/malformed', { field: 'grant_type' });
  const assertion = form.get('client_assertion') ?? '';
  let claimed: string | undefined;
  try {
    claimed = decodeJwt(assertion).iss;
  } catch {
    throw new Refusal(401, 'sync/unauthorised');
  }
  const device = claimed ? await deviceById(db, claimed) : null;
  if (!device) throw new Refusal(401, 'sync/unauthorised');
  const at = new Date(now);
  let jti: string;
  let exp: number;
  try {
    const { payload } = await jwtVerify(assertion, await importJWK(device.deviceJwk, 'ES256'), {
      algorithms: ['ES256'],
      issuer: device.id,
      subject: device.id,
      audience: keys.issuer,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: at,
      requiredClaims: ['jti', 'exp', 'iat'],
    });
    jti = String(payload.jti);
    exp = payload.exp ?? 0;
  } catch (error) {
    throw new Refusal(401, error instanceof errors.JWTExpired ? 'sync/token-expired' : 'sync/unauthorised');
  }
  if (exp > at.getTime() / 1000 + ASSERTION_MAX_SECONDS) throw new Refusal(401, 'sync/unauthorised', { field: 'exp' });
  await db.execute(sql`DELETE FROM tokens WHERE expires_at < ${now}`);
  const fresh = await db
    .insert(tokens)
    .values({ jti: sha256(`${device.id}/${jti}`), device: device.id, expiresAt: new Date((exp + CLOCK_TOLERANCE_SECONDS + 1) * 1000).toISOString() })
    .onConflictDoNothing()
    .returning();
  if ((fresh as readonly unknown[]).length === 0) throw new Refusal(401, 'sync/unauthorised', { field: 'jti' });
  const seconds = Math.floor(at.getTime() / 1000);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.kid })
    .setIssuer(keys.issuer)
    .setAudience(`${keys.issuer}#api`)
    .setSubject(device.id)
    .setJti(randomBytes(12).toString('hex'))
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + TOKEN_SECONDS)
    .sign(await importJWK(keys.privateJwk, 'ES256'));
  return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS };
}

const bearer = (header: string | undefined): string | null => /^Bearer ([\w.~+/=-]+)$/.exec(header ?? '')?.[1] ?? null;

/** Access tokens whose signature was checked: hash -> whose, until when (ms). Bounded; the oldest go first. Revocation is looked up on every request. */
const checkedTokens = new Map<string, { readonly issuer: string; readonly subject: string; readonly until: number }>();
const CHECKED_MAX = 10_000;

/** Whose token it is. Throws 401 `sync/token-expired` or `sync/foreign-token`. */
async function subjectOf(keys: HqKeys, token: string, now: string): Promise<string> {
  const hash = sha256(token);
  const known = checkedTokens.get(hash);
  if (known?.issuer === keys.issuer && Date.parse(now) < known.until) return known.subject;
  try {
    const { payload } = await jwtVerify(token, await importJWK(keys.publicJwk, 'ES256'), {
      algorithms: ['ES256'],
      issuer: keys.issuer,
      audience: `${keys.issuer}#api`,
      typ: 'at+jwt',
      currentDate: new Date(now),
      requiredClaims: ['sub', 'exp', 'jti'],
    });
    const subject = payload.sub ?? '';
    const oldest = checkedTokens.size >= CHECKED_MAX ? checkedTokens.keys().next().value : undefined;
    if (oldest !== undefined) checkedTokens.delete(oldest);
    checkedTokens.set(hash, { issuer: keys.issuer, subject, until: (payload.exp ?? 0) * 1000 });
    return subject;
  } catch (error) {
    throw new Refusal(401, error instanceof errors.JWTExpired ? 'sync/token-expired' : 'sync/foreign-token');
  }
}

/** The enrolled device behind an access token. Throws 401 `sync/unauthorised`, `sync/token-expired` or `sync/foreign-token`; 403 `sync/device-revoked`. */
export async function deviceOf(db: HqConnection, keys: HqKeys, header: string | undefined, now: string): Promise<Device> {
  const token = bearer(header);
  if (!token) throw new Refusal(401, 'sync/unauthorised');
  const subject = await subjectOf(keys, token, now);
  const device = await deviceById(db, subject);
  if (!device) throw new Refusal(401, 'sync/foreign-token');
  return device;
}

/** True when the header carries the service token; compared in constant time. */
export function isService(header: string | undefined, serviceToken: string | undefined): boolean {
  const given = bearer(header);
  if (!given || !serviceToken) return false;
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(serviceToken)));
}
