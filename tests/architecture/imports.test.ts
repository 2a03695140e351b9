/** The import table of ARCHITECTURE.md, as a test: who may import whom, and what stays out of `shared/`. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = process.cwd();
const ZONES = ['shared', 'synthetic', 'db', 'host', 'electron', 'hq', 'renderer'] as const;
type Zone = (typeof ZONES)[number];
const MAY_IMPORT: Readonly<Record<Zone, readonly Zone[]>> = {
  shared: ['shared'], synthetic: ['synthetic', 'shared'], db: ['db', 'shared'], host: ['host', 'shared', 'db', 'synthetic'], electron: ['electron', 'shared', 'host'], hq: ['hq', 'shared'], renderer: ['renderer', 'shared'],
};
const SHARED_PACKAGES = ['zod', 'temporal-polyfill', '@18f/us-federal-holidays', 'canonicalize', '@noble/hashes'];

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'node_modules' || name === 'migrations' ? [] : files(path);
    return /\.(ts|tsx)$/.test(name) ? [path] : [];
  });
}
const importsOf = (text: string): string[] => [...text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)['"]([^'"]+)['"]/gm)].map((m) => m[1] ?? '');
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
const sources = ZONES.flatMap((zone) => files(join(ROOT, zone)).map((path) => ({ zone, path: relative(ROOT, path), text: readFileSync(path, 'utf8') })));

/** Every import of `source` that its zone does not allow. */
function violations(source: { zone: Zone; path: string; text: string }): string[] {
  return importsOf(source.text).flatMap((name) => {
    if (name.startsWith('.')) {
      const target = normalize(join(dirname(source.path), name)).split('/')[0] as Zone;
      return MAY_IMPORT[source.zone].includes(target) ? [] : [`${source.path} imports ${name}`];
    }
    if (source.zone === 'shared') return SHARED_PACKAGES.some((p) => name === p || name.startsWith(`${p}/`)) ? [] : [`${source.path} imports ${name}`];
    if (name === 'electron' || name.startsWith('electron/')) return source.zone === 'electron' ? [] : [`${source.path} imports electron`];
    return [];
  });
}

describe('import table', () => {
  it('sees every zone', () => {
    for (const zone of ZONES) expect(sources.filter((s) => s.zone === zone).length, zone).toBeGreaterThan(3);
  });
  it('lets each zone import only what the table allows', () => {
    expect(sources.flatMap(violations)).toEqual([]);
  });
  it('would notice a forbidden import', () => {
    expect(violations({ zone: 'db', path: 'db/x.ts', text: "import { a } from '../hq/run.ts';" })).toHaveLength(1);
    expect(violations({ zone: 'shared', path: 'shared/x.ts', text: "import fs from 'node:fs';" })).toHaveLength(1);
    expect(violations({ zone: 'host', path: 'host/x.ts', text: "import { app } from 'electron';" })).toHaveLength(1);
  });
  it('keeps one feature of the screen out of another', () => {
    const crossing = sources.filter((s) => s.path.startsWith('renderer/features/')).flatMap((s) => importsOf(s.text).filter((n) => n.startsWith('.')).flatMap((n) => {
      const target = normalize(join(dirname(s.path), n));
      const [own, other] = [s.path.split('/')[2], target.split('/')[2]];
      return target.startsWith('renderer/features/') && own !== other ? [`${s.path} imports ${n}`] : [];
    }));
    expect(crossing).toEqual([]);
  });
  it('keeps clock, randomness and the host zone out of shared/', () => {
    const banned = /Date\.now\(\)|new Date\(\)|Math\.random\(\)|Temporal\.Now|Intl\.DateTimeFormat\(\)\.resolvedOptions/;
    expect(sources.filter((s) => s.zone === 'shared' && banned.test(code(s.text))).map((s) => s.path)).toEqual([]);
  });
  it('gives the practice room nothing that sends', () => {
    const seen = new Set<string>();
    const walk = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = sources.find((s) => s.path === path)?.text ?? '';
      // A type leaves nothing in the program.
      for (const name of importsOf(text.replace(/^import type .*$/gm, ''))) if (name.startsWith('.')) walk(normalize(join(dirname(path), name)));
    };
    for (const start of ['host/practice-room.ts', 'host/practice-fill.ts']) walk(start);
    expect([...seen].filter((path) => path.startsWith('host/')).sort()).toEqual(['host/jws.ts', 'host/practice-fill.ts', 'host/practice-room.ts']);
    expect([...seen].filter((path) => /\bfetch\(|node:https?|node:net\b|WebSocket/.test(code(sources.find((s) => s.path === path)?.text ?? '')))).toEqual([]);
    expect(seen.size).toBeGreaterThan(20);
  });
  it('calls HQ only from host/sync-loop.ts', () => {
    expect(sources.filter((s) => (s.zone === 'host' || s.zone === 'db' || s.zone === 'electron' || s.zone === 'synthetic') && s.path !== 'host/sync-loop.ts' && /\bfetch\(/.test(code(s.text))).map((s) => s.path)).toEqual([]);
  });
  it('writes no SQL outside db/ and hq/', () => {
    const sql = /\b(SELECT\s+[\w*"]|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b/;
    expect(sources.filter((s) => s.zone !== 'db' && s.zone !== 'hq' && sql.test(code(s.text))).map((s) => s.path)).toEqual([]);
  });
  it('has no barrels and none of the names that hide what a file is', () => {
    expect(sources.map((s) => s.path).filter((p) => /(^|\/)(index|utils|helpers|types|service|manager)\.tsx?$/.test(p))).toEqual([]);
  });
  it('keeps the preload within 25 lines', () => {
    const preload = sources.find((s) => s.path === 'electron/preload.ts');
    expect(preload?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });
});
