// Who runs: eidos on its devices, and the libraries that are found beside it. A folder of peers (--peers, or
// EIDOS_PEERS) has a Python environment in venv/ and Node packages in node/; the system's Python is looked at too.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { DeviceName } from '../src/index.ts';

/** Of others, in the order of the tables. */
export const libraries = [
  'NumPy',
  'PyTorch',
  'TensorFlow',
  'onnxruntime',
  'onnxruntime-web',
  'TensorFlow.js',
] as const;

export interface Contestant {
  /** As the tables call it. */
  readonly name: string;
  /** Whose: ours, or a library's. */
  readonly library: 'eidos' | (typeof libraries)[number];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Handed on when a workload is opened. */
  readonly told: { readonly device?: DeviceName; readonly settings?: string; readonly threads?: number };
  /** Bytes of its vectors, where they are not the machine's. */
  readonly width?: number;
}

/** Peers and what was looked for in vain, a line each. */
export interface Found {
  readonly peers: readonly Contestant[];
  readonly missing: readonly string[];
}

/** Bytes of WebAssembly's vectors. */
const webWidth = 16;

const here = (file: string): string => resolve('bench/peers', file);

export const ours = (device: DeviceName): Contestant => ({
  name: device,
  library: 'eidos',
  command: [process.execPath, resolve('dist/bench/contestant.js')],
  env: {},
  told: { device },
  ...(device === 'wasm' && { width: webWidth }),
});

/** Ours in other ways: on one thread, and as on a machine whose vectors are half as wide. */
export function variants(devices: readonly DeviceName[], width: number): Contestant[] {
  const single = devices.map((device) => {
    const own = ours(device);
    return { ...own, name: `${device}${onOneThread}`, told: { ...own.told, threads: 1 } };
  });
  const narrower = devices.includes('native') && process.arch === 'x64' && width > 32;
  const avx2 = { ...ours('native'), name: avx2Name, env: { EIDOS_MARCH: 'haswell' }, width: 32 };
  return [...single, ...(narrower ? [avx2] : [])];
}

const onOneThread = ', 1 thread';
const avx2Name = 'native, AVX2';

/** As the tables have them. */
export const variantNames = [`native${onOneThread}`, `wasm${onOneThread}`, avx2Name];

/** What keeps glibc from giving memory back after every step. */
const keeping = {
  MALLOC_MMAP_THRESHOLD_: '4000000000',
  MALLOC_TRIM_THRESHOLD_: '4000000000',
  MALLOC_TOP_PAD_: '268435456',
};

const versions = `
import importlib.metadata as m, json
def v(n):
    try: return m.version(n)
    except Exception: return None
print(json.dumps({n: v(n) for n in ('numpy', 'torch', 'tensorflow', 'tensorflow-cpu', 'keras', 'onnxruntime')}))
`;

type Versions = Readonly<Record<string, string | null>>;

function versionsOf(python: string): Versions | undefined {
  const { status, stdout } = spawnSync(python, ['-c', versions], { encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? (JSON.parse(stdout) as Versions) : undefined;
}

function pythonPeers(folder: string | undefined, threads: number, full: boolean): Contestant[] {
  const pythons = [...(folder ? [join(folder, 'venv/bin/python')] : []), 'python3', '/usr/bin/python3'];
  const seen = new Set<string>();
  const found: Contestant[] = [];
  const add = (
    python: string,
    library: Contestant['library'],
    [name, file, settings]: readonly [string, string, string?],
    env: Record<string, string> = {},
  ): void => {
    if (seen.has(name)) return;
    seen.add(name);
    found.push({
      name,
      library,
      command: [python, '-u', here(file)],
      env: {
        OMP_NUM_THREADS: `${threads}`,
        OPENBLAS_NUM_THREADS: `${threads}`,
        PYTHONDONTWRITEBYTECODE: '1',
        ...env,
      },
      told: settings === undefined ? {} : { settings },
    });
  };
  for (const python of pythons) {
    const known = versionsOf(python);
    if (!known) continue;
    const short = (version: string): string => version.split('+')[0]!.split('.').slice(0, 2).join('.');
    if (known['numpy'] && !found.some(({ library }) => library === 'NumPy'))
      add(python, 'NumPy', [`NumPy ${short(known['numpy'])}`, 'numpy_peer.py']);
    if (known['torch'] && known['numpy']) {
      const name = `PyTorch ${short(known['torch'])}`;
      add(python, 'PyTorch', [`${name} tuned`, 'torch_peer.py', 'tuned'], keeping);
      if (full) add(python, 'PyTorch', [name, 'torch_peer.py', 'default']);
    }
    const tensorflow = known['tensorflow'] ?? known['tensorflow-cpu'];
    if (tensorflow && known['keras']) {
      const name = `TensorFlow ${short(tensorflow)}`;
      const env = { TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '-1', KERAS_BACKEND: 'tensorflow' };
      add(python, 'TensorFlow', [`${name} tuned`, 'keras_peer.py', 'tuned'], { ...env, ...keeping });
      if (full) add(python, 'TensorFlow', [name, 'keras_peer.py', 'default'], env);
    }
  }
  return found;
}

function nodePeers(folder: string | undefined, full: boolean): Contestant[] {
  const roots = [...(folder ? [join(folder, 'node')] : []), resolve('.')];
  const found: Contestant[] = [];
  const add = (
    library: Contestant['library'],
    [pack, file, settings]: readonly [string, string, string],
    name: string,
  ): void => {
    for (const root of roots) {
      if (!existsSync(join(root, 'node_modules', pack))) continue;
      const { version } = createRequire(join(root, 'x.js'))(
        join(root, 'node_modules', pack, 'package.json'),
      ) as { readonly version: string };
      found.push({
        name: `${name} ${version.split('.').slice(0, 2).join('.')}${settings && ` ${settings}`}`,
        library,
        command: [process.execPath, here(file), root],
        env: {},
        told: { settings },
        ...(settings === 'wasm' && { width: webWidth }),
      });
      return;
    }
  };
  add('onnxruntime', ['onnxruntime-node', 'onnx_peer.mjs', ''], 'onnxruntime-node');
  add('onnxruntime-web', ['onnxruntime-web', 'onnx_peer.mjs', 'wasm'], 'onnxruntime-web');
  add('TensorFlow.js', ['@tensorflow/tfjs-backend-wasm', 'tfjs_peer.mjs', 'wasm'], 'TensorFlow.js');
  if (full) add('TensorFlow.js', ['@tensorflow/tfjs', 'tfjs_peer.mjs', 'cpu'], 'TensorFlow.js');
  return found;
}

/** Libraries found; `full` adds them as they come, without tuning, and the slow ones. */
export function findPeers(folder: string | undefined, threads: number, full: boolean): Found {
  const peers = [...pythonPeers(folder, threads, full), ...nodePeers(folder, full)];
  const missing = libraries
    .filter((name) => !peers.some(({ library }) => library === name))
    .map(
      (name) =>
        `${name} was not found, so its column is left out; docs/performance.md says how to install peers`,
    );
  return { peers, missing };
}
