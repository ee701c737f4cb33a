// Drawing with a round brush against how far pixels are from the line, and against areas; scattering against what it
// promises.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import type { Picture } from '../src/picture/png.ts';
import { drawStrokes, scatter, strokeOf, type Point, type Stroke } from '../src/picture/strokes.ts';

const ink = ({ data }: Picture): number => data.reduce((sum, x) => sum + x, 0) / 255;

/** How much of a pixel a brush covers at most on its way, of 16 x 16 places in it. */
function coveredBy(stroke: Stroke, x: number, y: number, radius: number): number {
  let inside = 0;
  for (let i = 0; i < 256; i++) {
    const [px, py] = [x + ((i % 16) + 0.5) / 16, y + (Math.floor(i / 16) + 0.5) / 16];
    const near = stroke.slice(1).some(([bx, by], k) => {
      const [ax, ay] = stroke[k]!;
      const [dx, dy] = [bx - ax, by - ay];
      const t = Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)));
      return Math.hypot(px - ax - t * dx, py - ay - t * dy) <= radius;
    });
    if (near) inside++;
  }
  return inside / 256;
}

const refuses = (call: () => unknown, message: string): void =>
  assert.throws(call, (error: unknown) => error instanceof EidosError && error.message === message);

suite('strokes: drawn', () => {
  test('pixels are as bright as the brush covers them', () => {
    const stroke: Stroke = [
      [12.3, 15.1],
      [40.7, 22.4],
      [21, 49.5],
    ];
    const picture = drawStrokes([stroke], { side: 60, brush: 11 });
    for (let y = 0; y < 60; y++)
      for (let x = 0; x < 60; x++) {
        const [got, right] = [picture.data[60 * y + x]! / 255, coveredBy(stroke, x, y, 5.5)];
        // The edge is taken for upright within a pixel, and in a nook only the nearer line counts.
        assert.ok(Math.abs(got - right) < 0.2, `pixel ${x}, ${y}: ${got}, covered ${right}`);
      }
  });

  test('the usual pad: a line and its round ends, whole and on black', () => {
    const picture = drawStrokes([[[110, 210], [310, 210]]]); // prettier-ignore
    assert.deepEqual([picture.width, picture.height, picture.channels], [420, 420, 1]);
    const area = 200 * 40 + Math.PI * 20 ** 2;
    assert.ok(Math.abs(ink(picture) / area - 1) < 0.001, `${ink(picture)}, not ${area}`);
    const pixel = (x: number, y: number): number => picture.data[420 * y + x]!;
    assert.deepEqual([pixel(210, 190), pixel(210, 229), pixel(210, 189), pixel(210, 230)], [255, 255, 0, 0]);
    assert.deepEqual([pixel(90, 209), pixel(89, 209), pixel(91, 195)], [253, 0, 0]);
  });

  test('a point is a dot, no point is nothing, and what lies beyond the pad is left out', () => {
    const dot = ink(drawStrokes([[[50, 50]]], { side: 100, brush: 20 })); // prettier-ignore
    assert.ok(Math.abs(dot / (Math.PI * 100) - 1) < 0.005, `${dot}`);
    assert.equal(ink(drawStrokes([[], []], { side: 100, brush: 20 })), 0);
    const corner = ink(drawStrokes([[[0, 0], [-300, -300]]], { side: 100, brush: 20 })); // prettier-ignore
    assert.ok(Math.abs(corner / (Math.PI * 25) - 1) < 0.02, `${corner}`);
  });

  test('strokes that cross are not brighter, in any order', () => {
    const cross: Stroke[] = [[[10, 10], [50, 50]], [[50, 10], [10, 50]]]; // prettier-ignore
    const pad = { side: 60, brush: 9 };
    assert.deepEqual(drawStrokes(cross, pad), drawStrokes(cross.toReversed(), pad));
    assert.equal(Math.max(...drawStrokes(cross, pad).data), 255);
  });

  test('pads and brushes that cannot be', () => {
    const need = 'needs a side of whole pixels and a brush narrower than that';
    refuses(
      () => drawStrokes([], { brush: 420 }),
      `drawStrokes: ${need}, got a side of 420 and a brush of 420`,
    );
    refuses(
      () => drawStrokes([], { side: 10.5, brush: 1 }),
      `drawStrokes: ${need}, got a side of 10.5 and a brush of 1`,
    );
    refuses(
      () => scatter([], { seed: 1, number: 0, side: 28, brush: 0 }),
      `scatter: ${need}, got a side of 28 and a brush of 0`,
    );
  });
});

