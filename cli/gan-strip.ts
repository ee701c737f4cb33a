// The way from one picture to another, as a strip: what a run keeps of it while it trains.
import { between, type Game } from '../src/index.ts';
import { gridBytes } from './gan-grid.ts';

/** Pictures on the way. */
const steps = 10;

/** The way from the first numbers of a seed to the second, of the first class where there are classes. */
export async function stripBytes(game: Game, seed: number, inverted: boolean): Promise<Uint8Array> {
  const { latent, classes } = game.rules;
  const [from, to] = [game.latents(seed, [0]), game.latents(seed, [1])];
  const latents = new Float32Array(steps * latent.size);
  for (let i = 0; i < steps; i++) latents.set(between(latent, from, to, i / (steps - 1)), i * latent.size);
  const labels = Array.from({ length: steps }, () => 0);
  const samples = await game.sample({ count: steps, latents, ...(classes > 0 && { labels }) });
  return gridBytes(samples, { columns: steps, inverted });
}
