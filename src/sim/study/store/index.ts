/** What the rest of a study needs of its store. */
export { buildStore, storeFile } from './build-store.js';
