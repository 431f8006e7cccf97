import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presets, type Preset, type Source } from '../../../src/sim/fleet/presets.js';

const all = Object.entries(presets);

function valueAt(preset: Preset, field: Source['field']): number {
  const [part, name] = field.split('.') as ['device' | 'link', string];
  return (preset[part] as unknown as Record<string, number>)[name];
}

/** The rows of docs/fleet.md: fields of one source share a row. */
function documentedRows(preset: Preset): string[] {
  const rows = new Map<string, { fields: string[]; values: Set<string> }>();
  for (const { field, standing, citation } of preset.sources) {
    const key = `${standing} | ${citation} |`;
    const row = rows.get(key) ?? { fields: [], values: new Set<string>() };
    row.fields.push(`\`${field}\``);
    row.values.add(String(Number(valueAt(preset, field).toPrecision(4))));
    rows.set(key, row);
  }
  return [...rows].map(
    ([key, { fields, values }]) => `| ${fields.join(', ')} | ${[...values].join(', ')} | ${key}`,
  );
}

describe('presets', () => {
  it.each(all)('%s has exactly one source for every number', (_name, preset) => {
    const fields = [
      ...Object.keys(preset.device).map((field) => `device.${field}`),
      ...Object.keys(preset.link).map((field) => `link.${field}`),
    ];
    expect(preset.sources.map(({ field }) => field).sort()).toEqual(fields.sort());
  });

  it.each(all)('%s stands in the documentation as it is', (name, preset) => {
    const text = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8');
    const section = text.split('\n### ').find((part) => part.startsWith(`${name}\n`)) ?? '';
    const rows = section.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
    for (const row of documentedRows(preset)) expect(rows).toContain(row);
  });

  it('turns peaks into sustained speeds', () => {
    const gflops = all.map(([, { device }]) => device.gflops);
    const expected = [22.5, 1280 / 4, 409.6 / 4, 19_200 / 4];
    for (const [at, value] of expected.entries()) expect(gflops[at]).toBeCloseTo(value, 9);
  });

  it('turns the power of a radio into energy', () => {
    // 1 Mbit at 5.64 Mbit/s takes 0.1773 s at 438.39 × 5.64 + 1288.04 = 3760.56 mW.
    const { link } = presets.phone;
    expect(link.joulesPerMbitUp).toBeCloseTo((438.39 * 5.64 + 1288.04) / 1000 / 5.64, 12);
    expect(link.joulesPerMbitUp).toBeCloseTo(0.6668, 4);
    expect(link.joulesPerMbitDown).toBeCloseTo(0.1531, 4);
  });

  it('takes headers off what a cable carries', () => {
    expect(presets['factory-pc'].link.uploadMbit).toBeCloseTo(94.93, 2);
    expect(presets['edge-box'].link.downloadMbit).toBeCloseTo(949.3, 1);
  });
});
