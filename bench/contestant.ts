// eidos as one contestant of the bench: a process of its own that is told on its standard input, a line of JSON each,
// to open a workload, to answer, and to do it so many times; it answers with a line each. The others are peers/*.
//   node dist/bench/contestant.js   {"do":"open","workload":"W2","folder":"/tmp/x","device":"native","threads":2}
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { check } from '../src/base/check.ts';
import { open, type Device, type DeviceName } from '../src/index.ts';
import { readData } from './data-folder.ts';
import { workloadOf } from './workloads/index.ts';
import type { Entry } from './workloads/workload.ts';

interface Told {
  readonly do: 'open' | 'answer' | 'run' | 'end';
  readonly workload: string;
  readonly folder: string;
  readonly device: DeviceName;
  readonly threads: number;
  readonly times: number;
}

let device: Device | undefined;
let entry: Entry | undefined;

/** The most memory this process has held so far, in bytes; undefined where the system does not tell. */
function peakBytes(): number | undefined {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

async function obey(told: Told): Promise<object> {
  if (told.do === 'open') {
    const workload = workloadOf(told.workload);
    check(workload !== undefined, () => `bench: there is no workload ${told.workload}`);
    const baseBytes = peakBytes();
    device = await open({ device: told.device, threads: told.threads });
    entry = await workload.ours(device, readData(told.folder));
    const march = process.env['EIDOS_MARCH'];
    const compiled = march === undefined ? '' : `, compiled for ${march}`;
    const threads = `${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`;
    const about = `eidos ${device.name}, ${threads}${compiled}, Node ${process.versions.node}`;
    return { about, baseBytes, performed: entry.performed };
  }
  const { run, answer } = entry!;
  if (told.do === 'answer') return { answer: await answer() };
  const [began, before] = [performance.now(), process.cpuUsage()];
  await run(told.times);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpu: (user + system) / 1e6, peakBytes: peakBytes() };
}

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line) as Told;
  if (told.do === 'end') break;
  try {
    process.stdout.write(`${JSON.stringify(await obey(told))}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: (error as Error).message })}\n`);
  }
}
await device?.close();
