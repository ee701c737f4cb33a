// Plots: numbers beside axes, exact SVG, and the pixels of PNGs where the data say they must be.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { axisFor, numberText, type AxisOptions } from '../src/picture/axis.ts';
import { bars, figureText } from '../src/picture/bars.ts';
import { readableOn, seriesColours, shade } from '../src/picture/colours.ts';
import { heatMap } from '../src/picture/heat-map.ts';
import { plot } from '../src/picture/plot.ts';
import { decodePng, type Picture } from '../src/picture/png.ts';

const colourAt = ({ width, data }: Picture, x: number, y: number): number[] => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

/** A text of these lines. */
const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`;

suite('axes', () => {
  const cases: readonly (readonly [
    values: readonly number[],
    options: AxisOptions,
    whole: boolean,
    texts: string,
  ])[] = [
    [[0, 1], {}, true, '0 0.2 0.4 0.6 0.8 1.0'],
    [[0.1, 0.3], {}, true, '0.10 0.15 0.20 0.25 0.30'],
    [[3, 97], {}, true, '0 20 40 60 80 100'],
    [[3, 97], {}, false, '20 40 60 80'],
    [[1, 10], {}, false, '2 4 6 8 10'],
    [[-3, 4], {}, true, '-4 -2 0 2 4'],
    [[5, 5], {}, true, '4.4 4.6 4.8 5.0 5.2 5.4 5.6'],
    [[0, 0], {}, true, '-1.0 -0.5 0 0.5 1.0'],
    [[12000, 93000, NaN, Infinity], {}, true, '0 20,000 40,000 60,000 80,000 100,000'],
    [[0, 3e7], {}, true, '0 1e7 2e7 3e7'],
    [[0, 2e-5], {}, true, '0 5e-6 1e-5 1.5e-5 2e-5'],
    [[0.4, 0.6], { min: 0, max: 1 }, true, '0 0.2 0.4 0.6 0.8 1.0'],
    [[1, 1000], { log: true }, true, '1 10 100 1,000'],
    [[3, 40], { log: true }, true, '2 5 10 20 50'],
    [[3, 40], { log: true }, false, '5 10 20'],
    [[1e-9, 1e6, 0, -5], { log: true }, true, '1e-9 1e-6 0.001 1 1,000 1e6'],
    [[7, 7], { log: true }, true, '2 5 10 20 50'],
  ];
  for (const [values, options, whole, texts] of cases)
    test(`${values.join(' ')} ${JSON.stringify(options)}${whole ? ' whole' : ''}: ${texts}`, () => {
      const axis = axisFor({ call: 'a', values, options, count: 5, whole });
      assert.equal(axis.ticks.map(({ text }) => text).join(' '), texts);
      const places = axis.ticks.map(({ value }) => axis.place(value));
      assert.ok(
        places.every((place, i) => place > (places[i - 1] ?? -1e-9) && place <= 1 + 1e-9),
        places.join(),
      );
      const shown = values.filter((value) => Number.isFinite(value) && !(options.log && value <= 0));
      assert.ok(shown.every((value) => axis.place(value) >= -1e-9 && axis.place(value) <= 1 + 1e-9));
    });

  test('equal ratios take equal room on a logarithmic axis; 0 has no place', () => {
    const { place } = axisFor({ call: 'a', values: [1, 16], options: { log: true }, count: 5, whole: false });
    assert.deepEqual([1, 2, 4, 16].map(place), [0, 0.25, 0.5, 1]);
    assert.ok(Number.isNaN(place(0)));
  });

  test('numbers as text', () => {
    assert.deepEqual([numberText(0, 5), numberText(-0.5, 0.5), numberText(1234567, 1), numberText(0.25, 0.05)], ['0', '-0.5', '1.235e6', '0.25']); // prettier-ignore
    assert.deepEqual([980, 97.123, 0.93411, 0.05, -12.5].map(figureText), [
      '980',
      '97.1',
      '0.934',
      '0.050',
      '-12.5',
    ]);
  });
});

suite('plot', () => {
  test('SVG, exactly', async () => {
    const svg = await plot({ series: [{ name: 'a', y: [0, 1] }], title: '<loss>', x: 'epoch', y: 'loss', width: 150, height: 140, format: 'svg' }); // prettier-ignore
    assert.equal(
      svg,
      lines(
        '<svg xmlns="http://www.w3.org/2000/svg" width="225" height="210" viewBox="0 0 150 140" role="img" font-family="Arial, Helvetica, sans-serif" font-size="9.2">',
        '<title>&lt;loss&gt;</title>',
        '<rect width="150" height="140" fill="#ffffff"/>',
        '<text x="12" y="20.8" font-weight="bold" fill="#242830">&lt;loss&gt;</text>',
        '<path d="M12 33.5L30 33.5" fill="none" stroke="#0072b2" stroke-width="2" stroke-linejoin="round"/>',
        '<text x="35" y="36.8" fill="#242830">a</text>',
        '<path d="M30 103.25L138 103.25" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M30 94.75L138 94.75" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M30 86.25L138 86.25" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M30 78.25L138 78.25" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M30 69.75L138 69.75" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M30 61.25L138 61.25" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M30.25 61L30.25 103.25" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M138.25 61L138.25 103.25" fill="none" stroke="#e6e7ea" stroke-width="0.5" stroke-linejoin="round"/>',
        '<path d="M30 103.25L138 103.25" fill="none" stroke="#8c9098" stroke-width="0.5" stroke-linejoin="round"/>',
        '<text x="25" y="106.55" text-anchor="end" fill="#60646e">0</text>',
        '<text x="25" y="98.05" text-anchor="end" fill="#60646e">0.2</text>',
        '<text x="25" y="89.55" text-anchor="end" fill="#60646e">0.4</text>',
        '<text x="25" y="81.55" text-anchor="end" fill="#60646e">0.6</text>',
        '<text x="25" y="73.05" text-anchor="end" fill="#60646e">0.8</text>',
        '<text x="25" y="64.55" text-anchor="end" fill="#60646e">1.0</text>',
        '<text x="30.25" y="114.8" text-anchor="middle" fill="#60646e">1</text>',
        '<text x="138.25" y="114.8" text-anchor="middle" fill="#60646e">2</text>',
        '<text x="12" y="52.8" fill="#60646e">loss</text>',
        '<text x="84" y="127.8" text-anchor="middle" fill="#60646e">epoch</text>',
        '<path d="M30 103L138 61" fill="none" stroke="#0072b2" stroke-width="1.5" stroke-linejoin="round"/>',
        '<circle cx="30" cy="103" r="2" fill="#0072b2"/>',
        '<circle cx="138" cy="61" r="2" fill="#0072b2"/>',
        '</svg>',
      ),
    );
  });

  test('lines are where the numbers are', async () => {
    const options = {
      series: [{ y: [0, 1, 0] }, { name: 'b', y: [1, 1, NaN, 1] }],
      width: 200,
      height: 150,
      scale: 1,
    };
    const svg = await plot({ ...options, format: 'svg' });
    const png = decodePng(await plot({ ...options, format: 'png' }));
    assert.deepEqual([png.width, png.height], [200, 150]);
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="2" fill="(#\w+)"/g)];
    assert.equal(dots.length, 3 + 3);
    for (const [, x, y, colour] of dots) {
      const [r, g, b] = colourAt(png, Math.floor(Number(x)), Math.floor(Number(y)));
      // Where both series have the same point the second is on top.
      const top = dots.filter(([, x2, y2]) => x2 === x && y2 === y).at(-1)?.[3] ?? colour;
      assert.equal(`#${[r, g, b].map((v) => v!.toString(16).padStart(2, '0')).join('')}`, top);
    }
    // A line each, and the one after the gap is a dot only.
    assert.equal([...svg.matchAll(/stroke-width="1.5"/g)].length, 2);
    assert.deepEqual(await plot({ ...options, format: 'png' }), await plot({ ...options, format: 'png' }));
  });

  test('a line is as wide as asked for and smooth at its edges', async () => {
    const picture = await plot({ series: [{ x: [0, 1], y: [0, 0] }], y: { min: -1, max: 1 }, width: 100, height: 100, format: 'picture' }); // prettier-ignore
    // Round its middle: the axes have lines of their own.
    const column = Array.from({ length: 10 }, (_, i) => (255 - colourAt(picture, 100, 88 + i)[0]!) / 255);
    const inked = column.reduce((sum, v) => sum + v, 0);
    assert.ok(Math.abs(inked - 3) < 0.05, `${inked} pixels, 1.5 units of 2 wanted`);
  });

  test('more series than colours have dashes; long ones no dots', async () => {
    const y = Array.from({ length: 100 }, (_, i) => i);
    const svg = await plot({ series: Array.from({ length: 9 }, (_, k) => ({ name: `s${k}`, y: y.map((v) => v * k) })), format: 'svg' }); // prettier-ignore
    assert.equal([...svg.matchAll(/stroke-dasharray="6 3"/g)].length, 2 * (9 - seriesColours.length));
    assert.ok(!svg.includes('<circle'));
  });

  test('what lies outside the axes asked for is left out', async () => {
    const svg = await plot({ series: [{ y: [1, 5, 2, 3] }], y: { max: 4, min: 0 }, format: 'svg' });
    assert.equal([...svg.matchAll(/<circle/g)].length, 3);
  });

  test('says what is wrong', async () => {
    const refuses = (promise: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(promise, { name: 'EidosError', message });
    const series = [{ y: [1, 2] }];
    await refuses(plot({ series: [], format: 'svg' }), 'plot: needs at least 1 series, got 0');
    await refuses(
      plot({ series: [{ y: [1], x: [1, 2] }], format: 'svg' }),
      'plot: series 0 needs as many x as y, got 2 and 1',
    );
    await refuses(
      plot({ series: [{ y: [NaN] }], format: 'svg' }),
      'plot: needs finite numbers, got Infinity to -Infinity',
    );
    await refuses(
      plot({ series: [{ y: [0] }], y: { log: true }, format: 'svg' }),
      'plot: needs numbers above 0 for a logarithmic axis, got Infinity to -Infinity',
    );
    await refuses(
      plot({ series, format: 'gif' as 'png' }),
      'plot: format must be one of svg, png, picture, got "gif"',
    );
    await refuses(
      plot({ series, scale: 1.5, format: 'png' }),
      'plot: scale must be a whole number from 1, got 1.5',
    );
    await refuses(
      plot({ series, width: 60, format: 'png' }),
      'plot: 60 x 260 leaves 17 x 221 for the data; make it larger',
    );
  });
});

