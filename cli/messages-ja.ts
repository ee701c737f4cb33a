// What the command says in Japanese: the same names as messages-en.ts, complete by type.
// Help stays within 80 columns, where a Japanese character takes two.
import { measured, megabytes, percent, span, whole } from './figures.ts';
import { localised } from '../src/words/localised.ts';
import { benchJapanese } from './messages-bench-ja.ts';
import { ganJapanese } from './messages-gan-ja.ts';
import { ganToolsJapanese } from './messages-gan-tools-ja.ts';
import { ideaJapanese } from './messages-ideas-ja.ts';
import { studioJapanese } from './messages-studio-ja.ts';
import { figure, formula } from './messages-en.ts';
import type { Messages } from './messages.ts';

const units = { s: '秒', min: '分', h: '時間', day: '日' } as const;

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${units[unit]}`;
}

const figures = (metrics: Readonly<Record<string, number | undefined>>, before = ''): string =>
  Object.entries(metrics)
    .map(([name, x = NaN]) => `、${before}${words[name] ?? name} ${measured(name, x)}`)
    .join('');

/** Measures by their Japanese names. */
const words: Readonly<Record<string, string>> = { loss: '誤差', accuracy: '精度' };

const near = (name: string | undefined): string => (name === undefined ? '' : `。${name} のことですか?`);

/** The messages in Japanese. */
export const japanese: Messages = {
  // help
  summary: 'ニューラルネットワークを学習させ、何をどう読むかを見る。必要なのは Node だけ。',
  trainSummary: 'ネットワークを学習させ、テストする',
  trainDescription:
    'ネットワークを学習させ、初めて見るデータでテストし、読み間違いを画像にします。\n' +
    '結果はすべて実行フォルダに残ります。',
  evaluateSummary: '学習済みのネットワークをテストする',
  evaluateDescription: '学習済みのネットワークをテストします (精度、誤差、クラスごとの成績、混同行列)。',
  predictSummary: '学習済みのネットワークに画像を読ませる',
  predictDescription: '学習済みのネットワークに画像を見せ、何に見えるかを表示します。',
  saySummary: '学習済みの chat に続きを書かせる',
  sayDescription: 'train chat で学習したネットワークが、書き出しの続きを一文字ずつ書きます。',
  runsSummary: '実行を一覧・比較する',
  runsDescription: 'これまでの実行を一覧し、比較します。',
  runsListSummary: '実行を新しい順に一覧する',
  runsListDescription: 'フォルダにある実行を新しい順に一覧します。',
  runsCompareSummary: '実行を並べて比べる',
  runsCompareDescription: '実行の設定の違いと結果を並べます。--out で曲線も描きます。',
  diagramSummary: 'ネットワークを図にする',
  diagramDescription: 'ネットワークの図を描きます (層、流れるものの形、パラメータ数)。',
  dataSummary: 'データを一覧する、画像に書き出す',
  dataDescription: 'データの一覧を出すか、データを画像として書き出します。',
  dataListSummary: 'データを一覧する',
  dataListDescription: 'データの名前、クラス、ライセンス、出典を一覧します。',
  dataExportSummary: 'データを PNG ファイルに書き出す',
  dataExportDescription: 'データを PNG ファイルとして、クラスごとのフォルダに書き出します。',
  devicesSummary: 'このマシンで使えるデバイスを調べる',
  devicesDescription: 'このマシンで各デバイスを実際に動かし、使えるものを表示します。',
  helpSummary: 'コマンドの使い方を表示する',
  usageTitle: '使い方:',
  argumentsTitle: '引数:',
  optionsTitle: 'オプション:',
  commandsTitle: 'コマンド:',
  examplesTitle: '例:',
  trainArgument: 'データの名前、画像のフォルダ、またはプリセット',
  runArgument: '実行フォルダ (既定: 使える最新のもの)',
  runsArgument: '実行フォルダ (既定: すべて)',
  firstPictureArgument: '画像、または使う実行フォルダ',
  picturesArgument: '画像',
  dataSetArgument: (names) => `${names.join(', ')}`,
  diagramArgument: (names) => `実行フォルダか、次のどれか: ${names.join(', ')}`,
  modelOption: 'プリセット (ネットワークと学習方法。--list で一覧)',
  epochsOption: 'データ全体を何回学習するか',
  batchOption: '1 ステップで使う枚数',
  optimizerOption: 'sgd, rmsprop, adagrad, adam など',
  learningRateOption: '学習率 (既定: 最適化手法ごとの値)',
  validationSplitOption: '検証に回す割合 (0 以上 1 未満)',
  sizeOption: 'フォルダの画像をそろえる一辺の長さ',
  greyOption: 'フォルダの画像を白黒にする',
  resumeOption: '続きから学習 (既定: 最新の未完了のもの)',
  adviseOption: '別の学習率や adam がずっと良ければ知らせる',
  listOption: 'プリセットと、出典での成績を一覧する',
  testDataOption: 'データの名前、フォルダ、.npz か .csv',
  testLimitOption: '最大 n 個',
  prepareOption: 'mnist (切り出し中央へ), legacy, raw, none',
  invertOption: 'none のとき明暗を逆にする',
  topOption: '表示するクラスの数',
  rootOption: '実行のあるフォルダ',
  metricOption: '描く値: accuracy, valLoss など',
  plotOption: '曲線を .svg か .png に描く',
  diagramOutOption: (endings) => `書き出すファイル: ${endings.join(', ')}`,
  dataOutOption: '書き出すフォルダ (既定: データの名前)',
  dataPartOption: 'train, test, both のどれか',
  dataLimitOption: 'それぞれ最大 n 枚',
  decayOption: 'cumsum: 学習率を 0 まで下げる (答えがより近い)',
  xOption: 'cumsum: 規則を探す数の列 (1,3,5,6)',
  yOption: 'cumsum: その結果の列。規則で続きを答える',
  textOption: 'chat: 学習する文章 (UTF-8 のファイル)',
  unitsOption: 'chat: 覚えられる量 (省略時: 128)',
  windowOption: 'chat: 一度に学ぶ文字数 (省略時: 32)',
  promptOption: '書き出し',
  lengthOption: '書く文字数',
  temperatureOption: '0 は最も確かな字、1 は学んだとおり、大きいほど大胆',
  limitOption: '学習用・テスト用をそれぞれ最大 n 枚にする',
  outOption: '実行フォルダ (既定: runs の中に新しく作る)',
  forceOption: '何時間もかかる場合でも始める',
  deviceOption: 'native, wasm, reference (既定: 最速のもの)',
  threadsOption: '計算に使うスレッド数 (既定: コア数)',
  seedOption: '同じシードとデバイスなら同じ結果になる',
  quietOption: '途中経過を出さず、結果とエラーだけにする',
  jsonOption: '標準出力の最後の行を JSON にする',
  langOption: '言語 en, ja (既定: システムの設定)',
  debugOption: 'エラーがプログラムのどこで起きたかも表示',
  helpOption: 'このヘルプを表示する',
  versionOption: 'バージョンを表示する',
  byDefault: (value) => ` (既定: ${value})`,
  exampleTutorial: 'チュートリアルのネットワークを 1 エポック',
  exampleQuick: 'お試し: 2,000 枚だけ、WebAssembly で',
  examplePreset: 'プリセットを、その設定すべてで',
  exampleFolder: '自分の画像 (クラスごとのサブフォルダ) で',
  exampleResume: '止めたところから続ける',
  exampleCumsum: '足し算を学ぶ',
  exampleRule: '自分の数列の規則と、その続き',
  exampleChat: '自分の文章から書き方を学ぶ',
  exampleSay: '最新の chat が続きを書く',
  exampleSayCalm: '実行を指定し、控えめに、別の乱数で',
  exampleEvaluate: '最新の実行を、そのテスト用データで',
  exampleEvaluateData: '同じネットワークを別のデータで、数値だけ',
  exampleEvaluateFolder: '指定した実行を、画像のフォルダで',
  examplePredict: '最新の実行に画像を読ませる',
  examplePredictMore: '指定した実行に 2 枚を、数値だけ',
  exampleRuns: 'これまでに学習したもの',
  exampleCompare: 'すべての実行を並べる',
  exampleComparePlot: '2 つの実行と、その曲線の図',
  exampleDiagram: 'プリセットを図にする',
  exampleDiagramRun: '最新の実行のネットワークを PNG に',
  exampleDataList: '学習に使えるデータ',
  exampleDataExport: '70,000 枚の数字をラベルごとの PNG に',
  exampleDataExportSome: 'テスト用から 100 枚だけ',
  exampleFigures: 'スクリプト向けに数値だけを出す',
  exampleDevices: 'native, wasm, reference のどれが動くか',
  exampleDevicesJson: '同じことをスクリプト向けに',

  // errors of use
  needsCommand: (names) => `eidos: コマンド (${names.join(', ')}) が必要です。例は eidos --help で見られます`,
  noCommand: (call, got, meant) =>
    `${call}: ${JSON.stringify(got)} というコマンドはありません${near(meant) || `。一覧は ${helpOf(call)} で見られます`}`,
  needsDataset: 'train: データの名前が必要です。eidos train mnist のように指定してください',
  noSuchData: (got, meant) =>
    `train: ${JSON.stringify(got)} というデータ、プリセット、フォルダはありません` +
    (near(meant) || '。一覧は eidos train --list と eidos data list で見られます'),
  twoModels: (one, other) =>
    `train: プリセットが 2 つあります (${one} と ${other})。どちらかを外してください`,
  settled: (what) =>
    `train: --resume は始めたときの設定のまま続けるので、${what} は指定できません (--epochs は変えられます)`,
  nothingToResume:
    'train: --resume で続けられる、止めた実行が runs にありません。一覧は eidos runs で見られます',
  notFor: (name, flag) => `train: ${name} は ${flag} を取りません。外してください`,
  needsText: 'train: chat には文章が必要です。eidos train chat --text my.txt のように指定してください',
  notNumbers: (flag, got) =>
    `train: ${flag} は 1,3,5,6 のような数の列です (指定: ${JSON.stringify(got)})。--x と --y は両方必要です`,
  needsArgument: (call, what) => `${call}: ${what} が必要です。例は ${helpOf(call)} で見られます`,
  needsPicture: 'predict: 画像が必要です。例は eidos predict --help で見られます',
  needsTwoRuns: (got) =>
    `runs compare: 実行が 2 つ以上必要です (実際: ${got})。一覧は eidos runs で見られます`,
  noSuchEnding: (path, endings) =>
    `--out の拡張子は ${endings.map((one) => `.${one}`).join(', ')} のどれかです (指定: ${JSON.stringify(path)})`,
  noSuchNetwork: (got, meant) =>
    `diagram: ${JSON.stringify(got)} というプリセットや実行はありません${near(meant) || '。プリセットは eidos train --list で見られます'}`,
  noSuchMetric: (got, names, meant) =>
    `runs compare: --metric は ${names.join(', ')} のどれかです (指定: ${JSON.stringify(got)})${near(meant)}`,
  noOption: (call, got, meant) =>
    `${call}: ${got} というオプションはありません${near(meant) || `。一覧は ${helpOf(call)} で見られます`}`,
  needsValue: (call, flag) => `${call}: ${flag} には値が必要です。例は ${helpOf(call)} で見られます`,
  tooMany: (call, got) => `${call}: ${JSON.stringify(got)} は余分です。例は ${helpOf(call)} で見られます`,
  notOneOf: ({ call, name, got, names, meant }) =>
    `${call}: ${name} は ${names.join(', ')}${names.length > 1 ? ' のどれか' : ' だけ'}です ` +
    `(指定: ${JSON.stringify(got)})${near(meant)}`,
  notWhole: ({ call, name, got, least, most }) =>
    `${call}: ${name} は ${least} から ${most} までの整数です (指定: ${JSON.stringify(got)})`,
  notMemory: ({ call, name, got }) =>
    `${call}: ${name} には 800M や 1.5G のようなメモリの量が必要ですが、「${got}」でした`,
  between: (least, end, closed) => `${least} 以上 ${end} ${closed ? '以下' : '未満'}`,
  notNumber: ({ call, name, got, range }) =>
    `${call}: ${name} は ${range}の数です (指定: ${JSON.stringify(got)})`,

  // failures
  badConfig: (folder, name) => `${folder}: run.json の ${name} が読み取れません。学習し直してください`,
  noText: (path, why) =>
    `train: ${path} を読めません (${why})。--text には UTF-8 のファイルを指定してください`,
  notUtf8: (path) =>
    `train: ${path} は UTF-8 ではありません。iconv -f SHIFT_JIS -t UTF-8 などで変換してください`,
  otherText: (path) => `train: ${path} は実行を始めたときと違います。元に戻すか、新しく始めてください`,
  noChat: 'say: 学習済みの chat が runs にありません。eidos train chat --text my.txt で作れます',
  notChat: (folder) => `say: ${folder} は chat ではありません。eidos runs で一覧できます`,
  noRun: (call) => `${call}: 学習済みのネットワークが runs にありません。eidos train mnist で作れます`,
  otherClasses: (data, got, need) =>
    `evaluate: このネットワークが見分けるのは ${need} クラスですが、${data} は ${got} クラスです。別のデータを指定してください`,
  strangeClasses: (path, strange, known) =>
    `evaluate: ${path} に、ネットワークの知らないクラスがあります: ${strange.join(', ')} (知っているのは ${known.join(', ')})`,
  noData: (path, why) =>
    `evaluate: ${path} を読めません (${why})。--data にはデータの名前、フォルダ、.npz か .csv を指定してください`,
  strangeFile: (path) => `evaluate: --data はフォルダか、.npz か .csv のファイルです (指定: ${path})`,
  strangeArrays: (path, got) =>
    `evaluate: ${path} には配列 x_test と y_test、x と y、images と labels のどれかの組が必要です (実際: ${got.join(', ') || 'なし'})`,
  strangePixels: (path, shape, pixels, labels) =>
    `evaluate: ${path} には 0 から 255 の整数が、ラベル 1 つにつき ${shape.join(' x ')} 個必要です (実際: ラベル ${whole(labels)} 個に ${whole(pixels)} 個)`,
  noFile: (path, why) => `${path} に書き込めません (${why})。--out で別のファイルを指定してください`,
  noFolder: (path, why) => `train: ${path} に書き込めません (${why})。--out で別のフォルダを指定してください`,
  tooLong: (device, seconds) =>
    `train: ${device} では約 ${time(seconds)}かかります。もっと速い --device か小さい --limit を選ぶか、` +
    `--force を付けてください`,
  refused: (why) => localised(why, 'ja'),
  bug: (why) => `eidos: ${why} (eidos の不具合です。--debug を付けた出力とともにお知らせください)`,

  // what goes on
  notUsed: (why) => `最速のデバイスは使えません: ${localised(why, 'ja')}`,
  device: (name, threads) => `デバイス: ${name}、${whole(threads)} スレッド`,
  looking: (data) => `${data} を探しています`,
  downloading: (file, received, total) =>
    `${file} をダウンロード中: ${megabytes(received)}${total === undefined ? '' : ` / ${megabytes(total)}`}`,
  reading: (file, done, total) => `画像を読んでいます: ${whole(done)} / ${whole(total)}、${file}`,
  skipped: (file, why, advice) => `除外: ${file} (${localised(why, 'ja')}。${localised(advice, 'ja')})`,
  skippedMore: (n) => `除外: ほかに ${whole(n)} 個`,
  data: (name, train, validation, test) =>
    `データ: ${name}、学習用 ${whole(train)} 枚、` +
    `${validation > 0 ? `検証用 ${whole(validation)} 枚、` : ''}テスト用 ${whole(test)} 枚`,
  licence: (licence, source) => `ライセンス: ${licence}、${source}`,
  drawings: (count, rows) =>
    `ペンで書かれた数字 ${whole(rows)} 個（pendigits）から描いた ${whole(count)} 枚も学習します`,
  sequences: (count, steps) => `データ: ${steps} 個の数の列 ${whole(count)} 本と、その累積和`,
  text: (path, train, held, characters) =>
    `データ: ${path}、学習 ${whole(train)} 文字、テスト ${whole(held)} 文字、文字の種類 ${whole(characters)}`,
  littleText: (characters) =>
    `注意: ${whole(characters)} 文字では少なく、語は覚えても意味は通りません。20,000 文字以上をお勧めします`,
  lookingForRule: '規則を探しています',
  testData: (name, count) => `データ: ${name}、テスト用 ${whole(count)} 枚`,
  model: (name, layers, parameters, trainable) =>
    `モデル: ${name}、${whole(layers)} 層、パラメータ ${whole(parameters)} 個` +
    (trainable === parameters ? '' : ` (うち学習するもの ${whole(trainable)} 個)`),
  recipe: ({ optimizer, learningRate, batch, epochs }) =>
    `学習: ${optimizer}${learningRate === null ? '' : ` (学習率 ${learningRate})`}、1 ステップ ${whole(batch)} 枚、${whole(epochs)} エポック`,
  keeps: (folder) => `実行: ${folder}`,
  goesOn: (folder, step) => `実行: ${folder}、ステップ ${whole(step)} の後から続けます`,
  asksShipped: (name) => `モデル: ${name} (eidos に付属)`,
  asks: (folder, step) => `実行: ${folder}、ステップ ${whole(step)} の後の重み`,
  compiling: 'ネットワークをこのデバイス用にコンパイルしています',
  willTake: (epochs, device, seconds, bytes) =>
    `時間: ${device} で ${whole(epochs)} エポックに約 ${time(seconds)}、メモリ ${megabytes(bytes)} の見込みです`,
  training: ({ epoch, epochs, step, steps, loss, metrics }) =>
    `エポック ${epoch}/${epochs} · ステップ ${step}/${steps} · 誤差 ${loss.toFixed(4)}` +
    Object.entries(metrics)
      .map(([name, x]) => ` · ${words[name] ?? name} ${measured(name, x)}`)
      .join(''),
  left: (seconds) => ` · 残り ${time(seconds)}`,
  epochDone: ({ epoch, epochs, loss, metrics, validation, seconds }) =>
    `エポック ${epoch}/${epochs}: 誤差 ${loss.toFixed(4)}${figures(metrics)}` +
    `${figures(validation ?? {}, '検証の')}、${time(seconds)}`,
  advice: (message) => `助言: ${localised(message, 'ja')}`,
  testing: 'テストしています',
  drawing: 'テスト用の画像を描いています',
  writing: (done, total) => `書き出しています: ${whole(done)} / ${whole(total)}`,
  stopping: '止めています',
  stopped: '止めました。結果はありません',
  stoppedTraining: ({ epoch, epochs, step, steps, seconds }) =>
    `エポック ${epoch}/${epochs} のステップ ${step}/${steps} の後で止めました (学習時間 ${time(seconds)})。すべて保存しました`,
  stoppedEarly: '最初のステップの前に止めました。実行は保存しました',
  savedElsewhere: (folder, why) => `代わりに ${folder} に保存しました: ${localised(why, 'ja')}`,
  goOn: (command) => `続けるには: ${command}`,

  // results
  testLoss: (loss) => `テストの誤差: ${loss.toFixed(4)}`,
  testAccuracy: (accuracy) => `テストの精度: ${accuracy.toFixed(4)}`,
  rule: (p) => `規則: ${formula(p, '前の y')}`,
  errorOnOnes: (length, error) => `1 を ${whole(length)} 個並べたときの最大誤差: ${error.toExponential(1)}`,
  ruleFits: (exact, miss) =>
    exact
      ? `すべての数を説明します (誤差 ${figure(miss)} 以内)`
      : `この規則では説明できません (最大の誤差 ${figure(miss)})`,
  ruleUntested: '数が 3 個なら、ほとんどいつも規則があります。4 個目があれば確かめられます',
  rulePart: (count, p) => `最初の ${count} 個には規則があります: ${formula(p, '前の y')}`,
  ruleSays: (place, given, says) => `${place} 番目: 与えられた数は ${given}、規則では ${figure(says)}`,
  ruleGoesOn: (x, y) => `続き: x が ${x.join(', ')} なら ${y.map(figure).join(', ')}`,
  bits: (bits, trigram, held) =>
    `1 文字あたり ${bits.toFixed(3)} ビット (テスト ${whole(held)} 文字)。3 文字ずつ数える方法では ${trigram.toFixed(3)}`,
  sheet: (path) => `テストの画像 (読み間違えたものが先): ${path}`,
  runFolder: (path) => `実行: ${path}`,
  takenFor: (path, top) =>
    `${path}: ${top.map((one) => `${one.class} ${percent(one.probability)}`).join('、')}`,
  presetColumns: () => [
    'プリセット',
    'パラメータ',
    'データ',
    '最適化',
    'バッチ',
    'エポック',
    '出典の成績',
    '出典',
  ],
  sourceFigures: (p) =>
    p.result ??
    [
      p.testAccuracy === undefined ? [] : [percent(p.testAccuracy)],
      p.testLoss === undefined ? [] : [`誤差 ${p.testLoss}`],
      p.afterEpochs === undefined ? [] : [`${p.afterEpochs} エポック`],
      p.epochSeconds === undefined ? [] : [`1 エポック ${p.epochSeconds.join('-')} 秒`],
    ]
      .flat()
      .join('、'),
  dataColumns: () => ['データ', 'クラス', 'ライセンス', '出典'],
  runColumns: () => ['実行', '状態', '開始 (UTC)', 'エポック', '精度', 'ステップ'],
  runColumn: '実行',
  state: (name) =>
    ({ running: '学習中', stopped: '停止', finished: '完了', failed: '失敗', interrupted: '中断' })[name],
  noRuns: (root) => `${root} に実行はありません。eidos train mnist で作れます`,
  alike: (what) => `共通: ${what.join('、') || 'なし'}`,
  plotted: (path) => `曲線: ${path}`,
  axisEpoch: 'エポック',
  plotTitle: (metric) => `エポックごとの ${metric}`,
  drawn: (name, path) => `${name}: ${path}`,
  diagramParameters: (count) => `パラメータ ${whole(count)} 個`,
  diagramShared: (which, of) => `共有 (${of} 回中 ${which} 回目)`,
  diagramAgain: '上に図示',
  exported: (folder, written, kept) =>
    `${folder}: ${whole(written)} 枚書き出しました${kept > 0 ? ` (${whole(kept)} 枚はすでにありました)` : ''}`,
  sheetRun: ({ device, threads, epochs, seconds, seed }) =>
    `${device}、${whole(threads)} スレッド · ${whole(epochs)} エポック ${time(seconds)} · シード ${seed}`,
  sheetTitle: (model, accuracy, count) =>
    `${model}: テスト画像 ${whole(count)} 枚のうち ${percent(accuracy)} を正しく読んだ`,
  sheetMistakes: (shown, all) =>
    `赤: 読み間違い ${whole(all)} 枚のうち ${whole(shown)} 枚 (正解 → 読み、確信の度合い)、確信の強い順`,
  works: (name, threads, fastest) =>
    `${name.padEnd(9)}  使えます、${whole(threads)} スレッド${fastest ? ' (指定がなければこれを使います)' : ''}`,
  ...benchJapanese,
  ...ganJapanese,
  ...ganToolsJapanese,
  ...ideaJapanese,
  ...studioJapanese,
  worksNot: (name, why) => `${name.padEnd(9)}  使えません: ${localised(why, 'ja')}`,
};

const helpOf = (call: string): string => (call === 'eidos' ? 'eidos --help' : `eidos ${call} --help`);
