// Errors in Japanese: layers, losses, optimizers, models. How texts are written is told in errors-ja.ts.

/** By the English text. */
export const layerErrors: Readonly<Record<string, string>> = {
  // options of many layers
  '{} must be a whole number from 1, got {}': '{1} は 1 以上の整数です (指定: {2})',
  '{} must be a whole number from {}, got {}': '{1} は {2} 以上の整数です (指定: {3})',
  '{} must be a number from {}, got {}': '{1} は {2} 以上の数です (指定: {3})',
  '{} must be a number from 0, got {}': '{1} は 0 以上の数です (指定: {2})',
  '{} must be a number above 0, got {}': '{1} は 0 より大きい数です (指定: {2})',
  '{} must be from 0 to less than 1, got {}': '{1} は 0 以上 1 未満です (指定: {2})',
  '{} must be a finite number, got {}': '{1} は有限の数です (指定: {2})',
  'the factor': '係数',
  'each value': '各値',
  "padding must be 'valid' or 'same', got {}": "padding は 'valid' か 'same' です (指定: {1})",
  'activation must be one of {}, got {}': 'activation は {1} のどれかです (指定: {2})',
  'an initializer must be one of {}, got {}': '初期化は {1} のどれかです (指定: {2})',
  'a regularizer must be one of {}, got {}': '正則化は {1} のどれかです (指定: {2})',
  'mode must be one of {}, got {}': 'mode は {1} のどれかです (指定: {2})',
  'distribution must be one of {}, got {}': 'distribution は {1} のどれかです (指定: {2})',
  "mode must be 'rows' or 'columns', got {}": "mode は 'rows' か 'columns' です (指定: {1})",
  'scale must be more than 0, got {}': 'scale は 0 より大きい数です (指定: {1})',
  'needs at least two axes, got {}': '軸が少なくとも 2 つ必要です (実際: {1})',
  'needs a matrix, got {}': '行列が必要です (実際: {1})',

  // what layers need
  'needs images [H, W, C], got {} per example; put reshape([H, W, C]) before it':
    '画像 [H, W, C] が必要です (実際: 1 例あたり {1})。前に reshape([H, W, C]) を置いてください',
  "a window of {} does not fit into {}; use padding 'same' or larger images":
    "窓 {1} は {2} に入りません。padding 'same' か、もっと大きい画像を使ってください",
  'needs rows of numbers, got {} per example; put flatten() before it':
    '数の並びが必要です (実際: 1 例あたり {1})。前に flatten() を置いてください',
  'needs rows of numbers, got one number per example; put reshape([1]) before it':
    '数の並びが必要です (実際: 1 例あたり数 1 個)。前に reshape([1]) を置いてください',
  'needs sequences [time, features], got {} per example':
    '系列 [time, features] が必要です (実際: 1 例あたり {1})',
  'needs sequences [time, ...], got {} per example': '系列 [time, ...] が必要です (実際: 1 例あたり {1})',
  'needs {} axes, got {} per example': '軸が {1} 個必要です (実際: 1 例あたり {2})',
  'needs two inputs, got {}': '入力が 2 つ必要です (実際: {1})',
  'needs at least one input, got {}': '入力が少なくとも 1 つ必要です (実際: {1})',
  'needs at least one input, got none': '入力が少なくとも 1 つ必要です',
  'needs at least one layer, got none': '層が少なくとも 1 つ必要です',

  'needs layers, got {}; what layers gave goes to model({ inputs, outputs })':
    '層が必要です (指定: {1})。層の出力は model({ inputs, outputs }) に渡してください',
  '{} gives several outputs; use model({ inputs, outputs })':
    '{1} は出力が複数あります。model({ inputs, outputs }) を使ってください',

  // layers called on what other layers gave
  'takes one input, got {}': '入力は 1 つです (指定: {1})',
  'takes {} inputs, got {}': '入力は {1} 個です (指定: {2})',
  '{} takes {} per example, got {}': '{1} の入力は 1 例あたり {2} です (実際: {3})',
  'takes what input() or another layer gave, got {}; numbers go to model.predict()':
    '渡せるのは input() か別の層の出力です (指定: {1})。数は model.predict() に渡してください',
  'an empty list': '空のリスト',
  'inputs must come from input(), got what {} stands for':
    '入力は input() で作ったものです (指定: {1} が表すもの)',
  '{} is given twice as an input; make an input() for each':
    '{1} が入力に 2 回あります。それぞれに input() を作ってください',
  '{} must be one or several of what input() and layers gave':
    '{1} は input() か層の出力で、1 つ以上必要です',
  'output {} also comes from {}, which is not among the inputs': '出力 {1} は入力にない {2} からも来ています',
  'sizes must be whole numbers from 1, or null where open, got {}':
    '大きさは 1 以上の整数か、決めないところは null です (指定: {1})',
  'is used twice, and its {} would be {} here and {} there; make a layer for each':
    '2 回使われていますが、{1} が {2} と {3} になってしまいます。それぞれに層を作ってください',
  '{} has a {} {} in another model and would need {} here; make another layer':
    '{1} の {2} は別のモデルでは {3} ですが、ここでは {4} が必要です。別の層を作ってください',
  '{} has {} numbers in {} on another device and would need {} here; make another layer':
    '{1} の {3} には別のデバイスで数が {2} 個ありますが、ここでは {4} が必要です。別の層を作ってください',
  '{} ({} was given {}, and tried with {} for null)':
    '{1} ({2} の入力は {3} で、null を {4} として試しました)',
  'its {} would depend on a size that is open in {}; fix that size, or take one step or a mean over it before':
    '{1} が、{2} の決まっていない大きさに左右されます。その大きさを決めるか、前で 1 ステップだけ取るか平均してください',
  'gives {} or {} for {}; fix the open size':
    '{3} に対して {1} にも {2} にもなります。大きさを決めてください',

  // one layer's own
  'the slope must be a number from 0, got {}': '傾きは 0 以上の数です (指定: {1})',
  'momentum must be a number from 0 to 1, got {}': 'momentum は 0 から 1 までの数です (指定: {1})',
  'a mask must have one axis less than {}, got {}':
    'マスクの軸は {1} より 1 つ少なくなければなりません (実際: {2})',
  'mergeMode must be one of {}, got {}': 'mergeMode は {1} のどれかです (指定: {2})',
  'outputPadding must be whole numbers from 0 and less than the strides {}, got {}':
    'outputPadding は 0 以上で strides {1} より小さい整数です (指定: {2})',
  "outputPadding must be at least 1 for even windows and padding 'same', got {}; leave it out for H * stride rows":
    "窓が偶数で padding 'same' のとき、outputPadding は 1 以上です (指定: {1})。H * stride 行でよければ省いてください",
  'groups must divide the filters, got {} groups of {} filters':
    'フィルター数は groups で割り切れなければなりません (指定: フィルター {2} 個に {1} グループ)',
  'groups must divide the channels, got {} groups of {} channels':
    'チャンネル数は groups で割り切れなければなりません (指定: チャンネル {2} 個に {1} グループ)',
  'groups must be a whole number from 1, or -1 for one a channel, got {}':
    'groups は 1 以上の整数か、チャンネルごとに分ける -1 です (指定: {1})',
  '{} channels of {} do not fall into {} equal groups':
    '{2} のチャンネル {1} 個は、{3} 個の等しいグループに分かれません',
  'the rate must be from 0 to less than 1, got {}': '割合は 0 以上 1 未満です (指定: {1})',
  'the deviation must be from 0 to 1, got {}': '標準偏差は 0 から 1 までです (指定: {1})',
  'epsilon must be a number from 0, got {}': 'epsilon は 0 以上の数です (指定: {1})',
  'axis 0 is the batch; name one of the {} axes of {}, from 1 or -1':
    '軸 0 はバッチです。{2} の {1} 個の軸を 1 から、または -1 で指定してください',
  'axis 0 is the batch; name an axis from 1, or -1 for the last':
    '軸 0 はバッチです。1 以上の軸か、最後の軸を -1 で指定してください',
  'needs equal sizes but for axis {}, got {} per example':
    '軸 {1} 以外の大きさは同じでなければなりません (実際: 1 例あたり {2:and})',
  '{} must be a whole number from 0, [h, w] or [[top, bottom], [left, right]], got {}':
    '{1} は 0 以上の整数、[h, w]、[[top, bottom], [left, right]] のどれかです (指定: {2})',
  'takes all there is of {}; crop less or give larger images':
    '{1} が残らず切り取られます。切り取る幅を減らすか、もっと大きい画像を使ってください',
  'needs whole numbers from 1, one of them may be -1': '1 以上の整数が必要です (1 つだけ -1 にできます)',
  '{} per example has {} numbers, which do not fill it': '1 例あたり {1} の数は {2} 個で、形に合いません',
  'needs the numbers from 1 to {}, each once': '1 から {1} までの数が 1 回ずつ必要です',
  'the layer must have a kernel or embeddings, and has neither':
    '層に kernel か embeddings が必要ですが、どちらもありません',
  "interpolation must be 'nearest', got {}": "interpolation は 'nearest' だけです (指定: {1})",

  // augmentation
  '{} must be a number or [lower, upper] from {} to {}, got {}':
    '{1} は {2} から {3} までの数か [下限, 上限] です (指定: {4})',
  'fillMode must be one of {}, got {}': 'fillMode は {1} のどれかです (指定: {2})',
  'the way to flip must be one of {}, got {}': '反転の向きは {1} のどれかです (指定: {2})',

  // losses and metrics
  'loss must be one of {}, got {}': 'loss は {1} のどれかです (指定: {2})',
  'metrics must be among {}, got {}': 'metrics は {1} の中から選びます (指定: {2})',
  '{} needs outputs [classes], got {}': '{1} には出力 [classes] が必要です (実際: {2})',
  'needs outputs [N, classes], got {} numbers of {}':
    '出力 [N, classes] が必要です (実際: {2} ずつで {1} 個の数)',
  'labels must be {} to {}, got {} at example {}': 'ラベルは {1} から {2} までです (例 {4} では {3})',
  'targets must be {} to {}, got {} at example {}': '正解の値は {1} から {2} までです (例 {4} では {3})',
  'labelSmoothing must be from 0 to 1, got {}': 'labelSmoothing は 0 から 1 までです (指定: {1})',
  'gamma must be from 0 and alpha a number, got {} and {}':
    'gamma は 0 以上、alpha は数です (指定: {1} と {2})',
  'delta must be a number above 0, got {}': 'delta は 0 より大きい数です (指定: {1})',
  'needs a prediction for each label, got {} for {}':
    '各ラベルに予測が 1 つ必要です (実際: ラベル {2} 個に予測 {1} 個)',
  'classes must be 0 to {}, got {} taken for {} at example {}':
    'クラスは 0 から {1} までです (例 {4} では正解 {2}、予測 {3})',

  'threshold must be a number, got {}': 'threshold は数です (指定: {1})',
  'k must be a whole number from 1, got {}': 'k は 1 以上の整数です (指定: {1})',
  "a metric cannot be called loss, which is the loss's own name":
    '指標の名前を loss にはできません。損失の名前です',
  '{} must be one for each of {}, got {}': '{1} は {2} のそれぞれに 1 つ必要です (実際: {3})',
  'lists of metrics': '指標のリスト',
  'lossWeights must be numbers, got {}': 'lossWeights は数です (指定: {1})',

  // optimizers and schedules
  'owns names {}, which is not in the model; it has {}':
    'owns の {1} はモデルにありません。モデルにあるもの: {2}',
  'the list of optimizers is empty; give [{ optimizer, owns }]':
    'オプティマイザのリストが空です。[{ optimizer, owns }] のように指定してください',
  'optimizers are numbered 0 to {}, got {}': 'オプティマイザの番号は 0 から {1} までです (指定: {2})',
  '{} has a schedule; compile with a number to set it by hand':
    '{1} の学習率はスケジュールで決まります。手で変えるには、数を指定してコンパイルしてください',
  'optimizer must be one of {}, got {}': 'optimizer は {1} のどれかです (指定: {2})',
  'there is no slot {}, only {}': '{1} というスロットはありません (あるもの: {2})',
  'only one kind of clipping can be set, got {}': '勾配の制限は 1 種類だけ指定できます (指定: {1:and})',
  'learningRate must be a number from 0 or a schedule, got {}':
    'learningRate は 0 以上の数かスケジュールです (指定: {1})',
  'the rate must be a number from 0, got {}': '学習率は 0 以上の数です (指定: {1})',
  'warmupSteps needs a warmupTarget to rise to, got {} without one':
    'warmupSteps には、到達する warmupTarget が必要です (指定: warmupSteps {1} だけ)',
  'values must be one more than boundaries, got {} and {}':
    'values は boundaries より 1 個多く必要です (指定: {1} 個と {2} 個)',
  'boundaries must be rising whole numbers from 0, got {}':
    'boundaries は 0 以上で増えていく整数です (指定: {1})',

  // data for a model
  'inputs must be a Float32Array, an Int32Array or a Uint8Array':
    '入力は Float32Array, Int32Array, Uint8Array のどれかです',
  'the model takes one input, got {}': 'モデルの入力は 1 つです (実際: {1})',
  'the model takes {} inputs, got {}': 'モデルの入力は {1} 個です (実際: {2} 個)',
  'all inputs must hold as many examples, got {}':
    'どの入力も例の数が同じでなければなりません (実際: {1:and})',
  'the model takes {} per example; give the shape of these as { x, shape }':
    'モデルの入力は 1 例あたり {1} です。今回の形を { x, shape } で指定してください',
  'the model gives one output, got targets for {}': 'モデルの出力は 1 つですが、正解の値は {1} 個分あります',
  'the model gives {} outputs, got targets for {}':
    'モデルの出力は {1} 個ですが、正解の値は {2} 個分あります',
  'the shape of one example is not known; give it as shape, or call model.build() first':
    '1 例の形がわかりません。shape で指定するか、先に model.build() を呼んでください',
  'the shape of one example is not known; call build([28, 28, 1]), or whatever it is, first':
    '1 例の形がわかりません。先に build([28, 28, 1]) のように形を指定してください',
  'the model takes {} per example, got {}': 'モデルの入力は 1 例あたり {1} です (実際: {2})',
  'the model takes {} per example, got {}; make another model':
    'モデルの入力は 1 例あたり {1} です (指定: {2})。別のモデルを作ってください',
  'examples of {} need a multiple of {} numbers, got {}':
    '1 例が {1} なので、数の個数は {2} の倍数です (実際: {3} 個)',
  '{} examples of {} need {} numbers, got {}':
    '1 例が {2} なので、{1} 例には数が {3} 個必要です (実際: {4} 個)',
  '{} examples need {} labels, got {}': '{1} 例にはラベルが {2} 個必要です (実際: {3} 個)',
  '{} examples need {} targets ({} each), got {}':
    '{1} 例には正解の値が {2} 個 (1 例に {3} 個) 必要です (実際: {4} 個)',
  '{} needs targets as a Float32Array': '{1} の正解の値は Float32Array です',

  // models
  'seed must be a whole number from 0 to 4294967295, got {}':
    'seed は 0 から 4294967295 までの整数です (指定: {1})',
  'the model is training; stop it first': 'モデルは学習中です。先に止めてください',
  'the model is already training; wait for it or stop it':
    'モデルはもう学習中です。終わるのを待つか、止めてください',
  'the model is not compiled; call compile({ optimizer, loss }) first':
    'モデルがコンパイルされていません。先に compile({ optimizer, loss }) を呼んでください',
  'there are no averaged weights; compile with optimizer: averaged(adam()) and train':
    '平均した重みがありません。optimizer: averaged(adam()) でコンパイルして学習させてください',
  'there is no weight {}; the model has {}': '{1} という重みはありません。モデルの重み: {2}',
  '{} [{}] needs {} numbers, got {}': '{1} [{2}] には数が {3} 個必要です (実際: {4} 個)',

  // training
  'everySteps must be a whole number from 1, got {}': 'everySteps は 1 以上の整数です (指定: {1})',
  '{} must be a whole number from 0, got {}': '{1} は 0 以上の整数です (指定: {2})',
  'mode must be auto, min or max, got {}': 'mode は auto、min、max のどれかです (指定: {1})',
  "whether {} is better high or low is not known; give mode 'min' or 'max'":
    "{1} は大きいほどよいのか小さいほどよいのか、わかりません。mode に 'min' か 'max' を指定してください",
  'there is no {} to watch, only {}; give fit() validationData or another monitor':
    '{1} という値はありません。あるのは {2} です。fit() に validationData を渡すか、monitor を変えてください',
  'factor must be between 0 and 1, got {}': 'factor は 0 と 1 の間の数です (指定: {1})',
  'minLr must be a number from 0, got {}': 'minLr は 0 以上の数です (指定: {1})',
  'everySeconds must be a number above 0, got {}': 'everySeconds は 0 より大きい数です (指定: {1})',
  'everyEpochs must be a whole number from 1, got {}': 'everyEpochs は 1 以上の整数です (指定: {1})',
  'saveBestOnly looks at complete epochs; leave everySteps and everySeconds out':
    'saveBestOnly はエポックの終わりに調べます。everySteps と everySeconds は指定しないでください',
  'the snapshot has no counters step and seed; give one that model.snapshot() made':
    'スナップショットに step と seed がありません。model.snapshot() で作ったものを渡してください',
  'the snapshot has no {}; it is of another model, or of one compiled otherwise':
    'スナップショットに {1} がありません。別のモデルのものか、コンパイルの仕方が違います',
  '{} is {} {} here and {} {} in the snapshot; make the model it was taken from':
    '{1} はここでは {2} {3}、スナップショットでは {4} {5} です。スナップショットを取ったときと同じモデルを作ってください',
  'the epoch to go on with has {} examples, got {}; give the same data, or leave resume out':
    '続きのエポックは {1} 例です (実際: {2} 例)。同じデータを渡すか、resume を外してください',
  'give sampleWeight or classWeight, not both; multiply them into one sampleWeight':
    'sampleWeight と classWeight は同時に使えません。掛け合わせて 1 つの sampleWeight にしてください',
  'sampleWeight must be a number for each of {} examples, got {}':
    'sampleWeight は {1} 例それぞれに 1 つの数です (実際: {2} 個)',
  'sampleWeight must hold finite numbers, got {} at example {}':
    'sampleWeight は有限の数です (例 {2} では {1})',
  'classWeight must hold finite numbers, got {} for class {}':
    'classWeight は有限の数です (クラス {2} では {1})',
  'classWeight is for models with one output, got {}; use sampleWeight':
    'classWeight は出力が 1 つのモデルで使えます (実際: {1} つ)。sampleWeight を使ってください',
  'validationSplit {} of {} examples leaves {} to learn from and {} to judge; give more examples or another share':
    'validationSplit {1} では、{2} 例のうち学習に {3} 例、検証に {4} 例です。例を増やすか、割合を変えてください',

  // a step that could not be taken
  '{} made {}; it was not taken, and the weights are those from before it; {}':
    '{1}で{2}。このステップは行わず、重みはその前のままです。{3}',
  'step {} of epoch {}': 'エポック {2} のステップ {1} ',
  'step {}': 'ステップ {1} ',
  'gradients or a learning rate so large that their squares are infinite':
    '勾配か学習率が大きすぎて、その 2 乗が無限大になりました',
  '{} in the data, at example {} of input {}': 'データの入力 {3} の例 {2} に {1} がありました',
  '{} in the data, at example {}': 'データの例 {2} に {1} がありました',
  '{} in {}, from before it': '{2} に、その前から {1} がありました',
  '{} in what {} gives': '{2} の出力に {1} が出ました',
  "{} in the regularizers' penalty": '正則化の項に {1} が出ました',
  '{} in the loss {}': '損失 {2} に {1} が出ました',
  '{} in the sum of the losses': '損失の合計に {1} が出ました',
  '{} in the gradient of {}': '{2} の勾配に {1} が出ました',
  '{} in the next {}': '次の {2} に {1} が出ました',
  'mend it or leave it out': '直すか、除いてください',
  'put good numbers in with setWeights() or restore()':
    'setWeights() か restore() で正しい数を入れてください',
  'a smaller learning rate (now {}) or clipnorm may help, or a loss that takes no logarithm or root of 0':
    '学習率 (今は {1}) を下げるか、clipnorm を使うか、0 の対数や平方根を取らない損失にしてください',
  'a smaller learning rate (now {}) or clipnorm may help':
    '学習率 (今は {1}) を下げるか、clipnorm を使ってください',
  // nn
  "needs whole numbers, got f32; give an Int32Array, or make the input with dtype: 'i32'":
    "整数が必要ですが、f32 でした。Int32Array を渡すか、input を dtype: 'i32' で作ってください",
  'the number of features must be known, got {} per example':
    '特徴の数が分かっていなければなりませんが、1 例あたり {1} でした',
  'begins with {} states, or with none for zeros, got {}':
    '始めの状態は {1} 個（なければ 0）ですが、{2} 個でした',
  'its states are [{}] per example, got {}': '状態は 1 例あたり [{1}] ですが、{2} でした',
};
