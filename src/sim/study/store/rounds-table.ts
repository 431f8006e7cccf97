import type { RoundResult } from '../../result/run-result.js';
import { defineTable } from './column.js';

/** The course of every finished run. */
export const roundsTable = defineTable<RoundResult>(
  'rounds',
  'One row a round of a finished run; round 0 is the first exchange of memory',
  [
    { name: 'round', type: 'INTEGER', about: 'From 0 on', of: (row) => row.round },
    {
      name: 'own_image_auroc',
      type: 'DOUBLE',
      about: 'Mean over clients after the round, view own; NULL where it was not evaluated or is not defined',
      of: (row) => row.own?.imageAuroc,
    },
    {
      name: 'global_image_auroc',
      type: 'DOUBLE',
      about: 'The same, view global',
      of: (row) => row.global?.imageAuroc,
    },
    {
      name: 'loss',
      type: 'DOUBLE',
      about: 'Mean over clients and steps; NULL where nothing was trained',
      of: (row) => row.loss,
    },
    { name: 'bytes_up', type: 'BIGINT', unit: 'bytes', about: 'Clients to server', of: (row) => row.bytesUp },
    {
      name: 'bytes_down',
      type: 'BIGINT',
      unit: 'bytes',
      about: 'Server to clients',
      of: (row) => row.bytesDown,
    },
    {
      name: 'virtual_seconds',
      type: 'DOUBLE',
      unit: 'virtual s',
      about: "From the run's start to the round's last delivery",
      of: (row) => row.virtualSeconds,
    },
    {
      name: 'joules',
      type: 'DOUBLE',
      unit: 'J',
      about: "Energy of the clients' computing and sending",
      of: (row) => row.joules,
    },
    { name: 'invited', type: 'INTEGER', about: 'Clients that were asked', of: (row) => row.invited },
    { name: 'accepted', type: 'INTEGER', about: 'Uploads that were used', of: (row) => row.accepted },
    { name: 'refused', type: 'INTEGER', about: "Uploads that couldn't be used", of: (row) => row.refused },
    { name: 'late', type: 'INTEGER', about: 'Uploads that came too late', of: (row) => row.late },
    {
      name: 'abandoned',
      type: 'VARCHAR',
      about: 'Why the round was given up; NULL: it was not',
      of: (row) => row.abandoned,
    },
  ],
  ({ result }) => result?.rounds ?? [],
);
