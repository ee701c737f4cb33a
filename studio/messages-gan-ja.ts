// Generate and Runs in Japanese.
import type { ganEnglish } from './messages-gan-en.ts';

const number = new Intl.NumberFormat('ja');

/** What may be wrong with a game, and what helps. */
const troubles: Readonly<Record<string, string>> = {
  notFinite:
    '次のラウンドで数が有限でなくなるため、進めませんでした。両方の学習率を下げるか、ペナルティのあるレシピを使ってください。',
  memorising:
    '学習画像どうしより、描かれた絵のほうが学習画像に近くなっています。丸暗記しているので、画像を増やしてください。',
  collapse:
    '絵がほとんど同じになっています。前のチェックポイントに戻るか、レシピ「digits」か「pictures」を使ってください。',
  oneClass: '1 つのクラスばかり描かれています。クラスを指定できるレシピを使ってください。',
  criticTooStrong: '判定側がほとんど間違えず、生成側が学べません。ペナルティのあるレシピを使ってください。',
  vanished: '生成側に判定側の手がかりがほとんど届いていません。別の損失を使うか、判定側を弱くしてください。',
  exploded: '勾配が以前の 1000 倍になりました。学習率を下げてください。',
  oscillation: '損失が大きく上下し続けています。両方の学習率を下げてください。',
  farOff:
    '終わりが近いのに、絵がまだ本物から遠いままです。近づいているならラウンドを増やし、そうでなければレシピ「digits」か「pictures」を使ってください。',
};

/** Figures of runs. */
const figures: Readonly<Record<string, string>> = {
  loss: '損失',
  valLoss: '損失 (取り分けた例)',
  accuracy: '正解率',
  valAccuracy: '正解率 (取り分けた例)',
  testLoss: 'テスト損失',
  testAccuracy: 'テスト正解率',
  generatorLoss: '描く側の損失',
  criticLoss: '見分ける側の損失',
  ordered: '順が正しい組',
  diversity: '描いた絵の多様さ',
  realDiversity: 'データの多様さ',
  generatorGradient: '描く側の勾配',
  criticGradient: '見分ける側の勾配',
};

/** What recipes are for. */
const recipes: Readonly<Record<string, string>> = {
  digits: 'クラスを指定して数字を描く。数分',
  fashion: 'クラスを指定して服を描く。数分',
  pictures: '自分の画像のフォルダから',
  'pictures-mixed': 'pictures と同じで、色を特徴に混ぜたもの',
  mlp: '全結合層だけ (Keras-GAN と同じ)',
  lesson6: '講座 DL4US 第 6 回の畳み込み GAN',
  elix: 'elix の畳み込み GAN',
  'dcgan-z5': '5 つの数から描く DCGAN',
  'wgan-gp': '勾配ペナルティつき WGAN (triwave33 の書いたまま)',
  'wgan-gp-mended': '勾配ペナルティつき WGAN (論文どおりに直したもの)',
  cgan: 'クラスを指定する GAN (triwave33)',
};

