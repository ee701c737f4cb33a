// Threads and the process: a pool is gone with it in every way it can end, does not keep it from ending, keeps
// it while there is work, and uses no processor while there is none.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { child, childSays, type ChildOptions, type Ended } from './child.ts';
import { openAll, type Devices } from './helpers.ts';

let names: readonly string[] = [];
before(async () => {
  const devices: Devices = await openAll();
  names = devices.all.map((d) => d.name);
  await devices.close();
});

/** A device, and a program that would run for days: short steps, or one long step. */
const opening = (name: string, kind: 'short steps' | 'a long step'): string => `
  const device = await open({ device: ${JSON.stringify(name)}, threads: 2 });
  const size = ${kind === 'short steps' || name === 'reference' ? 1000 : 4_000_000};
  const v = device.variable(undefined, [size]);
  const program = await device.compile(() => {
    let y = v.tensor;
    for (let i = 0; i < 8; i++) y = y.add(1).tanh();
    return { updates: [[v, y]] };
  });
  const running = program.start({}, { times: 2 ** 30 });
  await sleep(100);
`;

suite('ends: the pool goes with the process', () => {
  const ways: Record<
    string,
    { text: string; options?: ChildOptions; code?: number; signal?: NodeJS.Signals; says?: RegExp }
  > = {
    'by process.exit': { text: 'process.exit(3);', code: 3 },
    'by an error nobody catches': {
      text: "setTimeout(() => { throw new Error('on purpose'); }); await running.done;",
      code: 1,
      says: /Error: on purpose/,
    },
    'by a rejection nobody catches': {
      text: "void Promise.reject(new Error('on purpose')); await running.done;",
      code: 1,
      says: /Error: on purpose/,
    },
    'by SIGTERM': { text: 'say({}); await running.done;', options: { kill: 'SIGTERM' }, signal: 'SIGTERM' },
    'by SIGINT': { text: 'say({}); await running.done;', options: { kill: 'SIGINT' }, signal: 'SIGINT' },
    'by SIGKILL': { text: 'say({}); await running.done;', options: { kill: 'SIGKILL' }, signal: 'SIGKILL' },
  };
  for (const [name, { text, options = {}, code, signal, says }] of Object.entries(ways))
    for (const kind of ['short steps', 'a long step'] as const)
      test(`${name}, during ${kind}`, async () => {
        await Promise.all(
          names.map(async (device) => {
            let children: readonly number[] = [];
            const onFirst = (pid: number): void => void (children = childrenOf(pid));
            const ended = await child(opening(device, kind) + text, { ...options, onFirst });
            const found = { code: ended.code, signal: ended.signal };
            assert.deepEqual(
              found,
              { code: code ?? null, signal: signal ?? null },
              `${device}: ${ended.errors}`,
            );
            if (says) assert.match(ended.errors, says);
            else assert.equal(ended.errors, '');
            assert.ok(ended.ms < 15_000, `${device}: took ${ended.ms} ms`);
            assert.deepEqual(children, [], 'threads, not processes');
          }),
        );
      });
});

/** Processes started by one; none where the system does not tell. */
function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((task) =>
    readFileSync(`${tasks}/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

suite('ends: by itself', () => {
  const step = (name: string): string => `
    const device = await open({ device: ${JSON.stringify(name)}, threads: 2 });
    const v = device.variable(undefined, [100_000]);
    const program = await device.compile(() => ({ updates: [[v, v.tensor.add(1)]] }));
  `;

  test('an open device that has nothing to do lets the process end', async () => {
    for (const name of names) {
      const text = `${step(name)} await program.run(); say((await v.read())[99_999]);`;
      const ended: Ended = await child(text);
      assert.deepEqual([ended.code, ended.signal, ended.errors, ended.said], [0, null, '', [1]], name);
      assert.ok(ended.ms < 15_000);
    }
  });

  test('a run keeps the process until it is over, though nobody waits', async () => {
    for (const name of names) {
      const times = name === 'reference' ? 10 : 2000;
      const said = await childSays(
        `${step(name)} void program.start({}, { times: ${times} }).done.then(say);`,
      );
      assert.deepEqual(said, [times], name);
    }
  });

  test('an idle device uses no processor', async () => {
    for (const name of names) {
      const [ms] = await childSays(`${step(name)}
        for (let i = 0; i < 20; i++) await program.run();
        await sleep(300);
        const before = process.cpuUsage();
        await sleep(1000);
        const { user, system } = process.cpuUsage(before);
        say((user + system) / 1000);
      `);
      assert.ok((ms as number) < 20, `${name}: ${String(ms)} ms of a second`);
    }
  });
});
