import { expect, it } from 'vitest';
import { runTiny } from '../../support/tiny.js';

it('evaluate.pixels: false leaves out pixel metrics and changes nothing else', async () => {
  const { result: whole } = await runTiny({ evaluate: { rounds: [] } });
  const { result } = await runTiny({ evaluate: { rounds: [], pixels: false } });
  expect(whole.mean.own!.pixelAuroc).toBeGreaterThan(0);
  expect(result.journalDigest).toBe(whole.journalDigest);
  expect(result.mean.global).toEqual(whole.mean.global);
  for (const [at, { own, ...rest }] of result.clients.entries()) {
    const { pixelAuroc, pixelAurocReason: _, aupro, auproReason: __, ...image } = whole.clients[at].own!;
    expect([pixelAuroc, aupro]).not.toContain(undefined);
    expect(own).toEqual(image);
    expect({ ...rest, own: null }).toEqual({ ...whole.clients[at], own: null });
  }
});
