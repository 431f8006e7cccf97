import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { decodeSafetensors } from '../../src/base/safetensors.js';
import { runResultSchema } from '../../src/sim/result/run-result.js';
import { writePicture } from '../support/image-tree.js';
import { temporaryFolder, tinyScenario } from '../support/tiny.js';

const main = join(import.meta.dirname, '../../dist/sim/cli/main.js');
const folder = temporaryFolder();
const scenario = join(folder, 'tiny.yaml');
const run = join(folder, 'run');
const environment = { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache') };

function feddymem(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the command', () => {
  let first: ReturnType<typeof feddymem>;
  beforeAll(() => {
    // One thread opens sooner than two, and most of these runs are opening.
    writeFileSync(scenario, stringify({ ...tinyScenario, workers: 1 }));
    first = feddymem('run', scenario, '--out', run, '--workers', '1');
  });

  it('runs a scenario, shows its progress and names what it wrote', () => {
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    for (const text of [
      'features',
      'round 0/2',
      'round 2/2',
      'AUROC own',
      'virtual time',
      'client-3',
      'mean',
      'bytes',
    ]) {
      expect(first.stdout).toContain(text);
    }
    for (const name of [
      'report.html',
      'result.json',
      'heat-maps.png',
      'memory.safetensors',
      'scores.csv',
      'journal.jsonl',
    ]) {
      expect(first.stdout).toContain(join(run, name));
      expect(existsSync(join(run, name)), name).toBe(true);
    }
  });

  it('writes a result, scores, a journal and a memory that fit together', () => {
    const result = runResultSchema.parse(JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')));
    const scores = readFileSync(join(run, 'scores.csv'), 'utf8').trim().split('\n');
    expect(scores[0]).toBe('client,image,view,label,score,category,source');
    expect(scores).toHaveLength(1 + 33 + 3 * 33);
    const journal = readFileSync(join(run, 'journal.jsonl'), 'utf8').trim().split('\n');
    const last = JSON.parse(journal.at(-1)!) as { digest: string; event: string };
    expect(last.event).toBe('finished');
    expect(result.journalDigest.startsWith(last.digest)).toBe(true);
    const memory = decodeSafetensors(readFileSync(join(run, 'memory.safetensors')), 'memory');
    expect(memory['global.vectors'].shape).toEqual([30, 16]);
    expect(Object.keys(memory)).toEqual(
      expect.arrayContaining([
        'clients.client-1.bank.vectors',
        'clients.client-2.generator.0',
        'clients.client-3.detector.anchors',
      ]),
    );
  });

  it('repeats itself from the run folder, bit by bit, and says the same as JSON', () => {
    const again = feddymem('run', join(run, 'scenario.yaml'), '--out', join(folder, 'again'), '--json');
    expect(again.status).toBe(0);
    const { wallSeconds: _, ...result } = JSON.parse(again.stdout) as Record<string, unknown>;
    const { wallSeconds: __, ...before } = JSON.parse(
      readFileSync(join(run, 'result.json'), 'utf8'),
    ) as typeof result;
    expect(result).toEqual(before);
    expect(readFileSync(join(folder, 'again', 'journal.jsonl'))).toEqual(
      readFileSync(join(run, 'journal.jsonl')),
    );
  });

  it('refuses a folder that holds a run, unless forced', () => {
    const refused = feddymem('run', scenario, '--out', run);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/already holds a run.*\n.*--force/);
    expect(feddymem('run', scenario, '--out', run, '--force', '--workers', '1').status).toBe(0);
  });

  it('takes the next free folder when none is named, and several seeds', () => {
    const { status, stdout } = feddymem('run', scenario, '--rounds', '0', '--seeds', '2');
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'runs')).sort()).toEqual(['tiny-1', 'tiny-2']);
    expect(stdout).toMatch(/own +\.?\d.* ± .*\(n=2\)/);
  });

  it('scores new images with heat maps, and names what it cannot read', async () => {
    const picture = join(folder, 'part.png');
    await writePicture(picture, { mark: true });
    const { status, stdout } = feddymem('score', run, picture, '--client', 'client-2', '--json');
    expect(status).toBe(0);
    const scored = JSON.parse(stdout) as {
      client: string;
      images: { score: number; heatMap: string; verdict: string }[];
    };
    expect(scored.client).toBe('client-2');
    expect(scored.images[0].verdict).toBe('defective');
    expect(existsSync(scored.images[0].heatMap)).toBe(true);
    const missing = feddymem('score', run, 'nothing.png');
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('nothing.png')]);
    const other = feddymem('score', run, picture, '--client', 'client-9');
    expect([other.status, other.stderr]).toEqual([
      2,
      expect.stringContaining('client-1, client-2, client-3'),
    ]);
    expect(feddymem('score', folder, picture).status).toBe(2);
  });

  it.each([
    [['run', 'nowhere.yaml'], 'nowhere.yaml'],
    [['run', 'tiny.yaml', '--method', 'fedsgd'], '"feddymem"|"local"|"pooled"'],
    [['run', 'tiny.yaml', '--rounds', '-1'], 'at least 0'],
    [['run', 'tiny.yaml', '--set', 'method.memory.globel=3'], 'did you mean global?'],
    [['run', 'tiny.yaml', '--set', 'rounds'], 'path=value'],
    [['run', 'tiny.yaml', '--seeds', '5000000000'], '5000000000 runs'],
    [['run', 'tiny.yaml', '--sets', 'a=1'], '--set'],
    [['rum'], 'run'],
    [['run', 'broken.yaml'], 'not valid YAML'],
    [['run', 'tiny.yaml', '--out', join('tiny.yaml', 'below')], 'tiny.yaml'],
  ])('ends %j with exit code 2 and a word on how to mend it', (args, text) => {
    writeFileSync(join(folder, 'broken.yaml'), 'a: [1\nb: }');
    const { status, stderr, stdout } = feddymem(...args);
    expect(stderr + stdout).toContain(text);
    expect(status).toBe(2);
  });

  it('loses nothing of a folder and leaves none behind when a run fails', () => {
    const failed = feddymem(
      'run',
      scenario,
      '--out',
      join(folder, 'failed'),
      '--set',
      'method.memory.local=100000',
    );
    expect([failed.status, failed.stderr]).toEqual([2, expect.stringContaining('method.memory.local')]);
    expect(existsSync(join(folder, 'failed'))).toBe(false);
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine', 'notes.txt'), 'keep');
    feddymem('run', scenario, '--out', join(folder, 'mine'), '--set', 'method.memory.local=100000');
    expect(readdirSync(join(folder, 'mine'))).toEqual(['notes.txt']);
  });

  it('helps at every level, with examples', () => {
    for (const args of [['--help'], ['help', 'run'], ['run', '--help'], ['score', '--help']]) {
      const { status, stdout } = feddymem(...args);
      expect(status).toBe(0);
      expect(stdout).toContain('Examples:');
    }
  });

  it('ends cleanly on Ctrl-C', async () => {
    const out = join(folder, 'interrupted');
    const child = spawn(
      process.execPath,
      [main, 'run', scenario, '--out', out, '--workers', '1', '--set', 'method.training.steps=100000'],
      { cwd: folder, env: environment },
    );
    let output = '';
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        if (data.toString().includes('features')) resolve();
      });
    });
    // Into the training that would last for minutes.
    await setTimeout(1500);
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(output).toContain('interrupted');
    expect(code).toBe(130);
    expect(existsSync(out)).toBe(false);
  });
});
