// kill -9 at 200 random moments of a model's fit() in a run's folder, two in five of them while a checkpoint is being
// written, half of all on each compiled target: every checkpoint must stay readable, and every run that is taken up
// again must end to the bit like one that was left alone.
// Run: node dist/bench/kill.js [--kills 200] [--device native,wasm]. Exit code 1 if anything was lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../src/base/check.ts';
import { deviceNames, type DeviceName } from '../src/device/open.ts';
import { kill } from '../test/kill-kit.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { kills: text, device: text } });
const kills = Number(values.kills ?? '200');
check(
  Number.isInteger(kills) && kills > 0,
  () => `kill: --kills must be a whole number from 1, got ${values.kills}`,
);
const devices = (values.device ?? 'native,wasm').split(',');
for (const name of devices)
  check(
    (deviceNames as readonly string[]).includes(name),
    () => `kill: --device must be among ${deviceNames.join(',')}, got ${name}`,
  );

for (const name of devices) {
  const folder = mkdtempSync(join(tmpdir(), 'eidos kill '));
  const count = Math.ceil(kills / devices.length);
  let [done, saving] = [0, 0];
  const found = await kill({
    folder,
    kills: count,
    epochs: 18,
    device: name as DeviceName,
    ways: ['training', 'saving', 'training', 'saving', 'opening'],
    onKill: (left) => {
      if (left.saving) saving++;
      process.stderr.write(`\r${name}: ${++done} of ${count} kills, ${saving} in the middle of writing `);
    },
  });
  process.stderr.write('\n');
  console.log(
    `${name}: ${found.length} kills, ${saving} in the middle of writing: nothing lost, the same to the bit`,
  );
  rmSync(folder, { recursive: true, force: true });
}
