// `eidos devices`: tries every device on this machine and says which work. A device works if it has computed
// something, not if it ought to.
import { deviceNames, open, Tensor, type DeviceName } from '../src/index.ts';
import type { Spec } from './command.ts';
import type { Io } from './io.ts';
import type { SharedOptions } from './options.ts';

/** The command. */
export const devices: Spec = {
  name: 'devices',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.devicesSummary)
      .description(t.devicesDescription)
      .action((options: SharedOptions) => run(options, (io) => tryAll(io, options)));
  },
  examples: (t) => [
    ['eidos devices', t.exampleDevices],
    ['eidos devices --json', t.exampleDevicesJson],
  ],
};

/** How a device fared. */
interface Trial {
  readonly name: DeviceName;
  readonly works: boolean;
  readonly threads?: number;
  readonly why?: string;
}

async function tryAll(io: Io, options: SharedOptions): Promise<void> {
  const { t } = io;
  const names = options.device === undefined ? deviceNames : [options.device];
  const trials: Trial[] = [];
  for (const name of names) {
    io.progress.begin(name);
    trials.push(await tryOut(name, options.threads));
    io.signal.throwIfAborted();
  }
  // The one that a run without --device would take; deviceNames begins with the fastest.
  const chosen = options.device === undefined ? trials.find(({ works }) => works)?.name : undefined;
  for (const { name, threads, why } of trials) {
    io.result(threads === undefined ? t.worksNot(name, why ?? '') : t.works(name, threads, name === chosen));
  }
  io.figures({ command: 'devices', ...(chosen && { chosen }), devices: trials });
}

async function tryOut(name: DeviceName, threads: number | undefined): Promise<Trial> {
  try {
    await using device = await open({ device: name, threads });
    await device.read(Tensor.from([1, 2]).sum());
    return { name, works: true, threads: device.threads };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { name, works: false, why: why.startsWith(`${name}: `) ? why.slice(name.length + 2) : why };
  }
}
