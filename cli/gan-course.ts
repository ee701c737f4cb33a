// A game in a run's folder: what is said before the first round and meanwhile, the grids of fixed numbers, metrics,
// checkpoints, what is wrong with it, and stopping so that nothing is lost.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addLook,
  curves,
  distancesFrom,
  EidosError,
  healthOf,
  lookLine,
  metricsOf,
  observationsIn,
  recipes,
  resumeRun,
  safeStop,
  shipped,
  startRun,
  type Device,
  type Distances,
  type Finding,
  type Game,
  type GameEvent,
  type Model,
  type Observation,
  type Run,
  type RunInfo,
  type ShippedName,
  type Snapshot,
} from '../src/index.ts';
import { Interrupted } from './course.ts';
import { forecast, saveEvery, spent, type Ahead, type Forecast, type Spent } from './gan-forecast.ts';
import {
  asJson,
  gameOf,
  gameWithin,
  loadPictures,
  type GanConfig,
  type GanPlan,
  type Source,
} from './gan-run.ts';
import type { GanWishes } from './gan-train.ts';
import { seen, shown, viewOf, type Eyes } from './gan-view.ts';
import { openDevice, type Io } from './io.ts';
import { near, prepareFolder } from './sheet.ts';

/** A run of a game. */
interface Stage {
  readonly io: Io;
  readonly config: GanConfig;
  readonly source: Source;
  readonly device: Device;
  readonly game: Game;
  readonly run: Run;
  readonly eyes: Eyes;
  /** Seconds that saving takes. */
  readonly saving: number;
  readonly began: Spent;
  readonly observations: Observation[];
  readonly findings: Finding[];
  /** When it was saved last, and the checkpoint that is nearest to the data. */
  readonly kept: { at: number; best: Best | undefined };
}

/** A checkpoint that is nearer to the data than those before. */
type Best = Pick<Distances, 'gap'> & { readonly round: number };

/** Plays as planned, or goes on with a run of that plan. */
export async function playIn(io: Io, plan: GanPlan, wishes: GanWishes, before?: RunInfo): Promise<void> {
  const { t, progress, signal } = io;
  try {
    if (!before) await prepareFolder(wishes.out ?? 'runs', t);
    await using device = await openDevice(io, wishes);
    signal.throwIfAborted();
    const source = await loadPictures(io, plan, before);
    const asked: GanConfig = { ...plan, shape: source.split.shape, classes: source.classes };
    const seed = before?.record.seed ?? wishes.seed;
    const { config, ...opened } = await openGame(io, asked, { device, seed, source, wishes });
    await using game = opened.game;
    const eyes = { distances: distancesFrom(source.split), reader: await readerFor(config, device) };
    const known = await introduce(io, { config, game, source, eyes, done: before?.checkpoints[0] ?? 0 });
    const { run, snapshot } = await begin(io, config, { device, seed, source, wishes }, before);
    try {
      if (snapshot) await game.restore(snapshot);
      const observations = before ? observationsIn(await metricsOf(run)) : [];
      const stage = {
        io,
        config,
        source,
        device,
        game,
        run,
        eyes,
        saving: known.saving,
        began: spent(),
        observations,
        findings: [],
        kept: { at: performance.now(), best: bestOf(observations, before?.checkpoints ?? []) },
      };
      await conclude(stage, known, await play(stage));
    } catch (error) {
      if (!signal.aborted) await run.end('failed', { error }).catch(() => undefined);
      throw error;
    } finally {
      await eyes.reader?.close();
      await run.close();
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof Interrupted)) progress.note(t.stopped);
    throw error;
  }
}

/** The game of a config; where memory is limited, with batches that fit. */
async function openGame(
  { t, progress }: Io,
  config: GanConfig,
  { device, seed, source, wishes }: Beginning,
): Promise<{ readonly game: Game; readonly config: GanConfig }> {
  if (wishes.memory === undefined) return { game: await gameOf(config, device, seed), config };
  progress.begin(t.compiling);
  const found = await gameWithin(wishes.memory, config, source, { device, seed });
  const { batchSize } = found.game.rules;
  if (batchSize < found.wanted) progress.note(t.ganSmaller(batchSize, found.wanted));
  return found;
}

/** The models that come along and read what is drawn, by what it is learned from. */
const readers: Readonly<Record<string, ShippedName>> = { mnist: 'freehand', 'fashion-mnist': 'fashion' };

async function readerFor({ data }: GanConfig, device: Device): Promise<Model | undefined> {
  const name = readers[data];
  return name && shipped(name, { device });
}

