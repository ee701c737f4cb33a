// Disks that fail: full, read-only, a folder deleted while its run is trained. One clear error each, what was saved
// before is as it was, and stopping finds another place. Real file systems, in a name space of their own where there is
// one to be had; elsewhere the limit on a file's size stands in for a full disk.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { loadCheckpoint, readRun, resumeRun, safeStop } from '../src/run/run.ts';
import { begun, refuses, scratch, snapshotAt, textOf } from './run-kit.ts';

const modules = ['../src/run/run.js', './run-kit.js'].map((path) => new URL(path, import.meta.url).href);
const opening = `
  const { loadCheckpoint, listRuns, safeStop } = await import(${JSON.stringify(modules[0])});
  const { begun, snapshotAt } = await import(${JSON.stringify(modules[1])});
  const { execFileSync } = await import('node:child_process');
  const { readdirSync, readFileSync, writeFileSync, rmSync } = await import('node:fs');
  const said = [];
  const saying = async (call) => { try { await call(); said.push('done'); } catch (error) { said.push(error.name + ': ' + error.message); } };
  const folder = process.argv[1];
`;

/** Runs a shell's preparation and then a program text in Node; gives what it prints as JSON, or undefined if the preparation fails. */
function under(preparation: string, folder: string, text: string, wrapper: readonly string[] = []): unknown {
  const shell = ['sh', '-c', `${preparation} && exec "$0" "$@"`];
  const node = [
    process.execPath,
    '--input-type=module',
    '-e',
    `${opening}${text}\nconsole.log(JSON.stringify(said));`,
    folder,
  ];
  const [command = '', ...args] = [...wrapper, ...shell, ...node];
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0 && /unshare|mount|ulimit/.test(stderr)) return undefined;
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

const inOwnNamespace = ['unshare', '--map-root-user', '--mount'];
const wayOut =
  'earlier checkpoints are intact and training can go on; mend this and save again, or save to another run';

suite('a disk that is full', { skip: process.platform === 'win32' }, () => {
  const at = scratch();

  test('a save that does not fit is told, and leaves nothing behind', () => {
    const said = under('ulimit -f 400', at('small'), `
      const run = await begun({ out: folder });
      await saying(() => run.save(snapshotAt(1)));
      await saying(() => run.save(snapshotAt(2, 1e6)));
      await saying(() => run.log({ step: 3, text: 'x'.repeat(1e6) }));
      await saying(() => run.save(snapshotAt(4)));
      said.push(readdirSync(folder + '/checkpoints'), (await loadCheckpoint(folder)).checkpoint.step);
      await run.close();
    `); // prettier-ignore
    const path = at('small', 'checkpoints');
    const line = at('small', 'metrics.jsonl');
    const logOut = 'training can go on, and the next log() writes this line too';
    assert.deepEqual(said, [
      'done',
      `EidosError: save: cannot write ${path} (EFBIG: the disk is full); ${wayOut}`,
      `EidosError: log: cannot write ${line} (EFBIG: the disk is full); ${logOut}`,
      // The line still waits, and a checkpoint says how many lines there were.
      `EidosError: save: cannot write ${path} (EFBIG: the disk is full); ${wayOut}`,
      ['1'],
      1,
    ]);
  });

  test('space that is made is used; the torn line is written over; stopping finds another place', (t) => {
    mkdirSync(at('disk'));
    const mount = `mount -t tmpfs -o size=1m none "${at('disk')}"`;
    const said = under(mount, at('disk'), `
      const run = await begun({ root: folder, now: new Date(2026, 0, 1) });
      const ballast = folder + '/ballast';
      await saying(() => run.save(snapshotAt(1)));
      await run.log({ step: 1 });
      try { writeFileSync(ballast, Buffer.alloc(2e6)); } catch {}
      await saying(() => run.log({ step: 2, text: 'x'.repeat(9000) }));
      await saying(() => run.save(snapshotAt(2, 20000)));
      await saying(() => begun({ root: folder }));
      rmSync(ballast);
      await saying(() => run.log({ step: 3 }));
      await saying(() => run.save(snapshotAt(3)));
      const lines = readFileSync(run.folder + '/metrics.jsonl', 'utf8').split('\\n').map((line) => line && JSON.parse(line).step);
      said.push(lines, readdirSync(run.folder + '/checkpoints').sort());
      const trained = { snapshot: async () => snapshotAt(4, 1e6) };
      const { resume, why, step, folder: other } = await safeStop(run, trained, { metrics: { loss: 1 }, elsewhere: [folder + '/no', folder + '/../spare'] });
      said.push(step, why, other.startsWith(folder + '/../spare/') || other.includes('spare'), resume.startsWith('eidos train --resume '));
      said.push((await loadCheckpoint(other)).snapshot.tensors[0].data.length, (await listRuns(folder))[0].state);
    `, inOwnNamespace); // prettier-ignore
    if (said === undefined) return t.skip('file systems cannot be mounted here');
    assert.ok(Array.isArray(said));
    const run = at('disk', '2026-01-01-000000-test-1');
    const full = `cannot write ${run}/checkpoints (ENOSPC: the disk is full); ${wayOut}`;
    assert.equal(said[0], 'done');
    assert.match(
      String(said[1]),
      /^EidosError: log: cannot write .*metrics.jsonl \(ENOSPC: the disk is full\); training/,
    );
    assert.equal(said[2], `EidosError: save: ${full}`);
    assert.match(
      String(said[3]),
      /^EidosError: startRun: cannot write .* \(ENOSPC: the disk is full\); choose a folder that can be written to$/,
    );
    const rest: unknown[] = said.slice(4);
    const here = ['done', 'done', [1, 2, 3, ''], ['1', '3']];
    assert.deepEqual(rest, [...here, 4, `save: ${full}`, true, true, 1e6, 'interrupted']);
  });

  test('a folder that may only be read', (t) => {
    mkdirSync(at('locked'));
    const mount = `mount -t tmpfs -o size=1m none "${at('locked')}"`;
    const said = under(mount, at('locked'), `
      const run = await begun({ out: folder });
      await run.save(snapshotAt(1));
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      await saying(() => run.save(snapshotAt(2)));
      await saying(() => begun({ out: folder + '/new' }));
      await saying(() => run.end('finished'));
      said.push((await loadCheckpoint(folder)).checkpoint.step);
      const { resumeRun } = await import(${JSON.stringify(modules[0])});
      await saying(() => resumeRun(folder));
    `, inOwnNamespace); // prettier-ignore
    if (said === undefined) return t.skip('file systems cannot be mounted here');
    const folder = at('locked');
    const only = '(EROFS: the folder may only be read)';
    assert.deepEqual(said, [
      `EidosError: save: cannot write ${folder}/checkpoints ${only}; ${wayOut}`,
      `EidosError: startRun: cannot write ${folder}/new ${only}; choose a folder that can be written to`,
      `EidosError: end: cannot write ${folder}/run.json ${only}; what was saved is intact; the run is listed as interrupted`,
      1,
      `EidosError: resumeRun: cannot write ${folder} ${only}; free the way and resume it again`,
    ]);
  });
});

