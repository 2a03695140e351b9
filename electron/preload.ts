/** The only bridge into the page: two frozen functions. Must never hand an event or `ipcRenderer` on. Bundled to one CommonJS file. */
import { contextBridge, ipcRenderer } from 'electron';

contextBridge.exposeInMainWorld('fieldbook', Object.freeze({
  call: (call: string): Promise<unknown> => ipcRenderer.invoke('fieldbook:call', call),
  onChanged: (listener: (tables: readonly string[]) => void): (() => void) => {
    const on = (_event: unknown, tables: readonly string[]): void => listener(tables);
    ipcRenderer.on('fieldbook:changed', on);
    return () => { ipcRenderer.removeListener('fieldbook:changed', on); };
  },
}));
