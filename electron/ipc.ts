/**
 * The two channels between screen and backend. Who sends is checked first and synchronously; the backend checks what was sent.
 * Must never pass an error's text, stack or path to the screen.
 */
import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import type { Backend, Call } from '../shared/api.ts';
import { no } from '../shared/result.ts';
import { ORIGIN } from './protocol.ts';

export const CALL = 'fieldbook:call';
export const CHANGED = 'fieldbook:changed';
const MAX_CALL = 2 * 1024 * 1024;

/** Our own window's top frame at our own origin: no subframe, no other window, no detached frame. */
export function isOurSender(event: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>, window: BrowserWindow): boolean {
  const frame = event.senderFrame;
  return frame !== null && !window.isDestroyed() && event.sender === window.webContents && frame === window.webContents.mainFrame && frame.origin === ORIGIN;
}

/** Connects the window to the backend; returns how to disconnect. */
export function connect(window: BrowserWindow, backend: Backend): () => void {
  ipcMain.handle(CALL, async (event, call: unknown) => {
    if (!isOurSender(event, window)) return no('call/foreign-sender', {});
    // JSON text only: nothing cyclic, no prototypes, one length to check. The backend parses the rest strictly.
    if (typeof call !== 'string' || call.length > MAX_CALL) return no('call/malformed', {});
    let asked: unknown;
    try {
      asked = JSON.parse(call);
    } catch {
      return no('call/malformed', {});
    }
    try {
      return await backend.call(asked as Call);
    } catch {
      return no('internal/ipc', {});
    }
  });
  const off = backend.onChanged((tables) => {
    if (!window.isDestroyed()) window.webContents.send(CHANGED, tables);
  });
  return () => {
    off();
    ipcMain.removeHandler(CALL);
  };
}
