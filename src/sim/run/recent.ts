/** A map that forgets what was set first, once it holds more than its limit. */
export interface Recent<K, V> {
  get(key: K): V | undefined;
  /** A key that is there already keeps its value's place. */
  set(key: K, value: V): void;
}

export function createRecent<K, V>(limit: number): Recent<K, V> {
  const entries = new Map<K, V>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.set(key, value);
      if (entries.size <= limit) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
  };
}
