/** The desktop adapter against a replaced `electron` module: order of the start, the window's protections, who may call, what is served. */
import type { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import type { Call } from '../../shared/api.ts';
import type { BlobRequest } from '../../shared/attachments.ts';
import { no, ok } from '../../shared/result.ts';
import type { WorkerOptions } from '../../host/backend-worker.ts';
import { electronDouble, emitApp, emitPower, rendererEvents, reset, seen } from './electron-double.ts';

vi.mock('electron', () => electronDouble);
const { startDesktop } = await import('../../electron/desktop.ts');
const { refusedArguments } = await import('../../electron/arguments.ts');
const { isOurs } = await import('../../electron/protocol.ts');
const { computerSecret } = await import('../../electron/computer-secret.ts');

let folder = '';
let renderer = '';
let asked: Call[] = [];
let backendOptions: WorkerOptions[] = [];
let woken: string[] = [];
let closed = 0;
const HELD = 'a'.repeat(64);
const PDF = Buffer.alloc(2_500_000, 'synthetic ');
const listeners = new Set<(tables: readonly string[]) => void>();
const listener = (tables: readonly string[]): void => { for (const l of listeners) l(tables); };
let state: unknown = 'answered';
/** A backend that records: the adapter's own work is what is tested here. */
const startBackend = async (options: WorkerOptions) => {
  seen.calls.push('startBackend');
  backendOptions.push({ ...options, computerSecret: options.computerSecret ? Buffer.from(options.computerSecret) : null });
  return {
    call: async (call: Call) => { asked.push(call); return ok('act' in call && call.act === 'session.state' ? state : 'answered'); },
    onChanged: (l: typeof listener) => { listeners.add(l); return () => { listeners.delete(l); }; },
    wake: (why: string) => { woken.push(why); }, close: async () => { closed += 1; },
    blob: async ({ sha256, start: from, length }: BlobRequest) => (sha256 === HELD ? ok({ bytes: PDF.subarray(from, from + length), total: PDF.length, mediaType: 'application/pdf' }) : no('document/not-here', {})),
  };
};
const start = (argv: readonly string[] = [], env: Record<string, string> = {}) => startDesktop({ argv, env, startBackend, rendererDir: renderer, preload: '/app/preload.cjs' });
const theWindow = () => seen.windows[0] as (typeof seen.windows)[number];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldbook-desktop-'));
  renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Fieldbook</title>');
  writeFileSync(join(renderer, 'assets', 'app.js'), 'export {};');
  writeFileSync(join(folder, 'secret.json'), '{"secret":true}');
  symlinkSync(join(folder, 'secret.json'), join(renderer, 'assets', 'link.json'));
  asked = [];
  backendOptions = [];
  woken = [];
  closed = 0;
  state = 'answered';
  listeners.clear();
  reset(join(folder, 'user'));
});

