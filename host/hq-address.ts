/**
 * Which addresses HQ may have. Kept apart from the sync loop, so that a window's process need not load the store to ask.
 * Must never let a laptop speak to another machine without TLS.
 */

/** HQ is reached by TLS, or on this very machine (demo, development, tests). */
export function isSafeHq(hqUrl: string): boolean {
  if (!URL.canParse(hqUrl)) return false;
  const url = new URL(hqUrl);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(hqUrl));
}
/** True when the URL names this machine by loopback address or `localhost`. */
export function isLoopback(hqUrl: string): boolean {
  if (!URL.canParse(hqUrl)) return false;
  const host = new URL(hqUrl).hostname;
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}
