// What `eidos idea`, `fool` and `explain` say in Japanese: the same names as messages-ideas-en.ts, complete by type.
import { percent, span, whole } from './figures.ts';
import type { ideaEnglish } from './messages-ideas-en.ts';

const units = { s: '秒', min: '分', h: '時間', day: '日' } as const;

function time(seconds: number): string {
  const { amount, unit } = span(seconds);
  return `${amount} ${units[unit]}`;
}

const near = (name: string | undefined): string => (name === undefined ? '' : `。${name} のことですか?`);

/** Their messages in Japanese. */
export const ideaJapanese: {
  readonly [Name in keyof typeof ideaEnglish]: (typeof ideaEnglish)[Name] extends string
    ? string
    : (typeof ideaEnglish)[Name];
} = {
  ideaSummary: '訓練済みのネットワークに、思い描くものを聞く',
  ideaDescription:
    '訓練済みのネットワークに、あるクラスをどう思い描くかを聞きます。聞かれていない\n' +
    '別のネットワーク (審判) がそれを何と読むかも示します。',
  foolSummary: '画像を少し変えて、ネットワークに読み違えさせる',
  foolDescription:
    '訓練済みのネットワークが別のものと読むように、画像を目立たないほど変えます。\n' +
    'データ全体を攻撃して、なお正しく読める割合を示すこともできます。',
  explainSummary: 'ネットワークがなぜそう読むのかを示す',
  explainDescription:
    'どの画素がクラスを支持するか、各層が画像をどう見るか、または、思いどおりに\n' +
    '読ませるには何を足し何を消せばよいかを示します。',
  ideaArgument: 'クラス (5)、all、混合 (3+8) と、聞く実行',
  ideaClassOption: '同じもの: 5、all、3+8、3:2+8:1',
  ideaVectorOption: 'ネットワークが出すべき数: 0,0,1,...',
  ideaLayerOption: 'クラスの代わりに内部を聞く: 層の名前',
  ideaChannelOption: 'その層のチャンネル',
  ideaNeuronOption: 'またはその層のニューロン',
  ideaMethodOption: (names) => names.join(', '),
  ideaBudgetOption: '一つのアイデアに試す画像の数',
  ideaPriorsOption: 'digit: 数字の違い方、plain: なめらかな線、none',
  ideaScoreOption: 'logit または probability',
  ideaPixelsOption: 'binary または continuous (勾配を使わない方法)',
  ideaOutOption: '.png .vf .gif (既定: idea-5.png か ideas.png)',
  ideaGifOption: 'できていく様子をアニメーションに',
  ideaPlotOption: '試した数とスコアの図 (.svg か .png)',
  ideaNearestOption: '最も近い訓練用データまでの距離も示す',
  runsExportSummary: '重みを 1 つのファイルに書き出す',
  runsExportDescription:
    '分類器の重みを 1 つのファイルに書き出します。.safetensors にはネットワークの\n' +
    '説明が付きます。.dat と .npz は mnist_check と同じ形で、784-units-units-10 の\n' +
    'ネットワークのためのものです。実行を取るコマンドは、このファイルも取ります。',
  runsExportRun: '実行、重みのファイル、または付属のモデル',
  runsExportFile: '書き出す先: .safetensors、.dat、.npz、.model',
  exampleExport: '重みを mnist_check の形で書き出す',
  noModelFile: (path, why) => `${path}: 読めません (${why})。実行か重みのファイルを指定してください`,
  notDescribed: (path, need, got) =>
    `${path}: eidos の ${need} であると書かれたファイルが必要です (実際: ${got ?? 'なし'})。eidos runs export で書けます`,
  noPreset: (path, name) =>
    `runs export: ${path} に書く ${name} はプリセットではありません。.dat か .npz にしてください`,
  exportEnding: (path, endings) =>
    `runs export: ファイル名の終わりは ${endings.join('、')} です (指定: ${JSON.stringify(path)})`,
  weightsWritten: (path, bytes) => `重み: ${path}、${whole(bytes)} バイト`,
  checkValue: (path, value) =>
    `${path} の検査値 (0.5 の画像に対して): ${Array.from(value, (x) => x.toFixed(6)).join(' ')}`,
  ideaCompareOption: '全部の方法を同じ回数で比べる: 表と一覧',
  ideaResumeOption: '停止した探索を続ける',
  foolFromOption: '画像のクラス。--picture がなければテスト用画像',
  foolToOption: '何と読ませるか (既定: 別の何か)',
  foolPictureOption: '自分の画像を使う',
  foolDataOption: 'データのテスト用画像を攻撃する: mnist',
  foolAttackOption: (names) => names.join(', '),
  foolNormOption: 'fgsm と pgd: linf は画素ごと、l2 は全体',
  foolEpsilonOption: '画素を変えてよい大きさ (1 に対して)',
  foolStepsOption: '攻撃のステップ数',
  foolRestartsOption: '試す回数、毎回別の場所から',
  foolOutOption: '.png: 前、後、変えたところ',
  foolCurveOption: '--data とともに: epsilon ごとの精度 (.png)',
  explainArgument: '画像、または聞く実行',
  explainPictureArgument: '画像',
  explainMethodOption: (names) => names.join(', '),
  explainClassOption: '説明するクラス (既定: 読んだもの)',
  explainLayerOption: 'activations と grad-cam の層',
  explainOutOption: '描き込む .png',
  exampleIdea: '最新の実行か付属のモデルが思い描く 5',
  exampleIdeaAll: '10 クラス全部と、できていく様子',
  exampleIdeaNoise: '助けのない遺伝的探索: ノイズになる',
  exampleIdeaCompare: '3 でもあり 8 でもあるものを全部の方法で、数値だけ',
  exampleIdeaResume: 'Ctrl-C で停止した探索の続き',
  exampleFool: '人には 0、ネットワークには 9',
  exampleFoolData: '500 個の数字のうちいくつが耐えるか',
  exampleFoolPicture: '自分の 0 を、各画素 0.3 以内で変える',
  exampleExplain: '読みを支持する画素',
  exampleExplainCoach: '8 にするには何を足し、何を消すか',
  exampleExplainRun: '最後の畳み込みが見た場所、数値だけ',
  needsClass: 'idea: クラスがありません。eidos idea 5 か eidos idea all としてください',
  ideaTwoTargets: 'idea: クラス、--y、--layer は一つだけ指定できます。残りを外してください',
  ideaVector: (count, got) =>
    `idea: --y にはコンマで区切った ${count} 個の数が必要です (${JSON.stringify(got)} が指定されました)`,
  ideaInside: (layer) =>
    `idea: --layer ${layer} には --channel か --neuron のどちらか一つが必要です (例: --channel 0)`,
  ideaNoClass: (got, classes, meant) =>
    `idea: クラス ${JSON.stringify(got)} はありません。ネットワークが知っているのは ${classes.join(', ')} です${near(meant)}`,
  ideaEnding: (flag, path, endings) =>
    `${flag} は ${endings.map((one) => `.${one}`).join(', ')} で終わる必要があります (${JSON.stringify(path)} が指定されました)`,
  foolNeeds: 'fool: --from か --data のどちらか一つが必要です (例: eidos fool --from 0 --to 9)',
  foolNoClass: (got, classes, meant) =>
    `fool: クラス ${JSON.stringify(got)} はありません。ネットワークが知っているのは ${classes.join(', ')} です${near(meant)}`,
  foolSame: (name) => `fool: --from と --to がどちらも ${name} です。別のクラスにしてください`,
  foolOnlyOne: (attack) =>
    `fool: ${attack} は 1 枚の画像のためのものです。--data には fgsm、pgd、square を使ってください`,
  explainMeant: 'explain: coach には --class (何のつもりで描いたか) が必要です',
  explainNeedsLayer: 'explain: activations には --layer が必要です。eidos diagram で層が分かります',
  explainNoClass: (got, classes, meant) =>
    `explain: クラス ${JSON.stringify(got)} はありません。ネットワークが知っているのは ${classes.join(', ')} です${near(meant)}`,
  needsClasses: (folder, got) =>
    `train: ${folder} には、クラスごとの画像のサブフォルダが 2 つ以上必要です (実際: ${got})`,
  foolShape: (path, shape) =>
    `${path}: ネットワークは ${shape.join(' x ')} の画像を取ります。その大きさにしてください`,
  foolNoVictim: (name) =>
    `fool: テスト用画像 1,000 枚のうち ${name} を正しく読めたものがありません。--picture で指定してください`,
  ideaClimbs: (steps, of, seconds) => `ステップ ${steps} / ${of} · 残り ${time(seconds)}`,
  ideaSearches: (name, done, of, score, seconds) =>
    `${name}: 画像 ${whole(done)} / ${whole(of)} · スコア ${score.toFixed(3)} · 残り ${time(seconds)}`,
  ideaMethod: (method, budget, count) => `${method}: ${count} 個のアイデア、それぞれ画像 ${whole(budget)} 枚`,
  ideaStopped: (images) => `画像 ${whole(images)} 枚で停止しました。それまでの最良を残します`,
  ideaGoOn: (file) => `続きは: eidos idea --resume ${file}`,
  ideaSettled: (what) =>
    `idea: --resume は前に求めたものを続けます。一緒に与えられた ${what} を外してください`,
  ideaNothingKept: (ending) =>
    `idea: --resume には停止した探索が必要ですが、ここにファイル *${ending} がありません。ファイルを指定してください`,
  ideaNotKept: (path) => `${path}: eidos が残した探索ではありません。別のファイルを指定してください`,
  ideaOtherWeights: (run) =>
    `idea: --resume には探索を始めたときの重みが必要ですが、${run} の重みは変わっています。はじめからやり直してください`,
  foolGoesOn: (restart, restarts, done, of, accuracy) =>
    `${restart} 回目 / ${restarts} · 画像 ${whole(done)} / ${whole(of)} · 正しく読めたもの ${percent(accuracy)}`,
  ideaFound: (p) =>
    [
      `${p.name}: スコア ${p.score.toFixed(3)}`,
      ...(p.probability === undefined ? [] : [`確率 ${p.probability.toFixed(4)}`]),
      ...(p.residual === undefined ? [] : [`残差 ${p.residual.toFixed(4)}`]),
      ...(p.judge
        ? [
            `審判の読み ${p.judge.reads === 'nothing' ? 'なし' : p.judge.reads} (${percent(p.judge.probability)})`,
          ]
        : []),
      ...(p.distance === undefined ? [] : [`最も近い訓練用データまで ${p.distance.toFixed(2)}`]),
      `画像 ${whole(p.evaluations)} 枚、${p.seconds.toFixed(2)} 秒`,
    ].join(' · '),
  ideaJudged: (right, all, version) =>
    `審判 ${version} は ${all} 個のうち ${right} 個を、確率 90 % を超えて聞かれたとおりに読みました`,
  judgeReads: (reads, probability) =>
    `審判: ${reads === 'nothing' ? 'なし' : reads} ${Math.floor(100 * probability)}%`,
  ideaFile: (path) => `画像: ${path}`,
  ideaSheet: (model, method, seed) =>
    `${model} のアイデア\n方法 ${method}、シード ${seed}。緑: 審判が聞かれたとおりに読んだもの`,
  ideaCompared: (model, budget, seed) =>
    `方法ごとの ${model} のアイデア\nそれぞれ画像 ${whole(budget)} 枚、シード ${seed}。緑: 審判が聞かれたとおりに読んだもの`,
  ideaColumns: () => ['方法', 'スコア', '確率', '残差', '審判', '聞いたとおり', '距離', '画像/秒', '秒'],
  axisEvaluations: '試した画像',
  axisScore: 'スコア',
  fooled: (p) =>
    [
      `${p.attack}: ${p.from} が ${p.read} と読まれました${p.success ? '' : ' (失敗)'}`,
      ...(p.judge === undefined ? [] : [`審判の読み ${p.judge === 'nothing' ? 'なし' : p.judge}`]),
      `変化は全体で ${p.distances.l2.toFixed(2)}、最大 ${p.distances.linf.toFixed(3)}、${whole(p.distances.pixels)} 画素`,
      `${p.seconds.toFixed(2)} 秒`,
    ].join(' · '),
  foolBefore: '前',
  foolAfter: (read) => `${read} と読む`,
  foolChange: '変化',
  robust: (clean, robust, count) =>
    `画像 ${whole(count)} 枚の精度: そのまま ${percent(clean)}、攻撃後 ${percent(robust)}`,
  explainRead: (path, read) => `${path}: ${read} と読みました`,
  explainTitle: (method, name) => `${method}: ${name} を支持 (赤)、反対 (青)`,
  explainGap: (gap) => `各部分の和はスコアに等しくなります (差 ${Math.abs(gap).toExponential(1)})`,
  coachAdd: '足す',
  coachErase: '消す',
  coached: (success, added, erased, before, after) =>
    `${success ? 'これで読めます' : '小さな変更では読めません'}: 足すインク ${added.toFixed(1)} 画素、消すインク ${erased.toFixed(1)} 画素、` +
    `${percent(before)} から ${percent(after)} へ`,
};
