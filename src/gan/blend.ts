// A hole filled so that no edge shows: what was painted gives the differences between neighbours, what is round the hole
// gives the level. Pérez, Gangnet & Blake 2003, https://doi.org/10.1145/882262.882269
import { check } from '../base/check.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';

/** Passes over the hole after which a change is no longer seen; holes of pictures of some hundred pixels need fewer. */
const passes = 2000;

/** How far each pass goes beyond what it would: between 1 and 2, and near 2 for large holes (Young 1954). */
const beyond = 1.8;

/**
 * The picture with its hole filled: outside of the hole it stays as it is to the bit, inside, neighbours differ as they do in
 * `painted`, as far as the pixels round it allow. Where the hole is all there is, that is what was painted.
 *
 * Shapes: picture and painted are bytes [H, W, C]; hole [H, W], above 0 inside.
 */
export function blend(
  picture: Uint8Array,
  painted: Uint8Array,
  hole: ArrayLike<number>,
  shape: Shape,
): Uint8Array {
  const [height, width] = [at(shape, 0), at(shape, 1)];
  const channels = sizeOf(shape) / (height * width);
  for (const [name, length, wanted] of [
    ['the picture', picture.length, sizeOf(shape)],
    ['what was painted', painted.length, sizeOf(shape)],
    ['the hole', hole.length, height * width],
  ] as const)
    check(
      length === wanted,
      () => `blend: needs ${wanted} numbers for ${show(shape)} in ${name}, got ${length}`,
    );
  const out = picture.slice();
  const places = placesIn(hole, height, width);
  for (let c = 0; c < channels; c++) fill(out, painted, places, { channels, c });
  return out;
}

/** A pixel of the hole, and those beside it. */
interface Place {
  readonly pixel: number;
  readonly beside: readonly number[];
}

function placesIn(hole: ArrayLike<number>, height: number, width: number): Place[] {
  const places: Place[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (!(hole[pixel]! > 0)) continue;
      const beside = [
        ...(y > 0 ? [pixel - width] : []),
        ...(y < height - 1 ? [pixel + width] : []),
        ...(x > 0 ? [pixel - 1] : []),
        ...(x < width - 1 ? [pixel + 1] : []),
      ];
      places.push({ pixel, beside });
    }
  return places;
}

/** Solves 4 f(p) - Σ f(q) = 4 g(p) - Σ g(q) in the hole, by Gauss-Seidel with overrelaxation. */
function fill(
  out: Uint8Array,
  painted: Uint8Array,
  places: readonly Place[],
  { channels, c }: { readonly channels: number; readonly c: number },
): void {
  const of = (bytes: Uint8Array, pixel: number): number => bytes[pixel * channels + c]!;
  const f = Float64Array.from({ length: out.length / channels }, (_, i) => of(out, i));
  for (const { pixel } of places) f[pixel] = of(painted, pixel);
  const steps = places.map(({ pixel, beside }) =>
    beside.reduce((sum, q) => sum + of(painted, pixel) - of(painted, q), 0),
  );
  for (let pass = 0; pass < passes; pass++) {
    let most = 0;
    places.forEach(({ pixel, beside }, i) => {
      const wanted = (steps[i]! + beside.reduce((sum, q) => sum + f[q]!, 0)) / beside.length;
      const change = beyond * (wanted - f[pixel]!);
      f[pixel]! += change;
      most = Math.max(most, Math.abs(change));
    });
    if (most < 0.01) break;
  }
  for (const { pixel } of places)
    out[pixel * channels + c] = Math.max(0, Math.min(255, Math.round(f[pixel]!)));
}
