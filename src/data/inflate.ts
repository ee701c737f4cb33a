// Inflating what a stranger compressed: by the platform's DecompressionStream, so that it runs in Node and in
// browsers, chunk by chunk, so that whoever reads can stop before a small file has filled the memory.
// How much there may be is the reader's business.
import { check, EidosError } from '../base/check.ts';

/** How bytes were compressed: a gzip file, or bare deflate data as zip files hold them. */
export type Compression = 'gzip' | 'deflate-raw';

/** Deflate makes at most 258 bytes out of 2 bits (RFC 1951: a length and a distance code of one bit each). */
export const expansion = 1032;

/** Whether these are the first bytes of a gzip file (RFC 1952, section 2.3.1). */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What `bytes` hold, in pieces; `call` is whom errors speak for. Stopping early is free. */
export async function* inflate(
  bytes: Uint8Array,
  compression: Compression,
  call: string,
): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream(compression);
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // A copy, because shared memory is refused. A write fails only when the reading side fails too, and that one tells the user.
  const quiet = (): undefined => undefined;
  writer.write(new Uint8Array(bytes)).catch(quiet);
  writer.close().catch(quiet);
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        const kind = compression === 'gzip' ? 'gzip' : 'deflate';
        throw new EidosError(
          `${call}: the ${kind} data are broken after byte ${at} of what they hold; download it again`,
        );
      });
      if (done) return;
      at += value.length;
      yield value;
    }
  } finally {
    reader.cancel().catch(quiet);
  }
}

/** The first `most` bytes of what `bytes` hold, or all of it where that is less. */
export async function inflateStart(
  bytes: Uint8Array,
  compression: Compression,
  most: number,
  call: string,
): Promise<Uint8Array> {
  const start = new Uint8Array(most);
  let at = 0;
  for await (const chunk of inflate(bytes, compression, call)) {
    const part = chunk.subarray(0, most - at);
    start.set(part, at);
    at += part.length;
    if (at === most) break;
  }
  return start.subarray(0, at);
}

/** All that a gzip file holds, at most `limit` bytes of it. */
export async function gunzip(bytes: Uint8Array, limit: number, call: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of inflate(bytes, 'gzip', call)) {
    total += chunk.length;
    check(total <= limit, () => `${call}: needs at most ${limit} bytes unpacked, the gzip data go on`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
