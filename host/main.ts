/**
 * Process entry of the web host: `node host/main.ts`, or its bundle `node dist/host/main.js`. Reads FIELDBOOK_DATA (folder), FIELDBOOK_HQ (address), FIELDBOOK_DEMO_CODE and
 * FIELDBOOK_PORT; prints one JSON line `{"ready":true,"url":...}`. Must never print anything else on standard output.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWebHost } from './web.ts';
import { isLoopback } from './hq-address.ts';
import { startBackendWorker } from './worker-client.ts';

const hqUrl = process.env.FIELDBOOK_HQ ?? 'http://127.0.0.1:8287';
if (!isLoopback(hqUrl)) {
  process.stderr.write('The web host pairs only with an HQ on this machine (FIELDBOOK_HQ must be a loopback address). Use the desktop app for any other.\n');
  process.exit(2);
}
const here = import.meta.url;
const isSource = here.endsWith('.ts');
const backend = await startBackendWorker({
  folder: resolve(process.env.FIELDBOOK_DATA ?? '.fieldbook/laptop'), hqUrl, demoCode: process.env.FIELDBOOK_DEMO_CODE ?? null, host: 'browser',
}, new URL(isSource ? './backend-worker.ts' : './backend-worker.js', here));
const web = await startWebHost({
  backend, hqUrl, rendererDir: fileURLToPath(new URL(isSource ? '../dist/renderer' : '../renderer', here)), port: Number(process.env.FIELDBOOK_PORT ?? '0') || 0,
});
process.stdout.write(`${JSON.stringify({ ready: true, url: web.url })}\n`);

let isClosing = false;
async function close(): Promise<void> {
  if (isClosing) return;
  isClosing = true;
  await web.close();
  await backend.close();
  process.exit(0);
}
process.on('SIGINT', () => void close());
process.on('SIGTERM', () => void close());
