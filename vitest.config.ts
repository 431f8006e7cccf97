import { configDefaults, defineConfig } from 'vitest/config';

/** Files that share a process's modules, since reading them anew takes longer than many a test. */
const sharing = [
  'test/base/**/*.test.ts',
  'test/memory/**/*.test.ts',
  'test/model/**/*.test.ts',
  'test/actors/**/*.test.ts',
  'test/sim/{statistics,schedule,fleet,faults,data,run,rivals,scenario,tuning,cli}/**/*.test.ts',
  'test/sim/study/store/**/*.test.ts',
];

/** Puts a module of its own in another's place: nobody else may see it. */
const replacing = ['test/model/methods/training-cost.test.ts'];

const common = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  setupFiles: ['test/support/property-seed.ts'],
};

export default defineConfig({
  test: {
    // Projects don't extend this: each would build again, in a folder within the others' folders.
    globalSetup: ['test/support/own-temporary-folder.ts', 'test/support/build-once.ts'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'sharing',
          include: sharing,
          exclude: [...configDefaults.exclude, ...replacing],
          isolate: false,
          ...common,
        },
      },
      { test: { name: 'replacing', include: replacing, ...common } },
      {
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...sharing, 'test/long/**'],
          ...common,
        },
      },
    ],
  },
});
