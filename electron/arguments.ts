/**
 * Which command-line arguments the desktop app starts with: none in the package. Chromium switches can undo every protection
 * of the window, so whatever is not known is refused before anything is opened.
 */

/** Switches that are refused everywhere, developer runs included. */
const DANGEROUS = [
  'no-sandbox', 'disable-web-security', 'ignore-certificate-errors', 'host-rules', 'host-resolver-rules', 'proxy-server', 'load-extension', 'user-data-dir', 'js-flags', 'password-store',
  'disable-site-isolation-trials', 'allow-running-insecure-content', 'unsafely-treat-insecure-origin-as-secure', 'log-net-log', 'ssl-key-log-file', 'gpu-launcher', 'renderer-cmd-prefix',
    'utility-cmd-prefix',
];
/** Switches that only a developer's unpackaged run may carry (debuggers, the smoke test). */
const DEVELOPER = ['inspect', 'inspect-brk', 'remote-debugging-port', 'remote-debugging-pipe'];

/** The arguments that must stop the start; empty when all is well. `argv` is `process.argv` without the executable. */
export function refusedArguments(argv: readonly string[], isPackaged: boolean): readonly string[] {
  return argv.filter((argument, index) => {
    const name = /^-{1,2}([^=]+)/.exec(argument)?.[1]?.toLowerCase();
    if (name === undefined) return isPackaged || index !== argv.findIndex((a) => !a.startsWith('-'));
    if (DANGEROUS.includes(name)) return true;
    return isPackaged || !DEVELOPER.includes(name);
  });
}
