// Errors in Japanese: pictures, weights in files, run folders. How texts are written is told in errors-ja.ts.

/** By the English text. */
export const runErrors: Readonly<Record<string, string>> = {
  // pictures
  'needs at least 1 tile, got 0': '画像が少なくとも 1 枚必要です (指定: 0)',
  'tile {} needs {} bytes for {} x {} x {}, got {}':
    '画像 {1} には {3} x {4} x {5} で {2} バイト必要です (実際: {6})',
  '{} must be a whole number of at least {}, got {}': '{1} は {2} 以上の整数です (指定: {3})',
  'needs a width and height of at least 1 and 1, 3 or 4 channels, got {} x {} x {}':
    '幅と高さは 1 以上、チャンネルは 1, 3, 4 のどれかです (指定: {1} x {2} x {3})',
  'needs {} bytes for {} x {} x {}, got {}': '{2} x {3} x {4} には {1} バイト必要です (実際: {5})',
  'needs a whole PNG file, got a damaged one ({})': 'PNG ファイルが壊れています ({1})',
  'needs a PNG file, the file ends at byte {}':
    'PNG ファイルが必要ですが、ファイルは {1} バイトで終わっています',
  'needs a PNG file, got {} instead of {} at byte {}':
    'PNG ファイルではありません。バイト {3} が {2} ではなく {1} です',
  'needs 24 bytes of header, the file ends at byte {}':
    'ヘッダーに 24 バイト必要ですが、ファイルは {1} バイトで終わっています',
  'needs between 1 and {} pixels, got {} x {} at byte 16':
    '画素数は 1 から {1} までです (バイト 16 では {2} x {3})',

  // drawings
  'needs a side of whole pixels and a brush narrower than that, got a side of {} and a brush of {}':
    '辺の画素数は整数で、ブラシはそれより細くなければなりません (指定: 辺 {1}、ブラシ {2})',
  'size must be from above 0 to {}, rising, got {} to {}':
    'size は 0 より大きく {1} 以下で、小さい順です (指定: {2} から {3})',
  'needs a square grey drawing of at least 28 x 28 pixels, got {} x {} x {}':
    '28 x 28 画素以上の正方形のグレー画像が必要です (実際: {1} x {2} x {3})',

  // diagrams, plots, animations, terminals
  '{} does not know the shape of its inputs yet; call build() first':
    '{1} の入力の形がまだ決まっていません。先に build() を呼んでください',
  'format must be one of {}, got {}': 'format は {1} のどれかです (指定: {2})',
  'needs at least 1 series, got 0': '系列が 1 つ以上必要です',
  'series {} needs as many x as y, got {} and {}': '系列 {1} の x と y は同じ個数です (実際: {2} と {3})',
  'needs numbers above 0 for a logarithmic axis, got {} to {}':
    '対数軸には 0 より大きい数が必要です (実際: {1} から {2})',
  'needs finite numbers, got {} to {}': '有限の数が必要です (実際: {1} から {2})',
  '{} x {} leaves {} x {} for the data; make it larger':
    '{1} x {2} ではデータの場所が {3} x {4} しかありません。大きくしてください',
  'needs labels and series, got {} and {}': 'ラベルと系列が必要です (実際: {1} 個と {2} 個)',
  'series {} needs {} values, got {}': '系列 {1} には値が {2} 個必要です (実際: {3} 個)',
  'needs rows of equal length, got none': '同じ長さの行が必要です (実際: なし)',
  'needs rows of equal length, got {}': '行の長さは同じでなければなりません (実際: {1})',
  '{} needs {} labels, got {}': '{1} にはラベルが {2} 個必要です (実際: {3} 個)',
  'gamma must be above 0, got {}': 'gamma は 0 より大きい数です (指定: {1})',
  'needs at least 1 frame, got 0': 'フレームが 1 つ以上必要です',
  'pictures must be of one size, got {} x {} x {} and {} x {} x {}':
    '画像はすべて同じ大きさでなければなりませんが、{1} x {2} x {3} と {4} x {5} x {6} がありました',
  'frame {} is {} x {}, the first is {} x {}; make them one size':
    'フレーム {1} は {2} x {3}、最初のフレームは {4} x {5} です。同じ大きさにしてください',
  'frame {} needs {} bytes for {} x {} x {}, got {}':
    'フレーム {1} ({3} x {4} x {5}) には {2} バイト必要です (実際: {6})',
  'at most 65535 pixels a side, got {} x {}': '一辺は 65535 ピクセルまでです (実際: {1} x {2})',
  'delay must be 20 to 655350 milliseconds for each frame, got {}':
    'delay はフレームごとに 20 から 655350 ミリ秒です (指定: {1})',
  'scale must be a whole number from 1, got {}': 'scale は 1 以上の整数です (指定: {1})',
  'columns must be a whole number from 1, got {}': 'columns は 1 以上の整数です (指定: {1})',
  'colours must be one of {}, got {}': 'colours は {1} のどれかです (指定: {2})',

  // folders of pictures
  'needs a file system, got a web page; draw files on a canvas and take their pixels':
    'ファイルはウェブページでは読めません。canvas に描いて画素を取ってください',
  'needs the package sharp for {}; run npm i sharp, or convert them to PNG':
    '{1} を読むにはパッケージ sharp が必要です。npm i sharp を実行するか、PNG に変換してください',
  'needs pictures of 1 or 3 channels, got {}': '画像のチャンネルは 1 か 3 です (実際: {1})',
  'two classes would share a folder: {}': '2 つのクラスのフォルダが同じになります: {1}',
  'needs a class for label {}, got {} classes': 'ラベル {1} のクラスがありません (クラスは {2} 個)',
  '{} is there and is another picture; choose an empty folder':
    '{1} には別の画像があります。空のフォルダを選んでください',
  'needs pictures, found none{}': '画像が見つかりません{1}',
  ' in it; put PNG, JPEG or WebP files there': '。フォルダに PNG, JPEG, WebP のファイルを入れてください',
  '; {} {}, {}, and {} more': '; {1} {2}, {3}、ほか {4} 件',
  "needs at most {} classes, got {} sub-folders; labels: 'flat' takes them as one":
    "クラスは {1} 個までです (サブフォルダ: {2} 個)。labels: 'flat' とすれば 1 つのクラスになります",
  'size must be whole numbers from 1 to 4096, got {} x {}':
    'size は 1 から 4096 までの整数です (指定: {1} x {2})',
  'crop must be one of centre, stretch, pad, got {}': 'crop は centre, stretch, pad のどれかです (指定: {1})',
  'channels must be 1 (grey) or 3 (colour), got {}': 'channels は 1 (グレー) か 3 (カラー) です (指定: {1})',
  'cannot read the folder ({}); check its name': 'フォルダを読めません ({1})。名前を確かめてください',
  'validationSplit must be from 0 to less than 1, got {}': 'validationSplit は 0 以上 1 未満です (指定: {1})',
  'a validationSplit of {} puts {} of {} pictures aside; choose another':
    'validationSplit {1} では {3} 枚のうち {2} 枚が検証用になります。別の値を選んでください',

  // pictures left out, and what to do
  'is empty': '空です',
  'copy it again': 'もう一度コピーしてください',
  'is no picture, it begins with {}': '画像ではありません (先頭: {1})',
  'take it out of the folder': 'フォルダから取り除いてください',
  'is {}, which is not supported': '{1} で、対応していません',
  'convert it to PNG': 'PNG に変換してください',
  'convert it to JPEG (in Preview or Photos: Export; on iPhones: Settings, Camera, Formats, Most Compatible)':
    'JPEG に変換してください (プレビューや写真では「書き出す」、iPhone では 設定 > カメラ > フォーマット > 互換性優先)',
  'is a damaged PNG': '壊れた PNG です',
  'copy or save it again': 'もう一度コピーか保存をしてください',
  'has {} x {} pixels, at most {} are read': '{1} x {2} 画素ですが、読めるのは {3} 画素までです',
  'make it smaller': '小さくしてください',
  'is in no class': 'どのクラスにも入っていません',
  'put it into the sub-folder of its class': 'クラスのサブフォルダに入れてください',
  'cannot be read ({})': '読めません ({1})',
  'check that it is there and yours to read': 'あるかどうか、読む権限があるかを確かめてください',

  // weights in files
  'a safetensors file has at least 8 bytes, got {}': 'safetensors ファイルは 8 バイト以上です (実際: {1})',
  'bytes 0 to 7 say that the header has {} bytes, at most {} are allowed':
    'バイト 0 から 7 によるとヘッダーは {1} バイトですが、{2} バイトまでです',
  'the header ends at byte {}, the file at byte {}; it is cut short':
    'ヘッダーはバイト {1} で終わりますが、ファイルはバイト {2} までで、途中で切れています',
  '{} (byte {}) needs a dtype, a shape and two data_offsets':
    '{1} (バイト {2}) には dtype、shape と、2 個の data_offsets が必要です',
  '{} stands twice in the header, again at byte {}': '{1} がヘッダーに 2 回あります (2 回目はバイト {2})',
  '{} (byte {}) is no name for a tensor': '{1} (バイト {2}) はテンソルの名前になりません',
  'byte {}: the header needs {}, got {}': 'バイト {1}: ヘッダーには {2} が必要です (実際: {3})',
  'dtype, shape or data_offsets': 'dtype, shape, data_offsets のどれか',
  ', or {}': ', または {1}',
  'a whole number from 0 to 2^53 - 1': '0 から 2^53 - 1 までの整数',
  'a JSON string in UTF-8': 'UTF-8 の JSON 文字列',
  '{} (byte {}) is of {}, must be one of {}':
    '{1} (バイト {2}) の型は {3} ですが、{4} のどれかでなければなりません',
  '{} (byte {}): {} {} does not fill the {} bytes it is given':
    '{1} (バイト {2}): {3} {4} は、割り当てられた {5} バイトに合いません',
  '{} holds a number at byte {} that is no {}': '{1} のバイト {2} に、{3} で表せない数があります',
  '{} (byte {}) has its data from byte {} to {}, must begin where the one before ends, at {}':
    '{1} (バイト {2}) のデータはバイト {3} から {4} ですが、前のデータの終わり {5} から始まらなければなりません',
  '{} (byte {}) has its data up to byte {}, the file ends at {}; it is cut short':
    '{1} (バイト {2}) のデータはバイト {3} までですが、ファイルは {4} までで、途中で切れています',
  'bytes {} to {} belong to no tensor; the file is damaged':
    'バイト {1} から {2} はどのテンソルのものでもありません。ファイルが壊れています',
  "{} cannot be a tensor's name: each must be another, and none JavaScript's own":
    '{1} はテンソルの名前にできません。名前はすべて異なり、JavaScript のものでない必要があります',
  '{} needs {} numbers of {} for {}, got {} of {} bytes':
    '{1} には {4} で {3} の数が {2} 個必要です (実際: {6} バイトの数 {5} 個)',
  'needs a file that says it is an eidos snapshot 1, got {}; its weights may be read with readSafetensors()':
    'eidos snapshot 1 のファイルが必要です (実際: {1})。重みは readSafetensors() で読めるかもしれません',
  "the counters in the file's metadata are no numbers by name":
    'ファイルのメタデータのカウンターが、名前の付いた数ではありません',

  'needs a file that says it is an eidos {}, got {}': 'eidos {1} のファイルが必要です (実際: {2})',
  'the file has no weight {}': 'ファイルに重み {1} がありません',
  'needs {}, which comes with eidos; install it again':
    'eidos に付属する {1} がありません。もう一度インストールしてください',
  'needs a file system, got a web page; fetch models/judge.safetensors and call judgeFromBytes()':
    'ファイルシステムが必要ですが、ここはウェブページです。models/judge.safetensors を取得して judgeFromBytes() を呼んでください',
  'needs a file system, got a web page; fetch models/{} and call {}()':
    'ファイルシステムが必要ですが、ここはウェブページです。models/{1} を取得して {2}() を呼んでください',
  'needs a file that says it is an eidos judge {}, got {}':
    'eidos の judge {1} と記されたファイルが必要ですが、{2} でした',
  'needs pictures of {}, {} pixels, got {}': '{1} の画像（{2} 画素）が必要ですが、{3} 画素でした',
  'needs a file system, got a web page; fetch models/{} and call shippedFromBytes()':
    'ファイルはウェブページでは読めません。models/{1} を取得して shippedFromBytes() を呼んでください',

  // runs
  'needs a file system, got a web page; keep model.snapshot() where pages keep things':
    'ファイルはウェブページでは使えません。model.snapshot() をページの保存場所に保存してください',
  "the snapshot's counters need a step, a whole number from 0, got {}":
    'snapshot のカウンターには step (0 以上の整数) が必要です (実際: {1})',
  'checkpoint.json is not what it must be': 'checkpoint.json の内容が正しくありません',
  'weights.safetensors has not the checksum it was saved with':
    'weights.safetensors のチェックサムが保存したときと違います',
  'its files are of two steps': 'ファイルのステップが一致しません',
  'needs the plain name of a file, got {}': 'フォルダを含まないファイル名が必要です (指定: {1})',
  'the run {} is closed; resume it with resumeRun()':
    '{1} は閉じられています。resumeRun() で再開してください',
  'cannot read {} ({}); choose another folder': '{1} を読めません ({2})。別のフォルダを選んでください',
  "{} has no best checkpoint: nothing was measured to choose by; use 'latest'":
    "{1} に best のチェックポイントはありません。選ぶための測定がありませんでした。'latest' を使ってください",
  '{} has no checkpoint that can be read; train it first':
    '{1} に読めるチェックポイントがありません。先に学習させてください',
  '{} is in use by process {} on {}; wait for it or stop it, or delete {} if it is no more':
    '{1} は {3} のプロセス {2} が使っています。終わるのを待つか、止めてください。もう動いていなければ {4} を削除してください',
  'keeping.newest must be a whole number from 1, got {}': 'keeping.newest は 1 以上の整数です (指定: {1})',
  '{} holds a run already; resume it, or choose another folder':
    '{1} にはもう学習の記録があります。再開するか、別のフォルダを選んでください',
  'every checkpoint in {} is damaged; begin a new run':
    '{1} のチェックポイントはすべて壊れています。新しく始めてください',
  '{} holds no run (there is no run.json); eidos runs lists them':
    '{1} に学習の記録がありません (run.json がありません)。一覧は eidos runs で見られます',
  'the checkpoint could not be saved anywhere: {}': 'チェックポイントをどこにも保存できませんでした: {1}',
  'cannot write {} ({}{}); {}': '{1} に書き込めません ({2}{3})。{4}',
  'the disk is full': 'ディスクがいっぱいです',
  'the folder may only be read': 'フォルダは読み取り専用です',
  'the folder is gone': 'フォルダがありません',
  'training can go on, and the next log() writes this line too':
    '学習は続けられ、次の log() がこの行も書き込みます',
  'earlier checkpoints are intact and training can go on; mend this and save again, or save to another run':
    '前のチェックポイントは無事で、学習は続けられます。原因を直して保存し直すか、別の記録に保存してください',
  'free the way and save it again': '場所を空けて、保存し直してください',
  'metrics.jsonl has all its numbers': '数値は metrics.jsonl にすべてあります',
  'what was saved is intact; the run is listed as interrupted':
    '保存したものは無事です。この記録は一覧に「中断」と表示されます',
  'choose a folder that can be written to': '書き込めるフォルダを選んでください',
  'free the way and resume it again': '場所を空けて、もう一度再開してください',
  'run.json is not a JSON object; restore it, or leave this run aside':
    'run.json が JSON オブジェクトではありません。元に戻すか、この記録は使わないでください',
  'run.json is of format {}, this eidos reads format 1; use the eidos that wrote it':
    'run.json は形式 {1} ですが、この eidos が読めるのは形式 1 です。書き込んだ eidos を使ってください',
  '{} in run.json is not what it must be, got {}': 'run.json の {1} が正しくありません (実際: {2})',
  // files
  'needs the numbers of a network 784-units-units-10, 4954920 bytes for 784 units, got {} bytes':
    '784-units-units-10 のネットワークの数値（784 ユニットで 4954920 バイト）が必要ですが、{1} バイトでした',
  'needs predictor/{}, the file has {}': 'predictor/{1} が必要ですが、ファイルにあるのは {2} です',
  '{} must be f4 {}, got {} {}': '{1} は f4 {2} でなければなりませんが、{3} {4} でした',
  '{} has numbers that are none; the file is damaged': '{1} に数でない値があります。ファイルが壊れています',
  'needs a network 784-units-units-10, got weights of {}':
    '784-units-units-10 のネットワークが必要ですが、重みは {1} でした',
  'needs {} bytes for {} pixels, got {}': '{2} 画素には {1} バイト必要ですが、{3} でした',
  'pixel {} is {}, which is no number': '画素 {1} が {2} で、数ではありません',
  nothing: '何もなし',

  // run
  'cannot read {} ({}); make it readable and try again':
    '{1} を読めません（{2}）。読めるようにしてからもう一度試してください',

  // runs in a browser
  "needs a browser's database, and a page from https or this machine; in Node use startRun()":
    'ブラウザのデータベースと、https またはこのマシンからのページが必要です。Node では startRun() を使ってください',
  "the browser's database cannot be opened ({}); allow this page to keep data":
    'ブラウザのデータベースを開けません ({1})。このページにデータの保存を許可してください',
  'the run {} is closed; resume it': '実行 {1} は閉じられています。再開してください',
  '{} is being trained in another tab; stop it there first':
    '{1} は別のタブで学習中です。先にそちらで停止してください',
  'every checkpoint of {} is damaged; begin a new run':
    '{1} のチェックポイントはすべて壊れています。新しく始めてください',
  '{} is being trained; stop it first': '{1} は学習中です。先に停止してください',
  'there is no run {}; list() names those there are': '{1} という実行はありません。list() で一覧できます',
  'the browser has no more room for this page': 'ブラウザがこのページに許す保存容量がいっぱいです',
  'the database was closed': 'データベースが閉じられました',
  'what was saved before is intact and training can go on; remove runs or export them, then save again':
    'これまでに保存したものは無事で、学習は続けられます。実行を削除するか書き出してから、保存し直してください',
  'remove runs or export them, then begin again': '実行を削除するか書き出してから、始め直してください',
  'make room and resume it again': '空きを作ってから、もう一度再開してください',
  '{} holds {}, more than 127 steps of {}': '{1} の値 {2} は、刻み {3} の 127 倍を超えています',
};
