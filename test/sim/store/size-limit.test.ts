import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheLimit, parseSize } from '../../../src/sim/store/size-limit.js';

describe('parseSize', () => {
  it.each([
    ['0B', 0],
    ['512 B', 512],
    ['10KB', 10_000],
    ['1.5MB', 1_500_000],
    ['20gb', 20e9],
    [' 2 TB ', 2e12],
  ])('reads %j', (text, bytes) => {
    expect(parseSize(text, '--to')).toBe(bytes);
  });

  it.each(['', '10', 'GB', '-1GB', '10GiB', '1e3MB', '1,5GB', '10GB free', 'ten GB', '99999999TB', '.5GB'])(
    'refuses %j and names it',
    (text) => {
      expect(() => parseSize(text, '--to')).toThrow(`--to: ${JSON.stringify(text)} is not a size`);
    },
  );

  it('gives whole bytes or refuses, whatever the text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.]{1,12} ?[KMGTkmgt]?[Bb]?$/), (text) => {
        let bytes = 0;
        try {
          bytes = parseSize(text, '--to');
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-input', hint: expect.stringContaining('10GB') });
        }
        expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
      }),
    );
  });
});

describe('the limit of the cache', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is FEDDYMEM_CACHE_LIMIT, or 20 GB', () => {
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', '3MB');
    expect(cacheLimit()).toBe(3_000_000);
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', '');
    expect(cacheLimit()).toBe(20e9);
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', undefined);
    expect(cacheLimit()).toBe(20e9);
  });

  it('is named when it is no size', () => {
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', 'lots');
    expect(cacheLimit).toThrow('FEDDYMEM_CACHE_LIMIT: "lots" is not a size');
  });
});
