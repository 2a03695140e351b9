/** One runner for every zone. Real SQLite, PGlite, PostgreSQL and Chromium; nothing of ours is mocked. */
import { defineConfig } from 'vitest/config';

// Leaks from editor terminals and makes native modules look for Electron's ABI.
delete process.env.ELECTRON_RUN_AS_NODE;

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    pool: 'forks', maxWorkers: 2, testTimeout: 60_000, hookTimeout: 120_000, passWithNoTests: false, allowOnly: false,
  },
});
