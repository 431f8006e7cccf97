import type { RandomStream } from '../../../../base/random.js';
import type { Canvas } from '../canvas.js';
import { soften } from '../canvas.js';
import { latticePeriod } from '../lattice.js';
import type { Ramp } from '../textures/texture.js';
import { cosine, mix, sine } from '../wave.js';
import type { SyntheticWorld } from '../world.js';
import type { Picture } from './brush.js';
import { type Direction, type Frame, frameIn, wholeImage } from './frame.js';
import { atHome, drawMove, type Movable, type Move } from './move.js';

/** One part of an object: where it belongs in the object's frame, and how it lies now. */
export interface Element extends Movable {
  readonly x: number;
  readonly y: number;
  readonly turns: number;
  readonly move: Move;
}

/** The colouring of a scene: of the ground, and of each material of the object. */
export interface Palette {
  readonly ground: Ramp;
  readonly parts: readonly Ramp[];
}

/** Everything that one image shows. */
export interface Scene {
  /** The object's frame. */
  readonly frame: Frame;
  /** Whence the light comes, on the image. */
  readonly light: Direction;
  /** Which form of the family's product it is, in [0, 1]. */
  readonly form: number;
  readonly palette: Palette;
  /** An origin on the noise lattice. */
  readonly noise: Direction;
  /** Individual traits, each in [0, 1). */
  readonly traits: readonly number[];
  readonly elements: readonly Element[];
}

/** A family of things seen on a ground. */
export interface SceneFamily {
  /** Two believable colourings; a world lies between them. */
  readonly palettes: readonly [Palette, Palette];
  /** How far a client's images differ in how the object lies: ± half image widths, ± turns, ± relative size. */
  readonly jitter: { readonly place: number; readonly turns: number; readonly scale: number };
  /** The parts that may lie wrong, all at home; none where there are none. */
  elements(form: number): readonly Element[];
  /** What lies below the object. */
  paintGround(picture: Picture, scene: Scene): void;
  paintSubject(picture: Picture, scene: Scene): void;
}

/** An element at home. */
export function element(x: number, y: number, turns: number, movable: Movable): Element {
  return { x, y, turns, ...movable, move: atHome };
}

/** The frame in which an element lies, moved or not. */
export function frameOf(outer: Frame, { x, y, turns, move }: Element): Frame {
  return frameIn(outer, x + move.x, y + move.y, turns + move.turns);
}

/** The scene as the lens shows it. */
export function paintScene(
  family: SceneFamily,
  world: SyntheticWorld,
  size: number,
  random: RandomStream,
): Canvas {
  const scene = drawScene(family, world, random);
  const { picture, ground } = painted(family, scene, size);
  const colours = soften(picture.colours, size, world.blur, 3);
  return {
    size,
    colours,
    subject: picture.subject,
    ground,
    misplace: scene.elements.length === 0 ? undefined : misplace,
  };

  function misplace(strength: Parameters<typeof drawMove>[1], defectRandom: RandomStream): Float32Array {
    const chosen = defectRandom.integer(scene.elements.length);
    const elements = scene.elements.map((each, index) =>
      index === chosen ? { ...each, move: drawMove(each, strength, defectRandom) } : each,
    );
    return soften(painted(family, { ...scene, elements }, size).picture.colours, size, world.blur, 3);
  }
}

function drawScene(family: SceneFamily, world: SyntheticWorld, random: RandomStream): Scene {
  const wobble = (spread: number) => spread * (2 * random.uniform() - 1);
  const { place, turns, scale } = family.jitter;
  const form = world.form ?? 0;
  // Objects fill the image: they take a quarter of a world's difference in scale, or they would not fit on it.
  const size = mix(1, world.featureScale, 0.25) * (1 + wobble(scale));
  return {
    frame: frameIn(wholeImage, wobble(place), wobble(place), world.orientation + wobble(turns), size),
    light: [cosine(world.lightDirection), sine(world.lightDirection)],
    form,
    palette: { ground: world.ramp, parts: world.parts ?? [] },
    noise: [random.uniform() * latticePeriod, random.uniform() * latticePeriod],
    traits: Array.from({ length: 8 }, () => random.uniform()),
    elements: family.elements(form),
  };
}

function painted(family: SceneFamily, scene: Scene, size: number) {
  const picture: Picture = {
    size,
    colours: new Float32Array(size * size * 3),
    subject: new Float32Array(size * size),
  };
  family.paintGround(picture, scene);
  const ground = picture.colours.slice();
  family.paintSubject(picture, scene);
  return { picture, ground };
}
