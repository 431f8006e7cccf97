import { parseDocument } from 'yaml';

/** @throws Error with what is wrong with the text, an alias of nothing or of what it is part of too */
export function readYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) throw document.errors[0];
  const value = document.toJS() as unknown;
  if (holdsItself(value)) throw new Error('an alias stands within what it is an alias of');
  return value;
}

/** @param around what the value is part of @param known parts that are well */
function holdsItself(value: unknown, around = new Set<unknown>(), known = new Set<unknown>()): boolean {
  if (typeof value !== 'object' || value === null || known.has(value)) return false;
  if (around.has(value)) return true;
  around.add(value);
  const found = Object.values(value).some((part) => holdsItself(part, around, known));
  around.delete(value);
  known.add(value);
  return found;
}