describe('start', () => {
  it('takes the lock, the sandbox and the scheme before ready, and opens files only after', async () => {
    await start();
    const order = ['requestSingleInstanceLock', 'enableSandbox', 'registerSchemesAsPrivileged', 'whenReady', 'startBackend', 'new BrowserWindow'];
    expect(seen.calls.filter((c) => order.includes(c))).toEqual(order);
    expect(seen.schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
  });
  it('a second instance stops before it touches anything', async () => {
    seen.hasLock = false;
    expect(await start()).toBeNull();
    expect(seen.calls).toEqual(['requestSingleInstanceLock', 'exit']);
    expect(backendOptions).toEqual([]);
  });
  it('a second start brings the first window to the front', async () => {
    await start();
    emitApp('second-instance');
    expect(seen.calls.at(-1)).toBe('window.focus');
  });
  it.each(['--no-sandbox', '--remote-debugging-port=9222', '--inspect', '--disable-web-security', '--user-data-dir=/x', '--js-flags=--x', '--password-store=basic', '--anything',
    'file.txt'])('the package refuses %s', async (argument) => {
    expect(await start([argument])).toBeNull();
    expect(seen.exitCode).toBe(2);
    expect(seen.calls).toEqual(['exit']);
  });
  it('a developer may name the app folder and a debugger, and nothing else', () => {
    expect(refusedArguments(['--inspect=0', '--remote-debugging-port=0', '.'], false)).toEqual([]);
    expect(refusedArguments(['.', '--no-sandbox', 'other', '--inspect'], false)).toEqual(['--no-sandbox', 'other']);
  });
  it('refuses an HQ that is neither https nor this machine', async () => {
    expect(await start([], { FIELDBOOK_HQ: 'http://hq.example' })).toBeNull();
    expect(seen.exitCode).toBe(2);
    expect(backendOptions).toEqual([]);
  });
  it('closes the backend before it quits', async () => {
    await start();
    let prevented = 0;
    emitApp('before-quit', { preventDefault: () => { prevented += 1; } });
    await vi.waitFor(() => expect(seen.calls.at(-1)).toBe('quit'));
    emitApp('before-quit', { preventDefault: () => { prevented += 1; } });
    expect([prevented, closed]).toEqual([1, 1]);
  });
});

describe('window', () => {
  it('is sandboxed, isolated, without Node, without developer tools in the package', async () => {
    await start();
    const { webPreferences, ...rest } = theWindow().options;
    const { session, ...flags } = webPreferences ?? {};
    expect(session).toBeDefined();
    expect(flags).toEqual({
      preload: '/app/preload.cjs', sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, webviewTag: false,
      navigateOnDragDrop: false, spellcheck: false, devTools: false,
    });
    expect(rest.show).toBe(false);
    expect(theWindow().loaded).toEqual(['app://main/']);
    expect(seen.calls).toContain('fromPartition app cache=false');
  });
  it('lets one kind of file out: what our own page made', async () => {
    await start();
    const session = theWindow().options.webPreferences?.session as unknown as EventEmitter;
    const isStopped = (url: string): boolean => {
      let stopped = false;
      session.emit('will-download', { preventDefault: () => { stopped = true; } }, { getURL: () => url });
      return stopped;
    };
    expect(isStopped('blob:app://main/3f0c')).toBe(false);
    for (const url of ['https://evil.example/x.exe', 'app://main/index.html', 'blob:https://evil.example/1', 'blob:app://main.evil/1', 'data:text/html,x', 'file:///etc/passwd']) expect(isStopped(url), url).toBe(true);
  });
  const hostile = [
    'https://evil.example/', 'http://127.0.0.1/', 'app://main.evil/', 'app://evil/', 'app://user@main/', 'app://main:8080/', 'app:/\\evil', 'app:main', 'data:text/html,x', 'blob:app://main/1',
      'file:///etc/passwd',
    'javascript:alert(1)', 'about:blank', 'app://mаin/', 'APP://evil/', 'ftp://main/', 'view-source:app://main/', '', 'app://', 'app://main@evil/', 'chrome://gpu', 'devtools://x', '//main/',
  ];
  it.each(hostile)('does not go to %s', async (url) => {
    await start();
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const event = { url, preventDefault: vi.fn() };
      theWindow().webContents.emit(name, event);
      expect(event.preventDefault, name).toHaveBeenCalledOnce();
    }
  });
  it('goes on inside the app', async () => {
    await start();
    const event = { url: 'app://main/index.html#/queue', preventDefault: vi.fn() };
    theWindow().webContents.emit('will-navigate', event);
    expect(event.preventDefault).not.toHaveBeenCalled();
    expect(isOurs('app://main/')).toBe(true);
  });
  it('opens no other window and attaches no webview', async () => {
    await start();
    expect(theWindow().webContents.windowOpen?.({ url: 'https://x' } as never)).toEqual({ action: 'deny' });
    const event = { preventDefault: vi.fn() };
    theWindow().webContents.emit('will-attach-webview', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });
  it('grants no permission that electron.d.ts names', async () => {
    await start();
    const types = readFileSync('node_modules/electron/electron.d.ts', 'utf8');
    const block = /setPermissionRequestHandler\(handler[\s\S]*?permission: ([^)]*?), callback/.exec(types)?.[1] ?? '';
    const names = [...new Set([...block.matchAll(/'([\w-]+)'/g)].map((m) => m[1] ?? ''))];
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const answer = vi.fn();
      (seen.permission.request as unknown as (c: unknown, p: string, cb: (ok: boolean) => void) => void)(null, name, answer);
      expect(answer, name).toHaveBeenCalledWith(false);
      expect((seen.permission.check as unknown as (...a: unknown[]) => boolean)(null, name), name).toBe(false);
    }
    expect((seen.permission.device as unknown as () => boolean)()).toBe(false);
  });
  it('blocks every request that leaves the app', async () => {
    await start();
    const cancelled = (url: string): boolean | undefined => {
      let found: boolean | undefined;
      seen.beforeRequest?.({ url }, ({ cancel }) => { found = cancel; });
      return found;
    };
    expect(cancelled('https://update.example/')).toBe(true);
    expect(cancelled('http://127.0.0.1:8287/health')).toBe(true);
    expect(cancelled('file:///etc/passwd')).toBe(true);
    expect(cancelled('app://main/assets/app.js')).toBe(false);
  });
  it('locks on suspend and on a locked screen, and wakes the sync on resume', async () => {
    await start();
    emitPower('suspend');
    emitPower('lock-screen');
    emitPower('resume');
    expect(asked).toEqual([{ act: 'session.lock', input: {} }, { act: 'session.lock', input: {} }]);
    expect(woken).toEqual(['connectivity']);
  });
  it('locks after ten idle minutes, not before', async () => {
    vi.useFakeTimers();
    try {
      await start();
      seen.idleSeconds = 599;
      vi.advanceTimersByTime(30_000);
      expect(asked).toEqual([]);
      seen.idleSeconds = 600;
      vi.advanceTimersByTime(30_000);
      expect(asked).toEqual([{ act: 'session.lock', input: {} }]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('screen files', () => {
  const get = async (url: string, method = 'GET') => {
    const handler = seen.protocolHandlers.get('app');
    return handler ? handler({ url, method, headers: new Headers() } as Request) : new Response(null, { status: 599 });
  };
  it('serves documents by range from the backend, sandboxed, and nothing of a name that is no hash', async () => {
    await start();
    const blob = async (name: string, range?: string) => {
      const handler = seen.protocolHandlers.get('app');
      return handler?.({ url: `app://main/blob/${name}`, method: 'GET', headers: new Headers(range ? { range } : {}) } as Request) as Promise<Response>;
    };
    const whole = await blob(HELD);
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length'), whole.headers.get('x-content-type-options')]).toEqual([200, 'application/pdf', '2500000', 'nosniff']);
    expect(whole.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.from(await whole.arrayBuffer()).equals(PDF)).toBe(true);
    const part = await blob(HELD, 'bytes=1000000-1000009');
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1000000-1000009/2500000', 'synthetic ']);
    for (const name of ['b'.repeat(64), 'A'.repeat(64), '../index.html', `${HELD}/x`, '']) expect((await blob(name)).status, name).toBe(404);
  });
  it('serves the screen with policy and types', async () => {
    await start();
    const page = await get('app://main/');
    expect([page.status, page.headers.get('content-type'), page.headers.get('x-content-type-options')]).toEqual([200, 'text/html; charset=utf-8', 'nosniff']);
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-ancestors 'none'",
      "require-trusted-types-for 'script'"]) expect(policy).toContain(part);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect((await get('app://main/assets/app.js?v=1')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });
  it('answers GET only, and only for its own host', async () => {
    await start();
    expect((await get('app://main/', 'POST')).status).toBe(405);
    expect((await get('app://evil/')).status).toBe(404);
  });
  const up = ['..', '%2e%2e', '%2E%2E', '.%2e', '%252e%252e', '..%00', '..\\', '%5c..', '..%5c', '....', '..;', '%c0%ae%c0%ae', '\u2025', '%u002e%u002e'];
  const joins = ['/', '%2f', '%2F', '\\', '%5c', '//', '/./', '/%00/'];
  const targets = ['secret.json', 'user/laptop/keyfile.json'];
  const corpus = [...up.flatMap((u) => joins.flatMap((j) => targets.map((t) => `app://main/${u}${j}${t}`))), 'app://main/assets/link.json', 'app://main/assets/../../secret.json',
    'app://main/assets/%2e%2e/%2e%2e/secret.json', 'app://main//etc/passwd', 'app://main/assets', 'app://main/.env.json', 'app://main/secret.json'];
  it(`serves none of ${corpus.length} ways out of the folder`, async () => {
    await start();
    expect(corpus.length).toBeGreaterThan(200);
    for (const url of corpus) {
      const page = await get(url);
      expect([url, page.status]).toEqual([url, 404]);
      expect(await page.text()).not.toContain('secret');
    }
  });
});

describe('calls', () => {
  const invoke = (event: unknown, call: unknown) => seen.handlers.get('fieldbook:call')?.(event, call);
  const ours = () => ({ sender: theWindow().webContents, senderFrame: theWindow().webContents.mainFrame });
  const state = JSON.stringify({ act: 'session.state', input: {} });
  it('passes a call of our own top frame on', async () => {
    await start();
    expect(await invoke(ours(), state)).toEqual(ok('answered'));
    expect(asked).toEqual([{ act: 'session.state', input: {} }]);
  });
  it.each([
    ['a detached frame', () => ({ ...ours(), senderFrame: null })],
    ['a subframe', () => ({ ...ours(), senderFrame: { origin: 'app://main' } })],
    ['another window', () => ({ ...ours(), sender: {} })],
    ['another origin', () => ({ sender: theWindow().webContents, senderFrame: { ...theWindow().webContents.mainFrame, origin: 'https://evil.example' } })],
  ])('refuses %s', async (_name, event) => {
    await start();
    expect(await invoke(event(), state)).toMatchObject({ ok: false, problem: { code: 'call/foreign-sender' } });
    expect(asked).toEqual([]);
  });
  it('refuses what is not JSON text, and never throws', async () => {
    await start();
    await fc.assert(fc.asyncProperty(fc.anything(), async (payload) => {
      const answer = await invoke(ours(), payload) as { ok: boolean };
      expect(typeof answer.ok).toBe('boolean');
    }), { numRuns: 1000, seed: 287 });
    expect(await invoke(ours(), '{')).toMatchObject({ ok: false, problem: { code: 'call/malformed' } });
    expect(await invoke(ours(), 'x'.repeat(3 * 1024 * 1024))).toMatchObject({ ok: false, problem: { code: 'call/malformed' } });
  });
  it('tells the window which tables changed', async () => {
    await start();
    listener(['packets']);
    expect(theWindow().webContents.sent).toEqual([['fieldbook:changed', ['packets']]]);
  });
});

describe('alarms', () => {
  const now = '2026-11-24T20:10:00.000Z';
  const rung = [{ deadlineAt: '2026-11-24T20:52:00.000Z', site: 'ag-07', clock: 'K2B', leadMinutes: 60 }];
  const locked = { phase: 'locked', pmName: 'Sela Marin', protection: 'passphrase only', retryAt: null, now, alarms: rung, rung, problem: null };
  const alarm = async (): Promise<void> => {
    listener(['session', 'alarm']);
    await new Promise((resolve) => { setImmediate(resolve); });
  };
  it('[K2B] a locked laptop shows a notice with clock, site code and time, and nothing about a person', async () => {
    await start();
    state = locked;
    await alarm();
    expect(seen.notices.map((n) => [n.state, n.options])).toEqual([['shown', { title: 'Fieldbook: a clock', body: 'Clock K2B at ag-07 in 42 m', urgency: 'critical', timeoutType: 'never' }]]);
    expect(JSON.stringify(seen.notices[0]?.options)).not.toContain('Marin');
  });
  it('several at once are one notice; a newer one replaces it; a click brings the window up', async () => {
    await start();
    state = { ...locked, rung: ['K5', 'K4', 'K3', 'K1'].map((clock) => ({ ...rung[0], clock })) };
    await alarm();
    expect(seen.notices[0]?.options).toMatchObject({ title: 'Fieldbook: 4 clocks', body: 'Clock K5 at ag-07 in 42 m\nClock K4 at ag-07 in 42 m\nClock K3 at ag-07 in 42 m\nand 1 more' });
    state = { ...locked, now: '2026-11-24T20:52:00.000Z' };
    await alarm();
    expect(seen.notices.map((n) => n.state)).toEqual(['closed', 'shown']);
    expect(seen.notices[1]?.options.body).toBe('Clock K2B at ag-07, 0 m over: release or notify required');
    seen.notices[1]?.emit('click');
    expect([theWindow().isShown, seen.calls.at(-1)]).toEqual([true, 'window.focus']);
  });
  it('is left to the window while that is open and in front', async () => {
    await start();
    state = { phase: 'open', now, rung };
    await alarm();
    expect(seen.notices).toHaveLength(0);
    theWindow().hasFocus = false;
    await alarm();
    expect(seen.notices).toHaveLength(1);
  });
  it('is silent for other changes, where the system has no notices, and after quitting', async () => {
    await start();
    state = locked;
    listener(['session']);
    seen.hasNotices = false;
    await alarm();
    expect(seen.notices).toHaveLength(0);
    expect(listeners.size).toBe(2);
    emitApp('before-quit', { preventDefault: () => undefined });
    expect(listeners.size).toBe(0);
  });
});

describe('preload', () => {
  it('exposes two frozen functions and never the event', async () => {
    await import('../../electron/preload.ts');
    const bridge = seen.bridge.get('fieldbook') as { call: (c: string) => Promise<unknown>; onChanged: (l: (t: readonly string[]) => void) => () => void };
    expect(Object.keys(bridge)).toEqual(['call', 'onChanged']);
    expect(Object.isFrozen(bridge)).toBe(true);
    expect(await bridge.call('{}')).toEqual({ channel: 'fieldbook:call', args: ['{}'] });
    const got: unknown[][] = [];
    const off = bridge.onChanged((...args) => { got.push(args); });
    rendererEvents.emit('fieldbook:changed', { sender: 'secret' }, ['packets']);
    off();
    rendererEvents.emit('fieldbook:changed', {}, ['holds']);
    expect(got).toEqual([[['packets']]]);
  });
});

describe('computer secret', () => {
  it('is the same at every start and never lies in the clear', () => {
    const first = computerSecret(folder);
    expect(first).toHaveLength(32);
    expect(computerSecret(folder)).toEqual(first);
    expect(readFileSync(join(folder, 'computer-secret'), 'utf8')).not.toContain(first?.toString('base64') ?? '-');
  });
  it.each([['basic_text'], ['unknown']] as const)('is refused when the keyring is %s', (backend) => {
    seen.backend = backend;
    expect(computerSecret(folder)).toBeNull();
  });
  it('is refused when the system encrypts nothing', () => {
    seen.isEncrypting = false;
    expect(computerSecret(folder)).toBeNull();
  });
  it('does not appear after an enrolment without one', () => {
    writeFileSync(join(folder, 'keyfile.json'), '{}');
    expect(computerSecret(folder)).toBeNull();
  });
});

describe('source', () => {
  it('never touches the switches that undo the window', () => {
    const text = ['window', 'desktop', 'protocol', 'ipc', 'menu', 'main', 'preload'].map((n) => readFileSync(`electron/${n}.ts`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')).join('\n');
    expect(text).not.toMatch(/webSecurity|allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|webviewTag: true|bypassCSP|corsEnabled|openExternal|ignoreCertificate/);
    expect(text.match(/new BrowserWindow\(/g)).toHaveLength(1);
  });
  it('the double notices use of what it lacks', () => {
    expect(() => (electronDouble as unknown as { shell: unknown }).shell).toThrow('electron.shell does not exist');
    expect(() => (electronDouble.app as unknown as { relaunch: unknown }).relaunch).toThrow('app.relaunch does not exist');
  });
});
