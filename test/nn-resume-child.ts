// The other process of nn-resume.test.ts: goes on from the snapshot in a file, and says the weights in the end.
import { readFileSync } from 'node:fs';
import { snapshotFromBytes } from '../src/files/snapshot.ts';
import { numbers, one } from './nn-kit.ts';
import { resumable, resumableData, rest } from './nn-resume-kit.ts';

await using device = await one();
const model = resumable(device, 77);
await model.restore(snapshotFromBytes(readFileSync(process.argv[2] ?? '')));
await model.fit(resumableData, { ...rest(), resume: true });
process.stdout.write(JSON.stringify(await numbers(model)));
