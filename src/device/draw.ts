// Random numbers drawn by a device into its own memory: a program of one kernel (kernel/draw.ts), loaded, run and dropped.
import type { Drawing } from '../base/deviates.ts';
import { drawCode, partsOf, settingsOf } from '../kernel/draw.ts';
import type { Backend, Block } from './backend.ts';

/** Fills a block with the first `count` numbers; false where the kernel cannot be told of them. */
export async function draw(backend: Backend, to: Block, drawing: Drawing, count: number): Promise<boolean> {
  const settings = settingsOf(drawing, count);
  if (!settings) return false;
  const told = backend.allocate(settings.byteLength);
  try {
    backend.view(told).set(new Uint8Array(settings.buffer));
    const executable = await backend.load({
      kernels: [drawCode(drawing.of, backend.machine)],
      table: [{ kind: 'kernel', kernel: 0, args: [0, 1], parts: partsOf(count) }],
      slots: 2,
      symbols: 1,
    });
    try {
      return (await executable.run([to.address, told.address], [1], 1).done) === 1;
    } finally {
      executable.drop();
    }
  } finally {
    backend.free(told);
  }
}
