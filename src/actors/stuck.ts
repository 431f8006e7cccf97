import { waitingFor, type ServerState } from './server-state.js';
import type { Step } from './steps.js';

/** Why a simulation can't go on in which no event is left: whom the server waits for. */
export function stuck(server: ServerState, steps: readonly Step[], isDown: boolean): string {
  const { name, round } = steps[server.step];
  const waiting = waitingFor(server).map(({ client }) => client);
  const whom =
    waiting.length > 0
      ? `${waiting.slice(0, 20).join(', ')}${waiting.length > 20 ? ` and ${waiting.length - 20} more` : ''}`
      : 'its own result';
  return (
    `the simulation is stuck: no event is left, but in step "${name}"${round === null ? '' : ` of round ${round}`} the server ` +
    `(${server.phase}${isDown ? ', down' : ''}) still waits for ${whom}`
  );
}
