// What a program says when it is used wrongly: every message whole, on the caller's line, and the device as
// well as before. (Errors of shapes, while tracing, are tested where those functions are.)
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import type { TypedArray } from '../src/base/dtype.ts';
import type { Device, Program, Variable } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { Tensor } from '../src/tensor.ts';
import { openAll, type Devices } from './helpers.ts';

let devices: Devices;
before(async () => {
  devices = await openAll();
});
after(() => devices.close());

/** Fails unless `call` throws, or gives a promise that rejects with, an EidosError of this message. */
async function refuses(call: () => unknown, message: string): Promise<void> {
  await assert.rejects(async () => await call(), (error: unknown) => {
    assert.ok(error instanceof EidosError, String(error));
    assert.equal(error.message, message);
    return true;
  }); // prettier-ignore
}

const two = (device: Device): Promise<Program> =>
  device.compile(
    ({ inputs: { images, rate } }) => ({ outputs: { y: images!.mul(rate!) } }),
    { inputs: { images: { shape: ['batch', 3] }, rate: { shape: [] }, unused: { shape: [9] } }, batch: 4 },
  ); // prettier-ignore

suite('errors: running', () => {
  const images = new Float32Array(12);
  const rate = Float32Array.of(2);
  type Case = [
    inputs: Record<string, TypedArray>,
    options: { batch?: number; times?: number },
    message: string,
  ];
  const cases: Record<string, Case> = {
    'an input is missing': [{ images }, {}, 'run: needs the input rate [], got images'],
    'all are missing': [{}, {}, 'run: needs the input images [4, 3], got none'],
    'too few numbers': [
      { images: images.subarray(1), rate },
      {},
      'run: images [4, 3] needs 12 numbers for a batch of 4, got 11',
    ],
    'the numbers of another batch': [
      { images, rate },
      { batch: 2 },
      'run: images [4, 3] needs 6 numbers for a batch of 2, got 12',
    ],
    'an input nobody knows': [
      { images, rate, label: rate },
      {},
      'run: there is no input label; the program has images, rate, unused',
    ],
    'a batch too large': [
      { images: new Float32Array(15), rate },
      { batch: 5 },
      'run: batch must be a whole number up to 4, got 5; compile with a larger batch',
    ],
    'half a batch': [{ images, rate }, { batch: 1.5 }, 'run: batch must be a whole number up to 4, got 1.5; compile with a larger batch'], // prettier-ignore
    'times below 0': [{ images, rate }, { times: -1 }, 'run: times must be a whole number from 0, got -1'],
    'no number of times': [
      { images, rate },
      { times: NaN },
      'run: times must be a whole number from 0, got NaN',
    ],
  };
  for (const [name, [inputs, options, message]] of Object.entries(cases))
    test(name, async () => {
      for (const device of devices.all) {
        const program = await two(device);
        await refuses(() => program.run(inputs, options), message);
        // At once, not when its turn has come.
        assert.throws(() => program.start(inputs, options), new EidosError(message));
        const { y } = await program.run({ images: images.map((_, i) => i), rate });
        assert.equal(y![11], 22);
      }
    });

  test('an input the step does not read may be given or not', async () => {
    const program = await two(devices.reference);
    await program.run({ images, rate, unused: new Float32Array(9) });
    await program.run({ images, rate });
  });
});

suite('errors: compiling', () => {
  test('a variable of another device', async () => {
    for (const device of devices.all) {
      const other = devices.all.find((d) => d !== device) as Device;
      const v = other.variable([1], [1]);
      const message = 'compile: a variable of another device is used; make it on this one';
      await refuses(() => device.compile(() => ({ outputs: { y: v.tensor } })), message);
      await refuses(() => device.compile(() => ({ updates: [[v, Tensor.fill(1, [1])]] })), message);
      await refuses(() => device.read(v.tensor), message);
    }
  });

  test('a value of another shape or type for a variable, and two values for one', async () => {
    for (const device of devices.all) {
      const w = device.variable([1, 2], [2], { name: 'weights' });
      const updating = (...values: Tensor[]): Promise<Program> =>
        device.compile(() => ({ updates: values.map((t): [Variable, Tensor] => [w, t]) }));
      await refuses(
        () => updating(Tensor.fill(1, [3])),
        'compile: weights holds f32 [2], got f32 [3] for it',
      );
      await refuses(
        () => updating(Tensor.fill(1, [2], 'i32')),
        'compile: weights holds f32 [2], got i32 [2] for it',
      );
      await refuses(
        () => updating(w.tensor.add(1), w.tensor.mul(2)),
        'compile: weights is given two values; a step gives each variable one',
      );
    }
  });

  test('a batch that is none', async () => {
    for (const batch of [0, -1, 2.5, NaN])
      await refuses(
        () => devices.reference.compile(() => ({}), { batch }),
        `compile: batch must be a whole number from 1, got ${batch}`,
      );
  });

  test("a tensor of another program's inputs", async () => {
    for (const device of devices.all) {
      let leaked: Tensor | undefined;
      await device.compile(({ inputs }) => ({ outputs: { y: (leaked = inputs['x']!) } }), {
        inputs: { x: { shape: [2] } },
      });
      await refuses(
        () => device.compile(() => ({ outputs: { y: leaked!.add(1) } })),
        'compile: a tensor of another program is used; only variables carry values from call to call',
      );
    }
  });

  test('an error of the step itself comes through as it is', async () => {
    const mine = new Error('mine');
    const failing = (): never => {
      throw mine;
    };
    for (const device of devices.all) await assert.rejects(device.compile(failing), mine);
  });
});

suite('errors: variables', () => {
  test('numbers that do not fill it', async () => {
    for (const device of devices.all) {
      await refuses(() => device.variable([1, 2, 3], [2, 2]), 'variable: [2, 2] needs 4 numbers, got 3');
      const v = device.variable([1, 2], [2], { name: 'pair' });
      await refuses(() => v.write(new Float32Array(3)), 'write: pair holds 2 numbers [2], got 3');
      assert.deepEqual(await v.read(), Float32Array.of(1, 2));
    }
  });

  test('one that has been given back', async () => {
    for (const device of devices.all) {
      const v = device.variable([1], [1], { name: 'mean' });
      const program = await device.compile(() => ({ outputs: { y: v.tensor.add(1) } }));
      await program.run();
      v.close();
      const message = 'variable: mean is closed; close it when no program uses it any more';
      await refuses(() => v.read(), message);
      await refuses(() => v.write(Float32Array.of(1)), message);
      await refuses(() => program.run(), message);
      await refuses(() => device.read(v.tensor), message);
      program.close();
      await refuses(() => program.run(), 'run: the program is closed; compile it again');
    }
  });
});

test('errors: opening', async () => {
  await refuses(
    () => open({ device: 'gpu' as 'wasm' }),
    'open: device must be one of native, wasm, reference, got "gpu"',
  );
  for (const threads of [0, 257, 1.5])
    await refuses(
      () => open({ threads }),
      `open: threads must be a whole number from 1 to 256, got ${threads}`,
    );
});
