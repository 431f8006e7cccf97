import fc from 'fast-check';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadClients } from '../../../src/sim/data/clients.js';
import { revealLabel, type Label, type SealedLabel } from '../../../src/sim/data/label.js';
import { imagesOfSplit } from '../../../src/sim/data/validation.js';
import type { Executor } from '../../../src/sim/run/executor.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { memoryFile } from '../../../src/sim/output/memory-file.js';
import { writeImageSet } from '../../support/image-tree.js';
import { merged, temporaryFolder, tinyScenario } from '../../support/tiny.js';
import { imageOf } from './partition/pools.js';

const pools = fc
  .array(fc.record({ source: fc.constantFrom('a', 'b'), label: fc.constantFrom<Label[]>(0, 1) }), {
    maxLength: 60,
  })
  .map((images) => images.map(({ source, label }, at) => imageOf(`${source}/${at}`, source, 'c', label)));

describe('images set aside for tuning', () => {
  it('and the others are all there are, in their order; of each set and label the share', () => {
    fc.assert(
      fc.property(pools, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (images, validation) => {
        const aside = imagesOfSplit(images, { validation, split: 'validation' });
        const rest = imagesOfSplit(images, { validation, split: 'test' });
        expect(images.filter((image) => aside.includes(image))).toEqual(aside);
        expect(images.filter((image) => !aside.includes(image))).toEqual(rest);
        for (const source of ['a', 'b']) {
          for (const label of [0, 1]) {
            const alike = (some: readonly (typeof images)[number][]) =>
              some.filter((image) => image.source === source && revealLabel(image.label) === label).length;
            expect(alike(aside)).toBe(Math.round(validation * alike(images)));
          }
        }
      }),
    );
  });

  it('do not depend on the order in which images are listed', () => {
    fc.assert(
      fc.property(
        pools.chain((images) =>
          fc.tuple(fc.constant(images), fc.shuffledSubarray(images, { minLength: images.length })),
        ),
        ([images, shuffled]) => {
          const evaluated = { validation: 0.3, split: 'validation' } as const;
          const ids = (some: typeof images) => imagesOfSplit(some, evaluated).map(({ id }) => id);
          expect(ids(shuffled).sort()).toEqual(ids(images).sort());
        },
      ),
    );
  });

  it.each(['folder', 'synthetic', 'features'])(
    'are the same at every seed, and never reported: %s',
    async (source) => {
      const root = temporaryFolder();
      await writeImageSet(join(root, 'one'));
      const { clients: _, ...rest } = tinyScenario;
      const idsOf = async (seed: number, split: string) => {
        const data = source === 'folder' ? { source, sets: ['one'] } : { source };
        const given = { ...merged(rest, { seed, evaluate: { validation: 0.25, split } }), data };
        const clients = await loadClients(
          parseScenario(source === 'features' ? { ...given, backbone: undefined } : given, 'test'),
          root,
        );
        return clients.flatMap(({ test }) => test.map(({ id }) => id));
      };
      const aside = await idsOf(1, 'validation');
      const reported = await idsOf(1, 'test');
      expect(aside.length).toBeGreaterThan(0);
      expect(reported.length).toBeGreaterThan(aside.length);
      expect(reported.filter((id) => aside.includes(id))).toEqual([]);
      if (source !== 'synthetic') expect(await idsOf(2, 'validation')).toEqual(aside);
    },
  );

  it('need a share', () => {
    expect(() => parseScenario(merged(tinyScenario, { evaluate: { split: 'validation' } }), 'test')).toThrow(
      /evaluate\.split.*evaluate\.validation/s,
    );
  });
});

describe('labels of test images', () => {
  it('are sealed: to read one, it has to be revealed', () => {
    const { label } = imageOf('x');
    // @ts-expect-error a sealed label is no number
    const read: number = label;
    // @ts-expect-error nor can a number be passed off as one
    const made: SealedLabel = 1;
    expect([read, made]).toEqual([0, 1]);
    expect(revealLabel(label)).toBe(0);
  });

  it('and test images never reach what learns: the same run with all labels the other way round', async () => {
    const runWith = async (swap: boolean) => {
      const root = temporaryFolder();
      await writeImageSet(join(root, 'one'));
      if (swap) {
        const test = join(root, 'one', 'test');
        renameSync(join(test, 'good'), join(test, 'held'));
        renameSync(join(test, 'spot'), join(test, 'good'));
        renameSync(join(test, 'held'), join(test, 'spot'));
      }
      const trained = new Set<string>();
      const spied = (executor: Executor): Executor => ({
        ...executor,
        run(job) {
          if (job.kind === 'step') trained.add(JSON.stringify(job.images));
          return executor.run(job);
        },
      });
      const { clients: _, data: __, ...rest } = tinyScenario;
      const scenario = parseScenario({ ...rest, data: { source: 'folder', sets: ['one'] } }, 'test');
      const run = await runScenario(scenario, {
        cacheFolder: temporaryFolder(),
        dataFolder: root,
        workers: 'inline',
        around: spied,
      });
      return { run, trained };
    };
    const straight = await runWith(false);
    const swapped = await runWith(true);
    expect(swapped.run.result.journalDigest).toBe(straight.run.result.journalDigest);
    expect(swapped.trained).toEqual(straight.trained);
    expect(memoryFile(swapped.run)).toEqual(memoryFile(straight.run));
    const [one] = straight.run.result.clients;
    const [other] = swapped.run.result.clients;
    expect(other.own!.imageAuroc).toBeCloseTo(1 - one.own!.imageAuroc!, 10);
  });
});
