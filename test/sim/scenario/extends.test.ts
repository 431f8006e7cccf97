import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { traceFiles } from '../../../src/sim/fleet/traces.js';
import {
  changedFiles,
  moduleHashes,
  refuseChangedFiles,
  refuseChangedModules,
} from '../../../src/sim/output/module-hashes.js';
import { loadScenario, parseOverride } from '../../../src/sim/scenario/load.js';
import { temporaryFolder } from '../../support/tiny.js';

let folder: string;
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeEach(() => {
  folder = temporaryFolder();
  write(
    'base.yaml',
    'name: base\nclients: 3\ndata: { source: synthetic, trainImages: 20, testGood: 4 }\nmethod: { rounds: 2, memory: { local: 40 } }\nholdOut: [client-1]\n',
  );
});

it('a sweep is not taken for a scenario', async () => {
  const path = write('sweep.yaml', 'scenario: base.yaml\nseeds: 2\n');
  await expect(loadScenario(path)).rejects.toMatchObject({
    code: 'bad-input',
    message: `${path} is a sweep, not a scenario`,
    hint: `Run it with feddymem sweep ${path}.`,
  });
});

it('an alias of nothing is bad input, in a file and in a value', async () => {
  const path = write('alias.yaml', 'name: *nobody\n');
  await expect(loadScenario(path)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/alias.yaml is not valid YAML: .*nobody/) as string,
  });
  expect(() => parseOverride('name=*nobody')).toThrow(/--set name=\*nobody: .*nobody/);
});

it('an alias within what it is an alias of is bad input, and one beside it is not', async () => {
  const own = 'extends: base.yaml\nname: own\n';
  await expect(loadScenario(write('own.yaml', `${own}holdOut: &h [*h]\n`))).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('own.yaml is not valid YAML: an alias stands within') as string,
    hint: expect.any(String) as string,
  });
  expect(() => parseOverride('holdOut=&h { a: [*h] }')).toThrow('--set holdOut=&h { a: [*h] }: an alias');
  const twice = write(
    'twice.yaml',
    `${own}fleet: { groups: [{ device: &d { gflops: 2 } }, { device: *d }] }\n`,
  );
  expect((await loadScenario(twice)).fleet.groups.map(({ device }) => device?.gflops)).toEqual([2, 2]);
});

it('a client that is held out twice is bad input', async () => {
  const path = write('own.yaml', 'extends: base.yaml\nname: own\nholdOut: [client-1, client-1]\n');
  await expect(loadScenario(path)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(
      'holdOut is ["client-1","client-1"]: must name each client once',
    ) as string,
  });
});

