import { expect, it } from 'vitest';
import { rerunCommand } from '../../../src/sim/output/rerun-command.js';

it.each([
  ['runs/demo-1', { forked: false }, 'feddymem run runs/demo-1/scenario.yaml'],
  [
    'runs/demo-1',
    { forked: false, data: '/my data' },
    "feddymem run runs/demo-1/scenario.yaml --data '/my data'",
  ],
  ["it's/a run", { forked: false }, "feddymem run 'it'\\''s/a run/scenario.yaml'"],
  // The new settings from round 0 on would be another run.
  ['runs/fork', { forked: true }, 'feddymem verify runs/fork'],
])('%s %o', (folder, given, command) => {
  expect(rerunCommand(folder, given)).toBe(command);
});
