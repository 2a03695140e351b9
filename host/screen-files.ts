/**
 * What both hosts serve the built screen with: one content security policy, one set of headers, a fixed MIME map, one path check.
 * Must never grow `unsafe-inline` or `unsafe-eval`, nor serve a file from outside the built screen.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** Policy for the screen, the same in Electron and in a browser. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'", "worker-src 'self'", "connect-src 'self'",
  "object-src 'none'", "frame-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", 'trusted-types pdf-worker',
].join('; ');

/** Headers that every answer of either host carries. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin', 'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()', 'cache-control': 'no-store',
};

export const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.woff': 'font/woff', '.txt': 'text/plain; charset=utf-8', '.webmanifest': 'application/manifest+json',
  '.mjs': 'text/javascript; charset=utf-8', '.bcmap': 'application/octet-stream', '.pfb': 'application/octet-stream', '.ttf': 'font/ttf',
};

/**
 * A file of the built screen by URL path, or null: decoded once, inside `dir` after links are resolved, of a known type.
 * Refuses `..`, backslashes, NUL, encoded separators and whatever else leaves the folder.
 */
export function rendererFile(dir: string, rawPath: string): { readonly body: Buffer; readonly type: string } | null {
  let path: string;
  try {
    path = decodeURIComponent(rawPath);
  } catch {
    return null;
  }
  if (!path.startsWith('/') || /[\\\0%]|\/\.|\/\//.test(path) || /%2e|%2f|%5c|%00/i.test(rawPath)) return null;
  const type = MIME[extname(path === '/' ? '/index.html' : path)];
  if (!type) return null;
  try {
    const root = realpathSync(dir);
    const file = realpathSync(join(root, path === '/' ? 'index.html' : path));
    if (!file.startsWith(root + sep) || !statSync(file).isFile()) return null;
    return { body: readFileSync(file), type };
  } catch {
    return null;
  }
}
