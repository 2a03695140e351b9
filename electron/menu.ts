/** The application menu: standard editing and window roles, and "Lock". No entry opens an address or a file. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

/** Sets the menu. `lock` runs for Ctrl+L (Cmd+L on macOS). Reload and developer tools exist in unpackaged runs only. */
export function setMenu({ lock, isPackaged }: { readonly lock: () => void; readonly isPackaged: boolean }): void {
  const app: MenuItemConstructorOptions = { label: 'Fieldbook', submenu: [{ label: 'Lock', accelerator: 'CommandOrControl+L', click: () => lock() }, { type: 'separator' }, { role: 'quit' }] };
  const edit: MenuItemConstructorOptions = { label: 'Edit', submenu: [{ role: 'undo' }, { role: 'redo' }, { type: 'separator' }, { role: 'cut' }, { role: 'copy' }, { role: 'paste' },
    { role: 'selectAll' }] };
  const view: MenuItemConstructorOptions = {
    label: 'View', submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' },
      ...(isPackaged ? [] : [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }])],
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate([app, edit, view]));
}
