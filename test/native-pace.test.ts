// Which runs are done at once: those known to be over sooner than another thread could be told of them.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { open, type Device } from '../src/index.ts';
import { Pace } from '../src/device/native-pace.ts';

const ran = (pace: Pace, ms: number, brief: boolean, times = 1, batch = 1): void =>
  pace.took(ms, { times, size: times * batch, brief });

suite('pace', () => {
  test('a first run is handed over, and one that took long', () => {
    const pace = new Pace();
    assert.ok(!pace.isBrief(1, 1));
    ran(pace, 50, false);
    assert.ok(!pace.isBrief(1, 1));
  });

  test('a short one is tried, and stays if it is brief', () => {
    const pace = new Pace();
    ran(pace, 1, false);
    assert.ok(pace.isBrief(1, 1));
    ran(pace, 0.3, true);
    assert.ok(pace.isBrief(1, 1) && pace.isBrief(2, 2));
    assert.ok(!pace.isBrief(4, 4), 'four times');
  });

  test('one that is not brief after all is handed over, until it is seen to be', () => {
    const pace = new Pace();
    ran(pace, 1, false);
    ran(pace, 2.9, true);
    assert.ok(!pace.isBrief(1, 1));
    ran(pace, 3.2, false);
    assert.ok(!pace.isBrief(1, 1));
    ran(pace, 0.2, false);
    assert.ok(pace.isBrief(1, 1));
  });

  test('more examples take as much longer', () => {
    const pace = new Pace();
    ran(pace, 0.05, false);
    ran(pace, 0.05, true);
    assert.ok(pace.isBrief(1, 2));
    assert.ok(!pace.isBrief(1, 64));
    assert.ok(!pace.isBrief(0, 0), 'nothing to run');
  });

  test('one run that was held up does not decide for all that follow; long ones stay handed over', () => {
    const pace = new Pace();
    ran(pace, 0.5, false);
    ran(pace, 1.5, true);
    for (let i = 0; i < 3; i++) ran(pace, 1.6, false);
    assert.ok(pace.isBrief(1, 1));
    const long = new Pace();
    ran(long, 1.5, false);
    ran(long, 3, true);
    for (let i = 0; i < 9; i++) ran(long, 3.2, false);
    assert.ok(!long.isBrief(1, 1));
  });

  test('fewer times longer than examples are more is seen, handed over or not', () => {
    const pace = new Pace();
    ran(pace, 0.3, false);
    ran(pace, 0.2, true);
    assert.ok(!pace.isBrief(1, 14));
    ran(pace, 0.4, false, 1, 14);
    assert.ok(pace.isBrief(1, 14));
  });
});

/** Whether the thread did something else while a program ran. */
async function others(run: () => Promise<unknown>): Promise<boolean> {
  let turned = false;
  setImmediate(() => (turned = true));
  await run();
  return turned;
}

suite('native runs', () => {
  test('small programs are run at once, many times over they are handed over; the answers are right', async (t) => {
    const device: Device | undefined = await open({ device: 'native', threads: 1 }).catch(() => undefined);
    if (!device) return t.skip('no native device');
    const count = device.variable(Int32Array.of(0), []);
    const program = await device.compile(() => ({ updates: [[count, count.tensor.add(1)]] }));
    const once = (): Promise<unknown> => program.start({}).done;
    // Other work on the machine may make any one run long.
    let atOnce = 0;
    for (let i = 0; i < 200; i++) if (!(await others(once))) atOnce++;
    assert.ok(atOnce > 50, `${atOnce} of 200 at once`);
    assert.ok(await others(() => program.start({}, { times: 1_000_000 }).done));
    assert.equal((await count.read())[0], 1_000_200);
    const cancelled = program.start({});
    cancelled.cancel();
    assert.equal(await cancelled.done, 0);
    assert.equal((await count.read())[0], 1_000_200);
    await device.close();
  });
});
