import { isPinned } from '../own-part.js';
import { methodNamed, type MethodChoice } from './own-method.js';
import type { Role, SettingPath } from './unread-settings.js';

/** How many steps there are, and how images are scored, is no built-in step's own business. */
const readByNoBuiltIn: readonly SettingPath[] = ['rounds', 'imageScore'];

/**
 * Settings that no work of this step and role reads: runs that differ in nothing else share its results. A user's own
 * method may read all but what it declares itself.
 */
export function unreadSettings(method: MethodChoice, step: string, role: Role): readonly SettingPath[] {
  const declared = methodNamed(method).unread?.[step]?.[role] ?? [];
  return isPinned(method) ? declared : [...readByNoBuiltIn, ...declared];
}
