import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { backboneCommand, downloadDisplay } from '../../../src/sim/cli/backbone-command.js';

const folder = mkdtempSync(join(tmpdir(), 'feddymem-backbone-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What the command writes to standard output. */
async function run(...words: string[]): Promise<string> {
  vi.stubEnv('FEDDYMEM_CACHE', folder);
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await backboneCommand().exitOverride().parseAsync(words, { from: 'user' });
  return text;
}

describe('feddymem backbone', () => {
  it('lists what there is', async () => {
    const text = await run('list');
    expect(text).toMatch(/^name +here +size +licence +origin\n/);
    expect(text).toMatch(/^wide-resnet50 +no +276 MB +BSD-3-Clause/m);
    const rows = JSON.parse(await run('list', '--json')) as { name: string; here: boolean; url: string }[];
    expect(rows.map(({ name, here }) => [name, here])).toEqual([
      ['resnet18', false],
      ['wide-resnet50', false],
    ]);
    expect(rows[0].url).toMatch(/^https:\/\/huggingface\.co\/timm\//);
  });

  it('fetches from the mirror, and refuses what it offers in place of the weights', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end('not the weights');
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    vi.stubEnv('FEDDYMEM_MIRROR', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(run('fetch', 'resnet18')).rejects.toThrow(/is not the file that was published/);
    expect(asked).toEqual([
      expect.stringMatching(/^\/timm\/resnet18\.tv_in1k\/resolve\/[0-9a-f]{40}\/model\.safetensors$/),
    ]);
    expect(told).toHaveBeenCalled();
    server.close();
  });

  it('knows no other names', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(run('fetch', 'resnet19')).rejects.toThrow(/resnet19/);
  });
});

describe('progress of a download', () => {
  const shown = (isTTY: boolean, total: number | null) => {
    const lines: string[] = [];
    const display = downloadDisplay('net', {
      isTTY,
      write: (text: string) => lines.push(text) > 0,
    } as unknown as NodeJS.WriteStream);
    for (let received = 0; received <= 1e8; received += 1e5) display.show(received, total);
    display.end();
    return lines;
  };

  it('is a line a quarter in a file, and renews itself on a terminal', () => {
    expect(shown(false, 1e8)).toEqual(
      ['0 B', '25.0 MB', '50.0 MB', '75.0 MB', '100 MB'].map((done) => `net  ${done} of 100 MB\n`),
    );
    const terminal = shown(true, 1e8);
    expect(terminal).toHaveLength(102);
    expect(terminal.every((text) => text.startsWith('\r'))).toBe(true);
  });

  it('goes on without a length', () => {
    expect(shown(false, null)).toHaveLength(11);
  });
});
