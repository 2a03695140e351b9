/**
 * Stands in for the `electron` module in tests: the few parts that `electron/` uses, recording what was asked of them, typed from
 * electron.d.ts. Every object throws on a property that it lacks, so that new use of Electron is noticed here first.
 */
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';

/** Throws on every string property that `target` lacks. Promises probe `then`, test runners probe a few more: those read as absent. */
function strict<T extends object>(name: string, target: T): T {
  const probes = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof', '@@__IMMUTABLE_ITERABLE__@@', '@@__IMMUTABLE_RECORD__@@', '__esModule', 'default', '_isMockFunction']);
  return new Proxy(target, {
    get(of, key, self) {
      if (typeof key === 'string' && !(key in of) && !probes.has(key)) throw new Error(`electron double: ${name}.${key} does not exist`);
      return Reflect.get(of, key, self);
    },
    set(of, key, value, self) {
      if (typeof key === 'string' && !(key in of) && !key.startsWith('_')) throw new Error(`electron double: ${name}.${key} cannot be set`);
      return Reflect.set(of, key, value, self);
    },
  });
}
type Handler = (request: Request) => Response | Promise<Response>;
type Frame = { readonly origin: string };

/** All that was asked of Electron, in order, for assertions. `reset()` before each test. */
export const seen = {
  calls: [] as string[], windows: [] as WindowDouble[], handlers: new Map<string, (event: unknown, ...args: unknown[]) => unknown>(), bridge: new Map<string, Record<string, unknown>>(),
  schemes: [] as Electron.CustomScheme[], protocolHandlers: new Map<string, Handler>(), permission: {} as Record<string, (...args: never[]) => unknown>, spellcheck: null as boolean | null,
  beforeRequest: null as null | ((details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void), menu: [] as Electron.MenuItemConstructorOptions[],
  hasLock: true, isPackaged: true, userData: '', backend: 'gnome_libsecret' as ReturnType<Electron.SafeStorage['getSelectedStorageBackend']>, isEncrypting: true, idleSeconds: 0,
    exitCode: null as number | null, notices: [] as NotificationDouble[], hasNotices: true,
};

class ContentsDouble extends EventEmitter {
  readonly mainFrame: Frame = { origin: 'app://main' };
  readonly sent: unknown[][] = [];
  windowOpen: null | ((details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse) = null;
  setWindowOpenHandler(handler: (details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse): void { this.windowOpen = handler; }
  send(...args: unknown[]): void { this.sent.push(args); }
}
export class WindowDouble extends EventEmitter {
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents = strict('webContents', new ContentsDouble());
  readonly loaded: string[] = [];
  isShown = false;
  hasFocus = true;
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    seen.windows.push(this);
    seen.calls.push('new BrowserWindow');
    appDouble.emit('web-contents-created', {}, this.webContents);
    // biome-ignore lint/correctness/noConstructorReturn: the strict proxy is the window
    return strict('BrowserWindow', this);
  }
  loadURL(url: string): Promise<void> { this.loaded.push(url); return Promise.resolve(); }
  show(): void { this.isShown = true; }
  isDestroyed(): boolean { return false; }
  isMinimized(): boolean { return false; }
  isFocused(): boolean { return this.hasFocus; }
  restore(): void { seen.calls.push('window.restore'); }
  focus(): void { seen.calls.push('window.focus'); }
}

export class NotificationDouble extends EventEmitter {
  static isSupported(): boolean { return seen.hasNotices; }
  readonly options: Electron.NotificationConstructorOptions;
  state: 'made' | 'shown' | 'closed' = 'made';
  constructor(options: Electron.NotificationConstructorOptions) {
    super();
    this.options = options;
    seen.notices.push(this);
  }
  show(): void { this.state = 'shown'; }
  close(): void { this.state = 'closed'; }
}

class AppDouble extends EventEmitter {
  get isPackaged(): boolean { return seen.isPackaged; }
  requestSingleInstanceLock(): boolean { seen.calls.push('requestSingleInstanceLock'); return seen.hasLock; }
  enableSandbox(): void { seen.calls.push('enableSandbox'); }
  whenReady(): Promise<void> { seen.calls.push('whenReady'); return Promise.resolve(); }
  getPath(name: string): string { if (name !== 'userData') throw new Error(name); return seen.userData; }
  setPath(name: string, path: string): void { if (name !== 'userData') throw new Error(name); seen.userData = path; seen.calls.push('setPath'); }
  getVersion(): string { return '0.1.0'; }
  exit(code?: number): void { seen.exitCode = code ?? 0; seen.calls.push('exit'); }
  quit(): void { seen.calls.push('quit'); }
}
const appDouble = new AppDouble();
const powerDouble = new (class extends EventEmitter { getSystemIdleTime(): number { return seen.idleSeconds; } })();
class SessionDouble extends EventEmitter {
  readonly protocol = strict('session.protocol', { handle: (scheme: string, handler: Handler) => { seen.protocolHandlers.set(scheme, handler); } });
  readonly webRequest = strict('session.webRequest', { onBeforeRequest: (listener: NonNullable<typeof seen.beforeRequest>) => { seen.beforeRequest = listener; } });
  setPermissionRequestHandler(handler: (...args: never[]) => unknown): void { seen.permission.request = handler; }
  setPermissionCheckHandler(handler: (...args: never[]) => unknown): void { seen.permission.check = handler; }
  setDevicePermissionHandler(handler: (...args: never[]) => unknown): void { seen.permission.device = handler; }
  setDisplayMediaRequestHandler(handler: (...args: never[]) => unknown): void { seen.permission.display = handler; }
  setSpellCheckerEnabled(isOn: boolean): void { seen.spellcheck = isOn; }
}
/** What `vi.mock('electron', ...)` returns. The keys are checked against electron.d.ts at compile time. */
export const electronDouble = strict('electron', {
  app: strict('app', appDouble),
  BrowserWindow: WindowDouble,
  Notification: NotificationDouble,
  powerMonitor: strict('powerMonitor', powerDouble),
  protocol: strict('protocol', { registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => { seen.schemes.push(...schemes); seen.calls.push('registerSchemesAsPrivileged'); } }),
  session: strict('session', { fromPartition: (partition: string, options: Electron.FromPartitionOptions) =>
    { seen.calls.push(`fromPartition ${partition} cache=${options.cache}`); return strict('Session', new SessionDouble()); } }),
  ipcMain: strict('ipcMain', {
    handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) => { seen.handlers.set(channel, handler); },
    removeHandler: (channel: string) => { seen.handlers.delete(channel); },
  }),
  contextBridge: strict('contextBridge', { exposeInMainWorld: (name: string, api: Record<string, unknown>) => { seen.bridge.set(name, api); } }),
  ipcRenderer: strict('ipcRenderer', {
    invoke: (channel: string, ...args: unknown[]) => Promise.resolve({ channel, args }),
    on: (channel: string, listener: (...args: unknown[]) => void) => { rendererEvents.on(channel, listener); },
    removeListener: (channel: string, listener: (...args: unknown[]) => void) => { rendererEvents.removeListener(channel, listener); },
  }),
  Menu: strict('Menu', {
    buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => { seen.menu = template; return {}; },
    setApplicationMenu: (_menu: unknown) => { seen.calls.push('setApplicationMenu'); },
  }),
  safeStorage: strict('safeStorage', {
    isEncryptionAvailable: () => seen.isEncrypting, getSelectedStorageBackend: () => seen.backend,
    encryptString: (text: string) => Buffer.from(text.split('').reverse().join('')), decryptString: (data: Buffer) => data.toString().split('').reverse().join(''),
  }),
} satisfies Partial<Record<keyof typeof Electron, object>>);
export const rendererEvents = new EventEmitter();

/** Back to a packaged app with a keyring, holding the lock, with nothing seen yet. */
export function reset(userData: string): void {
  Object.assign(seen, {
    calls: [], windows: [], handlers: new Map(), bridge: new Map(), schemes: [], protocolHandlers: new Map(), permission: {}, spellcheck: null, beforeRequest: null, menu: [],
    hasLock: true, isPackaged: true, userData, backend: 'gnome_libsecret', isEncrypting: true, idleSeconds: 0, exitCode: null, notices: [], hasNotices: true,
  });
  appDouble.removeAllListeners();
  powerDouble.removeAllListeners();
  rendererEvents.removeAllListeners();
}
/** Events of the app and of the machine's power, as Electron would emit them. */
export const emitApp = (name: string, ...args: unknown[]): boolean => appDouble.emit(name, ...args);
export const emitPower = (name: string): boolean => powerDouble.emit(name);
