/**
 * Builds the screen: one script, one stylesheet, fonts as files. Nothing inline, so that `script-src 'self'; style-src 'self'` holds.
 * Must never fetch anything: fonts and styles come from installed packages.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import react from '@vitejs/plugin-react';
import postcss from 'postcss';
import { defineConfig, type Plugin } from 'vite';

const require = createRequire(import.meta.url);
const SUBSET = 'virtual:uswds-subset.css';
/** The USWDS parts in use; everything else of its half megabyte stays out of the package. */
const PARTS = /^\.usa-(button|input|textarea|select|checkbox|radio|label|form-group|error-message|hint|icon|sr-only)(?![a-z])/;

/** USWDS's compiled stylesheet, cut down to the parts in use and put in a cascade layer under our tokens. */
function uswdsSubset(): Plugin {
  return {
    name: 'uswds-subset',
    resolveId: (id) => (id === SUBSET ? `\0${SUBSET}` : null),
    load(id) {
      if (id !== `\0${SUBSET}`) return null;
      const root = postcss.parse(readFileSync(require.resolve('@uswds/uswds/css/uswds.min.css'), 'utf8'));
      root.walkRules((rule) => {
        const kept = rule.selectors.filter((s) => PARTS.test(s.trim()));
        if (kept.length === 0) rule.remove();
        else rule.selectors = kept;
      });
      // Pictures inside the stylesheet would be data: URLs or files that nothing shows.
      root.walkDecls((decl) => {
        if (/url\(/.test(decl.value)) decl.remove();
      });
      root.walkAtRules((at) => {
        if (at.name === 'font-face' || at.name === 'charset' || at.nodes?.length === 0) at.remove();
      });
      return `@layer uswds {${root.toString()}}`;
    },
  };
}

/** What the PDF library reads at run time: character maps, stand-in fonts, picture decoders in JavaScript (no WebAssembly: the policy forbids it). */
const PDF_FILES: readonly (readonly [folder: string, pick: RegExp])[] = [['cmaps', /\.bcmap$/], ['standard_fonts', /\.(pfb|ttf)$/], ['wasm', /_nowasm_fallback\.js$/]];
function pdfFiles(): Plugin {
  return {
    name: 'pdf-files',
    generateBundle() {
      const root = dirname(require.resolve('pdfjs-dist/package.json'));
      for (const [folder, pick] of PDF_FILES) {
        for (const name of readdirSync(join(root, folder))) {
          if (pick.test(name)) this.emitFile({ type: 'asset', fileName: `pdf/${folder}/${name}`, source: readFileSync(join(root, folder, name)) });
          else if (name.startsWith('LICENSE')) this.emitFile({ type: 'asset', fileName: `pdf/${folder}/${name}.txt`, source: readFileSync(join(root, folder, name)) });
        }
      }
    },
  };
}

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [uswdsSubset(), pdfFiles(), react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'chrome130',
    sourcemap: false,
    reportCompressedSize: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1500,
  },
});
