// The server of the studio. It listens on the loopback address alone, answers only requests whose Host and Origin are its
// own, and gives files of the page to anyone here but data only to who opened the address with its token, which is
// traded for a cookie that no other site's page can use. To add something the page may ask for: a row in studio-api.ts.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerApi } from './studio-api.ts';
import { Trainings } from './studio-training.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What the page is made of: its own files beside the compiled command, models in the package's folder. */
const folders = { page: join(here, '../studio'), models: join(here, '../../models') };

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.safetensors': 'application/octet-stream',
};

/** On every answer: isolation gives the page threads, the rest keeps it to itself. */
const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
};

/** The port that is tried first, so that what a browser keeps for the page is found again. */
const usualPort = 4747;

/** A running server. */
export interface Studio {
  /** With the token: who opens it may ask for data. */
  readonly address: string;
  /** Ends; a page that trains here is given some seconds to stop and save. */
  close(): Promise<void>;
}

/** Starts the server: on the port, or throws what the system says; else on the usual one or any that is free. */
export async function startStudio({ port }: { readonly port?: number | undefined } = {}): Promise<Studio> {
  const token = randomBytes(24).toString('base64url');
  const trainings = new Trainings();
  const server = createServer((request, response) => void answer(request, response, { token, trainings }));
  try {
    await listen(server, port ?? usualPort);
  } catch (error) {
    if (port !== undefined || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await listen(server, 0);
  }
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=${token}`;
  return {
    address,
    async close() {
      await trainings.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', failed);
      ready();
    });
  });

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { token, trainings }: { readonly token: string; readonly trainings: Trainings },
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  try {
    const port = request.socket.localPort ?? 0;
    if (!isOurs(request, port)) return end(response, 403);
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    const cookie = `eidos-${port}`;
    if (url.pathname.startsWith('/api/')) {
      const given = new RegExp(`(?:^|; )${cookie}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1];
      if (!same(given, token)) return end(response, 401);
      return await answerApi({ request, response, url }, trainings);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
    if (url.searchParams.has('token')) {
      if (!same(url.searchParams.get('token') ?? undefined, token)) return end(response, 401);
      response.setHeader('set-cookie', `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/api/`);
      response.setHeader('location', '/');
      return end(response, 303);
    }
    await sendFile(response, url.pathname);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else end(response, 500, error instanceof Error ? error.message : String(error));
  }
}

/** Whether Host, Origin and the browser's own word say that the page asking is ours, or no page is. */
function isOurs({ headers: { host = '', origin, ...others } }: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const site = others['sec-fetch-site'];
  return (
    hosts.includes(host) &&
    (origin === undefined || origin === `http://${host}`) &&
    (site === undefined ||
      site === 'same-origin' ||
      site === 'none' ||
      others['sec-fetch-mode'] === 'navigate')
  );
}

/** Compared in a time that tells nothing. */
function same(given: string | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const [whole, folder, name] = /^\/(?:(models|assets)\/)?([\w-]+(?:\.[\w-]+)*)?$/.exec(path) ?? [];
  if (whole === undefined) return end(response, 404);
  const file =
    folder === 'models'
      ? join(folders.models, name ?? '')
      : join(folders.page, folder ?? '', name ?? (folder ? '' : 'index.html'));
  const kind = kinds[extname(file)];
  const bytes = kind === undefined ? undefined : await readFile(file).catch(() => undefined);
  if (!bytes || !kind) return end(response, 404);
  response.setHeader('content-type', kind);
  // The page learns from this that there is a server to ask.
  const isPage = file.endsWith('index.html');
  end(response, 200, isPage ? bytes.toString().replace('<html', '$& data-server') : bytes);
}

/** Answers and is done; without a body it says what the status means. */
export function end(response: ServerResponse, status: number, body?: string | Uint8Array): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  const said = body ?? STATUS_CODES[status] ?? '';
  response.writeHead(status).end(response.req.method === 'HEAD' ? undefined : said);
}
