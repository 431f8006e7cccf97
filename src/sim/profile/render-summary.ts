import { formatBytes, formatSeconds } from '../report/format.js';
import type { ProfileSummary } from './summary.js';

/** The summary in a few lines, in the manner of the end of a run. */
export function renderSummary(summary: ProfileSummary): string {
  const { jobSeconds, engineSeconds, engineCallSeconds, hashSeconds, cacheSeconds, openSeconds } = summary;
  const ofJobs = (seconds: number) => share(seconds, jobSeconds);
  const ofWorkers = (seconds: number) => share(seconds, summary.workers * summary.wallSeconds);
  const ofWall = (seconds: number) => share(seconds, summary.wallSeconds);
  const others = jobSeconds - engineCallSeconds - hashSeconds - cacheSeconds - openSeconds;
  const lines = [
    ['profile', `${formatSeconds(jobSeconds)} of ${summary.workers} workers in ${summary.jobs} jobs`],
    ['  engine', `${ofJobs(engineSeconds)} of it inside the engine's library`],
    ['  calls', `${ofJobs(engineCallSeconds - engineSeconds)} around it: compiling, handing blocks over`],
    [
      '  other',
      `${ofJobs(others)} other work, ${ofJobs(hashSeconds)} hashing, ${ofJobs(cacheSeconds)} cache, ${ofJobs(openSeconds)} opening`,
    ],
    [
      'workers',
      `${ofWorkers(jobSeconds)} at jobs, ${ofWorkers(summary.transferSeconds)} transfer, ${ofWorkers(summary.startSeconds)} starting, ${ofWorkers(summary.idleSeconds)} idle`,
    ],
    ['queue', `jobs waited ${formatSeconds(summary.queueSeconds)} in all`],
    [
      'main thread',
      `${ofWall(summary.mainThreadSeconds)} of the time at work, ${ofWall(summary.kernelSeconds)} in the kernel`,
    ],
    [
      'messages',
      `${formatBytes(summary.bytesCloned)} copied between threads, ${formatBytes(summary.bytesShared)} shared`,
    ],
  ];
  return lines.map(([name, text]) => `${name.padEnd(13)} ${text}\n`).join('');
}

function share(part: number, whole: number): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : 'n/a';
}
