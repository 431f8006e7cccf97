import { describe, expect, it } from 'vitest';
import { commandNames, commandsFor } from '../../../src/sim/cli/commands.js';

const names = async (...line: string[]) => (await commandsFor(line)).map((command) => command.name());

describe('the commands that a line needs', () => {
  it.each([[[]], [['--help']], [['help']], [['help', 'rnu']], [['rnu']]])('of %j are all', async (line) => {
    expect(await names(...line)).toEqual(commandNames);
  });

  it.each(commandNames)('of %s is that one, by its own name', async (name) => {
    expect(await names(name, '--help')).toEqual([name]);
    expect(await names('help', name)).toEqual([name]);
  });

  it('of one that asks for the version are none', async () => {
    expect(await names('--version')).toEqual([]);
    expect(await names('-V')).toEqual([]);
  });
});
