// The functional form: a model from what it is given to what it gives, whatever lies between. The calls noted by
// symbolic.ts are followed back from the outputs, and put in the order in which Keras lists layers.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { unique, wired, type Source, type Wiring } from './call-graph.ts';
import type { AnyLayer, Count } from './layer.ts';
import { Model } from './model.ts';
import { Symbolic, type Call, type InputHead } from './symbolic.ts';

export interface ModelOptions<Outputs> {
  readonly inputs: Symbolic | readonly Symbolic[];
  readonly outputs: Outputs;
  readonly name?: string;
}

/**
 * A model of one or several inputs and outputs, in the order given. A layer called twice is one set of weights.
 *
 * @example
 * const [a, b] = [input([8]), input([8])];
 * const same = dense(4);
 * const net = model({ inputs: [a, b], outputs: dense(1)(concatenate()([same(a), same(b)])) });
 */
export function model(options: ModelOptions<Symbolic>): Model;
export function model(options: ModelOptions<readonly Symbolic[]>): Model<'many'>;
export function model({
  inputs,
  outputs,
  name = 'functional',
}: ModelOptions<Symbolic | readonly Symbolic[]>): Model<Count> {
  const [ins, outs] = [listOf('inputs', inputs), listOf('outputs', outputs)];
  for (const [i, x] of ins.entries()) {
    check(!isCall(x.from), () => `model: inputs must come from input(), got what ${String(x)} stands for`);
    check(
      ins.indexOf(x) === i,
      () => `model: ${String(x)} is given twice as an input; make an input() for each`,
    );
  }
  const gives: Count = outputs instanceof Symbolic ? 'one' : 'many';
  const layer = wired({ name, kind: 'Functional', gives }, wiringOf(ins, outs));
  return new Model<Count>(
    layer,
    ins.map(({ shape }) => shape),
  );
}

const isCall = (from: Call | InputHead): from is Call => 'layer' in from;

function listOf(what: string, given: unknown): readonly Symbolic[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  check(
    list.length > 0 && list.every((x) => x instanceof Symbolic),
    () => `model: ${what} must be one or several of what input() and layers gave`,
  );
  return list;
}

/** What is used, from the outputs back: calls after all they use, and layers and inputs in the order first met. */
interface Found {
  readonly calls: readonly Call[];
  /** The order in which layers and inputs were met. */
  readonly met: ReadonlyMap<AnyLayer | Symbolic, number>;
}

function follow(inputs: readonly Symbolic[], outputs: readonly Symbolic[]): Found {
  const calls = new Set<Call>();
  const met = new Map<AnyLayer | Symbolic, number>();
  const meet = (x: AnyLayer | Symbolic): void => void (met.has(x) || met.set(x, met.size));
  const visit = (x: Symbolic, output: number): void => {
    const { from } = x;
    if (!isCall(from)) {
      check(
        inputs.includes(x),
        () => `model: output ${output} also comes from ${String(x)}, which is not among the inputs`,
      );
      return meet(x);
    }
    if (calls.has(from)) return;
    meet(from.layer);
    for (const input of from.inputs) visit(input, output);
    calls.add(from);
  };
  outputs.forEach(visit);
  return { calls: [...calls], met };
}

/** How many calls lie at most between each layer or input and an output; all uses of a layer count as its last from there. */
function depthsOf({ calls }: Found): {
  readonly byCall: ReadonlyMap<Call, number>;
  readonly by: ReadonlyMap<AnyLayer | Symbolic, number>;
} {
  const byCall = new Map<Call, number>();
  const by = new Map<AnyLayer | Symbolic, number>();
  for (const call of [...calls].reverse()) {
    const depth = Math.max(byCall.get(call) ?? 0, by.get(call.layer) ?? 0);
    byCall.set(call, depth);
    by.set(call.layer, depth);
    for (const input of call.inputs) {
      const { from } = input;
      if (isCall(from)) byCall.set(from, Math.max(byCall.get(from) ?? 0, depth + 1));
      else by.set(input, Math.max(by.get(input) ?? 0, depth + 1));
    }
  }
  return { byCall, by };
}

function wiringOf(inputs: readonly Symbolic[], outputs: readonly Symbolic[]): Wiring {
  const found = follow(inputs, outputs);
  const depths = depthsOf(found);
  // Deepest first, as Keras lists them; equally deep ones as they were met.
  const listed = [...new Set([...found.met.keys(), ...inputs])].sort(
    (a, b) =>
      (depths.by.get(b) ?? 0) - (depths.by.get(a) ?? 0) ||
      (found.met.get(a) ?? -1) - (found.met.get(b) ?? -1),
  );
  const layers = listed.filter((x): x is AnyLayer => !(x instanceof Symbolic));
  const names = unique(layers.map((layer) => layer.name));
  const inputNames = unique(inputs.map(({ from }) => (isCall(from) ? '' : from.name)));
  const calls = found.calls;
  const source = (x: Symbolic): Source =>
    isCall(x.from)
      ? { call: calls.indexOf(x.from), output: x.from.outputs.indexOf(x) }
      : { call: -1, output: inputs.indexOf(x) };
  return {
    layers: layers.map((layer, i) => ({ name: at(names, i), layer })),
    calls: calls.map((call) => ({ layer: layers.indexOf(call.layer), from: call.inputs.map(source) })),
    outputs: outputs.map(source),
    inputs: inputs.map((x, i) => ({
      name: at(inputNames, i),
      shape: x.shape,
      dtype: isCall(x.from) ? undefined : x.from.dtype,
      before: listed.slice(0, listed.indexOf(x)).filter((y) => !(y instanceof Symbolic)).length,
    })),
  };
}
