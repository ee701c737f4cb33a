// What `eidos gan` says in Japanese: the same names as messages-gan-en.ts, complete by type.
import type { Trouble } from '../src/index.ts';
import { megabytes, percent, sharesOf, short, span, whole } from './figures.ts';
import type { ganEnglish } from './messages-gan-en.ts';

const units = { s: '秒', min: '分', h: '時間', day: '日' } as const;

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${units[unit]}`;
}

/** What is wrong, what its number is, and what helps. */
const troubles: Readonly<Record<Trouble, (value: number, name: string) => string>> = {
  notFinite: () =>
    '数値が有限でなくなったため、このラウンドは行いませんでした。両方の学習率を下げるか、罰則 (r1) を加えてください',
  memorising: (value) =>
    `丸暗記: 最も近い学習画像までの距離が、学習画像どうしの ${percent(value)} しかありません。画像を増やす、判別器に反転や移動をした画像を見せる (diffAugment)、早めに止める、のいずれかを試してください`,
  collapse: (value) =>
    `崩壊: 絵どうしの違いが本物の ${percent(value)} しかありません。生成器の学習率を下げる、relativistic 損失と r1・r2 を使う、最良のチェックポイントに戻る、のいずれかを試してください`,
  oneClass: (value, name) =>
    `崩壊: 絵の ${percent(value)} がクラス ${name} です。クラスを指定するレシピを使う、生成器の学習率を下げる、relativistic 損失と r1・r2 を使う、のいずれかを試してください`,
  criticTooStrong: (value) =>
    `判別器が強すぎます: 組の ${percent(value)} を見分けています。その学習率を下げる、r1 を上げる、ラベルを和らげる (realTarget 0.9)、ドロップアウトを入れる、のいずれかを試してください`,
  vanished: (value) =>
    `生成器の勾配が消えました (以前の ${percent(value)})。nonSaturating か relativistic 損失を使い、判別器を弱めてください (r1)`,
  exploded: (value) =>
    `勾配が爆発しました (以前の ${whole(Math.round(value))} 倍)。学習率を下げるか、罰則 (r1) を上げてください`,
  oscillation: (value) =>
    `振動: 生成器の損失が平均の ${percent(value)} の幅で揺れています。両方の学習率を下げ、beta1 を 0 か 0.5 にし、r1 を上げ、平均した生成器で描いてください`,
  farOff: (value) =>
    `終わりが近いのに、絵がまだ本物と違います: 全体の隔たりが、本物どうしの距離の ${percent(value)} あります。まだ近づいているならラウンドを増やし、そうでなければ学習率を変えるか、r1・r2 のあるレシピを使ってください`,
};

/** The messages. */
export const ganJapanese: {
  [Name in keyof typeof ganEnglish]: (typeof ganEnglish)[Name] extends string
    ? string
    : (typeof ganEnglish)[Name];
} = {
  ganSummary: '絵を描くネットワークを学習させ、描かせる',
  ganDescription:
    '二つのネットワークを競わせて学習させる。一方が絵を描き、他方が本物と見分ける。\n' +
    'その後、描く側が求められたものを描く。',
  ganTrainSummary: '絵を描くネットワークを学習させる',
  ganTrainDescription:
    '生成器と判別器をレシピに従って学習させる。数ラウンドごとに同じ乱数から描き、\n' +
    '悪いところがあれば名指しする。すべて実行フォルダーに残る。',
  ganTrainArgument: 'データセット、または画像のフォルダー',
  ganRecipeOption: '組み合わせのよいネットワークと規則',
  ganRoundsOption: '全部で何ラウンドか',
  ganEveryOption: '絵の一覧を何ラウンドごとに描くか',
  ganSizeOption: 'フォルダーの画像をそろえる一辺 (64)',
  ganNumbersOption: '一枚の絵を描く元の乱数の個数',
  ganReadOption: '一覧ごとに読み取る数字の見本の数 (クラスの割合)',
  ganGridOption: '見本の行と列 (2x5 など)。無ければレシピのもの',
  ganInvertedOption: '灰色の絵を白地に黒で',
  ganLightOption: '灰色の絵を黒地に白で',
  ganNoGrid: (call, got) =>
    `${call}: --grid は 2x5 のように 1 から 99 の行と列です (指定: ${JSON.stringify(got)})`,
  ganMemoryOption: '全体で使ってよいメモリ (1G など)。バッチが小さくなる',
  ganSmaller: (batch, wanted) =>
    `メモリ: バッチ ${whole(batch)} なら収まる (${whole(wanted)} では収まらない)`,
  exampleGanMemory: '大きな画像を、決めたメモリの中で',
  exampleGanDigits: 'クラスを指定できる数字、数分で',
  exampleGanFolder: '自分の画像',
  exampleGanRecipe: '出典のネットワークと規則をそのまま',
  exampleGanResume: '止めた最新の実行を続ける',
  dataDrawSummary: '試すための画像を描く',
  dataDrawDescription:
    '白地に果物のカラー画像を描く。場所も大きさも色も一枚ずつ違い、種類ごとに\nフォルダーを分ける。何にでも自由に使える。',
  dataDrawArgument: (names) => `何を描くか: ${names.join(', ')}`,
  dataDrawCountOption: '画像の枚数',
  dataDrawSizeOption: '画像の一辺の画素数',
  exampleDataDraw: '種類ごとに 100 枚。eidos gan train ./fruit で使える',
  dataDrawing: (count) => `画像を ${whole(count)} 枚描いています`,
  ganSampleSummary: '学習した生成器に描かせる',
  ganSampleDescription: '学習した生成器で絵を描く。クラスを知っていればクラスごとに。',
  ganClassOption: '描くクラス',
  ganCountOption: '絵の枚数',
  ganColumnsOption: '一行の枚数',
  ganTruncationOption: '1 より小さいと、種類は減るが確かな絵になる',
  ganLatestOption: 'ラウンドの平均ではなく、今の生成器',
  ganOutFileOption: '絵を書く場所',
  exampleGanSample: '最新の実行で 2 の絵を 25 枚',
  exampleGanMany: '別の種で 100 枚',
  ganWaySummary: 'ある絵から別の絵への道を描く',
  ganWayDescription:
    '生成器の二つの絵の間、または二つのクラスの間にあるものを描く。\n' + '.gif で終わるファイルは動く。',
  ganToClassOption: '終わりのクラス。乱数は変えない',
  ganStepsOption: '道の途中の枚数',
  ganRowsOption: '道の数',
  ganWayOutOption: '絵を書く場所、.png か .gif',
  exampleGanWay: '五つの道を動画で',
  exampleGanMix: '同じ乱数で 3 から 8 へ',

  ganNeedsData: 'gan train: データセットか画像のフォルダーが要ります。まずは eidos gan train mnist をどうぞ',
  ganTooFew: (folder, count) =>
    `gan train: 読める画像が 2 枚以上要りますが、${folder} には ${whole(count)} 枚しかありません。PNG か JPEG を置いてください`,
  notGan: (folder) => `${folder} は eidos gan train の実行ではありません。eidos runs で一覧が見られます`,
  noGan: 'ここには eidos gan train の実行がありません。eidos gan train mnist で作れます',
  ganNoClasses:
    'この生成器はクラスを知りません。--class を外すか、クラスのあるレシピ (digits) で学習させてください',
  ganNoClass: (name, classes, meant) =>
    `クラス ${name} はありません${meant === undefined ? '' : `。${meant} のことですか?`} (${classes.join(', ')})`,
  ganAsks: (folder, round) => `実行: ${folder}、ラウンド ${whole(round)} の後`,
  ganData: (name, count, shape) => `データ: ${name}、${shape.join(' x ')} の画像 ${whole(count)} 枚`,
  ganGame: (recipe, { batchSize, classes, latent }) =>
    `レシピ: ${recipe}、乱数 ${latent.size} 個 (${latent.distribution})、バッチ ${batchSize}` +
    (classes > 0 ? `、${classes} クラス` : ''),
  ganWillTake: (rounds, device, { seconds, cpuSeconds, bytes }) =>
    `時間: ${whole(rounds)} ラウンドは ${device} でおよそ ${time(seconds)} (プロセッサー時間 ${time(cpuSeconds)})、メモリー ${megabytes(bytes)}`,
  ganRound: ({ round, rounds }, signals) =>
    `ラウンド ${whole(round)}/${whole(rounds)}` +
    (signals === undefined
      ? ''
      : ` · D 損失 ${signals.criticLoss.toFixed(3)}、正答 ${percent(signals.accuracy)} · G 損失 ${signals.generatorLoss.toFixed(3)}`),
  ganLook: (round, signals, shares) =>
    `一覧、ラウンド ${whole(round)}: 勾配 D ${short(signals.criticGradient)}、G ${short(signals.generatorGradient)}` +
    ` · 多様さはデータの ${percent(signals.diversity / signals.realDiversity)}` +
    (shares ? ` · 読めた数字 ${sharesOf(shares)}` : ''),
  ganGrids: (path) => `最初の一覧: ${path}`,
  ganTrouble: ({ trouble, value, round }, name = '') =>
    `健康、ラウンド ${whole(round)}: ${troubles[trouble](value, name)}`,
  ganStopped: (round, rounds) =>
    `ラウンド ${whole(round)} / ${whole(rounds)} で止めました。すべて保存してあります`,
  ganAsked: (share, count) => `求めたとおりに読めたもの: ${whole(count)} 枚の ${percent(share)}`,
  ganHealth: (count) =>
    count === 0 ? '健康: 悪いところは見つかりませんでした' : `健康: 上に挙げた ${whole(count)} 種類の不調`,
  ganBest: (round) =>
    `データに最も近かったのはラウンド ${whole(round)} です。eidos gan sample の --best で描けます`,
  ganBestOption: 'データに最も近かったときの生成器',
  ganDrawn: (path) => `絵: ${path}`,
};
