// What the studio's page may ask of its server, once it has shown the cookie: data sets, from where the library finds
// them, fetched only if the page asks for that. To add something: a row in `routes`.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dataset, EidosError, writeNpz, type DatasetName } from '../src/index.ts';

/** A request that may be answered. */
interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What stands for the * of the route. */
  readonly rest: string;
  /** Aborted when the page no longer listens. */
  readonly signal: AbortSignal;
}

/** By method and path; `*` is a name. */
const routes: Readonly<Record<string, (asked: Asked) => Promise<void>>> = {
  'GET /api/data/*': sendData,
};

/** Answers a request under /api/, or says that there is no such thing. */
export async function answerApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const [, path = '', rest = ''] = /^(\/api\/[a-z-]+)(?:\/([\w-]+))?$/.exec(url.pathname) ?? [];
  const route = routes[`${request.method} ${path}${rest ? '/*' : ''}`];
  if (!route) return send(response, 404, 'text/plain', '');
  try {
    await route({ request, response, url, rest, signal: controller.signal });
  } catch (error) {
    if (!(error instanceof EidosError) || response.headersSent) throw error;
    // For people: the page shows it as it is.
    send(response, 422, 'text/plain', error.message);
  }
}

/** A data set, refused by the library if it knows none of the name, as an npz of x_train, y_train, x_test, y_test, as Keras names them; `?download=1` fetches it. */
async function sendData({ response, url, rest, signal }: Asked): Promise<void> {
  const download = url.searchParams.get('download') === '1';
  const { train, test } = await dataset(rest as DatasetName, { download, signal });
  const images = ({ images: data, count, shape }: typeof train) => ({ data, shape: [count, ...shape] });
  const labels = ({ labels: data, count }: typeof train) => ({ data, shape: [count] });
  const bytes = await writeNpz({
    x_train: images(train),
    y_train: labels(train),
    x_test: images(test),
    y_test: labels(test),
  });
  send(response, 200, 'application/octet-stream', bytes);
}

function send(response: ServerResponse, status: number, kind: string, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': `${kind}; charset=utf-8` }).end(body);
}
