// What `eidos gan train` says before the first round, beside what came of it: seconds of the processor, grids and
// readings among them, and the most memory the process took. Seconds of the clock are left out: other work moves them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { eidos } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-forecast-'));

interface Figures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly predictedSeconds: number;
  readonly predictedCpuSeconds: number;
  readonly peakBytes: number;
  readonly predictedBytes: number;
}

suite('what a run will take', () => {
  after(() => rmSync(home, { recursive: true, force: true }));

  for (const [what, words] of [
    ['rounds of dense layers', 'mlp --rounds 400'],
    ['rounds of convolutions', 'digits --rounds 100'],
    ['large networks', 'elix --rounds 40'],
    ['a second gradient', 'wgan-gp --rounds 8 --read 200'],
    ['more reading than playing', 'dcgan-z5 --rounds 4 --every 2 --read 1500'],
  ] as const)
    test(`is told within 20 % before it begins: ${what}`, async () => {
      const played = async (out: string): Promise<Figures> => {
        const call = `gan train mnist --limit 4000 --recipe ${words} --threads 1 --json --quiet --out ${out}`;
        const { code, stdout, stderr } = await eidos(call.split(' '), { cwd: home });
        assert.equal(code, 0, stderr);
        return JSON.parse(stdout) as Figures;
      };
      const off = (said: number, came: number): number => Math.abs(said / came - 1);
      const name = words.split(' ')[0] ?? '';
      let told = await played(name);
      // What shares a core's caches with this comes and goes, and moves even the processor's seconds: one more try.
      if (off(told.predictedCpuSeconds, told.cpuSeconds) >= 0.2) told = await played(`${name}-again`);
      const { predictedCpuSeconds, cpuSeconds, predictedBytes, peakBytes, seconds, predictedSeconds } = told;
      assert.ok(
        off(predictedCpuSeconds, cpuSeconds) < 0.2,
        `${predictedCpuSeconds} s said, ${cpuSeconds} s taken`,
      );
      assert.ok(off(predictedBytes, peakBytes) < 0.2, `${predictedBytes} said, ${peakBytes} taken`);
      assert.ok(seconds > 0 && predictedSeconds > 0);
    });
});
