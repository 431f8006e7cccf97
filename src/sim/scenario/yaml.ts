import { parseDocument } from 'yaml';

/** @throws Error with what is wrong with the text, an alias of nothing too */
export function readYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS() as unknown;
}
