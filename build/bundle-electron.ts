/**
 * Bundles the desktop package's own code to dist/electron: `main.js`, `backend-worker.js` and `packet-pdf-worker.js` (ES modules), `preload.cjs` (one CommonJS file, as a
 * sandboxed preload must be), and the store's migrations and the printed packets' fonts beside them. Native packages stay outside. Must never pull in the web host or HQ.
 */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';
import { copyFonts } from './bundle-host.ts';

/** Packages with native code, and `electron` itself: loaded at run time, not bundled. */
export const EXTERNAL = ['electron', 'better-sqlite3', '@node-rs/argon2'];

/** Builds into `outDir`. Returns the paths, relative to the root, of every own source file that went in. */
export async function bundleElectron(outDir: string): Promise<readonly string[]> {
  const sources = new Set<string>();
  const note = {
    name: 'note-sources',
    generateBundle(_options: unknown, bundle: Readonly<Record<string, unknown>>): void {
      for (const chunk of Object.values(bundle)) {
        const modules = (chunk as { moduleIds?: readonly string[] }).moduleIds ?? [];
        for (const id of modules) if (!id.includes('node_modules') && id.startsWith(process.cwd())) sources.add(id.slice(process.cwd().length + 1));
      }
    },
  };
  rmSync(outDir, { recursive: true, force: true });
  const shared = { configFile: false as const, logLevel: 'warn' as const, publicDir: false as const, plugins: [note] };
  await build({
    ...shared, ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
    build: {
      ssr: true, outDir, emptyOutDir: false, target: 'node24', minify: false, sourcemap: false,
      rolldownOptions: { input: { main: 'electron/main.ts', 'backend-worker': 'host/backend-worker.ts', 'packet-pdf-worker': 'host/packet-pdf-worker.ts', 'roster-worker': 'host/roster-worker.ts' }, external: EXTERNAL,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  });
  await build({
    ...shared, ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
    build: {
      ssr: true, outDir, emptyOutDir: false, target: 'chrome140', minify: false, sourcemap: false,
      rolldownOptions: { input: { preload: 'electron/preload.ts' }, external: EXTERNAL, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  });
  copyFonts(outDir);
  if (existsSync('db/migrations')) cpSync('db/migrations', resolve(outDir, 'migrations'), { recursive: true });
  copyFonts(resolve(outDir));
  return [...sources].sort();
}

if (import.meta.main) {
  const sources = await bundleElectron('dist/electron');
  const foreign = sources.filter((s) => s === 'host/web.ts' || s === 'host/main.ts' || s.startsWith('hq/') || s.startsWith('tests/'));
  if (foreign.length > 0) throw new Error(`must not be in the desktop package: ${foreign.join(', ')}`);
  console.log(`bundled ${sources.length} files to dist/electron`);
}
