// Keeping gradients from being too large before an optimizer sees them: each number, each tensor, or all of
// them together. Keras 3's rules.
import { check } from '../base/check.ts';
import { Tensor } from '../tensor.ts';

/** What becomes of all gradients of a step before the optimizer takes them. */
export interface Clip {
  /** As many gradients, in the same shapes. */
  of(gradients: readonly Tensor[]): readonly Tensor[];
}

/** The clipping every optimizer takes; one of them at most. */
export interface ClipOptions {
  /** Each gradient with a larger Euclidean norm is scaled down to this one. */
  readonly clipnorm?: number;
  /** Each number is kept between minus this and this. */
  readonly clipvalue?: number;
  /** Where the norm of all gradients together is larger, all are scaled down by the same factor. */
  readonly globalClipnorm?: number;
}

const squares = (g: Tensor): Tensor => g.mul(g).sum();

/** Each gradient with a Euclidean norm above `most` scaled down to it. */
export const clipByNorm = (most: number): Clip => ({
  of: (gradients) => gradients.map((g) => g.mul(most).div(squares(g).sqrt().max2(most))),
});

/** Each number kept in [-most, most]. */
export const clipByValue = (most: number): Clip => ({
  of: (gradients) => gradients.map((g) => g.clip(-most, most)),
});

/**
 * All gradients by one factor, so that their common Euclidean norm is at most `most`: the direction of the step
 * stays. A norm that is no finite number makes them all NaN, so that it is noticed.
 * Pascanu, Mikolov & Bengio 2013, https://proceedings.mlr.press/v28/pascanu13.html
 */
export const clipByGlobalNorm = (most: number): Clip => ({
  of(gradients) {
    const norm = gradients
      .map(squares)
      .reduce((a, b) => a.add(b), Tensor.fill(0))
      .sqrt();
    const finite = norm.sub(norm); // 0, or NaN
    const factor = Tensor.fill(most).div(norm.max2(most)).add(finite);
    return gradients.map((g) => g.mul(factor));
  },
});

/** The clipping that options ask for; `call` is whose options they are. */
export function clipOf(call: string, { clipnorm, clipvalue, globalClipnorm }: ClipOptions): Clip | undefined {
  const asked = Object.entries({ clipnorm, clipvalue, globalClipnorm }).flatMap(([name, most]) =>
    most === undefined ? [] : [{ name, most }],
  );
  check(
    asked.length <= 1,
    () => `${call}: only one kind of clipping can be set, got ${asked.map(({ name }) => name).join(' and ')}`,
  );
  const [one] = asked;
  if (!one) return undefined;
  const { name, most } = one;
  check(most > 0 && Number.isFinite(most), () => `${call}: ${name} must be a number above 0, got ${most}`);
  if (name === 'clipnorm') return clipByNorm(most);
  return name === 'clipvalue' ? clipByValue(most) : clipByGlobalNorm(most);
}
