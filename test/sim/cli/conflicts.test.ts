import { expect, it } from 'vitest';
import { forkCommand } from '../../../src/sim/cli/fork-command.js';
import { runCommand } from '../../../src/sim/cli/run-command.js';

it.each([
  ['run', runCommand, ['demo.yaml']],
  ['fork', forkCommand, ['runs/demo-1', '--round', '1', '--set', 'method.rounds=2']],
])('%s goes on with a run or replaces it, not both', async (_, command, words) => {
  const quiet = command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await expect(quiet.parseAsync([...words, '--resume', '--force'], { from: 'user' })).rejects.toMatchObject({
    code: 'commander.conflictingOption',
    message: expect.stringMatching(/--resume.*--force/) as string,
  });
});
