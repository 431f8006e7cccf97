import type { TopLevelSpec } from 'vega-lite';
import { plotFontSize, plotInk, renderPlot, viewColours } from '../render-plot.js';
import { timeUnit } from '../units.js';
import type { Timeline } from './timeline.js';

/** As wide as the page; a phone scrolls it. */
const plotWidth = 1000;
const laneHeight = 34;
const longestName = 18;
const [downColour, upColour, workColour] = [viewColours.own, viewColours.global, viewColours.unseen];

/** Lanes of the server and of clients over virtual time: what is computed, and what is sent. */
export function timelinePlot(timeline: Timeline): Promise<string> {
  const { clients, messages, work, crashes, rounds } = timeline;
  const laneOf = new Map(clients.map((client, at) => [client, at + 1]));
  const lane = (actor: string) => laneOf.get(actor) ?? 0;
  const end = Math.max(1e-9, ...messages.map(({ endsAt }) => endsAt), ...rounds.map(({ at }) => at));
  const unit = timeUnit(end);
  const names = ['server', ...clients].map((name, at) => ({ name: shortened(name), lane: at }));
  const nameLength = Math.max(...names.map(({ name }) => [...name].length));
  const padding = { left: 20 + Math.ceil(nameLength * plotFontSize * 0.58), right: 20, top: 34, bottom: 46 };
  const width = plotWidth - padding.left - padding.right;

  const arrows = messages.map(({ client, up, sentAt, endsAt, lost, bytes }) => {
    const [from, to] = up ? [lane(client), 0] : [0, lane(client)];
    return {
      from: sentAt / unit.size,
      // What is lost breaks off half-way between its lanes.
      to: endsAt / unit.size,
      fromLane: from,
      toLane: lost ? (from + to) / 2 : to,
      kind: up ? kinds.up : kinds.down,
      lost,
      bytes,
    };
  });
  const x = {
    field: 'from',
    type: 'quantitative' as const,
    scale: { domain: [0, end / unit.size], nice: false },
    axis: { title: `virtual time in ${unit.name}`, grid: false, tickCount: 10 },
  };
  const y = {
    field: 'fromLane',
    type: 'quantitative' as const,
    scale: { domain: [clients.length + 0.4, -0.4], nice: false, zero: false },
    axis: null,
  };
  const colour = {
    field: 'kind',
    type: 'nominal' as const,
    scale: { domain: Object.values(kinds), range: [downColour, upColour, workColour] },
    legend: { legendX: 0, legendY: -32, symbolOpacity: 1 },
  };
  const spec: TopLevelSpec = {
    description: 'Messages between the server and clients, and their work, over virtual time',
    width,
    height: (clients.length + 0.8) * laneHeight,
    autosize: { type: 'none' },
    padding,
    data: { values: arrows },
    layer: [
      {
        data: { values: names },
        mark: { type: 'rule', aria: false, color: plotInk, opacity: 0.3 },
        encoding: { y: { ...y, field: 'lane' } },
      },
      {
        data: { values: names },
        mark: { type: 'text', aria: false, align: 'right', baseline: 'middle', x: -10, color: plotInk },
        encoding: { y: { ...y, field: 'lane' }, text: { field: 'name' } },
      },
      {
        data: { values: rounds.map(({ round, at }) => ({ round, at: at / unit.size })) },
        mark: { type: 'rule', aria: false, strokeDash: [2, 4], color: plotInk, opacity: 0.7 },
        encoding: { x: { ...x, field: 'at' } },
      },
      {
        data: {
          values: spaced(rounds, end).map(({ round, at }) => ({
            round: `round ${round}`,
            at: at / unit.size,
          })),
        },
        mark: {
          type: 'text',
          aria: false,
          align: 'right',
          baseline: 'bottom',
          dx: -3,
          y: 0,
          color: plotInk,
          fontSize: 11,
        },
        encoding: { x: { ...x, field: 'at' }, text: { field: 'round' } },
      },
      {
        mark: { type: 'rule', opacity: 0.75 },
        encoding: {
          x,
          x2: { field: 'to' },
          y,
          y2: { field: 'toLane' },
          color: colour,
          strokeWidth: {
            field: 'bytes',
            type: 'quantitative',
            scale: {
              type: 'sqrt',
              domain: [0, Math.max(1, ...messages.map(({ bytes }) => bytes))],
              range: [0.8, 3],
            },
            legend: null,
          },
        },
      },
      {
        data: {
          values: work.map((job) => ({
            from: job.from / unit.size,
            to: job.to / unit.size,
            lane: lane(job.actor),
            kind: kinds.work,
          })),
        },
        mark: { type: 'rule', strokeWidth: 7, opacity: 1 },
        encoding: { x, x2: { field: 'to' }, y: { ...y, field: 'lane' }, color: colour },
      },
      {
        // The head of the arrow says its direction to those who see no colour.
        transform: [{ filter: '!datum.lost' }],
        mark: { type: 'point', aria: false, filled: true, size: 34, opacity: 1 },
        encoding: {
          x: { ...x, field: 'to' },
          y: { ...y, field: 'toLane' },
          color: colour,
          shape: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: Object.values(kinds), range: ['triangle-down', 'triangle-up', 'square'] },
          },
        },
      },
      {
        data: {
          values: [
            ...arrows.filter(({ lost }) => lost).map(({ to, toLane }) => ({ at: to, lane: toLane })),
            ...crashes.map(({ actor, at }) => ({ at: at / unit.size, lane: lane(actor) })),
          ],
        },
        mark: { type: 'text', aria: false, text: '×', fontSize: 18, color: plotInk, baseline: 'middle' },
        encoding: { x: { ...x, field: 'at' }, y: { ...y, field: 'lane' } },
      },
    ],
  };
  return renderPlot(spec);
}

const kinds = { down: 'to clients', up: 'to server', work: 'computing' } as const;

/** Rounds whose names don't run into each other. */
function spaced(rounds: Timeline['rounds'], end: number): Timeline['rounds'] {
  let last = -Infinity;
  return rounds.filter(({ at }) => {
    const fits = at - last >= end * 0.065;
    if (fits) last = at;
    return fits;
  });
}

function shortened(name: string): string {
  const characters = [...name];
  return characters.length <= longestName ? name : `${characters.slice(0, longestName - 1).join('')}…`;
}
