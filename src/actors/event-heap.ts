/** An event's place in time: earlier time first, then lower priority, then the order of scheduling. */
export interface EventKey {
  readonly time: number;
  readonly priority: number;
  readonly sequence: number;
}

/**
 * A heap of events, least key first: O(log n) whatever is pending. Each node has four children and times lie in an array
 * of their own, so that finding the least child reads one cache line instead of four events.
 */
export interface EventHeap<E extends EventKey> {
  readonly size: number;
  push(event: E): void;
  pop(): E | undefined;
}

export function createEventHeap<E extends EventKey>(): EventHeap<E> {
  const events: E[] = [];
  let times = new Float64Array(64);

  /** Whether the event belongs before the one at an index. */
  function precedes(event: E, time: number, at: number): boolean {
    const other = times[at];
    return time === other ? isBefore(event, events[at]) : time < other;
  }

  function put(at: number, event: E, time: number): void {
    events[at] = event;
    times[at] = time;
  }

  /** The least of up to four children, the first of which is given. */
  function leastChild(first: number, size: number): number {
    const end = Math.min(first + 4, size);
    let least = first;
    for (let child = first + 1; child < end; child++) {
      if (precedes(events[child], times[child], least)) least = child;
    }
    return least;
  }

  return {
    get size() {
      return events.length;
    },
    push(event) {
      const { time } = event;
      let at = events.push(event) - 1;
      if (at >= times.length) {
        const grown = new Float64Array(2 * times.length);
        grown.set(times);
        times = grown;
      }
      while (at > 0) {
        const parent = (at - 1) >> 2;
        if (!precedes(event, time, parent)) break;
        put(at, events[parent], times[parent]);
        at = parent;
      }
      put(at, event, time);
    },
    pop() {
      const first = events[0];
      const last = events.pop();
      const size = events.length;
      if (size === 0 || last === undefined) return first;
      const { time } = last;
      let at = 0;
      for (let child = 1; child < size; child = 4 * at + 1) {
        const least = leastChild(child, size);
        if (precedes(last, time, least)) break;
        put(at, events[least], times[least]);
        at = least;
      }
      put(at, last, time);
      return first;
    },
  };
}

/** Of two events of one time. */
function isBefore(a: EventKey, b: EventKey): boolean {
  return a.priority === b.priority ? a.sequence < b.sequence : a.priority < b.priority;
}
