import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createFleet, type BaseProfile } from '../../../src/sim/fleet/fleet.js';
import { presets } from '../../../src/sim/fleet/presets.js';
import { fleetSchema } from '../../../src/sim/fleet/schema.js';

const base: BaseProfile = {
  operationsPerSecond: 50e9,
  link: { latency: 0.02, uploadRate: 20e6, downloadRate: 50e6 },
};
const ids = (count: number) => Array.from({ length: count }, (_, at) => `client-${at + 1}`);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fleetOf(settings: z.input<typeof fleetSchema>, { seed = 1, clients = ids(6) } = {}) {
  return createFleet(fleetSchema.parse(settings), base, seed, clients, folder);
}

const mixed: z.input<typeof fleetSchema> = {
  groups: [
    { share: 3, preset: 'phone', device: { spread: 0.5 }, link: { spread: 1 }, dropout: 0.3 },
    { preset: 'edge-box', availability: { kind: 'diurnal', hoursOn: 8, spread: 24 } },
    { availability: { kind: 'bernoulli', probability: 0.5 }, straggling: { probability: 0.2, slowdown: 4 } },
  ],
};

describe('a fleet', () => {
  it('gives every client the base without groups', async () => {
    const fleet = await fleetOf({});
    expect(fleet.profileOf('client-1')).toEqual({
      ...base,
      group: null,
      preset: null,
      memoryBytes: Infinity,
      watts: 0,
      joulesPerBitUp: 0,
      joulesPerBitDown: 0,
      availability: { kind: 'always' },
      dropout: 0,
      straggling: null,
    });
    expect(fleet.isAvailable('client-1', 0, 1e9)).toBe(true);
    expect(fleet.availableFrom('client-1', 12.5)).toBe(12.5);
    expect(fleet.dropsOut('client-1', 3)).toBe(false);
    expect(fleet.slowdown('client-1', 3)).toBe(1);
    expect(fleet.computeJoules('client-1', 10)).toBe(0);
  });

  it('is the same for the same seed, whoever else is there and in whatever order clients are asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 12 }), async (seed, count) => {
        const few = await fleetOf(mixed, { seed, clients: ids(count) });
        const many = await fleetOf(mixed, { seed, clients: ids(30).reverse() });
        for (const client of ids(30).reverse()) many.profileOf(client);
        for (const client of ids(count)) {
          expect(many.profileOf(client)).toEqual(few.profileOf(client));
          for (const round of [0, 1, 2]) {
            expect(many.isAvailable(client, round, 5e4)).toBe(few.isAvailable(client, round, 5e4));
            expect(many.dropsOut(client, round)).toBe(few.dropsOut(client, round));
            expect(many.slowdown(client, round)).toBe(few.slowdown(client, round));
          }
        }
      }),
      { numRuns: 20 },
    );
    const speed = async (seed: number) => {
      const fleet = await fleetOf({ groups: [{ device: { spread: 1 } }] }, { seed });
      return fleet.profileOf('client-1').operationsPerSecond;
    };
    expect(await speed(1)).not.toBe(await speed(2));
  });

  it('fills groups by share', async () => {
    const clients = ids(5000);
    const fleet = await fleetOf(mixed, { clients });
    const counts = [0, 0, 0];
    for (const client of clients) counts[fleet.profileOf(client).group!]++;
    // Standard deviations are below 0.7 percent.
    for (const [at, share] of [0.6, 0.2, 0.2].entries())
      expect(Math.abs(counts[at] / 5000 - share)).toBeLessThan(0.025);
  });

  it('has exactly the preset without spread', async () => {
    const fleet = await fleetOf({ groups: [{ preset: 'phone' }] });
    const { device, link } = presets.phone;
    expect(fleet.profileOf('client-2')).toMatchObject({
      group: 0,
      preset: 'phone',
      operationsPerSecond: device.gflops * 1e9,
      memoryBytes: device.memoryGB * 1e9,
      watts: device.watts,
      link: {
        latency: link.latency,
        uploadRate: link.uploadMbit * 1e6,
        downloadRate: link.downloadMbit * 1e6,
      },
      joulesPerBitUp: link.joulesPerMbitUp / 1e6,
      joulesPerBitDown: link.joulesPerMbitDown / 1e6,
    });
    expect(fleet.computeJoules('client-2', 100)).toBe(100 * device.watts);
    // A megabyte is 8 megabits.
    expect(fleet.transferJoules('client-2', 1e6, 0)).toBeCloseTo(8 * link.joulesPerMbitUp, 12);
    expect(fleet.transferJoules('client-2', 0, 1e6)).toBeCloseTo(8 * link.joulesPerMbitDown, 12);
  });

  it('spreads speed and rates log-normally about the preset', async () => {
    const clients = ids(2001);
    const settings = {
      groups: [{ preset: 'phone' as const, device: { spread: 0.5 }, link: { spread: 0.25 } }],
    };
    const fleet = await fleetOf(settings, { clients });
    const profiles = clients.map((client) => fleet.profileOf(client));
    const { device, link } = presets.phone;
    const logs = (values: number[]) => values.map(Math.log).sort((a, b) => a - b);
    const speeds = logs(
      profiles.map(({ operationsPerSecond }) => operationsPerSecond / (device.gflops * 1e9)),
    );
    const rates = logs(profiles.map((profile) => profile.link.uploadRate / (link.uploadMbit * 1e6)));
    for (const [sorted, spread] of [[speeds, 0.5] as const, [rates, 0.25] as const]) {
      expect(Math.abs(sorted[1000])).toBeLessThan(0.12 * spread);
      const variance = sorted.reduce((sum, value) => sum + value ** 2, 0) / sorted.length;
      expect(Math.sqrt(variance) / spread).toBeCloseTo(1, 1);
    }
    for (const profile of profiles) {
      expect(profile.link.downloadRate / profile.link.uploadRate).toBeCloseTo(
        link.downloadMbit / link.uploadMbit,
        9,
      );
      expect(profile.link.latency).toBe(link.latency);
    }
  });

  it("lets a group change a preset's fields and a client's entry win over its group", async () => {
    const fleet = await fleetOf({
      groups: [{ preset: 'phone', device: { watts: 9 }, link: { latency: 1 }, dropout: 0.5 }],
      clients: {
        'client-2': { device: { gflops: 7 }, dropout: 0 },
        'client-3': { preset: 'edge-box' },
      },
    });
    const [first, second, third] = ids(3).map((client) => fleet.profileOf(client));
    expect(first).toMatchObject({ operationsPerSecond: 22.5e9, watts: 9, dropout: 0.5 });
    expect(first.link.latency).toBe(1);
    expect(second).toMatchObject({ preset: 'phone', operationsPerSecond: 7e9, watts: 9, dropout: 0 });
    expect(second.link.latency).toBe(1);
    expect(third).toMatchObject({
      preset: 'edge-box',
      watts: presets['edge-box'].device.watts,
      dropout: 0.5,
    });
    expect(third.link.latency).toBe(presets['edge-box'].link.latency);
  });

  it('takes clients for what they are called, not for properties of objects', async () => {
    const fleet = await fleetOf({ groups: [{ preset: 'phone' }] }, { clients: ['constructor'] });
    expect(fleet.profileOf('constructor').preset).toBe('phone');
  });

  it('refuses settings of an unknown client and names the nearest', async () => {
    await expect(fleetOf({ clients: { 'clint-2': {} } })).rejects.toMatchObject({
      code: 'bad-input',
      message: 'fleet.clients names client clint-2, which does not exist',
      hint: 'Did you mean client-2?',
    });
  });

  it('draws rounds with their probabilities', async () => {
    const clients = ids(100);
    const fleet = await fleetOf(
      {
        groups: [
          {
            dropout: 0.1,
            straggling: { probability: 0.3, slowdown: 2.5 },
            availability: { kind: 'bernoulli', probability: 0.8 },
          },
        ],
      },
      { clients },
    );
    const rounds = Array.from({ length: 40 }, (_, round) => round);
    const share = (happens: (client: string, round: number) => boolean) =>
      clients.flatMap((client) => rounds.filter((round) => happens(client, round))).length / 4000;
    // Three to four standard deviations of 4000 draws.
    expect(Math.abs(share((client, round) => fleet.dropsOut(client, round)) - 0.1)).toBeLessThan(0.02);
    expect(Math.abs(share((client, round) => fleet.slowdown(client, round) === 2.5) - 0.3)).toBeLessThan(
      0.03,
    );
    expect(Math.abs(share((client, round) => fleet.isAvailable(client, round, 0)) - 0.8)).toBeLessThan(0.025);
    expect(fleet.isAvailable('client-1', 7, 0)).toBe(fleet.isAvailable('client-1', 7, 99));
    expect(fleet.availableFrom('client-1', 99)).toBe(99);
  });
});

