import { describe, expect, it } from 'vitest';
import { messageRows } from '../../../../src/sim/study/store/message-rows.js';

const journal = (lines: readonly object[], end = '\n') =>
  new TextEncoder().encode(
    lines.map((line, sequence) => JSON.stringify({ sequence, ...line })).join('\n') + end,
  );
const upload = { from: 'a', to: 'server', number: 1, kind: 'upload', bytes: 7, step: 'train', round: 0 };

describe('messageRows', () => {
  it('counts copies, and times the first', () => {
    const rows = messageRows(
      journal([
        { event: 'sent', time: 1, ...upload },
        { event: 'delivered', time: 2, ...upload },
        { event: 'delivered', time: 3, ...upload },
        { event: 'ignored', time: 3, from: 'a', reason: 'answered before' },
      ]),
    );
    expect(rows).toMatchObject([
      { sentAt: 1, arrivedAt: 2, copiesArrived: 2, outcome: 'delivered', reason: null, bytes: 7 },
    ]);
  });

  it('is delivered when a copy is lost and another arrives, in either order', () => {
    const lost = { event: 'lost', time: 2, ...upload, reason: 'the network' };
    const delivered = { event: 'delivered', time: 3, ...upload };
    for (const order of [
      [lost, delivered],
      [delivered, lost],
    ])
      expect(messageRows(journal([{ event: 'sent', time: 1, ...upload }, ...order]))).toMatchObject([
        { outcome: 'delivered', reason: null, copiesArrived: 1 },
      ]);
  });

  it('gives what the server says to the upload it has just got, and to no other', () => {
    const other = { ...upload, from: 'b' };
    const rows = messageRows(
      journal([
        { event: 'sent', time: 1, ...upload },
        { event: 'sent', time: 1, ...other },
        { event: 'delivered', time: 2, ...upload },
        { event: 'refused', time: 2, from: 'a', reason: 'damaged' },
        { event: 'delivered', time: 2, ...other },
        { event: 'late', time: 2, from: 'b', kept: true },
        // To itself, without a number: what follows is about no message.
        { event: 'delivered', time: 3, from: 'server', to: 'server', kind: 'timer' },
        { event: 'ignored', time: 3, from: 'b', reason: 'superseded' },
      ]),
    );
    expect(rows.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['refused', 'damaged'],
      ['late', null],
    ]);
  });

  it('tells messages of two senders apart, and what never came', () => {
    const down = { ...upload, from: 'server', to: 'a', kind: 'broadcast', setupBytes: 3 };
    const rows = messageRows(
      journal([
        { event: 'sent', time: 1, ...down },
        { event: 'disturbed', time: 1, ...down, what: 'delayed' },
        { event: 'sent', time: 1, ...upload },
        { event: 'delivered', time: 2, ...upload },
      ]),
    );
    expect(rows).toMatchObject([
      { sender: 'server', outcome: 'under way', arrivedAt: null, setupBytes: 3, disturbances: ['delayed'] },
      { sender: 'a', outcome: 'delivered', disturbances: [] },
    ]);
  });

  it('reads a journal that was cut off as far as it goes', () => {
    const whole = journal([
      { event: 'sent', time: 1, ...upload },
      { event: 'delivered', time: 2, ...upload },
    ]);
    expect(messageRows(whole)).toMatchObject([{ outcome: 'delivered' }]);
    for (const cut of [1, 2, 30])
      expect(messageRows(whole.subarray(0, whole.length - cut))).toMatchObject([{ outcome: 'under way' }]);
    expect(messageRows(new Uint8Array())).toEqual([]);
  });
});
