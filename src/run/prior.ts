// What comes with eidos to keep ideas from being noise: a small generator, and statistics. Both have seen MNIST's training
// digits and no label. This file runs in browsers; reading the package's folder is Node's.
import { check } from '../base/check.ts';
import { unpackGenerator, type Generator } from '../invert/generator.ts';
import { unpackStatistics, type Statistics } from '../invert/statistics.ts';

/** The generator's file in models/. */
export const generatorFile = 'generator.safetensors';

/** The statistics' file in models/. */
export const statisticsFile = 'statistics.safetensors';

async function bytesOf(call: string, file: string, unpack: string): Promise<Uint8Array> {
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => `${call}: needs a file system, got a web page; fetch models/${file} and call ${unpack}()`,
  );
  const { shippedBytes } = await import('./node-shipped.ts');
  return shippedBytes(file);
}

/** The generator that comes with eidos, for the method `generator` of ascent(). */
export const priorGenerator = async (): Promise<Generator> =>
  unpackGenerator(await bytesOf('priorGenerator', generatorFile, 'unpackGenerator'));

/** The statistics that come with eidos, for the method `gradient` of ascent() and for the prior likeness(). */
export const priorStatistics = async (): Promise<Statistics> =>
  unpackStatistics(await bytesOf('priorStatistics', statisticsFile, 'unpackStatistics'));
