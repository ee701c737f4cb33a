// metrics.jsonl on disk: lines are put behind the last whole one, and stay in memory until they are there. After a
// crash the file is cut back to where the checkpoint was taken, so that going on writes the same lines again.
import { open, readFile, truncate } from 'node:fs/promises';
import { lineOf, linesFrom } from './metrics.ts';
import type { MetricsLine } from './record.ts';

/** The writing end of a metrics.jsonl. */
export class MetricsFile {
  private readonly path: string;
  /** Bytes of whole lines in the file. */
  private length: number;
  private waiting = '';

  constructor(path: string, length: number) {
    this.path = path;
    this.length = length;
  }

  /** Keeps a line to be written. */
  add(line: MetricsLine): void {
    this.waiting += lineOf(line);
  }

  /** Writes what is kept; gives the length of the file. What could not be written is kept for the next time. */
  async flush({ sync }: { readonly sync: boolean }): Promise<number> {
    if (this.waiting === '' && !sync) return this.length;
    const file = await open(this.path, 'r+'); // not made anew if somebody has deleted it
    try {
      const bytes = new TextEncoder().encode(this.waiting);
      let written = 0;
      // At its place, so that a line torn by an earlier failure is written over.
      while (written < bytes.length)
        written += (await file.write(bytes, written, bytes.length - written, this.length + written))
          .bytesWritten;
      if (sync) await file.sync();
      this.length += bytes.length;
      this.waiting = '';
    } finally {
      await file.close();
    }
    return this.length;
  }
}

/** Cuts a metrics.jsonl to the whole lines within its first `most` bytes; gives their length. */
export async function cutMetrics(path: string, most: number): Promise<number> {
  const bytes = (await readFile(path)).subarray(0, most);
  const length = bytes.lastIndexOf(0x0a) + 1;
  await truncate(path, length);
  return length;
}

/** The whole lines of a metrics.jsonl; none if there is no such file. */
export async function readMetrics(path: string): Promise<readonly MetricsLine[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return linesFrom(text).lines;
}
