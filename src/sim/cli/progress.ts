import type { Progress } from '../run/run-scenario.js';
import { formatBytes, formatScore, formatSeconds } from '../report/format.js';

/** Shows progress on a stream: a line that renews itself on a terminal, a line a milestone elsewhere. */
export function progressDisplay(stream: NodeJS.WriteStream): { show(progress: Progress): void; end(): void } {
  let open = false;
  let features = 0;
  const renew = (text: string) => {
    if (!stream.isTTY) return;
    stream.write(`\r\u001b[2K${text}`);
    open = true;
  };
  const line = (text: string) => {
    if (open) stream.write('\r\u001b[2K');
    open = false;
    stream.write(`${text}\n`);
  };
  return {
    end() {
      if (open) stream.write('\r\u001b[2K');
      open = false;
    },
    show(progress) {
      switch (progress.kind) {
        case 'features': {
          const { done, total, computed } = progress;
          const text = `features   ${done}/${total} images${computed > 0 ? `, ${computed} new` : ', all from the cache'}`;
          const quarter = Math.floor((4 * done) / total);
          if (done === total) line(text);
          else if (stream.isTTY) renew(text);
          else if (quarter > features) line(text);
          features = quarter;
          return;
        }
        case 'step': {
          const round = progress.round === null ? '' : ` of round ${progress.round}`;
          renew(`${progress.name}${round} done at virtual time ${formatSeconds(progress.virtualSeconds)}`);
          return;
        }
        case 'round': {
          const { round, own, global, bytesUp, bytesDown, virtualSeconds, loss } = progress.round;
          const { invited, accepted, refused, late, abandoned } = progress.round;
          line(
            [
              `round ${round}/${progress.rounds}  `,
              own && `AUROC own ${formatScore(own.imageAuroc)}`,
              global && `global ${formatScore(global.imageAuroc)}`,
              `up ${formatBytes(bytesUp)}`,
              `down ${formatBytes(bytesDown)}`,
              `virtual time ${formatSeconds(virtualSeconds)}`,
              loss !== null && `loss ${loss.toFixed(4)}`,
              // Where everybody answers, as in most runs, there is nothing to tell.
              accepted !== invited && `${accepted} of ${invited} answered`,
              refused > 0 && `${refused} refused`,
              late > 0 && `${late} late`,
              abandoned !== undefined && `abandoned: ${abandoned}`,
            ]
              .filter(Boolean)
              .join('  '),
          );
          return;
        }
        case 'scoring':
          renew('scoring');
      }
    },
  };
}
