// Errors in Japanese: games of two networks. How texts are written is told in errors-ja.ts.

/** By the English text. */
export const ganErrors: Readonly<Record<string, string>> = {
  'count must be a whole number from 1, got {}': 'count は 1 以上の整数でなければなりませんが、{1} でした',
  '{} pictures need {} numbers in {}, got {}': '{1} 枚の絵には {3} に {2} 個の数が必要ですが、{4} 個でした',
  'labels must be whole numbers from 0 to {}, got {}':
    'labels は 0 から {1} の整数でなければなりませんが、{2} でした',
  'truncation must be a number from 0 to 1, got {}':
    'truncation は 0 から 1 の数でなければなりませんが、{1} でした',
  'needs two inputs of one size, got {} and {}': '同じ大きさの入力が二つ必要ですが、{1} と {2} でした',
  'needs {} {}, got {}; give a snapshot of such a game':
    '{1} {2} が必要ですが、{3} でした。同じ作りのゲームのスナップショットを渡してください',
  'needs {} {}, got none; give a snapshot of such a game':
    '{1} {2} が必要ですが、ありません。同じ作りのゲームのスナップショットを渡してください',
  'needs examples of {}, got {} of {} in {} numbers':
    '{1} の例が必要ですが、{3} の例 {2} 個が {4} 個の数で渡されました',
  'examples must be bytes, 0 to 255, as data sets come':
    '例はデータセットのままの 0 から 255 のバイトでなければなりません',
  'needs a class from 0 to {} for each of {} examples, got {} labels':
    '{2} 個の例のそれぞれに 0 から {1} のクラスが必要ですが、ラベルは {3} 個でした',
  'needs a class from 0 to {} for each of {} examples, got {} labels, {} for example {}':
    '{2} 個の例のそれぞれに 0 から {1} のクラスが必要ですが、ラベルは {3} 個で、例 {5} は {4} でした',
  '{} needs pictures of at least {} pixels, and a multiple of {} each way, got {} x {}; choose another size':
    '{1} には縦横とも {2} 画素以上で {3} の倍数の画像が必要ですが、{4} x {5} でした。別の大きさにしてください',
  '{} asks for classes, and the pictures have {}; take pictures':
    '{1} はクラスを使いますが、画像のクラスは {2} 個です。pictures を使ってください',
  '{} must be a number from 0 to 1, got {}': '{1} は 0 から 1 の数でなければなりませんが、{2} でした',
  'latent.distribution must be one of {}, got {}': 'latent.distribution は {1} のいずれかですが、{2} でした',
  "this loss compares pairs, which the meeting 'inTurn' never sees; use 'apart'":
    "この損失は組を比べますが、meeting が 'inTurn' では組が現れません。'apart' を使ってください",
  'realTarget does nothing for this loss; leave it at 1':
    'この損失では realTarget に意味がありません。1 のままにしてください',
  'criticBatchSize must be batchSize with pairs or sameNoise, got {} and {}':
    '組や sameNoise では criticBatchSize は batchSize と同じでなければなりませんが、{1} と {2} でした',
  'penaltyBatchSize must be at most the {} examples of a step, got {}':
    'penaltyBatchSize は 1 歩の例の数 {1} 以下でなければなりませんが、{2} でした',
  'needs {} MB even with batches of {}, got {} MB; take smaller pictures':
    'バッチを {2} にしても {1} MB 必要ですが、{3} MB しかありません。小さな画像にしてください',
  'the generator makes {}, the examples are {}; give it another end':
    '生成器は {1} を作りますが、例は {2} です。生成器の終わりを変えてください',
  'the critic must end in 1 unit, or in 2 with softmax, got {}':
    '判別器は 1 ユニットか、softmax の 2 ユニットで終わらなければなりませんが、{1} でした',
  // Searching among a generator's numbers, and telling what does not belong.
  'needs at least 10 pictures and some to hold out, got {} and {}':
    '絵が 10 枚以上と、取り分けておく分が必要ですが、{1} 枚と {2} でした',
  'needs a file that says it is an eidos detector 1, got {}':
    'eidos detector 1 と書かれたファイルが必要ですが、{1} でした',
  'the share must be above 0 and at most 1, got {}': '割合は 0 より大きく 1 以下ですが、{1} でした',
  'needs pictures of {} as bytes, got {} of {}': '{1} の絵がバイトで必要ですが、{3} の絵が {2} 枚でした',
  'needs {} numbers for {} in {}, got {}': '{3} には {2} に {1} 個の数が必要ですが、{4} 個でした',
  'needs a file that says it is an eidos encoder 1, got {}':
    'eidos encoder 1 と書かれたファイルが必要ですが、{1} でした',
  'needs pictures of {} as bytes, got {} for {}': '{1} の絵がバイトで必要ですが、{3} 枚に {2} 個でした',
  'starts need a multiple of {} numbers, got {}': 'starts には {1} の倍数の数が必要ですが、{2} 個でした',
  '{} must be a whole number from 1 to tries, got {}': '{1} は 1 から tries までの整数ですが、{2} でした',
  'steps must be a whole number from 0, got {}': 'steps は 0 以上の整数ですが、{1} でした',
  'labels must be {} classes from 0 to {}, got {}': 'labels は 0 から {2} のクラス {1} 個ですが、{3} でした',
  'weights need a number for each of {} pixels, got {}':
    'weights には {1} 画素のそれぞれに数が必要ですが、{2} 個でした',
  'some pixel must count, and none less than 0; leave some of the picture unmasked':
    '0 未満の重みはなく、どこかの画素は数えられなければなりません。絵の一部は隠さずに残してください',
  'the hole needs a number for each of {} x {} pixels, got {}':
    '穴には {1} x {2} 画素のそれぞれに数が必要ですが、{3} 個でした',
  'the hole must be a part of the picture, got {} of {} pixels':
    '穴は絵の一部でなければなりませんが、{2} 画素のうち {1} 画素でした',
  'the picture needs {} numbers, got {}': '絵には {1} 個の数が必要ですが、{2} 個でした',
  // Measures.
  'a matrix of {} x {} needs {} numbers, got {}':
    '{1} x {2} の行列 には {3} 個の数が必要ですが、{4} 個でした',
  'needs at least 2 pictures [H, W, C], got {} of {}':
    '絵 [H, W, C] が 2 枚以上必要ですが、{2} の絵が {1} 枚でした',
  'needs features of one size, got {} and {}': '特徴の大きさは同じでなければなりませんが、{1} と {2} でした',
  'needs at least 2 pictures, got {}': '絵が 2 枚以上必要ですが、{1} 枚でした',
  'neighbours number {} need at least {} pictures, got {}; take more':
    '{1} 番目の隣には絵が {2} 枚以上必要ですが、{3} 枚でした。枚数を増やしてください',
  'both crowds need the same middle, got two; make both with that of the real one':
    '二つの集まりの中心は同じでなければなりませんが、別々でした。どちらも本物の中心で作ってください',
  'pictures must have one shape, got {}': '絵の形は同じでなければなりませんが、{1} でした',
  'needs at least 10 pictures of each kind, got {}': '絵はそれぞれ 10 枚以上必要ですが、{1} 枚でした',
  'needs at least one term of {} numbers, got {}': '{1} 個の数の項が一つ以上必要ですが、{2} でした',
};
