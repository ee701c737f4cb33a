// The network of three-layer.ts as one compiled program: the same formulas on tensors, its gradient by grad().
// Nothing goes back by hand, so there is no order to get wrong: all weights change at the end of the step.
import { grad, ops, type Device, type Program, type Variable } from 'eidos';

export interface ThreeLayerProgram {
  /** Weights from X to Y: [Ynodes, Xnodes]. */
  readonly Wyx: Variable;
  /** Weights from Y to Z: [Znodes, Ynodes]. */
  readonly Wzy: Variable;
  /** Learns from the inputs x [Xnodes, 1] and t [Znodes, 1]; gives the loss before the step. */
  readonly step: Program;
}

/** The network with these first weights, given as rows, and this learning rate. */
export async function threeLayerOn(
  device: Device,
  weights: { readonly Wyx: readonly ArrayLike<number>[]; readonly Wzy: readonly ArrayLike<number>[] },
  lr: number,
): Promise<ThreeLayerProgram> {
  const held = (name: 'Wyx' | 'Wzy'): Variable => {
    const rows = weights[name];
    return device.variable(
      rows.flatMap((row) => Array.from(row)),
      [rows.length, rows[0]!.length],
      { name },
    );
  };
  const [Wyx, Wzy] = [held('Wyx'), held('Wzy')];
  const step = await device.compile(
    ({ inputs }) => {
      const Yout = ops.matmul(Wyx.tensor, inputs.x!).sigmoid();
      const Zout = ops.matmul(Wzy.tensor, Yout).sigmoid();
      const error = Zout.sub(inputs.t!);
      const loss = error.mul(error).sum().mul(0.5);
      const [gyx, gzy] = grad(loss, [Wyx.tensor, Wzy.tensor]);
      return {
        outputs: { loss },
        updates: [
          [Wyx, Wyx.tensor.sub(gyx!.mul(lr))],
          [Wzy, Wzy.tensor.sub(gzy!.mul(lr))],
        ],
      };
    },
    { inputs: { x: { shape: [Wyx.shape[1]!, 1] }, t: { shape: [Wzy.shape[0]!, 1] } } },
  );
  return { Wyx, Wzy, step };
}
