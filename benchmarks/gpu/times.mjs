// One engine on one provider, in a process of its own: prints its device and the tasks' median milliseconds as JSON.
import { createEngine } from '../../dist/model/engine/registry.js';
import { tasks } from './tasks.mjs';

const repetitions = 9;
const [name, provider] = process.argv.slice(2);
const engine = await createEngine(name, undefined, provider);
const times = {};
for (const [task, prepare] of Object.entries(tasks)) {
  const work = prepare(engine);
  await work();
  const taken = [];
  for (let count = 0; count < repetitions; count++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  times[task] = taken.sort((a, b) => a - b)[repetitions >> 1];
}
console.log(JSON.stringify({ device: engine.device, times }));
