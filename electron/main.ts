/** Entry of the desktop package: hands the real process, paths and backend thread to `startDesktop`. Nothing else. */
import { fileURLToPath } from 'node:url';
import { startBackendWorker } from '../host/worker-client.ts';
import { startDesktop } from './desktop.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// Not awaited at top level: an ESM main module must finish loading before Electron can become ready.
void startDesktop({
  argv: process.argv.slice(1), env: process.env, rendererDir: here('../renderer'), preload: here('./preload.cjs'),
  startBackend: (options) => startBackendWorker(options, new URL('./backend-worker.js', import.meta.url)),
});
