import { canonicalJson } from '../../../base/hash.js';
import type { ClientResult } from '../../result/run-result.js';
import { defineTable, snakeCase, type Column } from './column.js';
import { viewMetrics, views, type View, type ViewMetric } from './metric-columns.js';

/** A client in one of its views. */
interface ClientView {
  readonly client: ClientResult;
  readonly view: View | null;
  readonly metrics: Readonly<Record<string, number | string | null | undefined>>;
}

/** Clients of every finished run, view by view. */
export const clientsTable = defineTable<ClientView>(
  'clients',
  'One row a client and view of a finished run; what it cost stands in each of its rows',
  [
    { name: 'client', type: 'VARCHAR', about: 'Its id', of: (row) => row.client.id },
    {
      name: 'view',
      type: 'VARCHAR',
      about: '`own`, `global` or `unseen`; NULL for a client without any',
      of: (row) => row.view,
    },
    ...metricColumns(),
    {
      name: 'reasons',
      type: 'JSON',
      about: 'Why a metric is not defined, by its name; NULL: nothing to explain',
      of: (row) => reasonsOf(row.metrics),
    },
    { name: 'held_out', type: 'BOOLEAN', about: 'It takes no part', of: (row) => row.client.heldOut },
    {
      name: 'device',
      type: 'VARCHAR',
      about: 'The preset of its device and link',
      of: (row) => row.client.device,
    },
    { name: 'train_images', type: 'INTEGER', about: 'Training images', of: (row) => row.client.trainImages },
    { name: 'test_images', type: 'INTEGER', about: 'Test images', of: (row) => row.client.testImages },
    { name: 'bytes_up', type: 'BIGINT', unit: 'bytes', about: 'It sent', of: (row) => row.client.bytesUp },
    { name: 'bytes_down', type: 'BIGINT', unit: 'bytes', about: 'It got', of: (row) => row.client.bytesDown },
    {
      name: 'compute_seconds',
      type: 'DOUBLE',
      unit: 'virtual s',
      about: 'It computed',
      of: (row) => row.client.computeSeconds,
    },
    { name: 'joules', type: 'DOUBLE', unit: 'J', about: 'Its energy', of: (row) => row.client.joules },
  ],
  function* ({ result }) {
    for (const client of result?.clients ?? []) {
      const present = views.filter((view) => client[view] !== undefined);
      for (const view of present) yield { client, view, metrics: { ...client[view] } };
      if (present.length === 0) yield { client, view: null, metrics: {} };
    }
  },
);

function metricColumns(): Column<ClientView>[] {
  return (Object.keys(viewMetrics) as ViewMetric[]).map((metric) => ({
    name: snakeCase(metric),
    type: 'DOUBLE',
    about: `${capital(viewMetrics[metric])}; NULL where it is not defined or was not measured`,
    of: ({ metrics }) => metrics[metric],
  }));
}

function reasonsOf(metrics: ClientView['metrics']): string | null {
  const reasons = Object.entries(metrics).flatMap(([name, value]) =>
    name.endsWith('Reason') && value !== undefined ? [[name.slice(0, -'Reason'.length), value] as const] : [],
  );
  return reasons.length > 0 ? canonicalJson(Object.fromEntries(reasons)) : null;
}

function capital(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}