suite('bars', () => {
  test('stand on 0, as high as their numbers', async () => {
    const svg = await bars({ labels: ['a', 'b', 'c'], series: [{ values: [1, 2, -1] }], width: 200, height: 150, format: 'svg' }); // prettier-ignore
    const found = [...svg.matchAll(/<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#0072b2"/g)].map(([, y, h]) => [Number(y), Number(h)]); // prettier-ignore
    const [[y1, h1], [y2, h2], [y3, h3]] = found as [[number, number], [number, number], [number, number]];
    const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 0.02, `${a} ${b}`);
    near(h2, 2 * h1);
    near(h3, h1);
    near(y1 + h1, y2 + h2);
    near(y3, y1 + h1);
    assert.deepEqual([...svg.matchAll(/>(1|2|-1)<\/text>/g)].map(([, text]) => text).slice(-3), [
      '1',
      '2',
      '-1',
    ]);
  });

  test('says what is wrong', async () => {
    await assert.rejects(bars({ labels: [], series: [], format: 'svg' }), { name: 'EidosError', message: 'bars: needs labels and series, got 0 and 0' }); // prettier-ignore
    await assert.rejects(bars({ labels: ['a'], series: [{ name: 'x', values: [] }], format: 'svg' }), { name: 'EidosError', message: 'bars: series x needs 1 values, got 0' }); // prettier-ignore
  });
});

suite('heat map', () => {
  test('a confusion matrix: colours by count, numbers readable on them', async () => {
    const values = [[9, 0], [4, 5]]; // prettier-ignore
    const options = { values, rows: ['3', '8'], columns: ['3', '8'], x: 'predicted', y: 'right', scale: 1 };
    const svg = await heatMap({ ...options, format: 'svg' });
    const cells = [...svg.matchAll(/<rect x="(\d+)" y="([\d.]+)" width="18" height="18" fill="(#\w+)"\/>\n<text [^>]*fill="(#\w+)">(\d)</g)]; // prettier-ignore
    assert.deepEqual(
      cells.map(([, , , , colour, text]) => [text, colour]),
      [['9', '#ffffff'], ['0', '#000000'], ['4', '#000000'], ['5', '#000000']],
    ); // prettier-ignore
    const png = decodePng(await heatMap({ ...options, format: 'png' }));
    for (const [i, [, x, y]] of cells.entries()) {
      const value = values.flat()[i]!;
      assert.deepEqual(colourAt(png, Number(x) + 1, Number(y) + 1), [...shade(value / 9, 'amount')]);
    }
    assert.ok(svg.includes('>right ↓   predicted →</text>'));
  });

  test('signed numbers: 0 is white, both sides have a hue; no numbers where there are many', async () => {
    const values = [[-2, 0, 2, 1, NaN]];
    const picture = await heatMap({
      values,
      diverging: true,
      numbers: false,
      cell: 4,
      scale: 1,
      format: 'picture',
    });
    const colours = values[0]!.map((_, j) => colourAt(picture, 12 + 4 * j + 1, picture.height - 12 - 2));
    assert.deepEqual(colours, [[5, 48, 97], [248, 248, 248], [103, 0, 31], [...shade(0.5, 'signed')], [140, 144, 152]]); // prettier-ignore
    const many = await heatMap({
      values: Array.from({ length: 21 }, () => new Float32Array(21)),
      format: 'svg',
    });
    assert.ok(!many.includes('<text'));
    const gamma = await heatMap({
      values: [[1, 100]],
      gamma: 0.5,
      numbers: false,
      cell: 4,
      scale: 1,
      format: 'picture',
    });
    assert.deepEqual(colourAt(gamma, 13, gamma.height - 14), [...shade(0.1, 'amount')]);
  });

  test('words on a colour have a contrast of at least 4.5', () => {
    const light = (colour: readonly number[]): number => {
      const [r, g, b] = colour.map((v) =>
        v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! + 0.05;
    };
    for (const of of ['amount', 'signed'] as const)
      for (let i = -100; i <= 100; i++) {
        const ground = shade(i / 100, of);
        const [a, b] = [light(ground), light(readableOn(ground))];
        assert.ok(Math.max(a / b, b / a) >= 4.5, `${of} ${i}: ${Math.max(a / b, b / a)}`);
      }
  });

  test('says what is wrong', async () => {
    const refuses = (promise: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(promise, { name: 'EidosError', message });
    await refuses(heatMap({ values: [], format: 'svg' }), 'heatMap: needs rows of equal length, got none');
    await refuses(
      heatMap({ values: [[1], [1, 2]], format: 'svg' }),
      'heatMap: needs rows of equal length, got 1, 2',
    );
    await refuses(heatMap({ values: [[1]], rows: [], format: 'svg' }), 'heatMap: rows needs 1 labels, got 0');
    await refuses(
      heatMap({ values: [[1]], gamma: 0, format: 'svg' }),
      'heatMap: gamma must be above 0, got 0',
    );
  });
});
