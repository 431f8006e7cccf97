import { defineConfig } from 'vitest/config';

/** Longer checks, for a nightly run. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    globalSetup: ['test/support/own-temporary-folder.ts', 'test/support/build-once.ts'],
    testTimeout: 1_200_000,
    maxWorkers: 1,
  },
});
