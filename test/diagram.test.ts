// Diagrams of models: what boxes say, where they are, and both files of the same layout.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { dense } from '../src/nn/dense.ts';
import { model } from '../src/nn/functional.ts';
import { concatenate } from '../src/nn/merge.ts';
import { tutorial } from '../src/nn/presets.ts';
import { flatten, reshape } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { input } from '../src/nn/symbolic.ts';
import { diagram } from '../src/picture/diagram.ts';
import { graphOf, printedShapes, type DiagramGraph } from '../src/picture/diagram-graph.ts';
import { layOut } from '../src/picture/diagram-layout.ts';
import { decodePng } from '../src/picture/png.ts';
import { shuffle } from '../src/base/rng.ts';

const twins = (): Parameters<typeof diagram>[0] => {
  const [a, b] = [input([4], { name: 'left' }), input([4], { name: 'right' })];
  const same = dense(3, { name: 'same' });
  const [u, v] = [same(a), same(b)];
  return model({ inputs: [a, b], outputs: [concatenate()([u, v]), dense(1)(u)], name: 'twins' });
};

const gan = (): Parameters<typeof diagram>[0] => {
  const g = sequential({ name: 'generator' }, dense(4), batchNorm(), reshape([2, 2]));
  const d = sequential({ name: 'discriminator' }, flatten(), dense(1));
  const [z, x] = [input([3], { name: 'noise' }), input([2, 2], { name: 'real' })];
  return model({ inputs: [z, x], outputs: [d(g(z)), d(x)], name: 'gan' });
};

/** A line for each box, boxes inside others further in. */
const listed = ({ boxes }: DiagramGraph, indent = ''): string[] =>
  boxes.flatMap(({ name, kind, shapes, params, use, inside, again }) => [
    `${indent}${name} ${kind} ${printedShapes(shapes)} ${params}${use ? ` ${use.which}/${use.of}` : ''}${again ? ' again' : ''}`,
    ...(inside ? listed(inside, `${indent}  `) : []),
  ]);

const arrows = ({ arrows }: DiagramGraph): string =>
  arrows.map(({ from, to }) => `${from.box}.${from.port}>${to.box}.${to.port}`).join(' ');

