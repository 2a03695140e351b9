/**
 * A laptop in its own process, to be killed with -9: `fork('tests/support/laptop-process.ts', [folder, hqUrl, startInstant])`.
 * Speaks `{ id, call }` -> `{ id, result }`. The passphrase hash is cheap here, as in every test.
 */
import { performance } from 'node:perf_hooks';
import { createBackend } from '../../host/backend.ts';
import { WEAK_KDF_FOR_TESTS } from '../../host/keystore.ts';
import type { Call } from '../../shared/api.ts';

const [folder = '', hqUrl = '', start = ''] = process.argv.slice(2);
const now = (): string => new Date(Date.parse(start) + performance.now()).toISOString();
const backend = createBackend({
  folder, hqUrl, weakForTests: WEAK_KDF_FOR_TESTS, pollMs: 3_600_000, log: () => undefined,
  clock: { now, mono: () => performance.now(), bootId: `boot-${process.pid}`, zone: 'America/Chicago' },
});
process.on('message', (message: { readonly id: number; readonly call?: Call; readonly settle?: boolean }) => {
  const work = message.settle ? backend.settled().then(() => null) : backend.call(message.call as Call);
  void work.then((result) => process.send?.({ id: message.id, result }));
});
process.send?.({ ready: true });
