// The worker: all of eidos that the page uses, off the page's own thread. A service is a file and a row here.
import { data } from './data.ts';
import { draw } from './draw.ts';
import { engine } from './engine.ts';
import { fool } from './fool.ts';
import { ganTools } from './gan-tools.ts';
import { generate } from './generate.ts';
import { idea } from './idea.ts';
import { models } from './models.ts';
import { numbers } from './numbers.ts';
import { serve } from './rpc.ts';
import { runs } from './runs.ts';
import { train } from './train.ts';

const services = { engine, models, draw, idea, fool, data, train, generate, runs, numbers, ganTools };

/** What the page can call. */
export type Services = typeof services;

serve(services, globalThis);
