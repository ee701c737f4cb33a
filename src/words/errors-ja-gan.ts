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
  '{} needs pictures of at least 8 pixels, and a multiple of {} each way, got {} x {}; choose another size':
    '{1} には縦横とも 8 画素以上で {2} の倍数の画像が必要ですが、{3} x {4} でした。別の大きさにしてください',
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
};
