import { formatBytes } from '../report/format.js';

/** AUROC differences in points, a hundredth each: "+1.4", "−0.5". */
export function points(difference: number): string {
  return signed(100 * difference, 1);
}

/** A number with its sign, a proper minus; what rounds to 0 has none. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** How many bytes are to other bytes: "45 % fewer than 2.0 MB", "3.1 times 2.0 MB", "as many as 2.0 MB". */
export function bytesAgainst(bytes: number, other: number): string {
  const than = formatBytes(other);
  if (other === 0) return bytes === 0 ? 'as many as 0 B' : 'where the other moves nothing';
  const ratio = bytes / other;
  if (ratio >= 1.995) return `${ratio.toFixed(1)} times ${than}`;
  const percent = Math.round(100 * Math.abs(ratio - 1));
  if (percent === 0) return `as many as ${than}`;
  return `${percent} % ${ratio < 1 ? 'fewer' : 'more'} than ${than}`;
}

/** "p = .012", "p < .001". */
export function probability(p: number): string {
  return p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3).replace(/^0/, '')}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** A name as code, in Markdown. */
export function codeOf(name: string): string {
  return `\`${name}\``;
}
