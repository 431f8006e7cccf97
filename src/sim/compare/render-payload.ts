import { fromFloat16Bits, toFloat16Bits } from '../../base/float16.js';
import type { DataType } from '../../base/tensor.js';
import { formatCount, formatNumber, plural } from '../report/format.js';
import type { Layout, PayloadDifference, TensorDifference } from './payload-difference.js';
import type { ValueDifference } from './tensor-difference.js';

const mostTensors = 20;

/** What differs between two payloads, for a person. @param path the field that named them */
export function renderPayload(path: string, difference: PayloadDifference): string {
  if (difference.kind === 'bytes') {
    const { because, bytesA, bytesB, firstOffset, differingBits } = difference;
    const why =
      because === 'no-tensors' ? 'compared as bytes' : 'all tensors agree, the bytes around them differ';
    const lengths =
      bytesA === bytesB ? plural(bytesA, 'byte') : `A ${plural(bytesA, 'byte')}, B ${plural(bytesB, 'byte')}`;
    const bits = plural(differingBits, 'differing bit');
    return `${path}: ${why}: ${lengths}, ${bits}, first difference at offset ${firstOffset}`;
  }
  const { equal, tensors } = difference;
  const shown = tensors.slice(0, mostTensors).flatMap(renderTensor);
  const rest = tensors.length - mostTensors;
  return [
    `${path}: ${formatCount(tensors.length)} of ${plural(tensors.length + equal, 'tensor')} differ`,
    ...shown.map((line) => `  ${line}`),
    ...(rest > 0 ? [`  and ${plural(rest, 'tensor')} more (--json lists all)`] : []),
  ].join('\n');
}

function renderTensor(difference: TensorDifference): string[] {
  const { name } = difference;
  switch (difference.kind) {
    case 'only-in-a':
      return [`${name}: in A only, ${showLayout(difference)}`];
    case 'only-in-b':
      return [`${name}: in B only, ${showLayout(difference)}`];
    case 'layout':
      return [`${name}: A ${showLayout(difference.a)}, B ${showLayout(difference.b)}`];
    case 'values':
      return [
        `${name}: ${showLayout(difference)}`,
        ...renderValues(difference.type, difference).map((line) => `  ${line}`),
      ];
  }
}

function renderValues(type: DataType, difference: ValueDifference): string[] {
  const { elements, differing, bitsOnly, nanInOne, first, largest } = difference;
  const lines = [
    `${formatCount(differing)} of ${plural(elements, 'element')} differ${nanInOne ? `, ${formatCount(nanInOne)} by NaN in one` : ''}`,
    `first at ${showIndex(first.index)}: A ${showNumber(type, first.a)}, B ${showNumber(type, first.b)}`,
  ];
  if (largest) {
    const { difference: size, index, relative } = largest;
    const share = relative === null ? '' : `, ${formatNumber(relative)} of the largest magnitude`;
    lines.push(
      `largest difference ${relative === null ? 'infinite' : formatNumber(size)} at ${showIndex(index)}${share}`,
    );
  }
  if (bitsOnly > 0) lines.push(`${formatCount(bitsOnly)} equal in value, different in bits`);
  return lines;
}

const showIndex = (index: readonly number[]) => `[${index.join(', ')}]`;
const showLayout = ({ type, shape }: Layout) => `${type} [${shape.join(', ')}]`;

/** What remains of a number in a type's precision. */
const rounded: Partial<Record<DataType, (value: number) => number>> = {
  F32: Math.fround,
  F16: (value) => fromFloat16Bits(toFloat16Bits(value)),
};

/** The fewest digits that mean this number in its type: 0.1, and not what float32 makes of it as a double. */
function showNumber(type: DataType, value: number): string {
  if (Object.is(value, -0)) return '-0';
  const round = rounded[type];
  if (!round) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(round(short), value)) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
