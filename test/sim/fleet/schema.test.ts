import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fleetSchema } from '../../../src/sim/fleet/schema.js';

describe('fleet settings', () => {
  it('have a default for everything', () => {
    expect(fleetSchema.parse({})).toEqual({ groups: [], clients: {} });
    expect(fleetSchema.parse({ groups: [{ preset: 'phone' }] }).groups).toEqual([
      { share: 1, preset: 'phone' },
    ]);
    expect(
      fleetSchema.parse({ groups: [{ availability: { kind: 'diurnal', hoursOn: 8 } }] }).groups[0]
        .availability,
    ).toEqual({ kind: 'diurnal', hoursOn: 8, startHour: 0, spread: 0 });
  });

  it.each([
    { groups: [{ share: 0 }] },
    { groups: [{ preset: 'mainframe' }] },
    { groups: [{ dropout: 1.1 }] },
    { groups: [{ straggling: { probability: 0.5, slowdown: 0.9 } }] },
    { groups: [{ device: { spread: -1 } }] },
    { groups: [{ device: { speed: 1 } }] },
    { groups: [{ link: { uploadMbit: 0 } }] },
    { groups: [{ availability: { kind: 'bernoulli', probability: 0 } }] },
    { groups: [{ availability: { kind: 'diurnal', hoursOn: 25 } }] },
    { groups: [{ availability: { kind: 'diurnal', hoursOn: 0 } }] },
    { groups: [{ availability: { kind: 'trace' } }] },
    { clients: { 'client-1': { share: 1 } } },
  ])('refuse %j', (settings) => {
    expect(fleetSchema.safeParse(settings).success).toBe(false);
  });

  it('have a JSON schema', () => {
    expect(Object.keys(z.toJSONSchema(fleetSchema).properties ?? {})).toEqual(['groups', 'clients']);
  });
});
