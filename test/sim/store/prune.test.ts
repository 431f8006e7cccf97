import fc from 'fast-check';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { cacheKinds, entryPath } from '../../../src/sim/store/cache-layout.js';
import { usage } from '../../../src/sim/store/cache-usage.js';
import { enforceLimit, prune } from '../../../src/sim/store/prune.js';
import { deadProcess, filesOf, place, placeEntry, setUse, temporaryFolder } from './samples.js';

const drawnEntries = fc.array(
  fc.record({ kind: fc.constantFrom(...cacheKinds), bytes: fc.nat(40), usedAt: fc.nat(6) }),
  { maxLength: 12 },
);

describe('prune', () => {
  it('keeps to the limit, deletes no more than it must, and the least recently used first', async () => {
    await fc.assert(
      fc.asyncProperty(drawnEntries, fc.nat(200), async (drawn, limit) => {
        const folder = temporaryFolder();
        const files = drawn.map(({ kind, bytes, usedAt }, name) => ({
          path: placeEntry(folder, kind, name, bytes, usedAt),
          bytes,
          usedAt,
        }));
        const outcome = await prune(folder, limit);
        const kept = files.filter(({ path }) => existsSync(path));
        const deleted = files.filter(({ path }) => !existsSync(path));
        const total = (of: typeof files) => of.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(total(kept)).toBeLessThanOrEqual(limit);
        const lastDeleted = Math.max(...deleted.map(({ usedAt }) => usedAt));
        for (const { usedAt } of kept) expect(lastDeleted).toBeLessThanOrEqual(usedAt);
        if (deleted.length > 0) {
          const largest = Math.max(
            ...deleted.filter(({ usedAt }) => usedAt === lastDeleted).map(({ bytes }) => bytes),
          );
          expect(total(kept) + largest).toBeGreaterThan(limit);
        }
        expect(outcome).toEqual({
          deletedEntries: deleted.length,
          deletedBytes: total(deleted),
          leftovers: 0,
          keptEntries: kept.length,
          keptBytes: total(kept),
          refused: 0,
        });
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });

  it('may run several times at once without deleting more', async () => {
    const folder = temporaryFolder();
    // Equal times of use: only the order by path makes the runs agree.
    for (let name = 0; name < 60; name++) placeEntry(folder, 'payloads', name, 10);
    const before = filesOf(folder);
    const outcomes = await Promise.all([prune(folder, 300), prune(folder, 300), prune(folder, 300)]);
    expect(filesOf(folder)).toEqual(before.slice(30));
    expect(outcomes.map(({ keptBytes, refused }) => [keptBytes, refused])).toEqual(
      outcomes.map(() => [300, 0]),
    );
  });

  it('bounds the chosen kinds and leaves the others alone', async () => {
    const folder = temporaryFolder();
    const features = placeEntry(folder, 'features', 1, 50, 0);
    const old = placeEntry(folder, 'payloads', 2, 50, 1);
    const recent = placeEntry(folder, 'payloads', 3, 50, 2);
    await prune(folder, 60, ['payloads']);
    expect([features, old, recent].map((path) => existsSync(path))).toEqual([true, false, true]);
  });

  it('deletes leftovers of dead writers first, and nothing that is being written', async () => {
    const folder = temporaryFolder();
    const entry = placeEntry(folder, 'results', 1, 50);
    const dead = deadProcess();
    const now = Date.UTC(2200, 0, 1) / 1000;
    const left = place(`${entry}.${dead}-0-3.tmp`, 20, now);
    const leftByFeatures = place(`${entryPath(folder, 'features', sha256('f'))}.${dead}-0.tmp`, 20, now);
    const living = place(`${entry}.${process.pid}-0-1.tmp`, 20, now);
    const stale = place(`${entry}.${process.pid}-0-2.tmp`, 20, 0);
    expect(await prune(folder, 50)).toMatchObject({ leftovers: 3, deletedEntries: 0, keptBytes: 50 });
    expect([entry, living, left, leftByFeatures, stale].map((path) => existsSync(path))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('never deletes what feddymem did not put there', async () => {
    const folder = temporaryFolder();
    const name = sha256('x');
    const foreign = [
      'thesis.pdf',
      join('features', 'notes.txt'),
      join('payloads', 'ab', 'notes.tmp'),
      join('payloads', name.slice(0, 2), `${name}.json`),
      join('results', name.slice(0, 2), name),
      join('payloads', name.startsWith('00') ? '11' : '00', name),
      join('payloads', name),
    ].map((path) => place(join(folder, path), 10));
    const elsewhere = temporaryFolder();
    placeEntry(elsewhere, 'payloads', 5, 10);
    const shard = dirname(filesOf(elsewhere)[0]);
    symlinkSync(shard, join(folder, 'payloads', shard.slice(-2)));
    await prune(folder, 0);
    expect(filesOf(folder)).toEqual(foreign.sort());
    expect(filesOf(elsewhere)).toHaveLength(1);
  });

  it('has nothing to do where there is no folder', async () => {
    expect(await prune(join(temporaryFolder(), 'nowhere'), 0)).toMatchObject({ keptEntries: 0, refused: 0 });
  });
});

describe('enforceLimit', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('takes the limit from FEDDYMEM_CACHE_LIMIT', async () => {
    const folder = temporaryFolder();
    for (const name of [1, 2, 3]) placeEntry(folder, 'features', name, 600, name);
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', '2KB');
    expect((await enforceLimit(folder)).deletedEntries).toBe(0);
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', '1.2 kb');
    expect((await enforceLimit(folder)).deletedEntries).toBe(1);
  });
});

describe('usage', () => {
  it('counts entries, bytes and times of use by kind', async () => {
    const folder = temporaryFolder();
    placeEntry(folder, 'features', 1, 10, 100);
    placeEntry(folder, 'features', 2, 20, 50);
    const last = placeEntry(folder, 'features', 3, 5, 75);
    const renamed = join(folder, 'kept', 'entry');
    mkdirSync(dirname(renamed));
    renameSync(last, renamed);
    setUse(renamed, 75);
    const counted = await usage(folder);
    expect(counted.features).toEqual({
      entries: 2,
      bytes: 30,
      oldestUse: new Date(Date.UTC(2020, 0, 1, 0, 0, 50)),
      newestUse: new Date(Date.UTC(2020, 0, 1, 0, 1, 40)),
    });
    expect(counted.payloads).toEqual({ entries: 0, bytes: 0, oldestUse: null, newestUse: null });
    expect(counted.other).toMatchObject({ entries: 1, bytes: 5 });
  });
});