describe('availability by time', () => {
  it('opens a daily window and finds the next one', async () => {
    const fleet = await fleetOf({
      groups: [{ availability: { kind: 'diurnal', hoursOn: 6, startHour: 22 } }],
    });
    const hour = 3600;
    const open = [0, 3.99, 4, 21.99, 22, 24, 27.99, 28].map((at) =>
      fleet.isAvailable('client-1', 0, at * hour),
    );
    expect(open).toEqual([true, true, false, false, true, true, true, false]);
    expect(fleet.availableFrom('client-1', 4 * hour)).toBe(22 * hour);
    expect(fleet.availableFrom('client-1', 28 * hour)).toBe(46 * hour);
  });

  it('spreads the starts of a day over its clients', async () => {
    const clients = ids(200);
    const fleet = await fleetOf(
      { groups: [{ availability: { kind: 'diurnal', hoursOn: 1, startHour: 12, spread: 4 } }] },
      { clients },
    );
    const starts = clients.map((client) => fleet.availableFrom(client, 0) / 3600);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...starts)).toBeLessThanOrEqual(14);
    expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(3.5);
  });

  it('is reachable at the time it promises and not before', async () => {
    const settings = fc.record({
      hoursOn: fc.double({ min: 1e-6, max: 24, noNaN: true }),
      startHour: fc.double({ min: 0, max: 23.999, noNaN: true }),
      spread: fc.double({ min: 0, max: 24, noNaN: true }),
    });
    const times = fc.oneof(
      fc.double({ min: 0, max: 1e8, noNaN: true }),
      fc.integer({ min: 0, max: 2000 }).map((hours) => 3600 * hours),
    );
    await fc.assert(
      fc.asyncProperty(settings, times, fc.integer(), async (diurnal, time, seed) => {
        const fleet = await fleetOf(
          { groups: [{ availability: { kind: 'diurnal', ...diurnal } }] },
          { seed },
        );
        const from = fleet.availableFrom('client-1', time);
        expect(from).toBeGreaterThanOrEqual(time);
        expect(from).toBeLessThan(time + 86400);
        expect(fleet.isAvailable('client-1', 0, from)).toBe(true);
        expect(from === time).toBe(fleet.isAvailable('client-1', 0, time));
        if (from > time) expect(fleet.isAvailable('client-1', 0, (time + from) / 2)).toBe(false);
      }),
    );
  });

  it('follows a trace and stays away after it', async () => {
    writeFileSync(join(folder, 'times.csv'), 'client,start,end\na,100,200\na,0,10\nothers,0,1\n');
    const fleet = await fleetOf(
      { groups: [{ availability: { kind: 'trace', file: 'times.csv' } }] },
      { clients: ['a'] },
    );
    const times = [0, 9.5, 10, 99, 100, 199, 200];
    expect(times.map((time) => fleet.isAvailable('a', 0, time))).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(times.map((time) => fleet.availableFrom('a', time))).toEqual([
      0,
      9.5,
      100,
      100,
      100,
      199,
      Infinity,
    ]);
  });

  it('refuses a trace that lacks a client, and only for clients it is for', async () => {
    writeFileSync(join(folder, 'some.csv'), 'client,start,end\nclient-1,0,10\nclientt-3,0,10\n');
    const trace = { kind: 'trace' as const, file: 'some.csv' };
    await expect(
      fleetOf({ clients: { 'client-1': { availability: trace }, 'client-3': { availability: trace } } }),
    ).rejects.toMatchObject({
      code: 'bad-input',
      message: 'trace some.csv has no row of client client-3, whose availability it is',
      hint: 'It has rows of clientt-3, which is no client. Give the client rows, or another availability.',
    });
    const fleet = await fleetOf({ clients: { 'client-1': { availability: trace } } });
    expect(fleet.availableFrom('client-1', 20)).toBe(Infinity);
    expect(fleet.availableFrom('client-3', 20)).toBe(20);
  });

  it('names a trace that is not there', async () => {
    const availability = { kind: 'trace' as const, file: 'nowhere.csv' };
    await expect(fleetOf({ groups: [{ availability }] })).rejects.toThrow(
      /trace .*nowhere\.csv can't be read/,
    );
  });
});
