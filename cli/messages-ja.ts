// What the command says in Japanese: the same names as messages-en.ts, complete by type.
// Help stays within 80 columns, where a Japanese character takes two.
import { megabytes, percent, span, whole } from './figures.ts';
import { english } from './messages-en.ts';
import type { Messages } from './messages.ts';

const units = { s: '秒', min: '分', h: '時間', day: '日' } as const;

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${units[unit]}`;
}

const near = (name: string | undefined): string => (name === undefined ? '' : `。${name} のことですか?`);

/** The messages in Japanese. */
export const japanese: Messages = {
  // help
  summary: 'ニューラルネットワークを学習させ、何をどう読むかを見る。必要なのは Node だけ。',
  trainSummary: 'ネットワークを学習させ、テストする',
  trainDescription: 'ネットワークを学習させ、初めて見る数字でテストし、読み間違いを画像にします。',
  devicesSummary: 'このマシンで使えるデバイスを調べる',
  devicesDescription: 'このマシンで各デバイスを実際に動かし、使えるものを表示します。',
  helpSummary: 'コマンドの使い方を表示する',
  usageTitle: '使い方:',
  argumentsTitle: '引数:',
  optionsTitle: 'オプション:',
  commandsTitle: 'コマンド:',
  examplesTitle: '例:',
  datasetArgument: '学習に使うデータ: mnist (手書き数字 70,000 枚)',
  modelOption: (names) => `ネットワーク: ${names.join(', ')}`,
  epochsOption: 'データ全体を何回学習するか',
  batchOption: '1 ステップで使う枚数',
  limitOption: '学習用・テスト用をそれぞれ最大 n 枚にする',
  outOption: 'テスト結果の画像を置くフォルダ',
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
  exampleFigures: 'スクリプト向けに数値だけを出す',
  exampleDevices: 'native, wasm, reference のどれが動くか',
  exampleDevicesJson: '同じことをスクリプト向けに',

  // errors of use
  needsCommand: 'eidos: コマンド (train か devices) が必要です。例は eidos --help で見られます',
  noCommand: (got, meant) =>
    `eidos: ${JSON.stringify(got)} というコマンドはありません${near(meant) || '。一覧は eidos --help で見られます'}`,
  needsDataset: 'train: データの名前が必要です。eidos train mnist のように指定してください',
  noOption: (call, got, meant) =>
    `${call}: ${got} というオプションはありません${near(meant) || `。一覧は ${helpOf(call)} で見られます`}`,
  needsValue: (call, flag) => `${call}: ${flag} には値が必要です。例は ${helpOf(call)} で見られます`,
  tooMany: (call, got) => `${call}: ${JSON.stringify(got)} は余分です。例は ${helpOf(call)} で見られます`,
  notOneOf: ({ call, name, got, names, meant }) =>
    `${call}: ${name} は ${names.join(', ')}${names.length > 1 ? ' のどれか' : ' だけ'}です ` +
    `(指定: ${JSON.stringify(got)})${near(meant)}`,
  notWhole: ({ call, name, got, least, most }) =>
    `${call}: ${name} は ${least} から ${most} までの整数です (指定: ${JSON.stringify(got)})`,

  // failures
  noFolder: (path, why) => `train: ${path} に書き込めません (${why})。--out で別のフォルダを指定してください`,
  tooLong: (device, seconds) =>
    `train: ${device} では約 ${time(seconds)}かかります。もっと速い --device か小さい --limit を選ぶか、` +
    `--force を付けてください`,
  bug: (why) => `eidos: ${why} (eidos の不具合です。--debug を付けた出力とともにお知らせください)`,

  // what goes on
  notUsed: (why) => `最速のデバイスは使えません: ${why}`,
  device: (name, threads) => `デバイス: ${name}、${whole(threads)} スレッド`,
  looking: 'MNIST を探しています',
  downloading: (file, received, total) =>
    `${file} をダウンロード中: ${megabytes(received)}${total === undefined ? '' : ` / ${megabytes(total)}`}`,
  data: (train, test) => `データ: mnist、学習用 ${whole(train)} 枚、テスト用 ${whole(test)} 枚`,
  model: (name, layers, parameters) =>
    `モデル: ${name}、${whole(layers)} 層、パラメータ ${whole(parameters)} 個`,
  compiling: 'ネットワークをこのデバイス用にコンパイルしています',
  willTake: (epochs, device, seconds) =>
    `時間: ${device} で ${whole(epochs)} エポックに約 ${time(seconds)}かかる見込みです`,
  training: ({ epoch, epochs, step, steps, loss, accuracy }) =>
    `エポック ${epoch}/${epochs} · ステップ ${step}/${steps} · 誤差 ${loss.toFixed(4)} · 精度 ${percent(accuracy)}`,
  left: (seconds) => ` · 残り ${time(seconds)}`,
  epochDone: ({ epoch, epochs, loss, accuracy, seconds }) =>
    `エポック ${epoch}/${epochs}: 誤差 ${loss.toFixed(4)}、精度 ${percent(accuracy)}、${time(seconds)}`,
  testing: 'テストしています',
  drawing: 'テスト用の数字を描いています',
  stopping: '止めています',
  stopped: '止めました。結果はありません',
  stoppedTraining: ({ epoch, epochs, step, steps, seconds }) =>
    `エポック ${epoch}/${epochs} のステップ ${step}/${steps} の後で止めました (学習時間 ${time(seconds)})。` +
    `テストはせず、何も書き出していません`,

  // results
  testLoss: (loss) => `テストの誤差: ${loss.toFixed(4)}`,
  testAccuracy: (accuracy) => `テストの精度: ${accuracy.toFixed(4)}`,
  sheet: (path) => `テストの数字 (読み間違えたものが先): ${path}`,
  // The font of pictures has no Japanese letters.
  sheetRun: english.sheetRun,
  sheetTitle: english.sheetTitle,
  sheetMistakes: english.sheetMistakes,
  works: (name, threads, fastest) =>
    `${name.padEnd(9)}  使えます、${whole(threads)} スレッド${fastest ? ' (指定がなければこれを使います)' : ''}`,
  worksNot: (name, why) => `${name.padEnd(9)}  使えません: ${why}`,
};

const helpOf = (call: string): string => (call === 'eidos' ? 'eidos --help' : `eidos ${call} --help`);
