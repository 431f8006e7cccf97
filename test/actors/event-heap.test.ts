import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEventHeap, type EventKey } from '../../src/actors/event-heap.js';

const byKey = (a: EventKey, b: EventKey) =>
  a.time - b.time || a.priority - b.priority || a.sequence - b.sequence;

/** Few times and priorities, so that ties abound; sequence numbers come in any order. */
const pushes = fc.uniqueArray(
  fc.record({
    key: fc.record({
      time: fc.constantFrom(0, 0.1, 0.25, 7),
      priority: fc.integer({ min: -1, max: 1 }),
      sequence: fc.nat(),
    }),
    popsAfter: fc.constantFrom(0, 0, 1, 2),
  }),
  { selector: ({ key }) => key.sequence, maxLength: 60 },
);

it('pops what a sorted array would, however pushes and pops alternate', () => {
  fc.assert(
    fc.property(pushes, (given) => {
      const heap = createEventHeap<EventKey>();
      const sorted: EventKey[] = [];
      const popFromBoth = () => {
        expect(heap.pop()).toBe(sorted.shift());
        expect(heap.size).toBe(sorted.length);
      };
      for (const { key, popsAfter } of given) {
        heap.push(key);
        sorted.push(key);
        sorted.sort(byKey);
        for (let pop = 0; pop < popsAfter; pop++) popFromBoth();
      }
      while (sorted.length > 0) popFromBoth();
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
