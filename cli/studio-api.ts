// What the studio's page may ask of its server, once it has shown the cookie: data sets, from where the library finds
// them, fetched only if the page asks for that, and trainings on this machine's processor, which studio-training.ts does.
// To add something: a row in `routes`.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dataset, EidosError, writeNpz, type DatasetName } from '../src/index.ts';
import { messages } from './messages.ts';
import { orderFrom, type Line, type Order, type Trainings } from './studio-training.ts';

/** A request that may be answered. */
interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What stands for the * of the route. */
  readonly rest: string;
  /** Aborted when the page no longer listens. */
  readonly signal: AbortSignal;
  readonly trainings: Trainings;
}

/** Most bytes that a request may bring: the examples of a data set, and a snapshot. */
const mostBytes = 2 ** 30;

/** By method and path; `*` is a name. */
const routes: Readonly<Record<string, (asked: Asked) => Promise<void>>> = {
  'GET /api/data/*': sendData,
  'GET /api/native': async ({ response, trainings }) => sendJson(response, await trainings.offer()),
  'POST /api/native/estimate': async (asked) =>
    sendJson(asked.response, { secondsPerStep: await asked.trainings.secondsPerStep(await orderOf(asked)) }),
  'POST /api/native/train': train,
  'POST /api/native/next': ({ response, url, trainings }) => {
    trainings.next(Number(url.searchParams.get('pace') ?? Infinity));
    return Promise.resolve(send(response, 204, 'text/plain', ''));
  },
  'POST /api/native/stop': ({ response, trainings }) => {
    trainings.stop();
    return Promise.resolve(send(response, 204, 'text/plain', ''));
  },
  'GET /api/native/snapshot': async ({ response, trainings }) => {
    const bytes = await trainings.snapshot();
    send(response, bytes ? 200 : 404, 'application/octet-stream', bytes ?? '');
  },
};

/** Answers a request under /api/, or says that there is no such thing. */
export async function answerApi(
  { request, response, url }: Pick<Asked, 'request' | 'response' | 'url'>,
  trainings: Trainings,
): Promise<void> {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const [, path = '', rest = ''] = /^(\/api\/[a-z-]+)(?:\/([\w-]+))?$/.exec(url.pathname) ?? [];
  const route =
    routes[`${request.method} ${url.pathname}`] ?? routes[`${request.method} ${path}${rest ? '/*' : ''}`];
  if (!route) return send(response, 404, 'text/plain', '');
  try {
    await route({ request, response, url, rest, signal: controller.signal, trainings });
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

/** Trains as the page asks: lines of JSON until it lets go of the answer. One training at a time; another gets 409. */
async function train(asked: Asked): Promise<void> {
  const { response, signal, trainings } = asked;
  const order = await orderOf(asked);
  if (trainings.busy) return send(response, 409, 'text/plain', '');
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  const tell = (line: Line): void => void (response.destroyed || response.write(`${JSON.stringify(line)}\n`));
  await trainings.train(order, tell, signal);
  response.end();
}

/** What the request's body asks for. */
async function orderOf({ request }: Asked): Promise<Order> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBytes) throw new EidosError(messages.en.tooManyExamples(mostBytes));
    parts.push(part);
  }
  return orderFrom(Buffer.concat(parts));
}

const sendJson = (response: ServerResponse, answer: object): void =>
  send(response, 200, 'application/json', JSON.stringify(answer));

function send(response: ServerResponse, status: number, kind: string, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': `${kind}; charset=utf-8` }).end(body);
}
