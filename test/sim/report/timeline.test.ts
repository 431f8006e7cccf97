import { describe, expect, it } from 'vitest';
import { timelinePlot } from '../../../src/sim/report/timeline/timeline-plot.js';
import { clientsOfTimeline, readTimeline } from '../../../src/sim/report/timeline/timeline.js';
import { sampleEntries } from './extras.js';

const names = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);
const arrows = (svg: string) => [...svg.matchAll(/aria-roledescription="rule mark"/g)].length;

describe('timeline of messages', () => {
  it('has every message on its way, both ways, and the work in between', async () => {
    const timeline = await readTimeline(sampleEntries(['a', 'b'], 2), ['a', 'b']);
    expect(timeline.messages).toHaveLength(8);
    expect(timeline.messages[0]).toEqual({
      client: 'a',
      up: false,
      sentAt: 0,
      endsAt: 1,
      lost: false,
      bytes: 4000,
    });
    expect(timeline.messages[1]).toEqual({
      client: 'a',
      up: true,
      sentAt: 6,
      endsAt: 8,
      lost: false,
      bytes: 900,
    });
    expect(timeline.messages.filter(({ lost }) => lost)).toHaveLength(1);
    expect(timeline.work).toHaveLength(4);
    expect(timeline.work[0]).toEqual({ actor: 'a', from: 1, to: 6 });
    expect(timeline.rounds).toEqual([
      { round: 0, at: 9 },
      { round: 1, at: 19 },
    ]);
    expect(timeline.cutAfterRound).toBeNull();
  });

  it('draws a line for each message and each job, and nothing at all of none', async () => {
    const timeline = await readTimeline(sampleEntries(['a', 'b'], 2), ['a', 'b']);
    const svg = await timelinePlot(timeline);
    expect(arrows(svg)).toBe(8 + 4);
    for (const text of ['server', 'round 1', 'virtual time in seconds', 'to clients', '×'])
      expect(svg).toContain(text);
    const empty = await timelinePlot(await readTimeline([], []));
    expect(arrows(empty)).toBe(0);
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('shows some of many clients, evenly, and keeps quiet about the others', async () => {
    expect(clientsOfTimeline(names(12))).toEqual(names(12));
    const shown = clientsOfTimeline(names(100));
    expect(shown).toHaveLength(12);
    expect(new Set(shown).size).toBe(12);
    const timeline = await readTimeline(sampleEntries(names(100), 1), names(100));
    expect(timeline.clientCount).toBe(100);
    expect(new Set(timeline.messages.map(({ client }) => client))).toEqual(new Set(shown));
  });

  it('stops after whole rounds when it gets too dense, and reads no further', async () => {
    const entries = sampleEntries(names(12), 200);
    let read = 0;
    function* counted() {
      for (const entry of entries) {
        read++;
        yield entry;
      }
    }
    const timeline = await readTimeline(counted(), names(12));
    // 24 messages a round: the 18th round, number 17, would pass 420.
    expect(timeline.cutAfterRound).toBe(16);
    expect(timeline.rounds).toHaveLength(17);
    expect(timeline.messages).toHaveLength(17 * 24);
    expect(read).toBeLessThan(entries.length / 8);
  });

  it('names lanes by whatever clients are called', async () => {
    const evil = '"]};<b>&';
    const svg = await timelinePlot(await readTimeline(sampleEntries([evil], 1), [evil]));
    expect(svg).not.toContain('<b>');
    expect(svg).toContain('&lt;b&gt;&amp;');
  });
});
