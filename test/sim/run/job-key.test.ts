import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import type { StepJob } from '../../../src/actors/steps.js';
import { hashOfImages, jobKeys, type JobSetting } from '../../../src/sim/run/job-key.js';
import type { PatchSource } from '../../../src/sim/worker/jobs.js';
import { blob, step } from '../../actors/samples.js';
import { preparedSwarm } from './samples.js';

const { federation } = await preparedSwarm();
const [{ settings }] = federation.segments;
const setting: JobSetting = {
  ...{
    engine: 'onnx',
    method: 'feddymem',
    seed: 1,
    backbone: { name: 'none', key: 'a' },
    versions: { node: '20' },
  },
};
const job: StepJob = {
  ...{ actor: 'client-1', role: 'client', step: step(), local: { bank: blob('bank') }, setup: blob('setup') },
  received: [{ from: 'server', payload: blob('memory'), weight: 1 }],
};
const images: PatchSource[] = [{ kind: 'cached', key: sha256('image') }];
const keyOf = (
  changes: {
    setting?: Partial<JobSetting>;
    job?: Partial<StepJob>;
    settings?: object;
    images?: PatchSource[];
  } = {},
) =>
  jobKeys({ ...setting, ...changes.setting })(
    { ...job, ...changes.job },
    { ...settings, ...changes.settings },
    hashOfImages(changes.images ?? images),
  );

describe('the key of a job', () => {
  it('is the same for the same inputs, in whatever order they are named', () => {
    const reordered = Object.fromEntries(Object.entries(settings).reverse());
    expect(keyOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf({ settings: reordered, job: { local: { ...job.local } } })).toBe(keyOf());
  });

  it.each<[string, Parameters<typeof keyOf>[0]]>([
    ['another engine', { setting: { engine: 'other' } }],
    ['another method', { setting: { method: 'local' } }],
    ['another seed', { setting: { seed: 2 } }],
    ['another backbone', { setting: { backbone: { name: 'none', key: 'b' } } }],
    ['another version', { setting: { versions: { node: '22' } } }],
    ['another setting', { settings: { dimensions: 9 } }],
    ['a setting deep inside', { settings: { training: { ...settings.training, steps: 9 } } }],
    ['another actor', { job: { actor: 'client-2' } }],
    ['another role', { job: { role: 'server' } }],
    ['another step', { job: { step: step({ name: 'calibrate' }) } }],
    ['another round', { job: { step: step({ round: 2 }) } }],
    ['another state', { job: { local: { bank: blob('other') } } }],
    ['an entry of another name', { job: { local: { bunk: blob('bank') } } }],
    ['no setup', { job: { setup: null } }],
    ['another upload', { job: { received: [{ ...job.received[0], payload: blob('other') }] } }],
    ['another sender', { job: { received: [{ ...job.received[0], from: 'client-3' }] } }],
    ['another weight', { job: { received: [{ ...job.received[0], weight: 0.9 }] } }],
    ['other images', { images: [] }],
  ])('differs for %s', (_, changes) => {
    expect(keyOf(changes)).not.toBe(keyOf());
  });

  it('depends on the order of the uploads', () => {
    const two = [job.received[0], { from: 'client-3', payload: blob('more'), weight: 1 }];
    expect(keyOf({ job: { received: two } })).not.toBe(keyOf({ job: { received: two.toReversed() } }));
  });

  it('does not depend on who is asked, on what follows, or on how a step is run', () => {
    expect(keyOf({ job: { step: step({ audience: 'everyone', essential: true, retains: true }) } })).toBe(
      keyOf(),
    );
  });
});
