/**
 * The one window, and what no page may do: navigate away, open windows, attach webviews, get a permission.
 * `new BrowserWindow` stands only here. Must never enable Node, disable the sandbox or touch `webSecurity`.
 */
import { app, BrowserWindow, session as sessions, type Session } from 'electron';
import { isOurs, ORIGIN } from './protocol.ts';

/** A session that leaves nothing on disk and grants nothing. */
export function createSession(): Session {
  const session = sessions.fromPartition('app', { cache: false });
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}));
  session.setSpellCheckerEnabled(false);
  // Only what our own page made out of an export that the person asked for; the system's save dialog asks where to.
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${ORIGIN}/`)) event.preventDefault();
  });
  return session;
}

/** Denies navigation, frames, redirects, new windows and webviews in every web contents there will ever be. Before `ready`. */
export function hardenContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isOurs(event.url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!isOurs(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOurs(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** The window, sandboxed and isolated, over `app://main/`. It shows itself once it has drawn. */
export function createWindow(session: Session, preload: string, isPackaged: boolean): BrowserWindow {
  const window = new BrowserWindow({
    width: 1360, height: 860, minWidth: 900, minHeight: 600, show: false, title: 'Fieldbook', backgroundColor: '#ffffff',
    webPreferences: {
      session, preload, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      webviewTag: false, navigateOnDragDrop: false, spellcheck: false, devTools: !isPackaged,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${ORIGIN}/`);
  return window;
}
