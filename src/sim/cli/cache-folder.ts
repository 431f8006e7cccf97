import envPaths from 'env-paths';

/** Where features are kept between runs: FEDDYMEM_CACHE, else the user's cache folder. */
export function cacheFolder(): string {
  return process.env.FEDDYMEM_CACHE || envPaths('feddymem', { suffix: '' }).cache;
}
