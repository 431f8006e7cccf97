/** What a preset says of a device; GB is 10⁹ bytes. */
export interface PresetDevice {
  /** Billions of floating-point operations a second, sustained. */
  readonly gflops: number;
  readonly memoryGB: number;
  /** While it computes. */
  readonly watts: number;
}

/** … and of its link. */
export interface PresetLink {
  /** Seconds, one way. */
  readonly latency: number;
  /** Megabits of payload a second. */
  readonly uploadMbit: number;
  readonly downloadMbit: number;
  readonly joulesPerMbitUp: number;
  readonly joulesPerMbitDown: number;
}

/** Where a number comes from. */
export interface Source {
  /** Path of the number in its preset. */
  readonly field: `device.${keyof PresetDevice}` | `link.${keyof PresetLink}`;
  /** `checked` against the source, a copy or a listing; `unchecked`: as commonly cited, compare before you publish. */
  readonly standing: 'definition' | 'checked' | 'unchecked' | 'assumption';
  readonly citation: string;
}

export interface Preset {
  readonly device: PresetDevice;
  readonly link: PresetLink;
  readonly sources: readonly Source[];
}

/** The share of a peak figure that training sustains. An assumption of ours, the same for every peak. */
export const sustainedShare = 0.25;

/** TCP payload over what a full Ethernet frame takes: 1500 − 20 (IP) − 20 (TCP) of 1500 + 38 bytes (IEEE 802.3). */
export const ethernetPayloadShare = 1460 / 1538;

/** Joules a megabit from a radio's linear model, which is milliwatts = slope · rate + base. */
export function joulesPerMegabit(slope: number, base: number, rate: number): number {
  return (slope + base / rate) / 1000;
}

const lte = {
  uploadMbit: 5.64,
  downloadMbit: 12.74,
  roundTrip: 0.07,
  base: 1288.04,
  up: 438.39,
  down: 51.97,
};
const huang = 'Huang et al. 2012';
const rounded = `${huang} (in the abstract: 13 down, 6 up)`;
const fibre = '1,000 km of fibre to the server at 5 µs/km; equipment on the way not counted';
const ethernetEnergy =
  'An Ethernet port draws about the same whether it sends or not, so that a bit costs nothing more';

function ethernet(megabits: number): PresetLink {
  const rate = megabits * ethernetPayloadShare;
  return { latency: 0.005, uploadMbit: rate, downloadMbit: rate, joulesPerMbitUp: 0, joulesPerMbitDown: 0 };
}

function ethernetSources(standard: string, megabits: number): Source[] {
  const citation = `${standard}: ${megabits} Mbit/s × 1460/1538 payload of a full frame`;
  return [
    { field: 'link.latency', standing: 'assumption', citation: fibre },
    { field: 'link.uploadMbit', standing: 'definition', citation },
    { field: 'link.downloadMbit', standing: 'definition', citation },
    { field: 'link.joulesPerMbitUp', standing: 'assumption', citation: ethernetEnergy },
    { field: 'link.joulesPerMbitDown', standing: 'assumption', citation: ethernetEnergy },
  ];
}

const phone: Preset = {
  device: { gflops: (15 + 30) / 2, memoryGB: 4, watts: 4 },
  link: {
    latency: lte.roundTrip / 2,
    uploadMbit: lte.uploadMbit,
    downloadMbit: lte.downloadMbit,
    joulesPerMbitUp: joulesPerMegabit(lte.up, lte.base, lte.uploadMbit),
    joulesPerMbitDown: joulesPerMegabit(lte.down, lte.base, lte.downloadMbit),
  },
  sources: [
    {
      field: 'device.gflops',
      standing: 'checked',
      citation: 'Das et al. 2022: 15–30 measured on processors of the Snapdragon 8 series; (15 + 30)/2',
    },
    { field: 'device.memoryGB', standing: 'assumption', citation: 'Half of a phone with 8 GB' },
    { field: 'device.watts', standing: 'assumption', citation: 'What a phone without a fan gets rid of' },
    { field: 'link.latency', standing: 'unchecked', citation: `${huang}: median round trip 70 ms; 70/2` },
    { field: 'link.uploadMbit', standing: 'unchecked', citation: `${rounded}: median upload 5.64` },
    { field: 'link.downloadMbit', standing: 'unchecked', citation: `${rounded}: median download 12.74` },
    {
      field: 'link.joulesPerMbitUp',
      standing: 'unchecked',
      citation: `${huang}: 438.39 mW per Mbit/s + 1288.04 mW; (438.39 + 1288.04/5.64)/1000`,
    },
    {
      field: 'link.joulesPerMbitDown',
      standing: 'unchecked',
      citation: `${huang}: 51.97 mW per Mbit/s + 1288.04 mW; (51.97 + 1288.04/12.74)/1000`,
    },
  ],
};

const orin = 'NVIDIA Jetson Orin Nano series data sheet';
const edgeBox: Preset = {
  device: { gflops: 1024 * 2 * 0.625 * sustainedShare, memoryGB: 8, watts: 15 },
  link: ethernet(1000),
  sources: [
    {
      field: 'device.gflops',
      standing: 'checked',
      citation: `${orin}: 1024 cores × 2 (fused multiply-add) × 0.625 GHz = 1280 at peak; × 0.25 sustained (assumption)`,
    },
    {
      field: 'device.memoryGB',
      standing: 'checked',
      citation: `${orin}: 8 GB, which processor and GPU share`,
    },
    { field: 'device.watts', standing: 'checked', citation: `${orin}: the top of 7–15 W, the module alone` },
    ...ethernetSources('1000BASE-T (IEEE 802.3ab)', 1000),
  ],
};

const skylake = 'Intel Core i5-6500 specification';
const factoryPc: Preset = {
  device: { gflops: 4 * 32 * 3.2 * sustainedShare, memoryGB: 8, watts: 65 },
  link: ethernet(100),
  sources: [
    {
      field: 'device.gflops',
      standing: 'checked',
      citation: `${skylake}: 4 cores × 32 single-precision operations a cycle (two AVX2 units × 8 numbers × 2, fused multiply-add) × 3.2 GHz base = 409.6 at peak; × 0.25 sustained (assumption)`,
    },
    { field: 'device.memoryGB', standing: 'assumption', citation: 'Two modules of 4 GB' },
    {
      field: 'device.watts',
      standing: 'checked',
      citation: `${skylake}: thermal design power, the processor alone`,
    },
    ...ethernetSources('100BASE-TX (IEEE 802.3u)', 100),
  ],
};

const ampere = 'NVIDIA RTX A4000 data sheet';
const hospitalWorkstation: Preset = {
  device: { gflops: 19200 * sustainedShare, memoryGB: 16, watts: 140 },
  link: ethernet(1000),
  sources: [
    {
      field: 'device.gflops',
      standing: 'checked',
      citation: `${ampere}: 19,200 at peak in single precision; × 0.25 sustained (assumption)`,
    },
    { field: 'device.memoryGB', standing: 'checked', citation: `${ampere}: 16 GB of GPU memory` },
    { field: 'device.watts', standing: 'checked', citation: `${ampere}: total board power, the card alone` },
    ...ethernetSources('1000BASE-T (IEEE 802.3ab)', 1000),
  ],
};

export type PresetName = 'phone' | 'edge-box' | 'factory-pc' | 'hospital-workstation';

/** Devices with links, each number with its source. docs/fleet.md prints them. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  phone,
  'edge-box': edgeBox,
  'factory-pc': factoryPc,
  'hospital-workstation': hospitalWorkstation,
};
