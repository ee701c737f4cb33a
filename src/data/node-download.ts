// Downloads for Node that survive a bad line: bytes go into `<path>.part`, the next try asks for the rest
// of it, a broken or silent address gives way to the next one. Nothing that arrives is believed: the caller's
// `accept` looks at the whole and hands back what is to be kept. Which files, and where from, is up to the caller.
import { constants } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EidosError } from '../base/check.ts';
import { codeOf, writeWhole } from './node-files.ts';

/** How far one file has come, in bytes; `total` is undefined where the server does not say. */
export interface DownloadProgress {
  readonly file: string;
  readonly received: number;
  readonly total: number | undefined;
}

/** One file to fetch. */
export interface Download {
  /** Whom errors speak for. */
  readonly call: string;
  /** What progress and errors call the file. */
  readonly file: string;
  /** Tried in turn. */
  readonly addresses: readonly string[];
  /** Where the accepted file goes. */
  readonly path: string;
  /** Most bytes an address may send. */
  readonly limit: number;
  /** The bytes to keep; throws an EidosError if they are not what was asked for. */
  accept(bytes: Uint8Array): Promise<Uint8Array>;
  /** Said at the end of the error if no address works. */
  readonly wayOut: string;
  /** Longest silence of a server, in milliseconds. */
  readonly patience?: number;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a server sent: everything there is, or a reason why not. */
type Outcome = 'whole' | { readonly why: string };

/** Fetches a file, keeps it at `path` and returns its bytes; what arrives before a failure is kept for the next try. */
export async function download(job: Download): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const address of job.addresses) {
    const got = await fetchFrom(address, job);
    if (got instanceof Uint8Array) {
      await writeWhole(job.call, job.path, got);
      await rm(partOf(job), { force: true });
      return got;
    }
    failures.push(`${address} (${got.why})`);
  }
  throw new EidosError(
    `${job.call}: needs ${job.file}, got nothing from ${failures.join(' or ')}; ${job.wayOut}`,
  );
}

const partOf = (job: Download): string => `${job.path}.part`;

/** Asks one address for as long as every try brings the file further. */
async function fetchFrom(address: string, job: Download): Promise<Uint8Array | { why: string }> {
  for (;;) {
    const part = await openPart(job);
    try {
      const before = (await part.stat()).size;
      const outcome = await transfer(address, part, before, job);
      job.signal?.throwIfAborted();
      if (outcome !== 'whole') {
        if ((await part.stat()).size > before) continue;
        return outcome;
      }
      const verdict = await accepted(part, job);
      if (verdict instanceof Uint8Array) return verdict;
      await part.truncate(0);
      // The beginning may have come from an older file or another address: once more, all of it from here.
      if (before === 0) return verdict;
    } finally {
      await part.close();
    }
  }
}

async function openPart(job: Download): Promise<FileHandle> {
  const path = partOf(job);
  try {
    await mkdir(dirname(path), { recursive: true });
    // Not for appending: two processes at once then write the same bytes to the same places, and both succeed.
    return await open(path, constants.O_RDWR | constants.O_CREAT);
  } catch (error) {
    throw new EidosError(
      `${job.call}: cannot write ${path} (${codeOf(error)}); choose a folder that can be written to`,
    );
  }
}

async function accepted(part: FileHandle, job: Download): Promise<Uint8Array | { why: string }> {
  try {
    return await job.accept(await readAll(part));
  } catch (error) {
    if (error instanceof EidosError) return { why: error.message };
    throw error;
  }
}

async function readAll(part: FileHandle): Promise<Uint8Array> {
  const bytes = new Uint8Array((await part.stat()).size);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await part.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at); // cut short by another process
    at += bytesRead;
  }
  return bytes;
}

/** One request for what is missing; writes to `part` whatever comes. */
async function transfer(address: string, part: FileHandle, have: number, job: Download): Promise<Outcome> {
  const line = watch(job);
  try {
    const headers = { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) };
    const response = await fetch(address, { headers, signal: line.signal });
    // 416: there is nothing after what we have.
    if (response.status === 416 && have > 0) return 'whole';
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      return { why: `HTTP ${response.status}` };
    }
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
    const continues = response.status === 206 && Number(range?.[1]) === have;
    if (!continues) await part.truncate(0);
    if (!continues && response.status === 206) {
      await response.body.cancel();
      return { why: 'sends another range than asked for' };
    }
    const start = continues ? have : 0;
    const length = response.headers.get('content-length');
    const total = continues ? Number(range?.[2]) : length === null ? undefined : Number(length);
    return await receive(response.body, part, { start, total, line, job });
  } catch (error) {
    if (error instanceof EidosError) throw error;
    return { why: line.silent() ? `no answer for ${line.patience} ms` : reasonOf(error) };
  } finally {
    line.end();
  }
}

async function receive(
  body: ReadableStream<Uint8Array>,
  part: FileHandle,
  { start, total, line, job }: { start: number; total: number | undefined; line: Line; job: Download },
): Promise<Outcome> {
  let received = start;
  for await (const chunk of body) {
    line.heard();
    if (received + chunk.length > job.limit) {
      await part.truncate(0);
      return { why: `sends more than ${job.limit} bytes` };
    }
    await write(part, chunk, received, job);
    received += chunk.length;
    job.onProgress?.({ file: job.file, received, total });
  }
  return total === undefined || received >= total ? 'whole' : { why: `ends at byte ${received} of ${total}` };
}

async function write(part: FileHandle, chunk: Uint8Array, place: number, job: Download): Promise<void> {
  try {
    for (let at = 0; at < chunk.length;) {
      at += (await part.write(chunk, at, chunk.length - at, place + at)).bytesWritten;
    }
  } catch (error) {
    throw new EidosError(
      `${job.call}: cannot write ${partOf(job)} (${codeOf(error)}); make room and run it again`,
    );
  }
}

interface Line {
  readonly signal: AbortSignal;
  readonly patience: number;
  heard(): void;
  silent(): boolean;
  end(): void;
}

/** A signal that fires when the caller's does, or when nothing has been heard for too long. */
function watch({ signal, patience = 30_000 }: Download): Line {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    stop();
  }, patience);
  signal?.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    patience,
    heard: () => void timer.refresh(),
    silent: () => silent,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}

/** fetch says "fetch failed" or "terminated"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (error instanceof Error && error.message === 'terminated') return 'the connection broke off';
  return codeOf(cause ?? error);
}