/** Says what is about to be played and what that takes. */
async function introduce({ t, progress, signal }: Io, ahead: Ahead): Promise<Forecast> {
  const { config, game, source, done } = ahead;
  progress.note(t.ganData(source.name, source.split.count, source.split.shape));
  progress.note(t.ganGame(config.recipe, game.rules));
  progress.begin(t.compiling);
  const found = await forecast(ahead);
  signal.throwIfAborted();
  progress.note(t.ganWillTake(Math.max(0, config.rounds - done), game.device.name, found));
  return found;
}

interface Beginning {
  readonly device: Device;
  readonly seed: number;
  readonly source: Source;
  readonly wishes: GanWishes;
}

/** The run's folder, new or taken up again. */
async function begin(
  { t, progress }: Io,
  config: GanConfig,
  { device, seed, source, wishes }: Beginning,
  before: RunInfo | undefined,
): Promise<{ readonly run: Run; readonly snapshot: Snapshot | undefined }> {
  if (before) {
    const resumed = await resumeRun(before.folder, {
      onWarning: (warning) => progress.note(t.refused(warning)),
    });
    progress.note(t.goesOn(near(resumed.run.folder), resumed.step));
    return resumed;
  }
  const run = await startRun({
    name: `gan-${source.name}-${config.recipe}`,
    seed,
    config: asJson(config),
    ...(wishes.out !== undefined && { out: wishes.out }),
    device: `${device.name}, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`, // prettier-ignore
    keeping: { newest: 3, best: { metric: 'gap', mode: 'min' } },
  });
  progress.note(t.keeps(near(run.folder)));
  return { run, snapshot: undefined };
}

/** The nearest to the data of those rounds that were saved. */
function bestOf(all: readonly Observation[], saved: readonly number[]): Best | undefined {
  const there = all.flatMap(({ round, distances }) =>
    distances && saved.includes(round) ? [{ round, gap: distances.gap }] : [],
  );
  return there.sort((a, b) => a.gap - b.gap)[0];
}

/** Plays, and keeps what is told. Ctrl-C saves, says how to go on, and throws Interrupted. */
async function play(stage: Stage): Promise<{ readonly seconds: number; readonly fault?: number }> {
  const { io, config, source, game, run } = stage;
  const { t, progress, signal } = io;
  const { rounds, reportEvery, gridEvery } = config;
  if (game.round === 0) await draw(stage);
  let [seconds, fault] = [0, undefined as number | undefined];
  for await (const event of game.train(source.split, { rounds, reportEvery, gridEvery, signal })) {
    seconds = event.seconds;
    progress.show(() => saying(stage, event) + t.left(event.secondsLeft));
    if (event.kind === 'fault') fault = event.round;
    if (event.kind === 'report') await report(stage, event);
    if (event.kind === 'grid') {
      const { shares } = await draw(stage);
      const { signals } = stage.observations.at(-1) ?? {};
      if (signals) progress.note(t.ganLook(event.round, signals, shares));
    }
    if (performance.now() - stage.kept.at >= saveEvery * 1000) await keep(stage);
  }
  if (!signal.aborted) return { seconds, ...(fault !== undefined && { fault }) };
  const stopped = await safeStop(run, game, { command: 'eidos gan train', metrics: latest(stage) });
  if (stopped.why !== undefined) progress.note(t.savedElsewhere(stopped.folder, stopped.why));
  progress.note(t.ganStopped(game.round, rounds));
  progress.note(t.goOn(stopped.resume));
  throw new Interrupted();
}

/** Whole batches of the pictures. */
const perEpoch = ({ source, game }: Stage): number =>
  Math.max(1, Math.floor(source.split.count / game.rules.batchSize));

/** How it goes: in the words of the recipe's source, where it has some. */
function saying(stage: Stage, event: GameEvent): string {
  const { io, config, observations } = stage;
  const signals = event.signals ?? observations.at(-1)?.signals;
  const { look } = recipes[config.recipe];
  return signals && look?.line
    ? look.line(event.round, signals, perEpoch(stage))
    : io.t.ganRound(event, signals);
}

/** What was told last, and how near to the data this very round is, if that was seen. */
const latest = ({ observations, game }: Stage): Readonly<Record<string, number>> => {
  const { round, signals, distances } = observations.at(-1) ?? {};
  return { ...signals, ...(round === game.round && distances) };
};

/** Saves a checkpoint; that the disk fails now is no reason to stop. */
async function keep(stage: Stage): Promise<void> {
  const { io, game, run, kept } = stage;
  const { gap = Infinity } = latest(stage);
  await run.save(await game.snapshot(), latest(stage)).then(
    () => {
      if (gap < (kept.best?.gap ?? Infinity)) kept.best = { round: game.round, gap };
    },
    (error: unknown) => {
      if (!(error instanceof EidosError)) throw error;
      io.progress.note(io.t.refused(error.message));
    },
  );
  kept.at = performance.now();
}

