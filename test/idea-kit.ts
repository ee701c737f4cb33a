// What tests of ideas stand on: networks small enough to search thousands of images in a blink, and their first
// weights made larger, so that scores differ by more than rounding.
import type { Device } from '../src/device/device.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { dense } from '../src/nn/dense.ts';
import type { Model } from '../src/nn/model.ts';
import { flatten } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { ideaOf, type Idea, type IdeaEvent, type IdeaOptions } from '../src/invert/idea.ts';

/** 4 x 4 pixels, three classes; begins with sums of pixels. */
export const densely = (device: Device): Promise<Model> =>
  louder(
    sequential(
      flatten(),
      dense(12, { activation: 'relu' }),
      dense(8, { activation: 'tanh' }),
      dense(3, { activation: 'softmax' }),
    ).build([4, 4, 1]),
    device,
  );

/** The same pixels and classes behind a convolution. */
export const convolved = (device: Device): Promise<Model> =>
  louder(
    sequential(conv2d(3, 2, { activation: 'relu', name: 'edges' }), flatten(), dense(3)).build([4, 4, 1]),
    device,
  );

async function louder(model: Model, device: Device): Promise<Model> {
  model.compile({ device, seed: 3, optimizer: 'sgd', loss: 'meanSquaredError' });
  const weights = await model.getWeights();
  await model.setWeights(weights.map(({ name, data }) => ({ name, data: data.map((x) => 2 * x) })));
  return model;
}

/** An idea and all its events. */
export async function told(model: Model, options: IdeaOptions): Promise<{ idea: Idea; events: IdeaEvent[] }> {
  const events: IdeaEvent[] = [];
  const idea = await ideaOf(model, { ...options, onEvent: (event) => events.push(event) });
  return { idea, events };
}
