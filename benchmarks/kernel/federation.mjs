// A federation without data or engine: what a client message costs from its sender's effect to its addressee's reaction.
import { map, mergeMap, Subject, timer, VirtualTimeScheduler } from 'rxjs';
import { sha256 } from '../../dist/base/hash.js';
import { stream } from '../../dist/base/random.js';
import { createActorSystem } from '../../dist/actors/actor-system.js';
import { clientBehaviour, initialClient } from '../../dist/actors/client.js';
import { createJournal } from '../../dist/actors/journal.js';
import { createKernel } from '../../dist/actors/kernel.js';
import { kernelScheduler } from '../../dist/actors/kernel-scheduler.js';
import { serverId } from '../../dist/actors/messages.js';
import { network, reliable } from '../../dist/actors/network.js';
import { serverBehaviour } from '../../dist/actors/server.js';
import { initialServer } from '../../dist/actors/server-state.js';
import { inviteClients } from '../../dist/sim/schedule/invite.js';
import { scheduleSchema } from '../../dist/sim/schedule/schema.js';
import { uploadWeight } from '../../dist/sim/schedule/weights.js';

const seed = 1;
const payloadBytes = 51_200;

/** Clients with links and speeds of their own. All that a run would compute in workers stands here beforehand. */
export function createFederation({ clients, cohort, rounds }) {
  const ids = Array.from({ length: clients }, (_, index) => `client-${index}`);
  const profiles = new Map(ids.map((id, rank) => [id, profile(id, rank)]));
  const steps = Array.from({ length: rounds }, (_, index) => ({
    name: 'train',
    round: index + 1,
    audience: 'cohort',
    aggregates: true,
    essential: false,
    retains: true,
  }));
  const broadcasts = steps.map(({ round }) => outcome(`server ${round}`));
  return { ids, profiles, steps, broadcasts, size: cohort, schedule: scheduleSchema.parse({ cohort }) };
}

function profile(id, rank) {
  const random = stream(seed, 'benchmark', id);
  const link = {
    latency: 0.01 + 0.09 * random.uniform(),
    uploadRate: 1e6 * (1 + 9 * random.uniform()),
    downloadRate: 1e7 * (1 + 9 * random.uniform()),
  };
  return { rank, link, seconds: 1 + 9 * random.uniform(), outcome: outcome(id) };
}

function outcome(content) {
  const blob = (name) => ({ hash: sha256(`${content} ${name}`), bytes: payloadBytes });
  const local = { generator: blob('generator'), memory: blob('memory') };
  return { local, message: blob('message'), setup: null, figures: { loss: 1 / content.length } };
}

/** The actor system as a run assembles it. @returns wall milliseconds, virtual seconds, envelopes if kept, the journal's digest */
export async function runActors(federation, { withJournal = true, keepSent = false } = {}) {
  const { ids, profiles, steps, broadcasts, schedule } = federation;
  const kernel = createKernel();
  const linkOf = (id) => profiles.get(id).link;
  const fleet = { isAvailable: () => true, availableFrom: (_, time) => time };
  const population = { seed, participants: ids, heldOut: [], fleet };
  const system = createActorSystem({
    kernel,
    steps,
    server: {
      initial: initialServer(),
      receive: serverBehaviour({
        steps,
        schedule: () => ({ buffer: null, deadline: null, retry: null, minimum: 1, late: 'keep' }),
        invite: (request) => inviteClients(population, schedule, steps[request.step], request),
        rank: (id) => profiles.get(id).rank,
        inspect: () => null,
        weight: (_, kind, missed) => uploadWeight(schedule, kind, missed),
      }),
    },
    client: {
      initial: (id) => initialClient(id),
      receive: clientBehaviour({ steps, dropsOut: () => false }),
    },
    carry: network(reliable(linkOf), kernelScheduler(kernel)),
    compute: ({ actor, step }) =>
      actor === serverId
        ? { seconds: 0, outcome: Promise.resolve(broadcasts[step.round - 1]) }
        : { seconds: profiles.get(actor).seconds, outcome: Promise.resolve(profiles.get(actor).outcome) },
  });
  const journal = withJournal ? createJournal(steps) : null;
  if (journal) system.events.subscribe((event) => journal.add(event));
  const sent = [];
  // Envelopes that are kept would cost the garbage collector time.
  if (keepSent) system.events.subscribe((event) => event.kind === 'sent' && sent.push(event.envelope));
  const began = performance.now();
  await system.run();
  const milliseconds = performance.now() - began;
  return { milliseconds, seconds: kernel.now(), sent, digest: journal?.digest() ?? null };
}

/** Schedulers for the baseline; `run` drains them. */
export const schedulers = {
  virtualTimeScheduler() {
    const scheduler = new VirtualTimeScheduler();
    return { scheduler, run: () => scheduler.flush() };
  },
  kernel() {
    const kernel = createKernel();
    return { scheduler: kernelScheduler(kernel), run: () => kernel.run() };
  },
};

/** The same envelopes with the same delays through RxJS alone: no actors, no states, no journal. */
export async function runBare({ profiles, size }, sent, { scheduler, run }) {
  const secondsOf = reliable((id) => profiles.get(id).link);
  const broadcasts = sent.filter(({ from }) => from === serverId);
  const uploads = new Map(
    sent.filter(({ to }) => to === serverId).map((envelope) => [envelope.message.task, envelope]),
  );
  const outbox = new Subject();
  let opened = 0;
  let arrived = 0;
  const openRound = () => {
    for (const envelope of broadcasts.slice(opened, (opened += size))) outbox.next(envelope);
  };
  outbox
    .pipe(
      mergeMap((envelope) => {
        const [{ seconds }] = secondsOf(envelope);
        return timer(1000 * seconds, scheduler).pipe(map(() => envelope));
      }),
    )
    .subscribe(({ to, message }) => {
      if (to === serverId) {
        arrived++;
        if (arrived === opened) openRound();
        return;
      }
      timer(1000 * profiles.get(to).seconds, scheduler).subscribe(() =>
        outbox.next(uploads.get(message.task)),
      );
    });
  const began = performance.now();
  openRound();
  await run();
  const milliseconds = performance.now() - began;
  if (arrived !== uploads.size) throw new Error(`${arrived} of ${uploads.size} uploads arrived`);
  return { milliseconds, seconds: scheduler.now() / 1000 };
}