/** How many times longer than saving it is to be played between two savings of the best so far. */
const patience = 20;

/** Saves a round that is nearer to the data than all that were saved. */
async function keepBest(stage: Stage): Promise<void> {
  const { kept, saving } = stage;
  const { gap = Infinity } = latest(stage);
  const rested = performance.now() - kept.at >= 1000 * patience * saving;
  if (rested && gap < (kept.best?.gap ?? Infinity)) await keep(stage);
}

/** Writes a line of metrics, and says what is wrong the first time it shows. */
async function report(stage: Stage, { round, seconds, signals }: GameEvent): Promise<void> {
  const { config, run, observations } = stage;
  if (!signals) return;
  await run.log({ step: round, seconds, ...signals });
  const { look } = recipes[config.recipe];
  // The console of the source, a line for each report. What the disk refuses is no reason to stop.
  if (look?.line)
    await appendFile(
      join(run.folder, 'console.txt'),
      `${look.line(round, signals, perEpoch(stage))}\n`,
    ).catch(() => undefined);
  observations.push({ round, signals });
  tell(stage);
}

/** Says what is wrong, each trouble once. */
function tell({ io, config, game, observations, findings }: Stage, fault?: number): void {
  const conditional = game.rules.classes > 0;
  for (const finding of healthOf(observations, { rounds: config.rounds, conditional, fault })) {
    if (findings.some(({ trouble }) => trouble === finding.trouble)) continue;
    findings.push(finding);
    const name = finding.class === undefined ? undefined : config.classes[finding.class];
    io.progress.note(io.t.ganTrouble(finding, name));
  }
}

/** Draws the grid of this round, and looks at samples. */
async function draw(stage: Stage): Promise<{ path: string; shares: readonly number[] | undefined }> {
  const { io, config, game, run } = stage;
  const { grid, strip } = await shown(game, viewOf(config));
  const name = `round-${String(game.round).padStart(6, '0')}.png`;
  const path = await run.savePicture(name, grid);
  const shares = await lookAround(stage);
  await run.savePicture(name.replace('round', 'strip'), strip);
  await keepBest(stage);
  if (game.round === 0) io.progress.note(io.t.ganGrids(near(path)));
  return { path, shares };
}

/** Takes note of how samples lie among real pictures, of how many are as asked, and of the classes' shares, which it returns. */
async function lookAround(stage: Stage): Promise<readonly number[] | undefined> {
  const { config, game, run, eyes, observations } = stage;
  const { distances, reading } = await seen(game, eyes, viewOf(config).reads);
  const look = { distances, ...(reading && { classShares: reading.shares }) };
  addLook(observations, look);
  const asked = reading && game.rules.classes > 0 && { asked: reading.asked };
  await run.log({ step: game.round, ...lookLine(look), ...asked });
  tell(stage);
  return reading?.shares;
}

/** The last grid and checkpoint, and the end of the run. */
async function conclude(
  stage: Stage,
  known: Forecast,
  { seconds, fault }: { readonly seconds: number; readonly fault?: number },
): Promise<void> {
  const { io, config, game, run, device } = stage;
  const { t } = io;
  tell(stage, fault);
  const { path: grid } = await draw(stage);
  await keep(stage);
  const asked = (await curves(run)).find(({ name }) => name === 'asked')?.y.at(-1);
  await run.writeCsv();
  const figures = { ...latest(stage), ...(asked !== undefined && { asked }) };
  await run.end('finished', { figures });
  if (asked !== undefined) io.result(t.ganAsked(asked, viewOf(config).reads));
  io.result(t.ganHealth(stage.findings.length));
  const { best } = stage.kept;
  if (best && best.round < game.round) io.result(t.ganBest(best.round));
  io.result(t.ganDrawn(near(grid)));
  io.result(t.runFolder(near(run.folder)));
  io.figures({
    command: 'gan-train',
    recipe: config.recipe,
    data: config.data,
    seed: run.record.seed,
    device: device.name,
    threads: device.threads,
    rounds: game.round,
    secondsPerRound: seconds / Math.max(1, game.round - (run.record.resumed.at(-1)?.step ?? 0)),
    ...spent(stage.began),
    predictedSeconds: known.seconds,
    predictedCpuSeconds: known.cpuSeconds,
    // Of the whole process; Node tells it in kilobytes.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    predictedBytes: known.bytes,
    ...(asked !== undefined && { asked }),
    health: stage.findings,
    ...(best && { best }),
    grid,
    run: run.folder,
  });
}
