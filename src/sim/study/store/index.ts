/** What the rest of a study needs of its store. */
export { storeFile } from '../study-file.js';
export { buildStore } from './build-store.js';