/** The messages. */
export const ganJapanese: Readonly<typeof ganEnglish> = {
  pageGenerate: '生成',
  ganLead:
    '2 つのネットワークの勝負です。片方は絵を描き、もう片方は本物と見分けます。いつも同じ数から描くので、絵が生まれるようすを見られます。',
  ganRecipe: 'レシピ',
  ganAbout: (name, about, conditional) =>
    `${recipes[name] ?? about}${conditional ? ' (クラスを指定できます)' : ''}`,
  ganRounds: 'ラウンド数',
  ganGenerator: '描く側のパラメータ',
  ganCritic: '見分ける側のパラメータ',
  ganStart: '勝負を始める',
  ganNow: '勝負のようす',
  ganStep: '1 ラウンド',
  ganAt: (round, rounds, left) => `ラウンド ${number.format(round)} / ${number.format(rounds)}、残り ${left}`,
  ganProgress: '勝負の進みぐあい',
  ganGrid: (round) => `ラウンド ${number.format(round)} で同じ数から描いた絵`,
  ganTimeline: '時間',
  ganLatest: '最新を追う',
  ganLosses: '損失',
  ganLossGenerator: '描く側',
  ganLossCritic: '見分ける側',
  ganSignals: 'どちらが優勢か',
  ganAccuracy: '見分けた割合',
  ganOrdered: '順が正しい組',
  ganDiversity: '絵どうしの違い',
  ganDiversityDrawn: '描いた絵',
  ganDiversityReal: '本物',
  ganHealthy: '今のところ異常はありません。',
  ganTrouble: (trouble, round) => `ラウンド ${number.format(round)}: ${troubles[trouble] ?? trouble}`,
  ganDone: '勝負が終わりました。下で描かせられます。',
  ganPaused: '保存しました。続きから再開できます。',
  generatorTitle: '描かせる',
  generatorLead: (run, rounds) => `${run} (${number.format(rounds)} ラウンド後)`,
  drawNone: '勝負が始まると、ここで好きなように描かせられます。終わったものは「実行」のページから開けます。',
  drawNumbers: '描き始めの数',
  drawNumber: (n) => `数 ${n}`,
  numbersShown: (first, last, all) => `${all} 個のうち ${first}〜${last}`,
  numbersBefore: '前の数',
  numbersAfter: '次の数',
  drawSeed: 'シード',
  drawAgain: '別の数にする',
  drawMix: '各クラスの割合',
  drawPicture: 'これらの数から描いた絵',
  walkTitle: '移り変わり',
  walkFrom: '始めのシード',
  walkTo: '終わりのシード',
  walkPicture: 'あいだの絵',
  holeTitle: '穴を埋める',
  holeLead: '例を指でこすって穴をあけます。残りと合う絵になる数を、生成側が探します。',
  holeBrush: '例 (こすると消えます)',
  holeNext: '別の例',
  holeClear: '穴をなくす',
  holeFill: '埋める',
  holeNeedsData: '例を出すために、生成側が学んだデータを上で選んでください。',
  holeFilled: '埋めた絵 (よい順)',
  oddTitle: '仲間か、よそ者か',
  oddLead:
    '小さなネットワークが、データを少ない数を通して描き直すことを学びます。仲間でないものは変わって出てきます。どこが違うかを図に示します。何か描いてみてください。',
  oddNeedsData: 'MNIST など、28 × 28 画素のグレーのデータを上で選んでください。',
  noDetector: 'ふつうがまだ学ばれていません',
  oddLearn: 'ふつうを学ぶ',
  oddScore: (score, limit) =>
    `描き直せなかった割合は ${number.format(Math.round(score * 100) / 100)}。ふつうの例は 100 件中 99 件が ${number.format(Math.round(limit * 100) / 100)} を下回ります。`,
  oddUsual: '仲間です。',
  oddOdd: 'よそ者です。',
  oddMap: '違うところ',
  oddDrawn: '描き直した絵',

  pageRuns: '実行',
  runsLead:
    'ここで学習したものは、進むたびにこのブラウザに保存され、再読み込みやタブのクラッシュでも失われません。続ける、比べる、持ち出す、ができます。',
  runsNone: 'まだ何も学習していません。',
  runsRoom: (used, allowed) => `${allowed} のうち ${used} を使用`,
  runState: (state) =>
    ({
      running: '実行中',
      stopped: '停止',
      finished: '完了',
      failed: '失敗',
      interrupted: '中断',
    })[state] ?? state,
  runKind: (kind) => (kind === 'gan' ? 'GAN' : '分類'),
  runDevice: (device) => device.replace(/, (\d+) threads?/, '、$1 スレッド'),
  runStep: (step) => `ステップ ${number.format(step)}`,
  runSelect: (name) => `${name} を比べる`,
  runResume: '続ける',
  runOpen: '見る',
  runClose: '閉じる',
  runDraw: '描かせる',
  runRead: '手書きを読ませる',
  runLink: 'この設定へのリンク',
  runLinkCopied: 'コピーしました',
  runModel: 'モデル (.safetensors)',
  runFolder: '実行全体 (.zip)',
  runRemove: '削除',
  runReally: '完全に削除する',
  runKeep: '残す',
  runCurves: '曲線',
  runPictures: '絵',
  runPicture: (name) => `絵 ${name}`,
  runDrawing: 'ネットワーク',
  runConfig: '設定',
  runFailed: (why) => `失敗しました: ${why}`,
  runFolderTold:
    'runs/ に展開すると、Node の eidos で一覧に出て、続けられます。自分の画像で学んだものは、そのフォルダーも指定します: eidos train <フォルダー> --resume',
  compareTitle: '並べて比べる',
  compareTold: '上で 2 つ以上選ぶと、並べて比べられます。',
  compareFigure: '曲線',
  compareRun: '実行',
  figureName: (name) => figures[name] ?? name,
};
