import type { Command } from 'commander';

/** Every command by its name, in the order in which help lists them: none is read before somebody asks for it. */
const commands: Readonly<Record<string, () => Promise<() => Command>>> = {
  run: async () => (await import('./run-command.js')).runCommand,
  sweep: async () => (await import('./sweep-command.js')).sweepCommand,
  ablate: async () => (await import('./ablate-command.js')).ablateCommand,
  score: async () => (await import('./score-command.js')).scoreCommand,
  report: async () => (await import('./report-command.js')).reportCommand,
  verify: async () => (await import('./verify-command.js')).verifyCommand,
  diff: async () => (await import('./diff-command.js')).diffCommand,
  fork: async () => (await import('./fork-command.js')).forkCommand,
  swarm: async () => (await import('./swarm-command.js')).swarmCommand,
  query: async () => (await import('./query-command.js')).queryCommand,
  export: async () => (await import('./export-command.js')).exportCommand,
  data: async () => (await import('./data-command.js')).dataCommand,
  backbone: async () => (await import('./backbone-command.js')).backboneCommand,
  cache: async () => (await import('./cache-command.js')).cacheCommand,
  doctor: async () => (await import('./doctor-command.js')).doctorCommand,
};
export const commandNames: readonly string[] = Object.keys(commands);

/**
 * The commands that a line of arguments needs to be understood: one that names its command needs no other, and reading
 * all of them takes a second.
 */
export async function commandsFor(line: readonly string[]): Promise<Command[]> {
  const [first, second] = line;
  const named = first === 'help' ? second : first;
  const needed = ['-V', '--version'].includes(first)
    ? []
    : commandNames.includes(named)
      ? [named]
      : commandNames;
  return Promise.all(needed.map(async (name) => (await commands[name]())()));
}
