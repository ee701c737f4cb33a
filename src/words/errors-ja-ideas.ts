// Errors in Japanese: ideas, attacks, explanations. How texts are written is told in errors-ja.ts.

/** By the English text. */
export const ideaErrors: Readonly<Record<string, string>> = {
  // invert
  'needs a method without slopes and a weight from 0, got {} and {}':
    '勾配を使わない方法と 0 以上の重みが必要ですが、{1} と {2} でした',
  'the statistics are of pictures {}, the model takes {}':
    'この統計は {1} の画像のものですが、モデルは {2} を取ります',
  'examples have {} pixels, got a picture of {}': 'データの画像は {1} 画素ですが、{2} 画素の画像でした',
  'needs components from 1 to {} and at least 2 pictures, got {} and {}':
    '1 から {1} の成分数と 2 枚以上の画像が必要ですが、{2} と {3} でした',
  'the file is of kind {}, not statistics': 'ファイルの種類は {1} で、統計ではありません',
  'needs {} of {} numbers, got {}': '{2} 個の数の {1} が必要ですが、{3} でした',
  'needs {} of {} numbers, got none': '{2} 個の数の {1} が必要ですが、ありません',
  'needs temperatures above 0 that fall, got from {} to {}':
    '0 より大きく下がっていく温度が必要ですが、{1} から {2} でした',
  'needs a population from 4 and a sigma above 0, got {} and {}':
    'population は 4 以上、sigma は 0 より大きい数が必要ですが、{1} と {2} でした',
  'needs whole numbers, a population above the elite and a tournament from 1, got {}, {} and {}':
    '整数で、population は elite より大きく、tournament は 1 以上が必要ですが、{1}、{2}、{3} でした',
  'needs crossover from 0 to 1 and mutation in pixels from 0, got {} and {}':
    'crossover は 0 から 1、mutation は 0 以上の画素数が必要ですが、{1} と {2} でした',
  'pixels must be binary or continuous, got {}': 'pixels は binary か continuous ですが、{1} でした',
  'budget must be a whole number of images from 1, got {}':
    'budget は 1 以上の画像数（整数）でなければなりませんが、{1} でした',
  'an image has {}, got {} to start from': '画像は {1} ですが、始めの画像は {2} でした',
  'every must be a whole number of images from 1, got {}':
    'every は 1 以上の画像数（整数）でなければなりませんが、{1} でした',
  'can go on only with the method and seed it began with, {} and {}, got {} and {}':
    '始めたときの方法と種 {1}、{2} でしか続けられませんが、{3} と {4} でした',
  'can go on only with the targets it began with, {}, got {}':
    '始めたときの目標 {1} 個でしか続けられませんが、{2} 個でした',
  'needs a picture [H, W, 1] or [H, W, 3], got {} pixels for {}':
    '[H, W, 1] か [H, W, 3] の画像が必要ですが、{2} に {1} 画素でした',
  '{} is for methods that climb a slope; this one takes priors with a penalty':
    '{1} は勾配を登る方法のためのものです。この方法には罰則のある事前知識を渡してください',
  'the shape of an image is not known; call build([28, 28, 1]), or whatever it is, first':
    '画像の形が分かりません。先に build([28, 28, 1]) などを呼んでください',
  'needs a model of one input, this one has {}': '入力が 1 つのモデルが必要ですが、{1} 個あります',
  'needs images of one size, the model takes [{}]':
    '大きさの決まった画像が必要ですが、モデルは [{1}] を取ります',
  'the model gives NaN for an image; its weights are damaged':
    'モデルが画像に NaN を返しました。重みが壊れています',
  'there is no layer {}; the model has {}': '層 {1} はありません。モデルにあるのは {2} です',
  'there is no class {}; the model has classes 0 to {}':
    'クラス {1} はありません。モデルのクラスは 0 から {2} です',
  'score must be logit or probability, got {}': 'score は logit か probability ですが、{1} でした',
  'a class or a vector needs a model that gives one row of numbers, this one gives {}; ask for a neuron or a channel':
    'クラスやベクトルには数の列を 1 つ出すモデルが必要ですが、このモデルは {1} を出します。ニューロンかチャンネルを指定してください',
  'a vector must be {} numbers, as the model gives, got {} ({})':
    'ベクトルはモデルの出力と同じ {1} 個の数ですが、{2} 個（{3}）でした',
  'a mix needs parts from 0 that are not all 0, got {}':
    '混合には 0 以上ですべてが 0 ではない割合が必要ですが、{1} でした',
  '{} gives {}, so its channel must be from 0 to {}, got {}':
    '{1} は {2} を出すので、チャンネルは 0 から {3} ですが、{4} でした',
  '{} gives {}, so its neuron must be from 0 to {}, got {}':
    '{1} は {2} を出すので、ニューロンは 0 から {3} ですが、{4} でした',
  '{} pixels {}': '{1} 画素 {2}',
  'none inside': '中に何もなし',
};
