// What `eidos gan` says in Japanese once something is trained: the same names as messages-gan-tools-en.ts.
import type { Eye } from '../src/index.ts';
import { percent, whole } from './figures.ts';
import type { ganToolsEnglish } from './messages-gan-tools-en.ts';

const eyes = (kind: Eye['kind']): string => {
  if (kind === 'classes') return 'このデータセットでクラスを見分けるように学習したネットワーク';
  if (kind === 'changes') return 'このデータセットで絵に何がされたかを言うように学習したネットワーク';
  return `${kind} (付属の、変わらないネットワーク)`;
};

/** The messages. */
export const ganToolsJapanese: {
  [Name in keyof typeof ganToolsEnglish]: (typeof ganToolsEnglish)[Name] extends string
    ? string
    : (typeof ganToolsEnglish)[Name];
} = {
  ganMeasureSummary: '絵のよさを測る',
  ganMeasureDescription:
    '描いた絵を本物と比べ、本物どうしの値と並べて示す。数字は付属の審判が見る。\n' +
    'ほかのデータでは、まずそのデータセットでネットワークを学習させる。\n' +
    'その値は、ほかのものとは比べられない。',
  ganSamplesOption: '描く枚数',
  ganTrainOnOption: '描いた絵でネットワークを学習させ、本物で試す',
  ganNearestOutOption: '描いた絵と最も近い学習画像を並べた絵の行き先',
  exampleGanMeasure: '最新の実行、10,000 枚',
  exampleGanMeasureFew: '枚数を減らし、値を JSON で',
  ganTrainOnNeedsClasses:
    'gan measure: --train-on-samples にはクラスを指定して描ける実行が必要です。外すか、クラスのあるレシピで学習してください',
  ganEyeLearns: (share) => `このデータセットを見る目を学習中: ${percent(share)}`,
  ganDraws: (count) => `${whole(count)} 枚を描いています`,
  ganMeasures: (stage, share) => `${stage === 'look' ? '絵を見ています' : '比べています'}: ${percent(share)}`,
  ganSeeksNearest: '最も近い学習画像を探しています',
  ganNearestTitle: '描いた絵と、その下に最も近い学習画像',
  ganLearnsFrom: (what, epoch, epochs) =>
    `${what === 'samples' ? '描いた絵' : '本物の絵'}から学習中: エポック ${epoch}/${epochs}`,
  ganEye: (kind) => `見る目: ${eyes(kind)}`,
  ganFloor: (count, halves) =>
    halves
      ? `各 ${whole(count)} 枚。「本物」は絵の半分ともう半分を比べた値`
      : `各 ${whole(count)} 枚。「本物」は学習画像とテスト画像を比べた値`,
  ganOfSamples: '描いた絵',
  ganOfReal: '本物',
  ganFid: 'フレシェ距離',
  ganPrecision: '適合率',
  ganRecall: '再現率',
  ganDensity: '密度',
  ganCoverage: '被覆率',
  ganWithin: 'クラス内の被覆率',
  ganColour: '色の距離 (階調)',
  ganScore: 'インセプションスコア (本物: テスト)',
  ganNear: '最も近い学習画像まで (本物: テスト画像から)',
  ganTrainedOn: 'これで学習したときの本物での正解率',
  ganAsAsked: (share, worst, least) =>
    `求めたとおりに読めたもの: ${percent(share)}。最も悪いクラス ${worst}: ${percent(least)}`,
  ganShares: (words, shares) =>
    `読まれ方: ${words.map((word, i) => `${word === 'nothing' ? '何でもない' : word} ${percent(shares[i] ?? 0)}`).join('、')}`,

  ganFindSummary: '絵のもとになる数を探す',
  ganFindDescription:
    '生成器がその絵を、またはそれに最も近い絵を描くもとの数を探す。\n' +
    '多くの出発点のうち、よいものから坂を下る。',
  ganFindClassOption: '探すクラス。指定しなければすべて試す',
  ganEncoderOption: 'エンコーダーの答えから始める (最初に学習し、実行に残る)',
  ganRestartsOption: '坂を下る出発点の数',
  ganFindStepsOption: 'それぞれの歩数',
  ganPictureArgument: '絵',
  ganNeedsPicture: 'gan: 絵が必要です。PNG か JPEG のファイル、またはそのフォルダーを指定してください',
  exampleGanFind: '最新の実行で',
  exampleGanFindMore: '何枚か、エンコーダーから始めて',
  ganSearches: (done, total) => `探しています: ${whole(done)}/${whole(total)} 歩`,
  ganFound: (file, error, name) =>
    `${file}: 画素の幅の ${error.toFixed(4)} の差${name === '' ? '' : `、クラス ${name}`}`,
  ganEncoderLearns: (share) => `この生成器のエンコーダーを学習中: ${percent(share)}`,

  ganInpaintSummary: '絵の穴を埋める',
  ganInpaintDescription:
    'マスクが隠すところを、生成器がそこに描くもので埋め、継ぎ目をなじませる。\n' +
    'マスクの白いところが穴。いくつかの埋め方が得られる。',
  ganMaskOption: '埋めるところが白い絵',
  ganFillingsOption: '埋め方の数。1 なら絵だけを書き出す',
  exampleGanInpaint: '五通りを並べて',
  exampleGanInpaintOne: '最もよいものを絵として',
  ganMaskSize: (mask, picture) =>
    `gan inpaint: マスクは絵と同じ大きさ ${picture.join(' x ')} でなければなりませんが、${mask.join(' x ')} でした。絵に重ねて描いてください`,

  ganSumSummary: '絵の数を足し引きする',
  ganSumDescription:
    '潜在空間の算術。絵のもとの数を足し引きし、その和を描く。項はシードの行番号 (4)、\n' +
    'または絵 (まず探す)。',
  ganTermsArgument: '必要なら実行、続いて + か - をはさんだ項',
  ganTerms: (word) =>
    `gan sum: + か - をはさんだ項が必要ですが、${word} でした。4 - 7 + 12 のように書いてください`,
  exampleGanSum: 'シードの三つの行、3 として',
  exampleGanSumPictures: '自分の絵で',

  ganMixSummary: 'クラスなし、複数、または一部を求める',
  ganMixDescription:
    '見たことのないラベルから生成器が描くもの: 複数のクラス、なし、すべて、半分、雑音。\n' +
    '--sweep では一つのラベルが 0 から 1 へ進む。',
  ganLabelsOption: '一行ずつ: 3+7、0.5*3+0.5*8、none、all、half、noise',
  ganSweepOption: 'ラベルが 0 から 1 へ進むクラス',
  ganSweepStepsOption: '進む段の数',
  ganMixCountOption: '一行の枚数、または進める行の数',
  ganMixMoves:
    'gan mix: 動くのは --sweep だけです。--sweep とクラスを指定するか、.png で終わるファイルにしてください',
  exampleGanMixUsual: 'triwave33 が見たもの',
  exampleGanMixOwn: '自分のラベルで',
  exampleGanSweep: '5 のラベルを 0 から 1 へ、動画で',

  ganAnomalySummary: '仲間でないものを見分ける',
  ganAnomalyDescription:
    '絵が、実行の学んだものからどれだけ離れているか、どこが違うかを言う。\n' +
    'まず検出器がその実行の絵を学習し、フォルダーに残る。',
  ganAnomalyClassOption: 'このクラスの絵だけを普通とする',
  ganUsualOption: '通すべき普通の絵の割合',
  ganCodeOption: '絵を描き直すまえに詰め込む数の個数',
  ganDetectorStepsOption: '検出器の学習の歩数',
  ganAgainOption: '検出器を学習し直す',
  exampleGanAnomaly: '新しい絵のフォルダー',
  exampleGanAnomalyClass: '3 かどうか',
  ganAnomalyRun: (folder, name) => `普通: ${folder} の絵${name === undefined ? '' : `、クラス ${name}`}`,
  ganTooFewUsual: (count) =>
    `gan anomaly: 普通の絵が 10 枚以上必要ですが、${whole(count)} 枚でした。もっと多い実行を選んでください`,
  ganDetectorLearns: (share) => `検出器が普通を学習中: ${percent(share)}`,
  ganScore1: (file, score, odd) => `${file}: ${score.toFixed(3)}${odd ? '、仲間ではありません' : ''}`,
  ganLimit: (limit, share) => `しきい値: ${limit.toFixed(3)} (普通の絵の ${percent(share)} がこれを下回る)`,

  ganGifSummary: '生成器の学び方を見せる',
  ganGifDescription: '実行が残した絵の一覧から一つの動画を作る。実行が二つなら並べて。',
  ganOtherArgument: '並べて見せるもう一つの実行',
  ganDelayOption: '一覧を見せるミリ秒',
  ganWidthOption: '幅 (画素)',
  ganFramesOption: '見せる一覧の最大数',
  ganStripOption: '一覧の代わりに、絵から絵への道',
  ganNoGrids: (folder) =>
    `gan gif: 絵の一覧のある実行が必要ですが、${folder} にはありません。eidos gan train が作ります`,
  ganFrame: (recipe, round) => `${recipe}、${whole(round)} ラウンド`,
  exampleGanGif: '最新の実行の',
  exampleGanGifTwo: '二つの実行を並べて',
};
