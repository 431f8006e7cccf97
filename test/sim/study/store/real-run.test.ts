import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashJson, type Json } from '../../../../src/base/hash.js';
import type { RunResult } from '../../../../src/sim/result/run-result.js';
import { buildStore } from '../../../../src/sim/study/store/build-store.js';
import { temporaryFolder } from '../../../support/tiny.js';
import { objectsOf, rowsOf, writeRealRun } from './samples.js';

describe('the store of a single run', () => {
  const folder = temporaryFolder();
  const id = basename(folder);
  let result: RunResult;
  let store: string;
  beforeAll(async () => {
    result = await writeRealRun(folder, 3);
    store = await buildStore(folder);
  });

  it('sums the run up, and traces it to its manifest', async () => {
    const [run] = await objectsOf(store, 'FROM runs');
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
      segments: { scenario: Json }[];
      code: string;
    };
    expect(run).toMatchObject({
      run: id,
      folder: '.',
      state: 'finished',
      scenario: 'disturbed',
      method: 'feddymem',
      seed: 3,
      client_count: 4,
      round_count: 3,
      own_image_auroc: result.mean.own!.imageAuroc,
      unseen_image_auroc: result.mean.unseen!.imageAuroc,
      bytes_up: result.bytes.up,
      bytes_total: result.bytes.up + result.bytes.down + result.bytes.once,
      virtual_seconds: result.virtualSeconds,
      wall_seconds_total: result.wallSeconds.total,
      journal_digest: result.journalDigest,
      scenario_hash: hashJson(manifest.segments[0].scenario),
      code_hash: manifest.code,
      versions: result.versions,
    });
  });

  it('has the rounds and clients of result.json', async () => {
    expect(await rowsOf(store, 'SELECT round, bytes_up, accepted, own_image_auroc FROM rounds')).toEqual(
      result.rounds.map((round) => [
        round.round,
        round.bytesUp,
        round.accepted,
        round.own?.imageAuroc ?? null,
      ]),
    );
    const views = result.clients.flatMap((client) =>
      (['own', 'global', 'unseen'] as const).flatMap((view) =>
        client[view] ? [[client.id, view, client[view].imageAuroc, client.bytesUp]] : [],
      ),
    );
    expect(await rowsOf(store, 'SELECT client, view, image_auroc, bytes_up FROM clients')).toEqual(views);
  });

  it('has messages that weigh what the result says, and tells what became of them', async () => {
    const weighed = await rowsOf(
      store,
      `SELECT sum(bytes) FILTER (direction = 'up' AND round >= 0), sum(bytes) FROM messages`,
    );
    const { up, down, once } = result.bytes;
    expect(weighed).toEqual([[up, up + down + once]]);
    const outcomes = await rowsOf(
      store,
      "SELECT client, round, outcome FROM messages WHERE step = 'train' AND direction = 'up' AND outcome <> 'delivered'",
    );
    expect(outcomes).toEqual([
      ['client-2', 1, 'lost'],
      ['client-3', 2, 'refused'],
    ]);
    const [[late]] = await rowsOf(store, 'SELECT count(*) FROM messages WHERE arrived_at < sent_at');
    expect(late).toBe(0);
  });

  it('says of every image whose it is', async () => {
    const [[rows, unknown]] = await rowsOf(
      store,
      `SELECT count(*), count(*) FILTER (image_client IS NULL OR NOT starts_with(image, image_client)) FROM images`,
    );
    // Four clients in their own view, and three with three each.
    expect([rows, unknown]).toEqual([6 * 4 + 6 * 9, 0]);
  });

  it('says of every image what it shows and where it comes from', async () => {
    expect(await rowsOf(store, 'SELECT DISTINCT category, source FROM images')).toEqual([
      ['features', 'features'],
    ]);
  });

  it('names the run in every row of every table', async () => {
    for (const table of ['runs', 'rounds', 'clients', 'images', 'messages', 'sources'])
      expect(await rowsOf(store, `SELECT DISTINCT run FROM ${table}`)).toEqual([[id]]);
  });
});
