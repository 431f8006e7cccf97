import { gradientCss } from './colour-map.js';

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
.dense th, .dense td { padding: 8px; }
th:first-child, .left { text-align: left; }
tbody tr > * { border-top: 1px solid var(--line); }
tbody tr.more > * { border-top: 0; padding-top: 0; }
td small, th small { display: block; font-weight: 400; color: var(--soft); font-size: .78rem; white-space: normal; }
th small { min-width: 14em; }
td.none { color: var(--soft); }
td.none small { max-width: 11em; margin-left: auto; }
td i { font-style: normal; color: var(--soft); font-size: .78rem; }
.id { display: inline-block; max-width: 22ch; overflow-wrap: break-word; white-space: normal; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; align-items: start; }
.plots.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 230px), 1fr)); }
figure { margin: 0; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; }
figure h3 { font-size: .95rem; margin: 0 0 .6rem; overflow-wrap: anywhere; }
figure svg { display: block; width: 100%; max-width: 460px; height: auto; margin: 0 auto; }
figure svg text { fill: var(--soft); }
.small figure { padding: 12px; }
.small figure h3 { font-size: .85rem; margin: 0 0 .2rem; }
.broad svg { max-width: none; min-width: 760px; }
.broad .drawing { overflow-x: auto; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: center; color: var(--soft); font-size: .875rem; }
.ramp { display: inline-block; width: 90px; height: .7em; border-radius: 2px; margin: 0 .4em; background: ${gradientCss()}; }
.client { margin-top: 1.6rem; }
.client h3 { font-size: 1rem; margin: 0 0 .2rem; }
.client h3 .id { max-width: 100%; overflow-wrap: anywhere; }
.client h3 small { color: var(--soft); font-weight: 400; font-size: .8rem; margin-left: .6em; }
.client h4 { font-size: .8rem; font-weight: 500; color: var(--soft); margin: .8rem 0 .4rem; }
.gallery { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; }
.picture { padding: 0; border: 0; background: none; border-radius: 0; }
.picture img { display: block; width: 100%; height: auto; border-radius: 6px; }
.picture figcaption { margin: .3rem 0 0; font-size: .78rem; line-height: 1.45; font-variant-numeric: tabular-nums; }
.picture b { font-weight: 600; color: var(--ink); }
.picture b.defective::before { content: "▲ "; color: #cf6a12; }
.picture b.normal::before { content: "● "; color: #2b7bd0; }
.picture b.mistake { border: 1px solid currentColor; border-radius: 4px; padding: 0 .35em; font-weight: 500; }
ol.captions { columns: 3 220px; column-gap: 28px; padding-left: 2.2em; margin: .8rem 0 0; font-size: .85rem; }
ol.captions li { overflow-wrap: anywhere; break-inside: avoid; }
code, pre { font: .85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0; padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
pre.command { white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
ul.failed { padding-left: 1.2em; font-size: .9rem; overflow-wrap: anywhere; }
ul.failed i { font-style: normal; color: var(--soft); }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--soft); font-size: .9rem; margin-bottom: .6rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; font-size: .9rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 600px) {
  main { padding: 24px 12px 48px; }
  h1 { font-size: 1.5rem; }
  .summary { font-size: 1.02rem; }
  .cards { grid-template-columns: repeat(2, 1fr); }
  .cards > div { padding: 10px 12px; }
  .cards > div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .cards dd { font-size: 1.3rem; }
  .plots, .plots.small { gap: 10px; }
  figure, .small figure { padding: 8px; }
  .picture { padding: 0; }
  .gallery { grid-template-columns: minmax(0, 1fr); }
  .id { max-width: 15ch; }
  th small { min-width: 9em; }
  tbody th { min-width: 6.2em; }
  th, td { padding: 7px 10px; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .scroll, .tall, .drawing { overflow: visible; max-height: none; }
  .cards dd { font-size: 1.1rem; }
  .broad svg { min-width: 0; }
  figure, .cards > div, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
