import { describe, expect, it } from 'vitest';
import type { ClientData } from '../../../../src/sim/data/image.js';
import { syntheticClients } from '../../../../src/sim/data/synthetic-source.js';
import { expandFamilies, familyNames } from '../../../../src/sim/data/synthetic/families.js';
import { syntheticSchema } from '../../../../src/sim/data/synthetic/schema.js';
import { textureNames } from '../../../../src/sim/data/synthetic/textures/registry.js';

const settings = (given: object = {}) => syntheticSchema.parse({ source: 'synthetic', ...given });
const few = { trainImages: 3, minimumTrainImages: 2, testGood: 1, testDefective: 8 };
const problems = (given: object) =>
  syntheticSchema
    .safeParse({ source: 'synthetic', ...given })
    .error?.issues.map(({ path }) => path.join('.'));
const kindsOf = ({ test }: ClientData) => [...new Set(test.map(({ id }) => id.split('/')[2]))];

describe('synthetic clients', () => {
  it('show the six textures with the six usual defects unless told otherwise', () => {
    const clients = syntheticClients(settings(), 6, 1);
    expect(clients.map(({ train }) => train[0].category)).toEqual([...textureNames]);
    for (const client of clients) {
      expect(kindsOf(client)).toEqual([
        'good',
        'scratch',
        'spot',
        'crack',
        'missing-part',
        'blur-patch',
        'colour-shift',
      ]);
      expect(new Set([...client.train, ...client.test].map(({ source }) => source))).toEqual(
        new Set(['synthetic']),
      );
    }
    // An image is known by the hash of its address: nothing new stands in one of the defaults.
    const { location } = clients[0].train[0];
    expect(Object.keys(location)).toEqual([
      'kind',
      'world',
      'seed',
      'client',
      'split',
      'index',
      'defect',
      'size',
      'contrast',
    ]);
    expect(location.kind === 'synthetic' && Object.keys(location.world)).toEqual([
      'family',
      'ramp',
      'featureScale',
      'orientation',
      'lightDirection',
      'lightGradient',
      'lightColour',
      'exposure',
      'noise',
      'blur',
    ]);
  });

  it('give each family the chosen defects that suit it', () => {
    const defects = ['misplaced-element', 'scratch', 'spot', 'lesion'];
    const clients = syntheticClients(
      settings({ ...few, families: ['wood', 'tiles', 'gear', 'brain'], defects }),
      4,
      1,
    );
    expect(clients.map(kindsOf)).toEqual([
      ['good', 'scratch', 'spot'],
      ['good', 'misplaced-element', 'scratch', 'spot'],
      ['good', 'misplaced-element', 'scratch', 'spot'],
      ['good', 'spot', 'lesion'],
    ]);
  });

  it('hand the size of defects to their worlds', () => {
    const [client] = syntheticClients(settings({ ...few, defectSize: 2 }), 1, 1);
    expect(client.test[0].location).toMatchObject({ world: { defectSize: 2 } });
  });

  it('are made when they are read, the same at every reading, and survive the way to a worker', () => {
    const clients = syntheticClients(settings({ families: ['textures', 'objects', 'medical'] }), 100_000, 1);
    expect(clients).toHaveLength(100_000);
    // Nothing but an id is held of a client that nobody has looked at.
    expect(Object.keys(clients[77_777])).toEqual(['id']);
    expect(clients[77_777].train).toBe(clients[77_777].train);
    expect(clients[77_777].test).toBe(clients[77_777].test);
    expect(structuredClone(clients[77_777].train)).toEqual(clients[77_777].train);
  });

  it('stay as they are when others join them', () => {
    const alone = syntheticClients(settings(few), 2, 3);
    const many = syntheticClients(settings(few), 9, 3);
    expect(many[1].train).toEqual(alone[1].train);
    expect(many[1].test).toEqual(alone[1].test);
  });
});

describe('synthetic settings', () => {
  it('take groups and names of families, each once', () => {
    expect(expandFamilies(['medical', 'wood', 'brain'])).toEqual(['brain', 'retina', 'chest', 'wood']);
    expect(expandFamilies(['textures', 'objects', 'medical'])).toEqual(familyNames);
  });

  it('refuse what can’t be drawn', () => {
    expect(problems({ families: ['marble'] })).toEqual(['families.0']);
    expect(problems({ families: [] })).toEqual(['families']);
    expect(problems({ defects: ['dent'] })).toEqual(['defects.0']);
    expect(problems({ defectSize: 0 })).toEqual(['defectSize']);
    expect(problems({ families: ['wood', 'gear'], defects: ['misplaced-element'] })).toEqual(['defects']);
    expect(problems({ families: ['tiles', 'gear'], defects: ['misplaced-element'] })).toBeUndefined();
    expect(problems({ minimumTrainImages: 61 })).toEqual(['trainImages']);
  });
});