describe('a scenario that extends another', () => {
  it('keeps its fields, and replaces single ones, lists and parts of objects', async () => {
    const path = write(
      'own.yaml',
      'extends: base.yaml\nname: own\ndata: { testGood: 7 }\nmethod: { memory: { local: 50 } }\nholdOut: [client-2]\n',
    );
    const scenario = await loadScenario(path);
    expect(scenario.name).toBe('own');
    expect(scenario.clients).toBe(3);
    expect(scenario.data).toMatchObject({ source: 'synthetic', trainImages: 20, testGood: 7 });
    expect(scenario.method).toMatchObject({ rounds: 2, memory: { local: 50 } });
    expect(scenario.holdOut).toEqual(['client-2']);
    expect(scenario).not.toHaveProperty('extends');
  });

  it('reaches over several files, each path starting at its own file; overrides win', async () => {
    mkdirSync(join(folder, 'deep'));
    write('deep/middle.yaml', 'extends: ../base.yaml\nclients: 4\nmethod: { rounds: 1 }\n');
    const path = write('own.yaml', 'extends: deep/middle.yaml\nname: own\n');
    const scenario = await loadScenario(path, [parseOverride('method.rounds=5')]);
    expect([scenario.name, scenario.clients, scenario.method.rounds]).toEqual(['own', 4, 5]);
  });

  it.each([
    ['itself', 'extends: own.yaml\nname: own\n', /own\.yaml extends itself/],
    ['nothing that is there', 'extends: other.yaml\nname: own\n', /other\.yaml can't be read/],
    ['two', 'extends: [base.yaml, other.yaml]\nname: own\n', /extends is \["base\.yaml","other\.yaml"\]/],
  ])('is refused when it extends %s', async (_, text, message) => {
    const path = write('own.yaml', text);
    await expect(loadScenario(path)).rejects.toMatchObject({ code: 'bad-input', message });
  });

  it('names wrong fields of the other file by their paths', async () => {
    write('wrong.yaml', 'name: wrong\ndata: { source: synthetic, testGod: 4 }\n');
    const path = write('own.yaml', 'extends: wrong.yaml\nname: own\n');
    await expect(loadScenario(path)).rejects.toThrow(/unknown key data\.testGod; did you mean testGood/);
  });

  it('does not touch prototypes', async () => {
    const path = write('own.yaml', 'extends: base.yaml\nname: own\n__proto__: { polluted: yes }\n');
    await expect(loadScenario(path)).rejects.toThrow(/__proto__|unknown key/);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('the path of a trace', () => {
  const fleet = (file: string) => `{ availability: { kind: trace, file: ${file} } }`;

  it('starts at the folder of the file that names it, or of --set at the working folder', async () => {
    write('base-fleet.yaml', `extends: base.yaml\nfleet: { groups: [${fleet('hours.csv')}] }\n`);
    mkdirSync(join(folder, 'deep'));
    const path = write(
      join('deep', 'own.yaml'),
      `extends: ../base-fleet.yaml\nfleet: { clients: { client-2: ${fleet('own.csv')} } }\n`,
    );
    const change = parseOverride(`fleet.clients.client-3=${fleet('here.csv')}`);
    expect(traceFiles((await loadScenario(path, [change])).fleet)).toEqual([
      join(folder, 'hours.csv'),
      join(folder, 'deep', 'own.csv'),
      join(process.cwd(), 'here.csv'),
    ]);
  });

  it('is told with what the file holds, so that an edited one is noticed', async () => {
    const trace = write('hours.csv', 'client,start,end\n');
    const path = write('own.yaml', `extends: base.yaml\nfleet: { groups: [${fleet('hours.csv')}] }\n`);
    const segments = [{ fromRound: 0, scenario: await loadScenario(path) }];
    const run = { segments, modules: moduleHashes(segments) };
    expect(Object.keys(run.modules)).toEqual([trace]);
    expect(changedFiles(run)).toEqual([]);
    write('hours.csv', 'client,start,end\nclient-1,0,1\n');
    expect(changedFiles(run)).toEqual([trace]);
    expect(() => {
      refuseChangedFiles(run);
    }).toThrow('hours.csv: edited or gone since the run was made');
    expect(() => {
      refuseChangedModules(run);
    }).not.toThrow();
  });
});

describe('the sets of a folder', () => {
  const base = 'name: sets\ndata:\n  source: folder\n';
  it.each([
    ['  sets: [{ path: a, layuot: mvtec }]\n', /unknown key data\.sets\.0\.layuot; did you mean layout/],
    ['  sets: [{ path: a, layout: mvtek }]\n', /data\.sets\.0\.layout is "mvtek"/],
    ['  sets: [{ path: a, categories: [] }]\n', /data\.sets\.0\.categories is \[\]/],
    ['  sets: []\n', /data\.sets is \[\]/],
    [
      '  sets: [a]\n  partition: { by: dirichlet, alhpa: 1 }\n',
      /unknown key data\.partition\.alhpa; did you mean alpha/,
    ],
    ['  sets: [a]\n  partition: { by: sauce }\n', /data\.partition\.by/],
    ['  sets: [a]\n  featureSkew: { noise: 3 }\n', /data\.featureSkew\.noise is 3/],
  ])('%j is refused by name', async (text, message) => {
    await expect(loadScenario(write('sets.yaml', base + text))).rejects.toThrow(message);
  });
});
