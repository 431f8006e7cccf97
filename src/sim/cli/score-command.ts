import { Command } from 'commander';

export function scoreCommand(): Command {
  return new Command('score');
}
