/// <reference lib="esnext.disposable" preserve="true" />
// The public names, and nothing but exports.
export { EidosError } from './base/check.ts';
export type { Dtype, TypedArray } from './base/dtype.ts';
export type { Shape } from './base/shape.ts';
export { Tensor, type Operand } from './tensor.ts';
export * as ops from './ops/index.ts';
export { grad } from './grad.ts';
export { Device, Program, Variable, type Outputs, type RunOptions, type Stage } from './device/device.ts';
export { machineLimits, type MachineLimits } from './device/limits.ts';
export { deviceNames, open, type DeviceName, type OpenOptions } from './device/open.ts';
export type { Running } from './device/backend.ts';
export { idxFilesFrom, type GivenFile } from './data/idx-files.ts';
export type { IdxFiles } from './data/idx-set.ts';
export { readCsv, type CsvOptions, type CsvTable } from './data/csv.ts';
export { dataset, datasetFromBytes, type DatasetOptions } from './data/dataset.ts';
export { mnist, mnistFromBytes } from './data/mnist.ts';
export type { DownloadProgress } from './data/node-download.ts';
export { readNpy, writeNpy, type Npy, type NpyArray } from './data/npy.ts';
export { readNpz, writeNpz } from './data/npz.ts';
export { readZip } from './data/zip.ts';
export { writeZip, type ZipContent } from './data/zip-write.ts';
export { readPenDigits } from './data/pen-digits.ts';
export { datasetNames, known as aboutDataset, type DatasetName, type Known } from './data/sets.ts';
export { examplesAt, examplesFrom, subset, together, type Dataset, type Split } from './data/split.ts';
export {
  activation,
  activations,
  elu,
  gelu,
  leakyRelu,
  type Activation,
  type ActivationName,
  type AnyActivation,
} from './nn/activation.ts';
export {
  augment,
  randomErasing,
  randomFlip,
  randomRotation,
  randomShear,
  randomTranslation,
  randomZoom,
  strokeThickness,
  type AugmentOptions,
  type ErasingOptions,
  type FillOptions,
  type FlipMode,
  type Range,
} from './nn/augment.ts';
export type { Advice, Trial } from './nn/advice.ts';
export { batchNorm, type BatchNormOptions } from './nn/batch-norm.ts';
export { bidirectional, type BidirectionalOptions } from './nn/bidirectional.ts';
export { lambda, type Callback, type Fault, type Memo, type Trainer } from './nn/callback.ts';
export { clipByGlobalNorm, clipByNorm, clipByValue, type Clip, type ClipOptions } from './nn/clip.ts';
export {
  classesOf,
  confusionMatrix,
  perClass,
  printedConfusion,
  printedPerClass,
  type ClassScore,
  type ConfusionMatrix,
} from './nn/confusion.ts';
export { conv2dTranspose, type Conv2dTransposeOptions } from './nn/conv2d-transpose.ts';
export { depthwiseConv2d, type DepthwiseConv2dOptions } from './nn/depthwise-conv2d.ts';
export { earlyStopping, type EarlyStoppingOptions } from './nn/early-stopping.ts';
export { embedding, type EmbeddingOptions } from './nn/embedding.ts';
export { groupNorm, type GroupNormOptions } from './nn/group-norm.ts';
export { gru, type GruOptions } from './nn/gru.ts';
export { initializers, type Initializer, type InitializerName } from './nn/initializer.ts';
export { layerNorm, type LayerNormOptions } from './nn/layer-norm.ts';
export { locallyConnected2d, type LocallyConnected2dOptions } from './nn/locally-connected2d.ts';
export { lstm, type LstmOptions } from './nn/lstm.ts';
export { masking, type MaskingOptions } from './nn/masking.ts';
export {
  add,
  average,
  concatenate,
  maximum,
  minimum,
  multiply,
  subtract,
  type ConcatenateOptions,
} from './nn/merge.ts';
export type { ScaleOptions } from './nn/norm.ts';
export { cropping2d, zeroPadding2d, type Border } from './nn/padding2d.ts';
export { pixelNorm, type PixelNormOptions } from './nn/pixel-norm.ts';
export type { GatedOptions, Recurrent, RecurrentOptions, WithState } from './nn/recurrent.ts';
export { regularizers, type Regularizer, type RegularizerName } from './nn/regularizer.ts';
export {
  constantRate,
  oneCycle,
  piecewiseConstantDecay,
  schedule,
  warmUp,
  type OneCycleOptions,
  type PiecewiseConstantDecayOptions,
  type Schedule,
} from './nn/schedule.ts';
export {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  polynomialDecay,
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  type DecayOptions,
  type PolynomialDecayOptions,
  type RateDecayOptions,
} from './nn/schedule-decay.ts';
export { simpleRnn } from './nn/simple-rnn.ts';
export { spectralNorm, type SpectralNormOptions } from './nn/spectral-norm.ts';
export { timeDistributed } from './nn/time-distributed.ts';
export { upSampling2d, type UpSampling2dOptions } from './nn/up-sampling2d.ts';
export { conv2d, type Conv2dOptions } from './nn/conv2d.ts';
export type { Data, Inputs, Labelled, Pairs } from './nn/data.ts';
export { dense, type DenseOptions } from './nn/dense.ts';
export { dropout, gaussianNoise, spatialDropout2d } from './nn/dropout.ts';
export type { Estimate } from './nn/estimate.ts';
export { model, type ModelOptions } from './nn/functional.ts';
export type { OptimizerGroup, Owns } from './nn/groups.ts';
export {
  figuresOf,
  type ExampleCounts,
  type FitOptions,
  type History,
  type Progress,
  type SampleWeight,
} from './nn/fit.ts';
export type { Mode, MonitorOptions } from './nn/monitor.ts';
export {
  learningRateScheduler,
  reduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './nn/rate-callbacks.ts';
export {
  csvLogger,
  jsonlLogger,
  modelCheckpoint,
  terminateOnNaN,
  type ModelCheckpointOptions,
  type SaveInfo,
  type WriteLine,
} from './nn/saving-callbacks.ts';
export type { Weighting } from './nn/weighting.ts';
export type { AnyLayer, Applied, Built, Context, Draw, Held, Layer, Logits, Params } from './nn/layer.ts';
export { layerOf, merging, stateless, unary, type Lists, type Merging, type Unary } from './nn/layer.ts';
export {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalHinge,
  cosineSimilarity,
  halfSumSquaredError,
  hinge,
  huber,
  klDivergence,
  logCosh,
  losses,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
  wasserstein,
  type BinaryFocalOptions,
  type CrossentropyOptions,
  type FocalOptions,
  type HuberOptions,
  type Loss,
  type LossName,
  type Prediction,
  type SmoothedOptions,
} from './nn/loss.ts';
export type { Memory, Weight, WhichWeights } from './nn/memory.ts';
export {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  metrics,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
  type BinaryAccuracyOptions,
  type Metric,
  type MetricName,
  type Scores,
  type TopKOptions,
} from './nn/metric.ts';
export { Model } from './nn/model.ts';
export type { Answered, Answers, AskOptions, EvaluateOptions } from './nn/asking.ts';
export type { ModelCost } from './nn/cost.ts';
export {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  averaged,
  lion,
  nadam,
  optimizers,
  rmsprop,
  sgd,
  type AdadeltaOptions,
  type AdagradOptions,
  type AdamOptions,
  type LionOptions,
  type MomentsOptions,
  type Optimizer,
  type OptimizerName,
  type OptimizerOptions,
  type RmspropOptions,
  type SgdOptions,
  type Start,
  type StepInfo,
} from './nn/optimizer.ts';
export {
  averagePool2d,
  globalAveragePool2d,
  globalMaxPool2d,
  maxPool2d,
  type GlobalPool2dOptions,
  type Pool2dOptions,
} from './nn/pool2d.ts';
export {
  best,
  freehand,
  presetNames,
  presets,
  robust,
  threeLayer,
  tutorial,
  type Drawings,
  type Preset,
  type PresetName,
  type Source,
} from './nn/presets.ts';
export { presetModel, presetOptimizer, type PresetTraining } from './nn/preset-model.ts';
export { flatten, permute, repeatVector, reshape } from './nn/reshape.ts';
export { sequential } from './nn/sequential.ts';
export type { Sizes } from './nn/sizes.ts';
export { input, Symbolic, type InputOptions } from './nn/symbolic.ts';
export type { CompileOptions } from './nn/task.ts';
export type { Tree } from './nn/tree.ts';
export type { FillMode } from './nn/resample.ts';
export { diagram, type DiagramFormats, type DiagramOptions, type DiagramWords } from './picture/diagram.ts';
export {
  exportPictures,
  pictures,
  type Exported,
  type ExportOptions,
  type Pictures,
  type PicturesOptions,
  type Skipped,
} from './picture/folder.ts';
export { fontFor, type Font } from './picture/font.ts';
export { picturesFromFiles, type DroppedFile } from './picture/web-folder.ts';
export { asDrawing } from './picture/drawing.ts';
export { drawnDigits, drawnToLearn, type DrawnOptions } from './picture/drawn-digits.ts';
export { drawnFruit, fruitNames, type FruitOptions } from './picture/drawn-fruit.ts';
export { readPicture } from './picture/file.ts';
export { plot, type PlotOptions, type Series } from './picture/plot.ts';
export { preparations, prepare, type Preparation } from './picture/prepare.ts';
export { resize, type Crop, type Frame } from './picture/resize.ts';
export { contactSheet, type Tile } from './picture/grid.ts';
export { mosaic } from './picture/mosaic.ts';
export { decodePng, encodePng, type Picture } from './picture/png.ts';
export {
  readSafetensors,
  writeSafetensors,
  type FileDtype,
  type FileTensor,
  type TensorFile,
} from './files/safetensors.ts';
export {
  snapshotFromBytes,
  snapshotToBytes,
  snapshotToParts,
  type Snapshot,
  type Trained,
} from './files/snapshot.ts';
export {
  aboutShipped,
  shippedFromBytes,
  shippedNames,
  type Shipped,
  type ShippedName,
} from './files/shipped.ts';
export { compareRuns, type RunTable } from './run/compare.ts';
export { curvesOf, metricsCsv, type Curve } from './run/metrics.ts';
export type { Checkpoint, Loaded } from './run/node-checkpoints.ts';
export type { Run } from './run/node-folder.ts';
export type { Resumed, StartOptions } from './run/node-run.ts';
export type { StoppedRun, StopOptions } from './run/node-stop.ts';
export type { Keeper, RecordOptions, Told } from './run/recorded.ts';
export type { Json, Keeping, MetricsLine, RunInfo, RunRecord, RunState } from './run/record.ts';
export {
  curves,
  latestRun,
  listRuns,
  loadCheckpoint,
  metricsOf,
  readRun,
  recorded,
  resumeRun,
  safeStop,
  startRun,
} from './run/run.ts';
export { Playback, type Played, type PlayState } from './run/playback.ts';
export { shipped } from './run/shipped.ts';
export { BrowserRun, type KeptCheckpoint } from './run/web-run.ts';
export {
  openRunStore,
  RunStore,
  type BrowserLoaded,
  type BrowserResumed,
  type BrowserRunOptions,
  type Room,
} from './run/web-store.ts';
export {
  judge,
  judgeFile,
  judgeFromBytes,
  judges,
  judgeVersion,
  type Judge,
  type Verdict,
} from './run/judge.ts';
export { generatorFile, priorGenerator, priorStatistics, statisticsFile } from './run/prior.ts';
export { bars, type BarSeries, type BarsOptions } from './picture/bars.ts';
export type { Drawable } from './picture/diagram-graph.ts';
export type { AxisOptions } from './picture/axis.ts';
export { gif, type GifOptions } from './picture/gif.ts';
export { heatMap, type HeatMapOptions } from './picture/heat-map.ts';
export { terminalPicture, type TerminalColours, type TerminalOptions } from './picture/terminal.ts';
export { checkValue, readChainer, readDat, writeChainer, writeDat } from './files/dat.ts';
export { readVf, writeVf } from './files/vf.ts';
export { along } from './invert/along.ts';
export { annealing, type AnnealingOptions } from './invert/annealing.ts';
export { cmaEs, type CmaEsOptions } from './invert/cma-es.ts';
export { genetic, type GeneticOptions } from './invert/genetic.ts';
export { greedy } from './invert/greedy.ts';
export { idea, ideaOf, type Idea, type IdeaEvent, type IdeaOptions, type IdeaState } from './invert/idea.ts';
export type { Answer, Image, Method, Pixels, Population, Problem, Proposal, Walk } from './invert/method.ts';
export { methodNames, methods, type MethodName } from './invert/methods.ts';
export { looksOf } from './invert/look.ts';
export { monteCarlo } from './invert/monte-carlo.ts';
export { nearestOf, type Near } from './invert/nearest.ts';
export type { Look } from './invert/question.ts';
export { ideaPicture } from './invert/picture.ts';
export type { Channel, Mix, Neuron, Score, Target } from './invert/target.ts';
export { adversarial, type AdversarialOptions, type Perturbation } from './nn/adversarial.ts';
export type { Beginnings } from './nn/beginnings.ts';
export {
  ascent,
  ascentNames,
  ascentOf,
  digitPriors,
  type AscentEvent,
  type AscentName,
  type AscentOptions,
  type AscentState,
  type ClimbedIdea,
} from './invert/ascent.ts';
export {
  fgsm,
  pgd,
  type Attack,
  type GradientAttackOptions,
  type Norm,
  type Struck,
  type Victims,
} from './invert/attack.ts';
export { fewPixels, type FewPixelsOptions } from './invert/attack-pixels.ts';
export {
  distanceOf,
  smallest,
  type Distance,
  type Fooled,
  type SmallestOptions,
} from './invert/attack-smallest.ts';
export { square, type SquareOptions } from './invert/attack-square.ts';
export { coach, type Advice as Coaching, type CoachOptions } from './invert/coach.ts';
export { integratedGradients, occlusion, saliency, type Attribution } from './invert/explain.ts';
export {
  activations as layerActivations,
  activationTiles,
  filterTiles,
  gradCam,
  greyOf,
} from './invert/explain-inside.ts';
export { coarse, fourier, type Canvas } from './invert/fourier.ts';
export { generatorCanvas, packGenerator, unpackGenerator, type Generator } from './invert/generator.ts';
export { trainPrior, type PriorOptions } from './invert/generator-train.ts';
export {
  climb,
  towardsClasses,
  type Climb,
  type ClimbOptions,
  type ClimbState,
  type Goal,
} from './invert/gradient.ts';
export {
  blur,
  contrast,
  digitPenalties,
  diversity,
  frame,
  ink,
  jitter,
  l2,
  totalVariation,
  type Prior,
} from './invert/priors.ts';
export {
  attackOf,
  robustness,
  type AttackName,
  type Robustness,
  type RobustnessOptions,
} from './invert/robustness.ts';
export {
  likeness,
  packStatistics,
  statisticsCanvas,
  statisticsOf,
  unpackStatistics,
  type Statistics,
  type StatisticsOptions,
} from './invert/statistics.ts';
export { subjectOf, type Classifier, type Subject } from './invert/subject.ts';
export {
  drawStrokes,
  scatter,
  strokeOf,
  type Pad,
  type Point,
  type Scattering,
  type Stroke,
} from './picture/strokes.ts';
export {
  chat,
  chatEpochs,
  chatOptimizer,
  corpusOf,
  windowsOf,
  type Chat,
  type ChatOptions,
  type Corpus,
} from './sequence/chat.ts';
export {
  cumsum,
  cumsumData,
  cumsumOptimizer,
  cumsumRecipe,
  errorsOnOnes,
  ruleOf,
  type Rule,
} from './sequence/cumsum.ts';
export { NGram } from './sequence/n-gram.ts';
export { explainRows, type Explained, type Learned, type RuleOptions } from './sequence/rule.ts';
export { Speaker, type SayOptions } from './sequence/speaker.ts';
export { codePoints, tidied, unknownMark, Vocabulary, vocabularyOf } from './sequence/vocabulary.ts';
export {
  gan,
  type Game,
  type GameEvent,
  type PlayOptions,
  type SampleOptions,
  type Samples,
  type Signals,
} from './gan/game.ts';
export {
  detectorFromBytes,
  trainDetector,
  type Anomalies,
  type Detector,
  type DetectorEvent,
  type DetectorOptions,
} from './gan/anomaly.ts';
export { blend } from './gan/blend.ts';
export { latentSum, type Term } from './gan/combine.ts';
export { distancesFrom, samplesToLookAt, type Distances } from './gan/distances.ts';
export { encoderFromBytes, trainEncoder, type Encoder, type EncoderOptions } from './gan/encoder.ts';
export { findLatents, type FindEvent, type FindOptions, type Found } from './gan/find.ts';
export {
  advice,
  healthOf,
  limits as healthLimits,
  type Finding,
  type HealthOptions,
  type Limits as HealthLimits,
  type Observation,
  type Trouble,
} from './gan/health.ts';
export { addLook, lookLine, observationsIn } from './gan/observed.ts';
export { inpaint, weightsRound, type Filling, type InpaintOptions } from './gan/inpaint.ts';
export { between, latentRow, type Distribution, type Latent } from './gan/latent.ts';
export { classScore, diffAugment, randomColour, randomCutout, randomShift } from './gan/layers.ts';
export { ganLosses, type GanLoss, type GanLossName } from './gan/loss.ts';
export { colourDistance } from './gan/measures/colour.ts';
export {
  trainEye,
  type Eye,
  type EyeOptions,
  type Pictures as PicturePile,
  type Sight,
} from './gan/measures/eye.ts';
export type { Features } from './gan/measures/features.ts';
export { frechetDistance, momentsOf, type Moments } from './gan/measures/frechet.ts';
export { crowdOf, likenessOf, middleOf, type Crowd, type Likeness } from './gan/measures/likeness.ts';
export {
  measure,
  type Compared,
  type MeasureOptions,
  type Measures,
  type Named,
  type Piles,
} from './gan/measures/measure.ts';
export { nearestTo, type Neighbour } from './gan/measures/nearest.ts';
export { inceptionScore, readingOf, readWords, type Reading } from './gan/measures/reading.ts';
export { withinReach, type Painter } from './gan/painter.ts';
export { recipeFor, recipeNames, recipes, usualRecipe, type RecipeName } from './gan/recipes/index.ts';
export type { About as RecipeAbout, Look as RecipeLook, Recipe } from './gan/recipes/recipe.ts';
export { signalNames, type SignalName } from './gan/round.ts';
export type { GanOptions, Meeting, Rules as GameRules } from './gan/rules.ts';
export { ganWithin, withBatch, type Fitting, type Within } from './gan/within.ts';
