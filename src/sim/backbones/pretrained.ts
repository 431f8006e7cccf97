import { join } from 'node:path';
import type { ContentHash } from '../../base/hash.js';

/** Published weights of a backbone. */
export interface Pretrained {
  /** Path below the model hub. */
  readonly path: string;
  readonly sha256: ContentHash;
  /** To the nearest megabyte at least: for people, not for checks. */
  readonly megabytes: number;
  readonly licence: string;
  readonly origin: string;
}

/** Weights that can be fetched by a backbone's name. */
export const pretrained = {
  resnet18: {
    path: 'timm/resnet18.tv_in1k/resolve/a987fd6b60f845221bfff84b6f0191273ba56ead/model.safetensors',
    sha256: '694f673df6520a3158624e8a89af086f59923ee4cd7436fe5bc3bc71d295ad81',
    megabytes: 47,
    licence: 'BSD-3-Clause',
    origin: 'torchvision ResNet18, trained on ImageNet-1k',
  },
  'wide-resnet50': {
    path: 'timm/wide_resnet50_2.tv_in1k/resolve/main/model.safetensors',
    sha256: 'df6fb6c4824769769de18e14088475fd6ee94236849aa4e5d8022ba9d9a9a16c',
    megabytes: 276,
    licence: 'BSD-3-Clause',
    origin: 'torchvision Wide ResNet-50-2, trained on ImageNet-1k',
  },
} as const satisfies Readonly<Record<string, Pretrained>>;

export type PretrainedName = keyof typeof pretrained;
export const pretrainedNames = Object.keys(pretrained) as PretrainedName[];

/** Where fetched weights lie: below the cache folder, among what is never deleted to keep to its limit. */
export function pretrainedPath(cacheFolder: string, name: PretrainedName): string {
  return join(cacheFolder, 'backbones', `${name}-${pretrained[name].sha256.slice(0, 12)}.safetensors`);
}

/** Where weights come from: the hub, or what FEDDYMEM_MIRROR names in its place. */
export function pretrainedUrl(name: PretrainedName, mirror = process.env.FEDDYMEM_MIRROR): string {
  const hub = (mirror || 'https://huggingface.co').replace(/\/+$/, '');
  return `${hub}/${pretrained[name].path}`;
}
