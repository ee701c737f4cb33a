// Weights in few bits, for networks that come along and would be too large as they are: matrices as whole multiples of a
// step, everything together as a gzipped safetensors file, which is one tensor of another. Small multiples are frequent,
// so that deflate gives them few bits.
import { gunzip } from '../data/inflate.ts';
import { check } from '../base/check.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from './safetensors.ts';

/** What the tensor that holds all others is called. */
const packed = 'packed';

/** 0 as a byte: multiples from -128 to 127. */
const zero = 128;

/** Most bytes that come out of such a file: one for each weight, and a header. */
const most = 2 ** 24;

/** Tensors as one; matrices lose what is less than half a step. */
export async function inSteps(tensors: readonly FileTensor[], step: number): Promise<FileTensor> {
  const plain = writeSafetensors(
    tensors.map((tensor) => (tensor.shape.length < 2 ? tensor : { ...tensor, ...multiples(tensor, step) })),
    { step: String(step) },
  );
  const stream = new Blob([new Uint8Array(plain)]).stream().pipeThrough(new CompressionStream('gzip'));
  const data = new Uint8Array(await new Response(stream).arrayBuffer());
  return { name: packed, dtype: 'u8', shape: [data.length], data };
}

function multiples({ name, data }: FileTensor, step: number): Pick<FileTensor, 'dtype' | 'data'> {
  const codes = Uint8Array.from(data, (x) => {
    const code = Math.round(x / step) + zero;
    check(code >= 0 && code <= 255, () => `inSteps: ${name} holds ${x}, more than 127 steps of ${step}`);
    return code;
  });
  return { dtype: 'u8', data: codes };
}

/** The tensors of a file, out of the one that holds them if there is such a one. */
export async function outOfSteps(
  tensors: readonly FileTensor[],
  call: string,
): Promise<readonly FileTensor[]> {
  const [first] = tensors;
  if (tensors.length !== 1 || first?.name !== packed) return tensors;
  const file = readSafetensors(await gunzip(Uint8Array.from(first.data), most, call), call);
  const step = Number(file.metadata['step']);
  return file.tensors.map((tensor) =>
    tensor.dtype === 'u8'
      ? { ...tensor, dtype: 'f32', data: Float32Array.from(tensor.data, (code) => (code - zero) * step) }
      : tensor,
  );
}
