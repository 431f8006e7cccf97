/** Text that is already HTML. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup is not, lists are joined, nothing is nothing. */
export type HtmlValue = string | number | Markup | null | undefined | false | readonly HtmlValue[];

/** A template for HTML that escapes whatever is put in, so that forgetting to is not possible. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Markup {
  const parts = strings.map((literal, index) =>
    index < values.length ? literal + toHtml(values[index]) : literal,
  );
  return new Markup(parts.join(''));
}

/** Vouches that a text is HTML. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function toHtml(value: HtmlValue): string {
  if (value instanceof Markup) return value.text;
  if (value === null || value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map((item: HtmlValue) => toHtml(item)).join('');
  return escapeHtml(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
