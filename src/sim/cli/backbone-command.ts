import { Argument, Command } from 'commander';
import { stat } from 'node:fs/promises';
import { fetchPretrained } from '../backbones/fetch-pretrained.js';
import { pretrained, pretrainedNames, pretrainedPath, pretrainedUrl } from '../backbones/pretrained.js';
import type { PretrainedName } from '../backbones/pretrained.js';
import { formatBytes } from '../report/format.js';
import { cacheFolder } from './cache-folder.js';
import { interruptible } from './interruption.js';
import { print, table } from './table.js';

interface BackboneFlags {
  json?: boolean;
}

export function backboneCommand(): Command {
  const command = new Command('backbone')
    .description('Pretrained weights: which there are, which are here; fetch them.')
    .addHelpText(
      'after',
      `
Fetched weights lie in the cache folder (FEDDYMEM_CACHE) and are never deleted to keep to its limit. A scenario uses
them with backbone: { name: resnet18, weights: pretrained }. A run never downloads. FEDDYMEM_MIRROR names a mirror to
be used in place of https://huggingface.co.

Examples:
  $ feddymem backbone list                           what can be fetched, and what is here
  $ feddymem backbone fetch wide-resnet50            fetch weights and check their SHA-256`,
    );
  subcommand(command, 'list')
    .description('List the weights that can be fetched, and which are here.')
    .action((flags: BackboneFlags) => list(flags));
  subcommand(command, 'fetch')
    .description("Fetch a backbone's pretrained weights into the cache folder.")
    .addArgument(new Argument('<name>', 'a name from feddymem backbone list').choices(pretrainedNames))
    .action((name: PretrainedName, flags: BackboneFlags) => fetchNamed(name, flags));
  return command;
}

function subcommand(parent: Command, name: string): Command {
  // Whoever made the parent throw instead of ending the process means its subcommands too.
  return parent.command(name).exitOverride().option('--json', 'print as JSON');
}

async function list({ json }: BackboneFlags): Promise<void> {
  const folder = cacheFolder();
  const rows = await Promise.all(
    pretrainedNames.map(async (name) => {
      const { megabytes, licence, origin, sha256 } = pretrained[name];
      const path = pretrainedPath(folder, name);
      const here = await stat(path).then(
        (found) => found.isFile(),
        () => false,
      );
      return { name, here, path, url: pretrainedUrl(name), sha256, megabytes, licence, origin };
    }),
  );
  if (json) print(JSON.stringify(rows, null, 2));
  else {
    print(
      table(
        [
          ['name', 'here', 'size', 'licence', 'origin'],
          ...rows.map(({ name, here, megabytes, licence, origin }) => [
            name,
            here ? 'yes' : 'no',
            `${megabytes} MB`,
            licence,
            origin,
          ]),
        ],
        ['left', 'left', 'right', 'left', 'left'],
      ),
    );
  }
}

async function fetchNamed(name: PretrainedName, { json }: BackboneFlags): Promise<void> {
  const { licence, sha256 } = pretrained[name];
  const { signal, stop } = interruptible();
  const { show, end } = downloadDisplay(name, process.stderr);
  try {
    const { path, url, alreadyThere } = await fetchPretrained(name, cacheFolder(), {
      signal,
      onProgress: show,
    });
    end();
    if (json) print(JSON.stringify({ name, path, url, sha256, licence, alreadyThere }, null, 2));
    else print(`${alreadyThere ? 'already here' : 'fetched'}  ${path}\nlicence  ${licence}`);
  } finally {
    end();
    stop();
  }
}

/** Progress of a download: a line that renews itself on a terminal, a line a quarter elsewhere. */
export function downloadDisplay(name: string, stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>) {
  let shown = -1;
  return {
    show(received: number, total: number | null) {
      const percent = total === null ? null : Math.floor((100 * received) / total);
      const step =
        percent === null ? Math.floor(received / 10e6) : stream.isTTY ? percent : Math.floor(percent / 25);
      if (step === shown) return;
      shown = step;
      const text = `${name}  ${formatBytes(received)}${total === null ? '' : ` of ${formatBytes(total)}`}`;
      stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    /** Leaves the line free; may be called twice. */
    end() {
      if (stream.isTTY && shown >= 0) stream.write('\r\u001b[2K');
      shown = -1;
    },
  };
}
