import { evaluatedOf } from './evaluated.js';
import { clientBars, clientsOfPlot } from './clients-plot.js';
import type { ClientResult } from '../result/run-result.js';
import type { RunReport } from './report.js';
import { aurocOverRounds } from './rounds-plot.js';
import type { ClientScores } from './scores/read-scores.js';
import { scoreHistogram } from './scores/scores-plot.js';
import { timelinePlot } from './timeline/timeline-plot.js';

/** A plot by its file's name, without extension. */
export interface Plot {
  readonly name: string;
  /** An `<svg>` element. */
  readonly svg: string;
}

/** The plots of a run; null where there is nothing to draw. */
export interface RunPlots {
  readonly rounds: Plot | null;
  readonly clients: Plot;
  readonly time: Plot | null;
  readonly bytes: Plot | null;
  readonly scores: readonly (Plot & { readonly client: string })[];
  readonly timeline: Plot | null;
  readonly all: readonly Plot[];
}

/** More histograms than this are not looked at one by one: those of the weakest clients are drawn. */
const mostHistograms = 12;

export async function drawRunPlots({ result, scores = [], timeline }: RunReport): Promise<RunPlots> {
  const { rounds, bytes } = result;
  const clients = evaluatedOf(result);
  const evaluated = rounds.some(({ own, global }) => own !== undefined || global !== undefined);
  const plot = async (name: string, svg: Promise<string>): Promise<Plot> => ({ name, svg: await svg });
  const ofRounds = evaluated
    ? {
        rounds: await plot('auroc-over-rounds', aurocOverRounds(rounds)),
        time: await plot('auroc-over-time', aurocOverRounds(rounds, 'virtual time')),
        bytes: await plot('auroc-over-bytes', aurocOverRounds(rounds, 'bytes sent', bytes.once)),
      }
    : { rounds: null, time: null, bytes: null };
  const bars = await plot('auroc-by-client', clientBars(clientsOfPlot(clients)));
  const histograms: (Plot & { client: string })[] = [];
  for (const [at, { client, threshold, values }] of histogramsOf(clients, scores).entries()) {
    const svg = await scoreHistogram(values, threshold);
    histograms.push({ name: `scores-${at + 1}`, client, svg });
  }
  const messages =
    timeline && timeline.messages.length > 0 ? await plot('messages', timelinePlot(timeline)) : null;
  const all = [ofRounds.rounds, bars, ofRounds.time, ofRounds.bytes, ...histograms, messages];
  return {
    ...ofRounds,
    clients: bars,
    scores: histograms,
    timeline: messages,
    all: all.filter((drawn) => drawn !== null).map(({ name, svg }) => ({ name, svg })),
  };
}

/** The clients whose histograms are drawn, in the result's order. */
function histogramsOf(clients: readonly ClientResult[], scores: readonly ClientScores[]) {
  const shown = new Set(clientsOfPlot(clients, mostHistograms).map(({ id }) => id));
  return scores.flatMap((values) => {
    const client = clients.find(({ id }) => id === values.client);
    if (!client || !shown.has(client.id)) return [];
    const threshold = (client.own ?? client.unseen)?.imageF1MaxThreshold ?? null;
    return [{ client: client.id, threshold, values }];
  });
}
