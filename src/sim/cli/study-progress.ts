import { stopwatch } from '../../base/stopwatch.js';
import { formatScore, formatSeconds, plural } from '../report/format.js';
import type { CellOutcome, StudyProgress } from '../study/run-study.js';

/** Shows how a study goes: a line that renews itself on a terminal, a line a cell elsewhere. */
export function studyDisplay(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): {
  show(progress: StudyProgress): void;
  end(): void;
} {
  const count = { todo: 0, ended: 0, running: 0, failed: 0 };
  let elapsed = stopwatch();
  let open = false;
  const clear = () => {
    if (open) stream.write('\r\u001b[2K');
    open = false;
  };
  const line = (text: string) => {
    clear();
    stream.write(`${text}\n`);
  };
  const renew = () => {
    if (!stream.isTTY) return;
    clear();
    const { todo, ended, running, failed } = count;
    const parts = [
      `${ended}/${todo} cells`,
      `${running} running`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(ended > 0 && ended < todo
        ? [`about ${formatSeconds(((elapsed() / 1000) * (todo - ended)) / ended)} left`]
        : []),
    ];
    stream.write(parts.join(', '));
    open = true;
  };
  return {
    end: clear,
    show(progress) {
      switch (progress.kind) {
        case 'opened':
          count.todo = progress.todo;
          elapsed = stopwatch();
          if (progress.finished > 0) line(`${plural(progress.finished, 'cell')} finished before`);
          return;
        case 'started':
          count.running++;
          renew();
          return;
        case 'ended': {
          count.running--;
          count.ended++;
          if (progress.outcome.state === 'failed') count.failed++;
          if (!stream.isTTY || progress.outcome.state === 'failed')
            line(`[${count.ended}/${count.todo}] ${described(progress.outcome)}`);
          renew();
        }
      }
    },
  };
}

function described(outcome: CellOutcome): string {
  const { id } = outcome.cell;
  if (outcome.state === 'failed') return `${id}  failed: ${outcome.error.message}`;
  if (outcome.state === 'elsewhere') return outcome.reason ?? id;
  const { mean, wallSeconds } = outcome.result;
  const views = (['own', 'global', 'unseen'] as const).flatMap((view) => {
    const found = mean[view];
    return found ? [`${view} ${formatScore(found.imageAuroc)}`] : [];
  });
  return [id, ...views, formatSeconds(wallSeconds.total)].join('  ');
}