/** The smallest and the largest of each coordinate. */
const spans = (strokes: readonly Stroke[]): [number, number][] =>
  [0, 1].map((axis) => {
    const places = strokes.flat().map((point) => point[axis]!);
    return [Math.min(...places), Math.max(...places)];
  });

suite('strokes: scattered', () => {
  const three = strokeOf([0, 100, 60, 90, 20, 50, 60, 20, 0, 0]);

  test('points of a pen, y upwards, become points downwards', () => {
    assert.deepEqual(strokeOf(Uint8Array.of(47, 100, 27, 81)), [[47, -100], [27, -81]]); // prettier-ignore
  });

  test('all is on the pad, in every size asked for, in its own shape, everywhere', () => {
    const middles: number[][] = [];
    const lengths: number[] = [];
    for (let number = 0; number < 200; number++) {
      const [x, y] = spans(scatter([three], { seed: 1, number })) as unknown as [Point, Point];
      const [across, down] = [x[1] - x[0], y[1] - y[0]];
      assert.ok(
        Math.min(x[0], y[0]) >= 20 - 1e-9 && Math.max(x[1], y[1]) <= 400 + 1e-9,
        `${String(x)} ${String(y)}`,
      );
      assert.ok(Math.abs(across / down - 0.6) < 1e-9, 'its shape has changed');
      lengths.push(down);
      middles.push([(x[0] + x[1]) / 2, (y[0] + y[1]) / 2]);
    }
    assert.ok(Math.min(...lengths) >= 168 && Math.min(...lengths) < 175);
    assert.ok(Math.max(...lengths) <= 336 && Math.max(...lengths) > 329);
    const shares = [0, 1].map((axis) => middles.filter((at) => at[axis]! < 210).length);
    assert.ok(
      shares.every((n) => n > 70 && n < 130),
      shares.join(),
    );
  });

  test('a seed and a number say everything', () => {
    const options = { seed: 5, number: 3, narrowing: 0.4, turn: 12, slant: 0.2 };
    assert.deepEqual(scatter([three], options), scatter([three], options));
    assert.notDeepEqual(scatter([three], options), scatter([three], { ...options, number: 4 }));
    assert.notDeepEqual(scatter([three], options), scatter([three], { ...options, seed: 6 }));
  });

  test('narrower, turned and leaning, as far as asked for', () => {
    const bar: Stroke = [[0, 0], [10, 0], [10, 100], [0, 100]]; // prettier-ignore
    let [narrowest, steepest] = [1, 0];
    for (let number = 0; number < 100; number++) {
      const [thin] = scatter([bar], { seed: 2, number, narrowing: 0.4 }) as [Stroke];
      narrowest = Math.min(narrowest, (10 * (thin[1]![0] - thin[0]![0])) / (thin[2]![1] - thin[1]![1]));
      const [turned] = scatter([bar], { seed: 2, number, turn: 12 }) as [Stroke];
      const [dx, dy] = [turned[1]![0] - turned[0]![0], turned[1]![1] - turned[0]![1]];
      steepest = Math.max(steepest, Math.abs((Math.atan2(dy, dx) * 180) / Math.PI));
      const [leaning] = scatter([bar], { seed: 2, number, slant: 0.2 }) as [Stroke];
      assert.equal(leaning[0]![1].toFixed(6), leaning[1]![1].toFixed(6), 'leaning leaves lines across level');
    }
    assert.ok(narrowest >= 0.6 - 1e-9 && narrowest < 0.62, `${narrowest}`);
    assert.ok(steepest <= 12 + 1e-9 && steepest > 11.5, `${steepest}`);
  });

  test('a dot is moved, not grown', () => {
    const [dot] = scatter([[[3, 4]]], { seed: 1, number: 0 }) as [Stroke]; // prettier-ignore
    assert.ok(dot.every(([x, y]) => x >= 20 && x <= 400 && y >= 20 && y <= 400));
  });

  test('sizes that do not fit', () => {
    const options = { seed: 1, number: 0, side: 100, brush: 10 };
    const need = 'scatter: size must be from above 0 to 0.9, rising';
    refuses(() => scatter([three], { ...options, size: [0.5, 0.95] }), `${need}, got 0.5 to 0.95`);
    refuses(() => scatter([three], { ...options, size: [0, 0.5] }), `${need}, got 0 to 0.5`);
  });
});