/** A text of these lines. */
const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`;

suite('diagram: what it shows', () => {
  test('a chain, with its input', () => {
    const graph = graphOf(tutorial(), true);
    assert.deepEqual(listed(graph), [
      'input InputLayer (None, 28, 28, 1) 0',
      'conv2d Conv2D (None, 26, 26, 32) 320',
      'max_pooling2d MaxPooling2D (None, 13, 13, 32) 0',
      'conv2d_1 Conv2D (None, 11, 11, 64) 18496',
      'max_pooling2d_1 MaxPooling2D (None, 5, 5, 64) 0',
      'conv2d_2 Conv2D (None, 3, 3, 64) 36928',
      'flatten Flatten (None, 576) 0',
      'dense Dense (None, 64) 36928',
      'dense_1 Dense (None, 10) 650',
    ]);
    assert.equal(arrows(graph), '0.0>1.0 1.0>2.0 2.0>3.0 3.0>4.0 4.0>5.0 5.0>6.0 6.0>7.0 7.0>8.0');
  });

  test('several inputs and outputs, and a shared layer as one box for each use', () => {
    const graph = graphOf(twins(), true);
    assert.deepEqual(listed(graph), [
      'left InputLayer (None, 4) 0',
      'right InputLayer (None, 4) 0',
      'same Dense (None, 3) 15 1/2',
      'same Dense (None, 3) 15 2/2',
      'concatenate Concatenate (None, 6) 0',
      'dense Dense (None, 1) 4',
      'output 1 Output (None, 6) 0',
      'output 2 Output (None, 1) 0',
    ]);
    assert.equal(arrows(graph), '0.0>2.0 1.0>3.0 2.0>4.0 3.0>4.1 2.0>5.0 4.0>6.0 5.0>7.0');
  });

  test('models in the model, each shown once; not at all if not asked for', () => {
    const boxes = listed(graphOf(gan(), true));
    assert.deepEqual(boxes, [
      'noise InputLayer (None, 3) 0',
      'real InputLayer (None, 2, 2) 0',
      'generator Sequential (None, 2, 2) 32',
      '  dense Dense (None, 4) 16',
      '  batch_normalization BatchNormalization (None, 4) 16',
      '  reshape Reshape (None, 2, 2) 0',
      'discriminator Sequential (None, 1) 5 1/2',
      '  flatten Flatten (None, 4) 0',
      '  dense Dense (None, 1) 5',
      'discriminator Sequential (None, 1) 5 2/2 again',
      'output 1 Output (None, 1) 0',
      'output 2 Output (None, 1) 0',
    ]);
    assert.equal(arrows(graphOf(gan(), true).boxes[2]!.inside!), '-1.0>0.0 0.0>1.0 1.0>2.0 2.0>-1.0');
    assert.deepEqual(
      listed(graphOf(gan(), false)),
      boxes.filter((line) => !line.startsWith(' ')).map((line) => line.replace(' again', '')),
    );
  });

  test('open sizes, and numbers without axes', () => {
    assert.equal(printedShapes([[null, 3], []]), '(None, None, 3) (None,)');
  });
});

suite('diagram: layout', () => {
  test('boxes keep apart, and arrows run down between them', () => {
    for (let seed = 0; seed < 40; seed++) {
      const count = 3 + (seed % 9);
      const chance = shuffle(seed, 1, count * count);
      const pairs = Array.from({ length: count * count }, (_, k) => ({
        from: Math.floor(k / count),
        to: k % count,
      }));
      const ways = pairs.filter(({ from, to }, k) => from < to && (chance[k] ?? 0) % 3 === 0);
      const sizes = Array.from({ length: count }, (_, i) => ({
        width: 20 + 9 * ((i * seed) % 7),
        height: 10 + (i % 3) * 8,
      }));
      const gap = { across: 10, down: 15 };
      const { width, height, places, bends } = layOut({ sizes, arrows: ways, gap, first: [], last: [] });
      const rects = places.map(([x, y], i) => ({ x, y, ...sizes[i]! }));
      for (const [i, a] of rects.entries()) {
        assert.ok(
          a.x >= -1e-6 && a.y >= 0 && a.x + a.width <= width + 1e-6 && a.y + a.height <= height + 1e-6,
        );
        for (const b of rects.slice(0, i)) {
          const apart = Math.max(
            b.x - a.x - a.width,
            a.x - b.x - b.width,
            b.y - a.y - a.height,
            a.y - b.y - b.height,
          );
          assert.ok(apart >= 10 - 1e-6, `seed ${seed}: ${apart}`);
        }
      }
      for (const [k, { from, to }] of ways.entries()) {
        const [above, below] = [rects[from]!, rects[to]!];
        const way = bends[k]!;
        const ys = [above.y + above.height, ...way.map(([, y]) => y), below.y];
        assert.ok(
          ys.every((y, i) => i === 0 || y >= ys[i - 1]!),
          `seed ${seed}: ${ys.join()}`,
        );
        // Between an upper and a lower bend it runs straight past a row; no box of that row is in its way.
        for (const [x, y] of way)
          assert.ok(
            rects.every((r) => x < r.x || x > r.x + r.width || y < r.y || y > r.y + r.height),
            `seed ${seed}`,
          );
      }
    }
  });

  test('a chain is one straight column, and rows are used from top to bottom', () => {
    const sizes = [30, 50, 40].map((width) => ({ width, height: 10 }));
    const gap = { across: 5, down: 7 };
    const laid = layOut({ sizes, gap, arrows: [{ from: 0, to: 1 }, { from: 1, to: 2 }], first: [], last: [] }); // prettier-ignore
    assert.deepEqual(laid.places, [[10, 0], [0, 17], [5, 34]]); // prettier-ignore
    assert.deepEqual([laid.width, laid.height, laid.bends], [50, 44, [[], []]]);
  });

  test('crossings that can be avoided are', () => {
    const sizes = Array.from({ length: 4 }, () => ({ width: 10, height: 10 }));
    const { places } = layOut({ sizes, gap: { across: 5, down: 5 }, arrows: [{ from: 0, to: 3 }, { from: 1, to: 2 }], first: [], last: [] }); // prettier-ignore
    assert.ok(places[0]![0] < places[1]![0] === places[3]![0] < places[2]![0]);
  });

  test('rims are the first and the last row', () => {
    const sizes = Array.from({ length: 5 }, () => ({ width: 10, height: 10 }));
    const ways = [{ from: 0, to: 1 }, { from: 1, to: 2 }, { from: 1, to: 3 }, { from: 2, to: 4 }]; // prettier-ignore
    const { places, height } = layOut({
      sizes,
      gap: { across: 5, down: 5 },
      arrows: ways,
      first: [0],
      last: [3],
    });
    assert.deepEqual([places[0]![1], places[3]![1] + 10], [0, height]);
  });
});

suite('diagram: files', () => {
  test('SVG, exactly', async () => {
    const net = sequential({ name: 'a<b&"c"' }, dense(2)).build([3]);
    assert.equal(
      await diagram(net, { format: 'svg' }),
      lines(
        '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="207" viewBox="0 0 128 138" role="img" font-family="Arial, Helvetica, sans-serif" font-size="9.2">',
        '<title>a&lt;b&amp;&quot;c&quot;</title>',
        '<rect width="128" height="138" fill="#ffffff"/>',
        '<text x="14" y="22.8" font-weight="bold" fill="#242830">a&lt;b&amp;&quot;c&quot;</text>',
        '<path d="M64 63L64 78" fill="none" stroke="#787c86" stroke-width="1" stroke-linejoin="round"/><path d="M64 83L61.5 78L66.5 78Z" fill="#787c86"/>',
        '<rect x="14.5" y="33.5" width="99" height="29" rx="7" fill="#eeeff2" stroke="#a8acb4"/>',
        '<text x="22" y="45.8" font-weight="bold" fill="#242830">input<tspan dx="8" font-weight="normal" fill="#60646e">InputLayer</tspan></text>',
        '<text x="22" y="56.8" fill="#242830">(None, 3)</text>',
        '<rect x="14.5" y="83.5" width="99" height="40" rx="2.5" fill="#dfecf7" stroke="#a8acb4"/>',
        '<text x="22" y="95.8" font-weight="bold" fill="#242830">dense<tspan dx="8" font-weight="normal" fill="#60646e">Dense</tspan></text>',
        '<text x="22" y="106.8" fill="#242830">(None, 2)</text>',
        '<text x="22" y="117.8" fill="#60646e">8 parameters</text>',
        '</svg>',
      ),
    );
  });

  for (const [name, make] of Object.entries({ tutorial, twins, gan }))
    test(`PNG is the same drawing, ${name}`, async () => {
      const svg = await diagram(make(), { format: 'svg' });
      const png = await diagram(make(), { format: 'png' });
      const { width, height, data } = decodePng(png);
      const numbers = (text: string): number[] =>
        [...text.matchAll(/="([-\d.]+)"/g)].map(([, n]) => Number(n));
      const [, w, h] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
      assert.deepEqual([width, height], [2 * Number(w), 2 * Number(h)]);
      const colour = (x: number, y: number): string => {
        const at = 3 * (Math.round(2 * y) * width + Math.round(2 * x));
        return `#${[...data.subarray(at, at + 3)].map((v) => v.toString(16).padStart(2, '0')).join('')}`;
      };
      const boxes = [
        ...svg.matchAll(/<rect (x=.*?) (?:rx="[\d.]+" )?fill="(#\w+)"(?: stroke="(#\w+)")?\/>/g),
      ];
      assert.ok(boxes.length > 5);
      for (const [line, place, fill, stroke] of boxes) {
        const [x, y, boxWidth, boxHeight] = numbers(place!) as [number, number, number, number];
        assert.equal(colour(x + 3, y + boxHeight / 2), fill, line);
        if (stroke) assert.equal(colour(x + 0.01, y + boxHeight / 2), stroke, line);
        if (stroke) assert.equal(colour(x + boxWidth - 0.49, y + boxHeight / 2), stroke, line);
      }
      const again = await diagram(make(), { format: 'picture' });
      assert.deepEqual(again.data, data);
    });

  test('for Graphviz and Mermaid', async () => {
    assert.equal(
      await diagram(gan(), { format: 'dot' }),
      lines(
        'digraph "gan" {',
        '  node [shape=box, style=rounded, fontname="Helvetica"];',
        '  fontname="Helvetica";',
        '  n_0 [label="noise (InputLayer)\\n(None, 3)"];',
        '  n_1 [label="real (InputLayer)\\n(None, 2, 2)"];',
        '  subgraph cluster_n_2 {',
        '    label="generator (Sequential)\\n(None, 2, 2)\\n32 parameters";',
        '    n_2_0 [label="dense (Dense)\\n(None, 4)\\n16 parameters"];',
        '    n_2_1 [label="batch_normalization (BatchNormalization)\\n(None, 4)\\n16 parameters"];',
        '    n_2_2 [label="reshape (Reshape)\\n(None, 2, 2)"];',
        '  }',
        '  subgraph cluster_n_3 {',
        '    label="discriminator (Sequential)\\n(None, 1)\\n5 parameters\\nshared, use 1 of 2";',
        '    n_3_0 [label="flatten (Flatten)\\n(None, 4)"];',
        '    n_3_1 [label="dense (Dense)\\n(None, 1)\\n5 parameters"];',
        '  }',
        '  n_4 [label="discriminator (Sequential)\\n(None, 1)\\n5 parameters\\nshared, use 2 of 2"];',
        '  n_5 [label="output 1 (Output)\\n(None, 1)"];',
        '  n_6 [label="output 2 (Output)\\n(None, 1)"];',
        '  n_0 -> n_2_0;',
        '  n_2_2 -> n_3_0;',
        '  n_1 -> n_4;',
        '  n_3_1 -> n_5;',
        '  n_4 -> n_6;',
        '  n_2_0 -> n_2_1;',
        '  n_2_1 -> n_2_2;',
        '  n_3_0 -> n_3_1;',
        '}',
      ),
    );
    assert.equal(
      await diagram(gan(), { format: 'mermaid' }),
      lines(
        'flowchart TD',
        '  n_0["noise (InputLayer)<br>(None, 3)"]',
        '  n_1["real (InputLayer)<br>(None, 2, 2)"]',
        '  subgraph n_2["generator (Sequential)<br>(None, 2, 2)<br>32 parameters"]',
        '    n_2_0["dense (Dense)<br>(None, 4)<br>16 parameters"]',
        '    n_2_1["batch_normalization (BatchNormalization)<br>(None, 4)<br>16 parameters"]',
        '    n_2_2["reshape (Reshape)<br>(None, 2, 2)"]',
        '  end',
        '  subgraph n_3["discriminator (Sequential)<br>(None, 1)<br>5 parameters<br>shared, use 1 of 2"]',
        '    n_3_0["flatten (Flatten)<br>(None, 4)"]',
        '    n_3_1["dense (Dense)<br>(None, 1)<br>5 parameters"]',
        '  end',
        '  n_4["discriminator (Sequential)<br>(None, 1)<br>5 parameters<br>shared, use 2 of 2"]',
        '  n_5["output 1 (Output)<br>(None, 1)"]',
        '  n_6["output 2 (Output)<br>(None, 1)"]',
        '  n_0 --> n_2_0',
        '  n_2_2 --> n_3_0',
        '  n_1 --> n_4',
        '  n_3_1 --> n_5',
        '  n_4 --> n_6',
        '  n_2_0 --> n_2_1',
        '  n_2_1 --> n_2_2',
        '  n_3_0 --> n_3_1',
      ),
    );
  });

  test('in the words of another language', async () => {
    const words = {
      parameters: (n: number) => `パラメータ ${n} 個`,
      shared: (which: number, of: number) => `共有 ${which}/${of}`,
      again: '最初の使用を参照',
    };
    const svg = await diagram(gan(), { format: 'svg', words, title: '' });
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);
    assert.ok(texts.includes('パラメータ 5 個') && texts.includes('共有 2/2, 最初の使用を参照'));
    assert.ok(!texts.includes('gan') && !svg.includes('parameters'));
    const [japanese, english] = [
      await diagram(gan(), { format: 'picture', words }),
      await diagram(gan(), { format: 'picture' }),
    ];
    assert.notDeepEqual(japanese.data, english.data);
  });

  test('says what is wrong', async () => {
    const refuses = (promise: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(promise, { name: 'EidosError', message });
    await refuses(
      diagram(sequential(dense(1)), { format: 'svg' }),
      'diagram: sequential does not know the shape of its inputs yet; call build() first',
    );
    await refuses(
      diagram(tutorial(), { format: 'png', scale: 0.5 }),
      'diagram: scale must be a whole number from 1, got 0.5',
    );
    await refuses(
      diagram(tutorial(), { format: 'gif' as 'svg' }),
      'diagram: format must be one of svg, png, picture, dot, mermaid, got "gif"',
    );
  });
});
