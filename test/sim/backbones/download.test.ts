import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { download } from '../../../src/sim/backbones/download.js';
import { fetchPretrained } from '../../../src/sim/backbones/fetch-pretrained.js';
import { pretrained, pretrainedPath, pretrainedUrl } from '../../../src/sim/backbones/pretrained.js';

const body = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, at) => at % 251));
const hash = sha256(body);
let folder: string;
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feddymem-download-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** @returns the server's address */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const whole: RequestListener = (_, response) => {
  response.setHeader('content-length', body.length);
  response.end(body);
};
const target = () => join(folder, 'backbones', 'weights.safetensors');
const filesLeft = () => (existsSync(join(folder, 'backbones')) ? readdirSync(join(folder, 'backbones')) : []);

describe('a download', () => {
  it('puts the whole file in its place and tells how far it is', async () => {
    const url = await serve(whole);
    const told: [number, number | null][] = [];
    await download(
      { url, sha256: hash, path: target() },
      { onProgress: (...progress) => told.push(progress) },
    );
    expect(readFileSync(target()).equals(body)).toBe(true);
    expect(told.at(-1)).toEqual([body.length, body.length]);
    expect(told.map(([received]) => received)).toEqual(
      told.map(([received]) => received).sort((a, b) => a - b),
    );
    expect(filesLeft()).toHaveLength(1);
  });

  it('follows redirects, and does without a length', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/file') {
        response.write(body.subarray(0, 1000));
        response.end(body.subarray(1000));
      } else response.writeHead(302, { location: '/file' }).end();
    });
    const totals = new Set<number | null>();
    await download({ url, sha256: hash, path: target() }, { onProgress: (_, total) => totals.add(total) });
    expect([...totals]).toEqual([null]);
    expect(readFileSync(target()).equals(body)).toBe(true);
  });

  it('of another file is deleted, and both hashes are told', async () => {
    const url = await serve((_, response) => response.end('something else'));
    const attempt = download({ url, sha256: hash, path: target() });
    await expect(attempt).rejects.toMatchObject({ code: 'run-failed' });
    await expect(attempt).rejects.toThrow(`its SHA-256 is ${sha256('something else')}, not ${hash}`);
    expect(filesLeft()).toEqual([]);
  });

  it.each<[string, RequestListener, RegExp]>([
    [
      'is not there',
      (_, response) => void response.writeHead(404).end('no'),
      /the server answers 404 Not Found/,
    ],
    [
      'ends too early',
      (_, response) => {
        response.writeHead(200, { 'content-length': body.length });
        response.write(body.subarray(0, 5000), () => response.destroy());
      },
      /can't be fetched/,
    ],
  ])('of a file that %s leaves nothing behind', async (_, listener, problem) => {
    const url = await serve(listener);
    const attempt = download({ url, sha256: hash, path: target() });
    await expect(attempt).rejects.toMatchObject({
      code: 'run-failed',
      hint: expect.stringContaining('FEDDYMEM_MIRROR') as string,
    });
    await expect(attempt).rejects.toThrow(problem);
    expect(filesLeft()).toEqual([]);
  });

  it('from nobody says so', async () => {
    const url = await serve(whole);
    await new Promise((closed) => servers[0].close(closed));
    await expect(download({ url, sha256: hash, path: target() })).rejects.toThrow(
      /can't be fetched: .*ECONNREFUSED/,
    );
  });

  it('that stalls is given up', async () => {
    const url = await serve((_, response) => void response.write(body.subarray(0, 5000)));
    await expect(download({ url, sha256: hash, path: target() }, { patience: 50 })).rejects.toThrow(
      /nothing came for 0\.05 s/,
    );
    expect(filesLeft()).toEqual([]);
  });

  it('that is interrupted leaves nothing behind', async () => {
    const url = await serve((_, response) => void response.write(body.subarray(0, 5000)));
    const controller = new AbortController();
    const attempt = download(
      { url, sha256: hash, path: target() },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'interrupted' });
    expect(filesLeft()).toEqual([]);
  });

  it('into a folder that is none is bad input', async () => {
    const url = await serve(whole);
    writeFileSync(join(folder, 'backbones'), 'a file');
    await expect(download({ url, sha256: hash, path: target() })).rejects.toMatchObject({
      code: 'bad-input',
      hint: expect.stringContaining('FEDDYMEM_CACHE') as string,
    });
  });
});

describe('fetching by name', () => {
  it('asks the server once: then the file is there', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked++;
      whole(request, response);
    });
    const first = await fetchPretrained('resnet18', folder, { url, sha256: hash });
    const second = await fetchPretrained('resnet18', folder, { url, sha256: hash });
    expect([first.alreadyThere, second.alreadyThere, asked]).toEqual([false, true, 1]);
    expect(first.path).toBe(pretrainedPath(folder, 'resnet18'));
    expect(readFileSync(first.path).equals(body)).toBe(true);
  });

  it('fetches a damaged file again, and clears what dead processes left', async () => {
    const url = await serve(whole);
    const { path } = await fetchPretrained('resnet18', folder, { url, sha256: hash });
    writeFileSync(path, 'damaged');
    writeFileSync(`${path}.999999999.part`, 'left');
    writeFileSync(`${path}.${process.ppid}.part`, 'under way');
    const again = await fetchPretrained('resnet18', folder, { url, sha256: hash });
    expect(again.alreadyThere).toBe(false);
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(existsSync(`${path}.999999999.part`)).toBe(false);
    expect(existsSync(`${path}.${process.ppid}.part`)).toBe(true);
  });

  it('does not take another file for the published one', async () => {
    const url = await serve(whole);
    await expect(fetchPretrained('wide-resnet50', folder, { url })).rejects.toThrow(
      `not ${pretrained['wide-resnet50'].sha256}`,
    );
    expect(filesLeft()).toEqual([]);
  });

  it('asks the mirror in place of the hub', () => {
    const { path } = pretrained.resnet18;
    expect(pretrainedUrl('resnet18', undefined)).toBe(`https://huggingface.co/${path}`);
    expect(pretrainedUrl('resnet18', 'http://mirror.local/hub/')).toBe(`http://mirror.local/hub/${path}`);
  });
});
