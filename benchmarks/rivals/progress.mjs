// A line a cell, with what is left.
import { formatScore, formatSeconds } from '../../dist/sim/report/format.js';

/** @param {string} phase @param {number} todo cells to run in this phase */
export function showProgress(phase, todo) {
  const start = performance.now();
  let ended = 0;
  let computed = 0;
  return {
    /** @param {object | null} outcome null: its figures were there, from another row */
    ended(cell, outcome) {
      ended++;
      if (outcome !== null) computed++;
      const trial = phase === 'tune' ? ` trial ${cell.trial + 1}` : '';
      const name = `${cell.pass} ${cell.federation} ${cell.row}${trial} seed ${cell.seed}`;
      const each = (performance.now() - start) / 1000 / Math.max(1, computed);
      const left = ended < todo ? `, about ${formatSeconds(each * (todo - ended))} left` : '';
      console.log(`[${ended}/${todo}] ${name}: ${described(outcome)}${left}`);
    },
  };
}

function described(outcome) {
  if (outcome === null) return 'as another row';
  if (outcome.state === 'failed') return `failed: ${outcome.error.message}`;
  const { mean, wallSeconds } = outcome.result;
  const views = ['own', 'global', 'unseen'].flatMap((view) =>
    mean[view] ? [`${view} ${formatScore(mean[view].imageAuroc)}`] : [],
  );
  return [...views, formatSeconds(wallSeconds.total)].join(', ');
}
