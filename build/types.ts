/**
 * `npm run types`: checks every zone that the root tsconfig.json references, each with its own library set,
 * so that `fetch` in `shared/` or `window` in `hq/` is a type error. Must fail when any zone fails.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root: { references: readonly { path: string }[] } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
let failed = 0;
for (const { path } of root.references) {
  const run = spawnSync('node_modules/.bin/tsc', ['-p', path], { stdio: 'inherit' });
  if (run.status !== 0) failed += 1;
  console.log(`${run.status === 0 ? 'types ok  ' : 'types FAIL'} ${path}`);
}
process.exit(failed === 0 ? 0 : 1);
