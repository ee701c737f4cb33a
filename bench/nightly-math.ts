// Every float32 through every expansion of one argument, against float64: the whole-range check.
// Run: node dist/bench/nightly-math.js [--only exp,log] [--step 1], after a build. It takes some hours at step 1;
// Ctrl-C ends it with what was found so far. Exit code 1 if an error is above the bound that test/math-reference.ts states.

import { parseArgs } from 'node:util';
import { references, worst } from '../test/math-reference.ts';
import type { Measured } from '../test/math-reference.ts';

const chunk = 1 << 16;
const patterns = 2 ** 32;

const { values: options } = parseArgs({ options: { only: { type: 'string' }, step: { type: 'string' } } });
const step = Number(options.step ?? '1');
const names = (Object.keys(references) as Measured[]).filter(
  (name) => options.only === undefined || options.only.split(',').includes(name),
);

let stopped = false;
process.once('SIGINT', () => (stopped = true));

/** The largest error of one function over all patterns, or as far as it came. */
async function measure(name: Measured): Promise<{ ulp: number; at: number; done: number }> {
  const words = new Uint32Array(chunk);
  const arguments_ = new Float32Array(words.buffer);
  let most = { ulp: 0, at: 0 };
  let from = 0;
  for (let count = 0; from < patterns && !stopped; from += chunk * step, count++) {
    for (let i = 0; i < chunk; i++) words[i] = Math.min(from + i * step, patterns - 1);
    const found = worst(name, arguments_);
    if (found.ulp > most.ulp) most = found;
    if (count % 32 === 0) {
      await new Promise((resolve) => setImmediate(resolve)); // let Ctrl-C in
      if (process.stderr.isTTY) process.stderr.write(`\r${name} ${((100 * from) / patterns).toFixed(1)} %  `);
    }
  }
  return { ...most, done: Math.min(from / patterns, 1) };
}

for (const name of names) {
  if (stopped) break;
  const { ulp, at, done } = await measure(name);
  const bound = references[name].ulp;
  const part = done < 1 ? ` (first ${(100 * done).toFixed(1)} % of the patterns)` : '';
  console.log(`${name}: at most ${ulp.toFixed(3)} ULP at ${at}, stated ${bound}${part}`);
  if (ulp > bound) process.exitCode = 1;
}
