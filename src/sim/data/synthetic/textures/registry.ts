import { grid } from './grid.js';
import { metal } from './metal.js';
import { stone } from './stone.js';
import type { Texture } from './texture.js';
import { tiles } from './tiles.js';
import { weave } from './weave.js';
import { wood } from './wood.js';

/** All texture families, in the order in which clients take them. A new family goes last. */
export const textures = { weave, wood, metal, stone, tiles, grid } as const satisfies Record<string, Texture>;

export type TextureName = keyof typeof textures;

export const textureNames = Object.keys(textures) as readonly TextureName[];
