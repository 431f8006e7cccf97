import { openSans, unitsPerEm } from './open-sans.js';

interface Glyph {
  /** In units of the font. */
  readonly advance: number;
  readonly outline: string;
}

const glyphs: ReadonlyMap<string, Glyph> = new Map(
  openSans
    .trim()
    .split('\n')
    .map((line) => {
      const [code, advance, outline = ''] = line.split(' ');
      return [String.fromCodePoint(parseInt(code, 16)), { advance: Number(advance), outline }];
    }),
);

/**
 * Draws the text of a plot as outlines, so that it looks the same on every machine and on one without fonts. A text
 * with a character that we have no outline of stays text.
 * @param svg as {@link renderPlot} gives it: every text in one `<text>` element without children
 */
export function outlineText(svg: string): string {
  const withoutEmpty = svg.replace(/<text[^>]*\/>/g, '');
  return withoutEmpty.replace(
    /<text([^>]*)>([^<]*)<\/text>/g,
    (element, attributes: string, content: string) => {
      const characters = [...unescapeXml(content)];
      if (!characters.every((character) => glyphs.has(character))) return element;
      return outlines(attributes, characters);
    },
  );
}

function outlines(attributes: string, characters: readonly string[]): string {
  const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
  const scale = parseFloat(attribute('font-size') ?? '12') / unitsPerEm;
  let width = 0;
  const paths = characters.map((character) => {
    const { advance, outline } = glyphs.get(character)!;
    const path = outline && `<path transform="translate(${width},0)" d="${outline}"/>`;
    width += advance;
    return path;
  });
  const share = { start: 0, middle: 0.5, end: 1 }[attribute('text-anchor') ?? 'start'] ?? 0;
  const place = `${attribute('transform') ?? ''} translate(${-share * width * scale},0) scale(${scale},${-scale})`;
  const kept = ['fill', 'fill-opacity', 'opacity']
    .map((name) => attribute(name) !== undefined && ` ${name}="${attribute(name)}"`)
    .filter((part) => part !== false);
  return `<g transform="${place.trim()}"${kept.join('')}>${paths.join('')}</g>`;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(lt|gt|quot|amp|#39);/g, (_, name: string) => entities[name]);
}
