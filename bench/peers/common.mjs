// What the Node contestants of the bench share: a workload's numbers, and the talk with the runner (see common.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

const types = { f32: Float32Array, i32: Int32Array, u8: Uint8Array };

function read(folder) {
  const parts = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  return Object.fromEntries(
    parts.map(({ name, dtype, shape, file }) => [
      name,
      { data: new types[dtype](Uint8Array.from(readFileSync(join(folder, file))).buffer), shape },
    ]),
  );
}

/** Bytes of pictures as numbers in [0, 1]. */
export const unit = (pictures) => Float32Array.from(pictures, (x) => x / 255);

/** w0, w1, ... in order. */
export function listed(data) {
  const found = [];
  while (data[`w${found.length}`]) found.push(data[`w${found.length}`]);
  return found;
}

/** Some forty of many numbers, from all over, as ours are taken. */
export function spread(y) {
  const step = Math.max(1, Math.floor(y.length / 40));
  return Array.from({ length: Math.min(40, y.length) }, (_, i) => y[i * step]);
}

/** The most memory this process has held so far, in bytes. */
const peak = () => 1024 * process.resourceUsage().maxRSS;

/** Answers the runner until it says end. A workload is a function of (data, told) that gives { answer, run }. */
export async function serve(about, workloads) {
  let held;
  const reply = async (told) => {
    if (told.do === 'open') {
      const make = workloads[told.workload];
      if (!make) return { absent: true };
      const baseBytes = peak();
      held = await make(read(told.folder), told);
      return { about: await about(told), baseBytes };
    }
    if (told.do === 'answer') return { answer: [...(await held.answer())] };
    const [began, before] = [performance.now(), process.cpuUsage()];
    await held.run(told.times);
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(before);
    return { ms, cpu: (user + system) / 1e6, peakBytes: peak() };
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const told = JSON.parse(line);
    if (told.do === 'end') break;
    const said = await reply(told).catch((error) => ({
      error: String(error.message).split('\n')[0].slice(0, 300),
    }));
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
  process.exit();
}
