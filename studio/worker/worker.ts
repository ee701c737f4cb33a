// The worker: all of eidos that the page uses, off the page's own thread. A service is a file and a row here.
import { draw } from './draw.ts';
import { engine } from './engine.ts';
import { fool } from './fool.ts';
import { idea } from './idea.ts';
import { models } from './models.ts';
import { serve } from './rpc.ts';

const services = { engine, models, draw, idea, fool };

/** What the page can call. */
export type Services = typeof services;

serve(services, globalThis);
