import { gradientCss } from './colour-map.js';
import { defectiveColour, goodColour, unknownColour } from './heat-map-sheet.js';

/** The report's style sheet: light and dark paper, phone to wide screen, and print. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --card: #ffffff; --ink: #1c1f24; --soft: #5d6570; --line: #dfe1e4;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #14161a; --card: #1c1f25; --ink: #e8eaed; --soft: #a3abb6; --line: #333840; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.6rem 0 .7rem; }
.kicker { color: var(--soft); font-size: .85rem; margin: 0 0 .4rem; }
.summary { font-size: 1.1rem; max-width: 66ch; margin: 0 0 1.6rem; overflow-wrap: anywhere; }
.note, figcaption { overflow-wrap: anywhere; color: var(--soft); font-size: .875rem; margin: .6rem 0 0; max-width: 90ch; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 0; }
.cards > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.cards dt { color: var(--soft); font-size: .8rem; }
.cards dd { margin: 0; font-size: 1.45rem; font-weight: 600; line-height: 1.3; white-space: nowrap; font-variant-numeric: tabular-nums; }
.cards dd.words { font-size: 1rem; white-space: normal; line-height: 1.4; padding-top: .3rem; }
.cards small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); line-height: 1.4; white-space: normal; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tall { max-height: 80vh; overflow-y: auto; }
.tall thead th { position: sticky; top: 0; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; text-align: right; vertical-align: top; white-space: nowrap; }
th { font-weight: 600; }
thead th { color: var(--soft); font-weight: 500; font-size: .82rem; }
th:first-child, .left { text-align: left; }
tbody tr > * { border-top: 1px solid var(--line); }
tbody tr.more > * { border-top: 0; padding-top: 0; }
td small, th small { display: block; font-weight: 400; color: var(--soft); font-size: .78rem; white-space: normal; }
th small { min-width: 14em; }
td.none { color: var(--soft); }
td.none small { max-width: 11em; margin-left: auto; }
td i { font-style: normal; color: var(--soft); font-size: .78rem; }
.id { display: inline-block; max-width: 22ch; overflow-wrap: anywhere; white-space: normal; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; align-items: start; }
figure { margin: 0; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; }
figure h3 { font-size: .95rem; margin: 0 0 .6rem; }
figure svg { display: block; width: 100%; max-width: 560px; height: auto; margin: 0 auto; }
figure svg text { fill: var(--soft); }
.sheet { overflow-x: auto; }
.sheet img { display: block; width: 100%; min-width: 560px; height: auto; border-radius: 6px; }
.sheet.narrow img { max-width: 720px; min-width: 0; margin: 0 auto; }
.wide { max-width: none; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: center; }
.key span { white-space: nowrap; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.ramp { display: inline-block; width: 90px; height: .7em; border-radius: 2px; margin: 0 .4em; background: ${gradientCss()}; }
.defective { background: rgb(${defectiveColour.join(' ')}); }
.good { background: rgb(${goodColour.join(' ')}); }
.unknown { background: rgb(${unknownColour.join(' ')}); }
ol.captions { columns: 3 220px; column-gap: 28px; padding-left: 2.2em; margin: .8rem 0 0; font-size: .85rem; }
ol.captions li { overflow-wrap: anywhere; break-inside: avoid; }
code, pre { font: .85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0; padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
pre.command { white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--soft); font-size: .9rem; margin-bottom: .6rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; font-size: .9rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 600px) {
  main { padding: 24px 14px 48px; }
  h1 { font-size: 1.5rem; }
  .summary { font-size: 1.02rem; }
  .cards { grid-template-columns: repeat(2, 1fr); }
  .cards > div { padding: 10px 12px; }
  .cards dd { font-size: 1.3rem; }
  figure { padding: 10px; }
  .id { max-width: 12ch; }
  th small { min-width: 9em; }
  th, td { padding: 7px 10px; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .scroll, .tall, .sheet { overflow: visible; max-height: none; }
  .cards dd { font-size: 1.1rem; }
  figure, .cards > div, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
