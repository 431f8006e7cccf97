import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * Names of the GPUs that this process has open, by the device files behind them: the libraries don't tell.
 * @returns null where the system has no such files (not Linux)
 */
export function openGpus(files: DeviceFiles = linuxFiles): readonly string[] | null {
  const open = files.open();
  if (open === null) return null;
  const devices = open.filter((path) => /^\/dev\/(nvidia\d+|dri\/renderD\d+|dxg)$/.test(path));
  return [...new Set(devices)].sort().map((path) => nameOf(path, files));
}

/** What we look up in a system; tests give another. */
export interface DeviceFiles {
  /** Paths of this process's open files, or null where nobody tells. */
  open(): readonly string[] | null;
  /** Text of a file, or an empty one. */
  read(path: string): string;
  list(folder: string): readonly string[];
}

function nameOf(path: string, files: DeviceFiles): string {
  const nvidia = /nvidia(\d+)$/.exec(path);
  if (nvidia) {
    const gpus = '/proc/driver/nvidia/gpus';
    const texts = files.list(gpus).map((gpu) => files.read(`${gpus}/${gpu}/information`));
    const mine = texts.find((text) => new RegExp(`^Device Minor:\\s*${nvidia[1]}$`, 'm').test(text)) ?? '';
    return /^Model:\s*(.+)$/m.exec(mine)?.[1].trim() ?? `NVIDIA GPU ${nvidia[1]}`;
  }
  if (path === '/dev/dxg') return 'GPU of the Windows host';
  const device = `/sys/class/drm/${path.split('/').at(-1)!}/device`;
  const driver = /^DRIVER=(.+)$/m.exec(files.read(`${device}/uevent`))?.[1] ?? 'GPU';
  const identity = /^PCI_ID=(.+)$/m.exec(files.read(`${device}/uevent`))?.[1];
  return identity ? `${driver} ${identity}` : driver;
}

const linuxFiles: DeviceFiles = {
  open() {
    if (process.platform !== 'linux') return null;
    const folder = '/proc/self/fd';
    return readdirSync(folder).map((file) => orElse('', () => readlinkSync(`${folder}/${file}`)));
  },
  read: (path) => orElse('', () => readFileSync(path, 'utf8')),
  list: (folder) => orElse([], () => readdirSync(folder)),
};

/** Device files come and go, and not everybody may read them. */
function orElse<T>(otherwise: T, attempt: () => T): T {
  try {
    return attempt();
  } catch {
    return otherwise;
  }
}
