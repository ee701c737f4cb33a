// The program that kill-kit.ts kills: trains in a folder, going on from what is there, and saves after every few
// steps. Says `ready` when it begins to train and `saved` after each checkpoint; anything else it says is a warning.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { open, type DeviceName } from '../src/device/open.ts';
import { resumeRun, startRun } from '../src/run/run.ts';
import { smallTraining } from './small-training.ts';

const [folder = '', steps = '', name = ''] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await using device = await open({ device: name as DeviceName, threads: 1 });
const training = await smallTraining(device, { ballast: 1 << 19 });
const { run, snapshot } = existsSync(join(folder, 'run.json'))
  ? await resumeRun(folder, { onWarning: say })
  : { run: await startRun({ name: 'killed', seed: 5, out: folder }), snapshot: undefined };
if (snapshot) await training.restore(snapshot);
say('ready');
while (training.step < Number(steps)) {
  await training.run(3);
  const line = await training.metrics();
  await run.log(line);
  await run.save(await training.snapshot(), { loss: line.loss });
  say('saved');
}
await run.end('finished', { figures: { loss: (await training.metrics()).loss } });
