/**
 * HQ's command line: serve, ingest FILE, run COMMAND FILE --as ROLE, rule-packs, enrol-code PM_ID, revoke-device ID --as ROLE, export-ledger ID, shortest-reviews --as ROLE.
 * All but `serve` talk to a running HQ (HQ_URL, HQ_SERVICE_TOKEN): one process owns the store.
 */
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { linesOf } from './lines.ts';

const USAGE = `node hq/main.ts serve [--host H] [--port N] [--data DIR] [--demo] [--enrol PM_ID=CODE]
node hq/main.ts ingest FILE [--kind packets|agencies|officers]
node hq/main.ts run COMMAND FILE --as ROLE [--actor ID]
node hq/main.ts enrol-code PM_ID [--code CODE]
node hq/main.ts revoke-device DEVICE_ID --as ROLE --reason TEXT [--actor ID]
node hq/main.ts rule-packs [--draft]            --draft: the active pack as a file for: run pack.publish
node hq/main.ts export-ledger DEVICE_ID|hq
node hq/main.ts shortest-reviews --as ROLE [--actor ID] [--since INSTANT] [--until INSTANT] [--percent N] [--limit N]
Environment: HQ_DATABASE_URL, HQ_SERVICE_TOKEN, HQ_URL, HQ_TLS_CERT, HQ_TLS_KEY, HQ_TLS_CA, HQ_SIGNING_KEY, HQ_RECOVERY_JWK (files)`;
const { env } = process;
const fail = (text: string): never => {
  console.error(text);
  process.exit(1);
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    data: { type: 'string' },
    demo: { type: 'boolean', default: false },
    enrol: { type: 'string', multiple: true },
    kind: { type: 'string' },
    as: { type: 'string' },
    actor: { type: 'string' },
    code: { type: 'string' },
    reason: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    percent: { type: 'string' },
    limit: { type: 'string' },
    draft: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [verb, ...rest] = positionals;

async function ask(path: string, body: NonNullable<RequestInit['body']> | null, type: string): Promise<Record<string, unknown>> {
  const url = new URL(path, env.HQ_URL ?? 'http://127.0.0.1:8287');
  const headers = { authorization: `Bearer ${env.HQ_SERVICE_TOKEN ?? ''}`, 'content-type': type };
  const reply = await fetch(url, (body === null ? { headers } : { method: 'POST', headers, body, duplex: 'half' }) as RequestInit).catch((error: unknown) =>
    fail(`HQ at ${url.origin} cannot be reached: ${error instanceof Error ? error.message : String(error)}`),
  );
  const answer = (await reply.json()) as Record<string, unknown>;
  if (!reply.ok) fail(JSON.stringify(answer, null, 2));
  return answer;
}

/** The rejected lines as they came, ready to be mended and sent again; readable by the owner only, because they hold personal data. */
async function writeRejects(file: string, isCsv: boolean, rejected: readonly { readonly line: number; readonly field: string; readonly reason: string }[]): Promise<string> {
  const path = `${file}.rejects.${isCsv ? 'csv' : 'ndjson'}`;
  const out = createWriteStream(path, { mode: 0o600 });
  const wanted = new Map(rejected.map((r) => [r.line, r]));
  for await (const line of linesOf(createReadStream(file))) {
    const why = wanted.get(line.number);
    if (isCsv && line.number === 1 && 'text' in line) out.write(`${line.text}\n`);
    else if (why && 'text' in line) out.write(`${line.text}\n`);
  }
  await new Promise<void>((done) => {
    out.end(done);
  });
  return path;
}

async function ingest(file: string): Promise<void> {
  if (!existsSync(file)) fail(`cannot read ${file}: no such file`);
  const isCsv = /\.csv$/i.test(file);
  const kind = values.kind ?? (isCsv || /agenc/i.test(file) ? 'agencies' : /officer/i.test(file) ? 'officers' : 'packets');
  const report = await ask(`/ingest/${kind}`, Readable.toWeb(createReadStream(file)) as unknown as NonNullable<RequestInit['body']>, isCsv ? 'text/csv' : 'application/x-ndjson');
  const rejected = (report.rejected ?? []) as readonly { readonly line: number; readonly field: string; readonly reason: string }[];
  const rejectsFile = rejected.length > 0 ? await writeRejects(file, isCsv, rejected) : undefined;
  console.log(JSON.stringify({ ...report, ...(rejectsFile ? { rejectsFile } : {}) }, null, 2));
  if (rejected.length > 0) process.exitCode = 2;
}

if (values.help || !verb) {
  console.log(USAGE);
} else if (verb === 'serve') {
  const port = Number(values.port ?? '8287');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail('--port is a number from 0 to 65535');
  // Loaded only here: the other verbs need neither the server nor the database.
  const { serve } = await import('./serve.ts');
  await serve({ host: values.host ?? '127.0.0.1', port, data: values.data ?? null, isDemo: values.demo, enrol: values.enrol ?? [] }, env).catch((error: unknown) =>
    fail(error instanceof Error ? error.message : String(error)),
  );
} else if (verb === 'ingest' && rest[0]) {
  await ingest(rest[0]);
} else if (verb === 'run' && rest[0] && rest[1] && values.as) {
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(rest[1] === '-' ? 0 : rest[1], 'utf8'));
  } catch (error) {
    fail(`cannot read ${rest[1]}: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.log(JSON.stringify(await ask('/commands', JSON.stringify({ name: rest[0], input, as: values.as, actor: values.actor ?? `hq:${values.as}` }), 'application/json'), null, 2));
} else if (verb === 'enrol-code' && rest[0]) {
  console.log(String((await ask('/enrolment-codes', JSON.stringify({ pmId: rest[0], ...(values.code ? { code: values.code } : {}) }), 'application/json')).code));
} else if (verb === 'revoke-device' && rest[0] && values.as) {
  const body = JSON.stringify({ as: values.as, actor: values.actor ?? `hq:${values.as}`, reason: values.reason ?? '' });
  console.log(JSON.stringify(await ask(`/devices/${encodeURIComponent(rest[0])}/revoke`, body, 'application/json'), null, 2));
} else if (verb === 'rule-packs') {
  const { draft, ...overview } = await ask('/rule-packs', null, 'application/json');
  console.log(JSON.stringify(values.draft ? draft : overview, null, 2));
} else if (verb === 'export-ledger' && rest[0]) {
  console.log(JSON.stringify(await ask(`/ledger/${encodeURIComponent(rest[0])}`, null, 'application/json')));
} else if (verb === 'shortest-reviews' && values.as) {
  const asked = new URLSearchParams({ as: values.as, actor: values.actor ?? `hq:${values.as}` });
  for (const key of ['since', 'until', 'percent', 'limit'] as const) if (values[key] !== undefined) asked.set(key, values[key]);
  console.log(JSON.stringify(await ask(`/reviews/shortest?${asked}`, null, 'application/json'), null, 2));
} else {
  fail(USAGE);
}
