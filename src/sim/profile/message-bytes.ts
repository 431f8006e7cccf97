import { Serializer } from 'node:v8';

/** What a message between threads costs. */
export interface MessageBytes {
  /** Copied: all that is not in shared memory, as structured cloning writes it. */
  readonly cloned: number;
  /** In shared memory: seen by both threads, copied by nobody. */
  readonly shared: number;
}

/** Node's serialiser for structured cloning, told to leave shared memory where it is. */
class MessageSerializer extends Serializer {
  readonly shared = new Map<SharedArrayBuffer, number>();

  _getSharedArrayBufferId(buffer: SharedArrayBuffer): number {
    let id = this.shared.get(buffer);
    if (id === undefined) this.shared.set(buffer, (id = this.shared.size));
    return id;
  }
}

/** Measures plain data as a message: it is written as a message would be, and thrown away. */
export function messageBytes(message: unknown): MessageBytes {
  const serializer = new MessageSerializer();
  serializer.writeValue(message);
  const cloned = serializer.releaseBuffer().byteLength;
  let shared = 0;
  for (const buffer of serializer.shared.keys()) shared += buffer.byteLength;
  return { cloned, shared };
}
