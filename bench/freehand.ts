// What preparing a drawing is worth: the shipped network on drawings it never saw, prepared in each way, and on MNIST.
// Fails unless it reads 98.8 % of MNIST's test digits and 96.7 % of the drawings prepared as it asks for.
//   node dist/bench/freehand.js --pen <file.csv> [--device native|wasm] [--rounds n]
import { parseArgs } from 'node:util';
import { penDigits } from './drawings.ts';
import {
  aboutShipped,
  drawnDigits,
  mnist,
  open,
  preparations,
  shipped,
  type DeviceName,
} from '../src/index.ts';

const { values } = parseArgs({
  options: {
    pen: { type: 'string' },
    device: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
});
if (values.pen === undefined) throw new Error('freehand: needs --pen <file.csv>');

const device = await open({ device: values.device as DeviceName | undefined });
const model = await shipped('freehand', { device });
const { preparation } = aboutShipped('freehand');
const { test } = await mnist();
const { accuracy = NaN } = await model.evaluate(test, { batchSize: 500 });
const rows = penDigits(values.pen).test;

/** The mean over several ways to put the drawings on the pad. */
const rounds = Array.from({ length: Number(values.rounds) }, (_, i) => i + 1);
const drawings: Record<string, number> = {};
for (const by of preparations) {
  let sum = 0;
  for (const seed of rounds)
    sum +=
      (await model.evaluate(drawnDigits(rows, { preparation: by, seed }), { batchSize: 500 }))['accuracy'] ??
      NaN;
  drawings[by] = sum / rounds.length;
  console.log(`${by.padEnd(6)} ${(100 * drawings[by]).toFixed(2)} % of ${rows.count} drawings`);
}
console.log(`MNIST  ${(100 * accuracy).toFixed(2)} %`);
console.log(JSON.stringify({ mnist: accuracy, drawings, rounds: rounds.length, preparation }));
await model.close();
await device.close();
if (!(accuracy >= 0.988 && (drawings[preparation] ?? 0) >= 0.967)) {
  console.error('needs 98.8 % of MNIST and 96.7 % of the drawings');
  process.exitCode = 1;
}
