// Errors in Japanese: shapes, tensors, gradients, devices. How texts are written is told in errors-ja.ts.

/** By the English text. */
export const engineErrors: Readonly<Record<string, string>> = {
  // values of several messages
  none: 'なし',
  channels: 'channels',
  'the batch (at most {})': 'バッチ (最大 {1})',

  // base
  'needs a count from 0 to 2147483647, got {}': '個数は 0 から 2147483647 までです (指定: {1})',
  'needs an integer seed from 0 to 4294967295, got {}':
    'シードは 0 から 4294967295 までの整数です (指定: {1})',
  'a single number has no axis, got axis {}': '1 個の数に軸はありません (指定: 軸 {1})',
  'axis must be a whole number from {} to {}, got {}': '軸は {1} から {2} までの整数です (指定: {3})',
  'sizes must be whole numbers from 0, got {}': '大きさは 0 以上の整数です (指定: {1})',
  'axes must be numbers, got {}; for two tensors, element by element, there is {}2':
    '軸は数です (指定: {1})。2 つのテンソルの要素ごとの計算には {2}2 があります',
  'an axis is named twice in {}': '{1} に同じ軸が 2 回あります',
  'cannot broadcast {} with {}: axis {} is {} on the left, {} on the right':
    '{1} と {2} はブロードキャストできません。軸 {3} が左では {4}、右では {5} です',

  // views and tensors
  '{} has {} elements, {} needs {}': '{1} の要素は {2} 個ですが、{3} には {4} 個必要です',
  '{} has {} elements, cannot fill {}': '{1} の要素は {2} 個で、{3} を埋められません',
  'needs each of the {} axes of {} once, got {}': '{2} の {1} 個の軸がそれぞれ 1 回ずつ必要です (指定: {3})',
  'takes more than there is of {}: {}': '{1} にある以上を切り取ろうとしています: {2}',
  'cannot turn the batch round, got axes {} of {}': 'バッチの順は逆にできません (指定: {2} の軸 {1})',
  'the batch axis of {} must stay a whole axis, got {}':
    '{1} のバッチの軸は 1 つの軸のままでなければなりません (指定: {2})',
  '{} needs {} numbers, got {}': '{1} には数が {2} 個必要です (実際: {3} 個)',
  'needs operands of one type, got {}; convert one with to()':
    '型は同じでなければなりません (実際: {1:and})。to() で変換してください',
  'needs f32 or i32, got {}; convert it with to()':
    'f32 か i32 が必要です (実際: {1})。to() で変換してください',
  'needs {}, got {}; convert it with to()': '{1} が必要です (実際: {2})。to() で変換してください',
  'the condition must be bool, got {}': '条件は bool です (実際: {1})',
  'needs at most one batch axis, got {} in {}': 'バッチの軸は 1 つまでです (実際: {2} の {1})',
  'cannot repeat {} to {}': '{1} を繰り返して {2} にすることはできません',
  'needs a pair of whole numbers from 0 for each axis of {}, got {}':
    '{1} の各軸に 0 以上の整数の組が必要です (指定: {2})',
  'cannot change the batch axis of {} by {}': '{1} のバッチの軸は変えられません (指定: {2})',
  "needs f32, got {} and {}; convert with to('f32')":
    "f32 が必要です (実際: {1} と {2})。to('f32') で変換してください",
  'needs a tensor or a number, got {}': 'テンソルか数が必要です (実際: {1})',
  "needs a whole number beside {}, got {}; convert the tensor with to('f32')":
    "{1} と組む数は整数です (指定: {2})。テンソルを to('f32') で変換してください",
  'the loss must be one f32 number, got {} {}; take its mean() or sum() first':
    '損失は f32 の数 1 個です (実際: {1} {2})。先に mean() か sum() を取ってください',
  'needs f32 tensors to differentiate by, got {}': '微分できるのは f32 のテンソルです (実際: {1})',

  // operations
  'needs at least one tensor, got none': 'テンソルが少なくとも 1 つ必要です',
  'needs equal types and sizes but for axis {}, got {} {} and {} {}':
    '型と、軸 {1} 以外の大きさは同じでなければなりません (実際: {2} {3} と {4} {5})',
  'cannot join the batch axis with a fixed one: {} and {}':
    'バッチの軸と大きさの決まった軸はつなげません: {1} と {2}',
  'needs 0 <= from <= to <= {} on axis {} of {}, got {} and {}':
    '{3} の軸 {2} では 0 <= from <= to <= {1} です (指定: {4} と {5})',
  '{} must be a whole number from 1 or two of them, got {}':
    '{1} は 1 以上の整数か、その 2 個の組です (指定: {2})',
  'needs images [N, H, W, C], got {}': '画像 [N, H, W, C] が必要です (実際: {1})',
  'needs a kernel [rows, columns, channels, filters], got {}':
    'カーネル [rows, columns, channels, filters] が必要です (実際: {1})',
  'channels differ: images {}, kernel {} ({} and {})':
    'チャンネル数が違います: 画像 {1}、カーネル {2} ({3} と {4})',
  'needs a kernel [rows, columns, {}, multiplier] for images {}, got {}':
    '画像 {2} にはカーネル [rows, columns, {1}, multiplier] が必要です (実際: {3})',
  'needs images [N, H, W, C] and a kernel [rows, columns, filters, C], got {} and {}':
    '画像 [N, H, W, C] とカーネル [rows, columns, filters, C] が必要です (実際: {1} と {2})',
  'needs images [N, H, W, C] and a kernel [rows, columns, C / {}, filters in {} groups], got {} and {}':
    '画像 [N, H, W, C] とカーネル [rows, columns, C / {1}, {2} グループに分かれる filters] が必要です (実際: {3} と {4})',
  'needs two matrices, got {} @ {}': '行列が 2 つ必要です (実際: {1} @ {2})',
  'inner sizes differ: {} @ {} ({} and {})': '内側の大きさが違います: {1} @ {2} ({3} と {4})',
  'the axes in front must be equal: {} @ {}': '前の軸は同じでなければなりません: {1} @ {2}',
  'needs seed and step as single i32, got {} and {}':
    'シードとステップはそれぞれ i32 の数 1 個です (実際: {1} と {2})',
  'needs a table and i32 numbers of its rows, got {} and {}':
    '表と、i32 の行番号が必要です (実際: {1} と {2})',
  'the rows of the table cannot be the batch, got {}': '表の行をバッチにはできません (実際: {1})',
  'needs i32 numbers and f32 rows for each, got {} and {}':
    'i32 の番号と、それぞれに f32 の行が必要です (実際: {1} と {2})',
  'the batch must be the first axis of the numbers, got {}':
    'バッチは番号の最初の軸でなければなりません (実際: {1})',
  "needs i32 class numbers, got {}; convert with to('i32')":
    "i32 のクラス番号が必要です (実際: {1})。to('i32') で変換してください",
  'needs one number for each row of {}, got {}': '{1} の各行に番号が 1 個ずつ必要です (実際: {2})',
  'needs sequences of one length on their leading axis, got {} for length {}':
    '先頭の軸の長さがそろった系列が必要です (実際: {1}、長さ {2})',
  'needs a carry or a sequence, got neither': '初期値か系列が必要です (どちらもありません)',
  'the body must give back {} carries, got {}': '本体は値を {1} 個返さなければなりません (実際: {2} 個)',
  'carry {} must stay {} {}, the body gives {} {}':
    '引き継ぐ値 {1} は {2} {3} のままでなければなりません (本体が返すのは {4} {5})',

  // compiling and running
  'batch must be a whole number from 1, got {}': 'batch は 1 以上の整数です (指定: {1})',
  'the batch must be the first axis of an output, got {} for {}; permute it first':
    'バッチは出力の最初の軸でなければなりません ({2} は {1})。先に permute してください',
  'the batch must be the first axis of an input, got [{}] for {}; permute it inside':
    'バッチは入力の最初の軸でなければなりません ({2} は [{1}])。中で permute してください',
  '{} is given two values; a step gives each variable one':
    '{1} に値が 2 つあります。1 ステップで各変数に入る値は 1 つです',
  'a tensor of another program is used; only variables carry values from call to call':
    '別のプログラムのテンソルが使われています。呼び出しをまたいで値を運べるのは変数だけです',
  '{} holds {} {}, got {} {} for it': '{1} は {2} {3} ですが、{4} {5} が渡されました',
  'a variable of another device is used; make it on this one':
    '別のデバイスの変数が使われています。このデバイスで作ってください',
  'it is closed; open another with open()': '閉じられています。open() で開き直してください',
  '{} is closed; close it when no program uses it any more':
    '{1} は閉じられています。どのプログラムも使わなくなってから閉じてください',
  '{} holds {} numbers {}, got {}': '{1} の数は {2} 個 {3} です (実際: {4} 個)',
  'batch must be a whole number up to {}, got {}; compile with a larger batch':
    'batch は {1} までの整数です (指定: {2})。もっと大きい batch でコンパイルしてください',
  'times must be a whole number from 0, got {}': 'times は 0 以上の整数です (指定: {1})',
  'the program is closed; compile it again': 'プログラムは閉じられています。もう一度コンパイルしてください',
  'needs the input {} {}, got {}': '入力 {1} {2} が必要です (実際: {3})',
  '{} {} needs {} numbers for a batch of {}, got {}':
    '{1} {2} には、バッチ {4} に対して数が {3} 個必要です (実際: {5} 個)',
  'there is no input {}; the program has {}': '{1} という入力はありません。このプログラムの入力: {2}',

  // devices
  'device must be one of {}, got {}': 'device は {1} のどれかです (指定: {2})',
  'threads must be a whole number from 1 to 256, got {}': 'threads は 1 から 256 までの整数です (指定: {1})',
  'threads must be 1 to 256, got {}': 'threads は 1 から 256 までです (指定: {1})',
  'needs Node and a C compiler, got a web page': 'Node と C コンパイラが必要ですが、ウェブページでした',
  "native needs Node and a C compiler, got a web page; use 'wasm'":
    "native には Node と C コンパイラが必要で、ウェブページでは使えません。'wasm' を使ってください",
  'needs Linux or macOS, got {}': 'Linux か macOS が必要です (実際: {1})',
  'needs {} MB of memory, the system has {} MB; take a smaller batch':
    'メモリが {1} MB 必要ですが、システムには {2} MB しかありません。バッチを小さくしてください',
  'needs {} bytes of memory, and the system has none left; take a smaller batch':
    'メモリが {1} バイト必要ですが、システムに残っていません。バッチを小さくしてください',
  'needs {} bytes of memory for a program, and the system has none left':
    'プログラムのためにメモリが {1} バイト必要ですが、システムに残っていません',
  'needs {} bytes of memory for a profile, and the system has none left':
    '計測のためにメモリが {1} バイト必要ですが、システムに残っていません',
  'needs {} MB more, has {} MB of {} MB left in one piece; use a smaller batch or device native':
    'メモリがあと {1} MB 必要ですが、続けて使えるのは {3} MB のうち {2} MB です。バッチを小さくするか、デバイス native を使ってください',
  'the device is closed; open another': 'デバイスは閉じられています。開き直してください',

  // the C compiler and its cache
  'the cache folder {} belongs to another user; set EIDOS_CACHE':
    'キャッシュのフォルダ {1} は別のユーザーのものです。EIDOS_CACHE で指定してください',
  'the cache folder {} can be written by others; chmod 700 it or set EIDOS_CACHE':
    'キャッシュのフォルダ {1} に他の人も書き込めます。chmod 700 するか、EIDOS_CACHE で指定してください',
  'cannot write to the cache folder {} ({}); set EIDOS_CACHE':
    'キャッシュのフォルダ {1} に書き込めません ({2})。EIDOS_CACHE で指定してください',
  '{} failed: {}': '{1} が失敗しました: {2}',
  'it was ended': '終了させられました',
  'it gave no reason and status {}': '理由の表示はなく、終了コードは {1} です',
  'needs a C compiler, and CC is "{}", which is not there; mend CC':
    'C コンパイラが必要ですが、CC の "{1}" が見つかりません。CC を直してください',
  'needs a C compiler, found no cc, gcc or clang in PATH; install one or set CC':
    'C コンパイラが必要ですが、PATH に cc, gcc, clang がありません。インストールするか、CC で指定してください',
  'needs a C compiler, and the command line tools are not installed; run xcode-select --install':
    'C コンパイラが必要ですが、コマンドラインツールがありません。xcode-select --install を実行してください',
  'needs a compiler for 64 bits, {} is for fewer; set CC':
    '64 ビットのコンパイラが必要ですが、{1} は違います。CC で指定してください',
  'cannot run {}: {}': '{1} を実行できません: {2}',
  'needs the optional package koffi, which is not installed; npm install koffi':
    'パッケージ koffi がインストールされていません。npm install koffi を実行してください',
  'cannot load libraries from the cache folder ({}); set EIDOS_CACHE to another':
    'キャッシュのフォルダからライブラリを読み込めません ({1})。EIDOS_CACHE で別のフォルダを指定してください',
  'cannot keep {} loaded': '{1} を読み込んだままにできません',
  'cannot load {} ({}); set EIDOS_CACHE to another folder':
    '{1} を読み込めません ({2})。EIDOS_CACHE で別のフォルダを指定してください',
  '{}; set EIDOS_CACHE to another folder': '{1}。EIDOS_CACHE で別のフォルダを指定してください',
  'needs at least one target, got none': '目標が 1 つも与えられていません',
  'targets climbed together must be of one kind: classes, vectors and mixes, or one layer':
    'まとめて探す目標は 1 種類にしてください: クラス、ベクトルと混合、または 1 つの層',
  'method must be one of {}, got {}': 'method は {1} のいずれかにしてください (実際: {2})',
  'the method generator needs a generator; make one with trainPrior() or unpackGenerator()':
    '方法 generator には generator が必要です。trainPrior() か unpackGenerator() で作ってください',
  'the generator draws pictures {}, the model takes {}':
    'generator が描く画像は {1} で、モデルが受け取るのは {2} です',
  'epsilon must be at least 1/255 and at most 1, got {}':
    'epsilon は 1/255 以上 1 以下にしてください (実際: {1})',
  'epsilon must be at least 1/255, got {}': 'epsilon は 1/255 以上にしてください (実際: {1})',
  'ideas must be a whole number from 1, got {}': 'ideas は 1 以上の整数にしてください (実際: {1})',
  'must be one of {}, got {}': '{1} のいずれかにしてください (実際: {2})',
  'needs a layer that gives pictures, {} gives {} per picture':
    '画像を出す層が必要ですが、{1} は画像 1 枚につき {2} を出します',
  'needs a model of one picture [H, W, C], got {}':
    '画像 [H, W, C] を 1 枚受け取るモデルが必要ですが、入力は {1} です',
  'needs a model that gives a number for each class, got {} per picture':
    'クラスごとに 1 つの数を出すモデルが必要ですが、画像 1 枚につき {1} を出します',
  'needs a number from 0, got {}': '0 以上の数が必要です (実際: {1})',
  'needs a probability between 0 and 1, a pen above 0 and steps from 1, got {}, {} and {}':
    'probability は 0 と 1 の間、pen は 0 より大きく、steps は 1 以上にしてください (実際: {1}、{2}、{3})',
  'needs a shift from 0, degrees from 0 to 45 and a scale from 0 to 0.5, got {}, {} and {}':
    'shift は 0 以上、角度は 0 から 45 度、scale は 0 から 0.5 にしてください (実際: {1}、{2}、{3})',
  'needs groups of at least 2 pictures, got {}': '1 組は 2 枚以上の画像にしてください (実際: {1})',
  'needs steps from 1 and a part up to 1, got {} and {}':
    'steps は 1 以上、part は 1 以下にしてください (実際: {1} と {2})',
  "beginnings must be 'noise' or 'mixed', got {}": "beginnings は 'noise' か 'mixed' です (指定: {1})",
  "beginnings 'mixed' needs images [N, H, W, C], got {}; use 'noise'":
    "beginnings 'mixed' には画像 [N, H, W, C] が必要です (実際: {1})。'noise' を使ってください",
  'warmup must be a whole number of batches from 0, got {}':
    'warmup は 0 以上のバッチ数（整数）でなければなりませんが、{1} でした',
  'needs steps from 1 and a stepSize above 0, got {} and {}':
    'steps は 1 以上、stepSize は 0 より大きくしてください (実際: {1} と {2})',
  'needs {} {}, got none': '{1} {2} が必要ですが、ありません',
  'needs {} {}, got {}': '{1} {2} が必要です (実際: {3})',
  'paper must be a number between 0 and 1, got {}': 'paper は 0 と 1 の間の数にしてください (実際: {1})',
  'pictures of {} need a multiple of {} numbers, got {}':
    '{1} の画像には {2} の倍数個の数が必要です (実際: {3})',
  'pixels must be a whole number from 1 to {}, got {}':
    'pixels は 1 から {1} までの整数にしてください (実際: {2})',
  'pushes pixels within an L-infinity ball, got l2; use pgd':
    'L-infinity の球の中で画素を動かします。l2 には pgd を使ってください',
  'restarts must be a whole number from 1, got {}': 'restarts は 1 以上の整数にしてください (実際: {1})',
  'sigma must be a number from 0, got {}': 'sigma は 0 以上の数にしてください (実際: {1})',
  'size and stride must be whole numbers from 1 to {}, got {} and {}':
    'size と stride は 1 から {1} までの整数にしてください (実際: {2} と {3})',
  'steps and prices must be whole numbers from 1, got {} and {}':
    'steps と prices は 1 以上の整数にしてください (実際: {1} と {2})',
  'steps must be a whole number from 1, got {}': 'steps は 1 以上の整数にしてください (実際: {1})',
  'takes 1 to {} pictures at a time, got {}': '一度に受け取る画像は 1 枚から {1} 枚です (実際: {2})',
  'takes one drawing at a time, got {}': '一度に受け取る絵は 1 枚です (実際: {1})',
  'takes one picture at a time, got {}': '一度に受け取る画像は 1 枚です (実際: {1})',
  'the baseline needs {} numbers, got {}': 'baseline には {1} 個の数が必要です (実際: {2})',
  'the canvas must be one of {}, got {}': 'canvas は {1} のいずれかにしてください (実際: {2})',
  'the factor must be a number from 1 to {}, got {}': '倍率は 1 から {1} までの数にしてください (実際: {2})',
  'the file is of kind {}, not a generator': 'ファイルの種類は {1} で、generator ではありません',
  'the model has no convolution (it has {}); use saliency() or occlusion()':
    'モデルに畳み込みの層がありません (あるのは {1})。saliency() か occlusion() を使ってください',
  'the model has no convolution and no dense layer': 'モデルに畳み込みの層も全結合の層もありません',
  'the picture is a {} already; ask for another class':
    '画像はもともと {1} です。別のクラスを指定してください',
  '{} pictures are not groups of {}': '{1} 枚の画像は {2} 枚ずつの組になりません',
  '{} pictures need as many classes, got {}': '{1} 枚の画像には同じ数のクラスが必要です (実際: {2})',
  '{} pictures of {} need {} numbers, got {}': '{2} の画像 {1} 枚には {3} 個の数が必要です (実際: {4})',
  '{} {} is not over the pixels of the picture': '{1} {2} は画像の画素に対する重みではありません',
  // sequence
  'heldOut must be between 0 and 1, got {}': 'heldOut は 0 と 1 の間でなければなりませんが、{1} でした',
  'needs a text of at least {} characters, got {}; {} and more do well':
    '{1} 文字以上の文章が必要ですが、{2} 文字でした。{3} 文字以上あるとうまくいきます',
  'steps must be a whole number from 2, got {}': 'steps は 2 以上の整数でなければなりませんが、{1} でした',
  'order must be a whole number from 1, got {}': 'order は 1 以上の整数でなければなりませんが、{1} でした',
  '{} must be numbers, got {}': '{1} は数でなければなりませんが、{2} でした',
  'needs at least {} ys, and an x for each, got {} xs and {} ys; a rule has three numbers':
    'y が {1} 個以上と、それぞれに x が必要ですが、x は {2} 個、y は {3} 個でした。規則には数が 3 つあります',
  'needs characters before and in the text, got {} and {}':
    '文章の前と中に文字が必要ですが、{1} と {2} でした',
  'temperature must be a number from 0, got {}':
    'temperature は 0 以上の数でなければなりませんが、{1} でした',
  'length must be a whole number from 0, got {}': 'length は 0 以上の整数でなければなりませんが、{1} でした',
  'needs characters, each of them once, got {} with {} different':
    'それぞれ一度ずつの文字が必要ですが、{1} 文字のうち {2} 種類でした',
  'no character is there {} times; give it a longer text':
    '{1} 回現れる文字がありません。もっと長い文章を渡してください',
};
