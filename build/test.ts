/**
 * `npm test`: makes sure of Chromium, builds the screens, runs every test and ends with `N passed, N failed`
 * (also in test-results/summary.txt). Extra arguments go to the runner. Must fail when nothing ran.
 * Budget: says so after 30 minutes, stops and fails at 60.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { findBrowser, installChromium } from './browser.ts';
import { buildRenderer } from './build-renderer.ts';
import { bundleHost } from './bundle-host.ts';
import { requireNode } from './require-node.ts';
import { countTests } from './test-count.ts';

const WARN_MS = 30 * 60_000;
const STOP_MS = 60 * 60_000;
const REPORT = 'test-results/vitest.json';
const SUMMARY = 'test-results/summary.txt';

function finish(passed: number, failed: number): never {
  const line = `${passed} passed, ${failed} failed`;
  writeFileSync(SUMMARY, `${line}\n`);
  console.log(line);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

requireNode();
mkdirSync('test-results', { recursive: true });
rmSync(REPORT, { force: true });
rmSync(SUMMARY, { force: true });

const browser = findBrowser() ?? installChromium(console.error);
if (!browser) finish(0, 1);
if (!buildRenderer({ isForced: true, log: console.log })) {
  console.error('The screens could not be built (npm run build): no test was run.');
  finish(0, 1);
}
await bundleHost(console.log);

const started = Date.now();
const runner = spawn('node_modules/.bin/vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...process.argv.slice(2)], {
  stdio: 'inherit', env: { ...process.env, FIELDBOOK_BROWSER: browser }, detached: process.platform !== 'win32',
});
let isOverBudget = false;
const end = (signal: NodeJS.Signals): void => {
  try {
    // The runner's whole process group: workers, browsers and servers that a test left.
    if (runner.pid) process.kill(process.platform === 'win32' ? runner.pid : -runner.pid, signal);
  } catch { /* already gone */ }
};
const warn = setTimeout(() => console.error('Tests have run for 30 minutes; they are stopped at 60.'), WARN_MS);
const stop = setTimeout(() => {
  isOverBudget = true;
  console.error('Tests ran for 60 minutes and were stopped.');
  end('SIGTERM');
  setTimeout(() => end('SIGKILL'), 10_000);
}, STOP_MS);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(signal));

runner.on('error', (error) => {
  console.error(`The test runner could not start: ${error.message}`);
  finish(0, 1);
});
runner.on('exit', (code) => {
  clearTimeout(warn);
  clearTimeout(stop);
  if (!existsSync(REPORT)) finish(0, 1);
  const { passed, failed } = countTests(JSON.parse(readFileSync(REPORT, 'utf8')));
  console.log(`${Math.round((Date.now() - started) / 1000)} s`);
  // The runner also fails on unhandled errors, which belong to no test.
  const extra = failed === 0 && (code !== 0 || isOverBudget) ? 1 : 0;
  finish(passed, failed + extra);
});
