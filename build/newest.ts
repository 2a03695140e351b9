/** When anything under a path was changed last: what a build compares its output with. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Latest modification under `path`, in milliseconds since 1970; 0 when there is nothing. Packages are left out. */
export function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, name === 'node_modules' ? 0 : newest(join(path, name))), 0);
}
