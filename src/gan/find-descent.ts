// Going down the slope of the difference between what a generator draws and what is looked for: some numbers at a time,
// all steps in one program.
import { at, range } from '../base/shape.ts';
import type { Program, Variable } from '../device/device.ts';
import { grad } from '../grad.ts';
import { adam } from '../nn/optimizer-adam.ts';
import { Slices } from '../nn/slices.ts';
import { Tensor } from '../tensor.ts';
import { numbersOf, oneHots, together, type Search, type Start } from './find-starts.ts';
import type { Found, FindOptions } from './find.ts';
import { withinReach } from './painter.ts';

/** A descent of some numbers at once, used again and again. */
interface Descent {
  readonly step: Program;
  readonly look: Program;
  readonly z: Variable;
  readonly all: readonly Variable[];
  begin(places: readonly Start[], targets: Float32Array): Promise<void>;
}

const room = (search: Search, shape: readonly number[], name: string): Variable =>
  search.painter.device.variable(undefined, shape, { name });

async function descent(search: Search, steps: number, learningRate: number): Promise<Descent> {
  const { painter, pixels } = search;
  const { device, latent, classes } = painter;
  const size = [together, latent.size];
  const [z, m, v] = [room(search, size, 'z'), room(search, size, 'mean'), room(search, size, 'mean square')];
  const c = room(search, [together, Math.max(1, classes)], 'classes');
  const x = room(search, [together, pixels], 'targets');
  const t = device.variable(Int32Array.of(0), [], { name: 'step' });
  const weights = Tensor.from(search.weights, [1, pixels]);
  const drawn = (): Tensor =>
    painter.paint(z.tensor, classes > 0 ? c.tensor : undefined).reshape([together, pixels]);
  const apart = (y: Tensor): Tensor => {
    const d = y.sub(x.tensor);
    return d.mul(d).mul(weights).sum(1);
  };
  const step = await device.compile(() => {
    // The root makes near and far pictures pull alike.
    const [g] = grad(apart(drawn()).add(1e-8).sqrt().sum(), [z.tensor]);
    const after = t.tensor.add(1);
    const left = t.tensor.to('f32').div(-Math.max(1, steps)).add(1);
    const { w, slots } = adam({ beta2: 0.99 }).step(
      z.tensor,
      g as Tensor,
      { m: m.tensor, v: v.tensor },
      { t: after.to('f32'), rate: left.mul(learningRate), path: 'z' },
    );
    return {
      updates: [
        [z, withinReach(w, latent)],
        [m, slots['m'] as Tensor],
        [v, slots['v'] as Tensor],
        [t, after],
      ],
    };
  });
  const look = await device.compile(() => {
    const y = drawn();
    return { outputs: { y, error: apart(y).sqrt(), z: z.tensor } };
  });
  const none = new Float32Array(together * latent.size);
  return {
    step,
    look,
    z,
    all: [z, m, v, c, x, t],
    begin: async (places, targets) => {
      await Promise.all([
        z.write(numbersOf(places, latent.size)),
        m.write(none),
        v.write(none),
        classes > 0 ? c.write(oneHots(places, classes)) : Promise.resolve(),
        x.write(targets),
        t.write(Int32Array.of(0)),
      ]);
    },
  };
}

/** Goes down from all places; for each picture what was found, the nearest first. */
export async function descended(
  search: Search,
  places: readonly (readonly Start[])[],
  {
    steps,
    learningRate,
    keep,
    signal,
    onEvent,
  }: Required<Pick<FindOptions, 'steps' | 'learningRate' | 'keep'>> & Pick<FindOptions, 'signal' | 'onEvent'>,
): Promise<Found[][]> {
  const { pixels, targets } = search;
  const jobs = places.flatMap((list, picture) => list.map((start) => ({ picture, start })));
  const found = places.map((): Found[] => []);
  const work = await descent(search, steps, learningRate);
  try {
    const groups = Math.ceil(jobs.length / together);
    for (const group of range(groups)) {
      const some = jobs.slice(group * together, (group + 1) * together);
      const x = new Float32Array(together * pixels);
      some.forEach(({ picture }, i) =>
        x.set(targets.subarray(picture * pixels, (picture + 1) * pixels), i * pixels),
      );
      await work.begin(
        some.map(({ start }) => start),
        x,
      );
      const slices = new Slices();
      for (let done = 0; done < steps;) {
        signal?.throwIfAborted();
        done += await slices.run(work.step, steps - done, { batch: 1, signal });
        onEvent?.({ done: group * steps + done, total: groups * steps });
      }
      await gather(search, work, some, found);
    }
  } finally {
    for (const one of [work.step, work.look, ...work.all]) one.close();
  }
  return found.map((list) => list.sort((a, b) => a.error - b.error).slice(0, keep));
}

/** Reads where the descent has come to. */
async function gather(
  { painter: { latent }, pixels }: Search,
  { look }: Descent,
  some: readonly { readonly picture: number; readonly start: Start }[],
  found: readonly Found[][],
): Promise<void> {
  const { y, error, z } = (await look.run()) as Readonly<Record<'y' | 'error' | 'z', Float32Array>>;
  some.forEach(({ picture, start }, i) =>
    at(found, picture).push({
      latent: z.slice(i * latent.size, (i + 1) * latent.size),
      label: start.label,
      image: Uint8Array.from(y.subarray(i * pixels, (i + 1) * pixels), (p) =>
        Math.round(255 * Math.min(1, Math.max(0, p))),
      ),
      error: error[i]!,
    }),
  );
}