suite('a folder that is gone', () => {
  const at = scratch();

  test('is told, not made anew in part; what is in memory is saved elsewhere', async () => {
    const run = await begun({ out: at('gone'), device: 'wasm' });
    await run.log({ step: 1 });
    rmSync(run.folder, { recursive: true });
    const gone = '(ENOENT: the folder is gone)';
    const logOut = 'training can go on, and the next log() writes this line too';
    await refuses(
      run.log({ step: 2 }),
      `log: cannot write ${at('gone', 'metrics.jsonl')} ${gone}; ${logOut}`,
    );
    const why = `save: cannot write ${at('gone', 'checkpoints')} ${gone}; ${wayOut}`;
    await refuses(run.save(snapshotAt(2)), why);
    const trained = { snapshot: () => Promise.resolve(snapshotAt(3)) };
    const stopped = await safeStop(run, trained, { elsewhere: [at('spare')] });
    assert.deepEqual([stopped.why, stopped.step], [why, 3]);
    const { record, state } = await readRun(stopped.folder);
    assert.deepEqual(
      [state, record.name, record.seed, record.config, record.versions['device']],
      ['stopped', 'test', 1, run.record.config, 'wasm'],
    );
    assert.deepEqual((await resumeRun(stopped.folder)).snapshot, snapshotAt(3));
    await refuses(
      run.savePicture('a.png', Buffer.of(1)),
      `savePicture: the run ${at('gone')} is closed; resume it with resumeRun()`,
    );
  });

  test('when there is no other place either, every reason is said', async () => {
    const run = await begun({ out: at('nowhere') });
    rmSync(run.folder, { recursive: true });
    writeFileSync(at('file'), '');
    const trained = { snapshot: () => Promise.resolve(snapshotAt(3)) };
    const here = `save: cannot write ${at('nowhere', 'checkpoints')} (ENOENT: the folder is gone); ${wayOut}`;
    await assert.rejects(safeStop(run, trained, { elsewhere: [at('file', 'x')] }), (error: Error) => {
      assert.ok(error instanceof EidosError);
      assert.ok(
        error.message.startsWith(`safeStop: the checkpoint could not be saved anywhere: ${here}; startRun: `),
      );
      assert.match(error.message, /\(ENOTDIR: the folder is gone\); choose a folder that can be written to$/);
      return true;
    });
  });

  test('a picture whose place is taken, a run whose place is a file', async () => {
    const run = await begun({ out: at('taken') });
    writeFileSync(at('taken', 'pictures'), '');
    await refuses(
      run.savePicture('a.png', Buffer.of(1)),
      `savePicture: cannot write ${at('taken', 'pictures', 'a.png')} (EEXIST); free the way and save it again`,
    );
    mkdirSync(at('taken', 'metrics.csv'));
    await refuses(
      run.writeCsv(),
      /^writeCsv: cannot write .*metrics.csv \(E[A-Z]+(: [a-z ]+)?\); metrics.jsonl has all its numbers$/,
    );
    await run.close();
    writeFileSync(at('file2'), '');
    await refuses(
      begun({ out: at('file2') }),
      `startRun: cannot write ${at('file2')} (EEXIST); choose a folder that can be written to`,
    );
  });

  test('lines that another program has added behind are not mixed up with ours', async () => {
    const run = await begun({ out: at('lines') });
    await run.log({ step: 1 });
    appendFileSync(at('lines', 'metrics.jsonl'), 'x');
    await run.log({ step: 2 });
    assert.equal(textOf(at('lines', 'metrics.jsonl')), '{"step":1}\n{"step":2}\n');
    await run.save(snapshotAt(2));
    assert.equal((await loadCheckpoint(run.folder)).checkpoint.metricsBytes, 22);
    await run.close();
  });
});
