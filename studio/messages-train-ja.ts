// What the pages Train, Generate and Runs share, and Train, in Japanese.
import type { trainEnglish } from './messages-train-en.ts';

const number = new Intl.NumberFormat('ja');
const percent = new Intl.NumberFormat('ja', { style: 'percent', maximumFractionDigits: 1 });

/** Seconds for people: no more exact than a forecast is. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '不明';
  if (seconds < 1) return '1 秒未満';
  if (seconds < 90) return `${Math.round(seconds)} 秒`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} 分`;
  return `${(seconds / 3600).toFixed(1)} 時間`;
}

const bytes = (n: number): string =>
  n < 1e6 ? `${number.format(Math.round(n / 1e3))} kB` : `${number.format(Math.round(n / 1e5) / 10)} MB`;

/** The messages. */
export const trainJapanese: Readonly<typeof trainEnglish> = {
  count: (n) => number.format(n),
  bytes,
  duration,

  dataServer: 'このページの eidos サーバーから。選んだときに初めて読み込みます',
  dataDownload: 'このマシンになければダウンロードしてよい',
  dataOwn: '自分のファイルかフォルダ',
  dataDrop:
    'または、クラスごとにサブフォルダを分けた画像のフォルダか、MNIST 形式のファイル (.gz も可) をここにドロップしてください。ブラウザの外には出ません。',
  dataFolder: 'フォルダを選ぶ',
  dataFiles: 'ファイルを選ぶ',
  dataSize: '一辺の画素数',
  dataGrey: 'グレー',
  dataReading: (name) => `${name} を読み込んでいます…`,
  dataTold: (train, test, classes, shape) =>
    `学習用 ${number.format(train)} 件、テスト用 ${number.format(test)} 件、${classes} クラス、${shape[1]} × ${shape[0]} 画素、${shape[2] === 3 ? 'カラー' : 'グレー'}。`,
  dataNotKept:
    'ブラウザに保存する空きがありませんでした。再読み込みのあとに続けるには、もう一度選んでください。',
  dataSample: '最初の例',
  dataSkipped: (n) => `${n} 件のファイルを除きました`,
  dataSkippedOne: (file, why, advice) => `${file}: ${why}。${advice}`,
  dataGone: (id) => `データセット ${id} が手元にありません。上でもう一度選んでください`,
  dataRefused: (name, why) => `サーバーに ${name} がありません: ${why}`,
  noServer: (name, status) =>
    `${name} は eidos のサーバーから読みますが、このページにはサーバーがありません (${status || '応答なし'})。「eidos studio」で起動するか、ファイルをここにドロップしてください`,
  serverGone:
    'このページのサーバーが応答しません。「eidos studio」をもう一度起動し、実行を続けてください。保存した分は残っています',
  notTraining: (run) => `${run} は、このページの知るネットワークの学習ではありません`,
  notGan: (run) => `${run} は、このページの知る GAN の学習ではありません`,
  busyTraining: 'すでに学習中です。先に停止してください',
  noGenerator: '生成器が開かれていません。学習するか、実行を開いてください',

  pageTrain: '学習',
  trainLead:
    '何から学ぶか、どのネットワークで学ぶかを選びます。始める前に、どれだけかかるかがわかります。学習はこのマシンの中で進み、見て、止めて、1 ステップずつ進められます。',
  trainData: 'データ',
  trainNetwork: 'ネットワーク',
  trainPreset: 'ネットワークとレシピ',
  trainEpochs: 'エポック数',
  trainBatch: 'バッチ',
  trainLimit: '例の数の上限',
  trainAll: 'すべて',
  trainRate: '学習率',
  trainUsual: '既定',
  trainSeed: 'シード',
  trainSource: (title, accuracy) =>
    `出典: ${title}${accuracy === undefined ? '' : ` (テストデータで ${percent.format(accuracy)} と報告)`}。`,
  trainNeedsData: '上でデータを選ぶと、どれだけかかるかがわかります。',
  trainReckoning: '数ステップの時間を測っています…',
  trainWhere: '学習する場所',
  trainInPage: 'このブラウザの中',
  trainOnNative: (threads) => `このマシンのプロセッサで、より速く (native、${threads} スレッド)`,
  trainNoNative: (why) => `このブラウザの中で学習します。マシンのプロセッサでより速く学習するには: ${why}`,
  trainStart: '学習する',
  trainPreparing: 'コンパイルしています…',
  trainNow: '学習のようす',
  trainStep: '1 ステップ',
  trainAt: (epoch, epochs, step, steps, left) =>
    `エポック ${epoch} / ${epochs}、ステップ ${number.format(step)} / ${number.format(steps)}、残り ${duration(left)}`,
  trainFinished: (accuracy) => `終わりました。テスト例の ${percent.format(accuracy)} を正しく読みます。`,
  trainStopped: '停止して保存しました。続きから再開できます。',
  brokenOff: '中断しました。それまでに保存した分は残り、続きから再開できます。',
  trainToRuns: '実行の一覧へ',
  trainProgress: '学習の進みぐあい',
  transport: '再生、一時停止、ステップ、停止',
  goOn: '続ける',
  pause: '一時停止',
  halt: '停止',
  lossTitle: '損失',
  accuracyTitle: '正解率',
  learned: '学習した例',
  putAside: '取り分けた例',
  factParameters: 'パラメータ',
  factExamples: '学習する例',
  factSteps: 'ステップ',
  factMemory: 'メモリ',
  factOperations: '答え 1 回の積和',
  factTime: '見込み時間',
  factNetwork: 'ネットワークの各層',
  confusionTitle: '何を何と読んだか',
  confusionCaption: '行: 正解。列: 読んだ結果。',
  confusionCell: (right, said, n) => `${right} を ${said} と読んだ: ${n}`,
  confusionLarge: (classes) => `${classes} クラスは表にするには多すぎます。`,
  misreadTitle: '読み違い (自信のあった順)',
  misreadTold: (accuracy, count) =>
    `テスト例 ${number.format(count)} 件のうち ${percent.format(accuracy)} を正しく読みます。`,
  misreadOne: (right, said, sure) => `${right} を ${said} と読み違え、自信は ${percent.format(sure)}`,
  misreadShort: (right, said) => `${right} → ${said}`,
  insideTitle: '選んだ例で見るネットワークの中',
  insideLayer: '層',
  insideTiles: (layer) => `${layer} の出力 (チャンネルごと)`,
  insideFilters: '最初の層が探すもの (黒は逆らい、白は後押し)',

  numbersTitle: '規則あて',
  numbersLead:
    '数の列を 2 つ書いてください。重み 3 つのネットワーク y = a x + b y′ + c (y′ は 1 つ前の y) が、そこから規則を学び、まだ y のない x について 2 列めを続けます。',
  numbersGuess: '規則をあてる',
  numbersLearning: '学習しています…',
  numbersWrong: 'y は 3 つ以上、x は y の数だけ必要です。',
  numbersRule: (a, b, c) => `y = ${a} x + ${b} y′ + ${c}`,
  numbersExact: 'すべての数を説明できます。',
  numbersMiss: (miss) => `この形の規則では全部は説明できません。最大で ${miss} ずれます。`,
  numbersUntil: (n, a, b, c) => `最初の ${n} 個には規則があります: y = ${a} x + ${b} y′ + ${c}。`,
  numbersGoesOn: '枠で囲んだところが続きです。',
};
