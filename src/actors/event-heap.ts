/** An event's place in time: earlier time first, then lower priority, then the order of scheduling. */
export interface EventKey {
  readonly time: number;
  readonly priority: number;
  readonly sequence: number;
}

/** A binary heap of events, least key first: O(log n) whatever is pending. */
export interface EventHeap<E extends EventKey> {
  readonly size: number;
  push(event: E): void;
  pop(): E | undefined;
}

export function createEventHeap<E extends EventKey>(): EventHeap<E> {
  const events: E[] = [];
  return {
    get size() {
      return events.length;
    },
    push(event) {
      let child = events.push(event) - 1;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (!precedes(event, events[parent])) break;
        events[child] = events[parent];
        child = parent;
      }
      events[child] = event;
    },
    pop() {
      const first = events[0];
      const last = events.pop();
      if (events.length === 0 || last === undefined) return first;
      let parent = 0;
      for (;;) {
        let child = 2 * parent + 1;
        if (child >= events.length) break;
        if (child + 1 < events.length && precedes(events[child + 1], events[child])) child++;
        if (!precedes(events[child], last)) break;
        events[parent] = events[child];
        parent = child;
      }
      events[parent] = last;
      return first;
    },
  };
}

function precedes(a: EventKey, b: EventKey): boolean {
  if (a.time !== b.time) return a.time < b.time;
  if (a.priority !== b.priority) return a.priority < b.priority;
  return a.sequence < b.sequence;
}
