import { stream } from '../../../src/base/random.js';
import { sizeOf, type Shape } from '../../../src/model/engine/shapes.js';
import { defaultRival, type RivalSettings } from '../../../src/model/methods/rival-settings.js';

/** Small enough for finite differences. */
export const smallRival: RivalSettings = { ...defaultRival, hidden: 5, bottleneck: 2 };

export function normals(shape: Shape, ...address: (string | number)[]): Float32Array {
  const numbers = new Float32Array(sizeOf(shape));
  stream(1, ...address).fillNormal(numbers);
  return numbers;
}
