// The networks of the sources, each trained as its source trained it, for several seeds: the test accuracies beside the
// source's figure, as the table of docs/networks.md. A finished training is one line of --results, and is not done
// again: what was broken off goes on where it was.
//   node dist/bench/networks.js [--presets dense,simple-cnn] [--seeds 5] [--results bench/networks.jsonl]
//     [--device native|wasm] [--threads n] [--table]
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  dataset,
  open,
  presetModel,
  presetNames,
  presets,
  type Device,
  type DeviceName,
  type PresetName,
} from '../src/index.ts';
import { check } from '../src/base/check.ts';

/** One training. */
interface Line {
  readonly preset: PresetName;
  readonly seed: number;
  readonly device: string;
  readonly accuracy: number;
  readonly loss: number;
  /** Epochs trained: fewer than the preset's where it stops by itself. */
  readonly epochs: number;
  readonly seconds: number;
}

const usual: readonly PresetName[] = [
  'dense',
  'simple-cnn',
  'simple-cnn-plain',
  'simple-cnn-wide',
  'mlp784',
  'fashion',
  'tutorial',
  'cnn-and-dense',
  'cnn-and-dense-64',
  'cnn-and-dense-adam',
];

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    presets: { ...text, default: usual.join(',') },
    seeds: { ...text, default: '5' },
    results: { ...text, default: 'bench/networks.jsonl' },
    device: text,
    threads: text,
    table: { type: 'boolean', default: false },
  },
});
const names = values.presets.split(',').map((name) => {
  const known = presetNames.find((one) => one === name);
  check(
    known !== undefined,
    () => `networks: --presets must be among ${presetNames.join(', ')}, got ${name}`,
  );
  return known;
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);

const finished = (): Line[] =>
  existsSync(values.results)
    ? readFileSync(values.results, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line)
    : [];

async function trained(device: Device, name: PresetName, seed: number): Promise<Line> {
  const preset = presets[name];
  const { data, batchSize, epochs, validationSplit, callbacks } = preset;
  const { train, test } = await dataset(data);
  const totalSteps = epochs * Math.ceil(Math.floor(train.count * (1 - validationSplit)) / batchSize);
  await using model = presetModel(preset, { totalSteps, device, seed });
  const history = await model.fit(train, {
    epochs,
    batchSize,
    validationSplit,
    callbacks: callbacks?.() ?? [],
  });
  const scores = await model.evaluate(test, { batchSize: 500 });
  return {
    preset: name,
    seed,
    device: `${device.name}, ${device.threads}`,
    accuracy: scores.accuracy ?? NaN,
    loss: scores.loss,
    epochs: history.epochs.length,
    seconds: Math.round(history.seconds),
  };
}

const sorted = (x: readonly number[]): number[] => [...x].sort((a, b) => a - b);

/** The middle one, or between the two in the middle. */
const median = (x: readonly number[]): number => {
  const [s, half] = [sorted(x), x.length / 2];
  return ((s[Math.ceil(half) - 1] ?? NaN) + (s[Math.floor(half)] ?? NaN)) / 2;
};

/** The rows of a Markdown table: what all seeds of a preset came to. */
function table(lines: readonly Line[]): string[] {
  const percent = (x: number | undefined): string => (x === undefined ? '-' : `${(100 * x).toFixed(2)} %`);
  const rows = names.flatMap((name) => {
    const own = lines.filter(({ preset, seed }) => preset === name && seeds.includes(seed));
    if (own.length === 0) return [];
    const accuracies = sorted(own.map(({ accuracy }) => accuracy));
    const { network, source } = presets[name];
    const loss = median(own.map((line) => line.loss)).toFixed(4);
    return [
      [
        `\`${name}\``,
        network().count().toLocaleString('en-US'),
        percent(source.testAccuracy),
        percent(median(accuracies)),
        percent(accuracies[0]),
        percent(accuracies.at(-1)),
        loss,
        String(own.length),
      ],
    ];
  });
  const head = ['preset', 'parameters', 'source', 'median', 'least', 'most', 'median loss', 'seeds'];
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(
    (row) => `| ${row.join(' | ')} |`,
  );
}

if (!values.table) {
  await using device = await open({
    device: values.device as DeviceName | undefined,
    threads: values.threads === undefined ? undefined : Number(values.threads),
  });
  for (const name of names)
    for (const seed of seeds) {
      if (finished().some((line) => line.preset === name && line.seed === seed)) continue;
      const line = await trained(device, name, seed);
      appendFileSync(values.results, `${JSON.stringify(line)}\n`);
      console.log(
        `${name} ${seed}: ${(100 * line.accuracy).toFixed(2)} % after ${line.epochs} epochs, ${line.seconds} s`,
      );
    }
}
for (const row of table(finished())) console.log(row);
