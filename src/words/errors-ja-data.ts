// Errors in Japanese: data sets, downloads and the files data come in. How texts are written is told in errors-ja.ts.

/** By the English text. */
export const dataErrors: Readonly<Record<string, string>> = {
  // data sets
  'needs one of {}, got {}': '{1} のどれかです (指定: {2})',
  'needs the files {}, got {}': 'ファイル {1} が必要です (実際: {2})',
  'needs a file system, got a web page; fetch its files and call datasetFromBytes()':
    'ファイルはウェブページでは読めません。fetch で取って datasetFromBytes() に渡してください',
  '{} images must be [count, 28, 28], got {}': '{1} の画像は [count, 28, 28] です (実際: {2})',
  'needs {} labels [{}] for images {}, got {}': '画像 {3} には {1} のラベル [{2}] が必要です (実際: {4})',
  '{} labels must be 0 to 9, got {} at label {}': '{1} のラベルは 0 から 9 までです (ラベル {3} では {2})',
  'needs cifar-10-batches-bin/{} in cifar-10-binary.tar, it is not there':
    'cifar-10-binary.tar に cifar-10-batches-bin/{1} がありません',
  '{} needs a multiple of {} bytes, got {}': '{1} の大きさは {2} バイトの倍数です (実際: {3})',
  'labels must be 0 to 9, got {} at byte {} of {}': 'ラベルは 0 から 9 までです ({3} のバイト {2} では {1})',
  'needs {} numbers on a line (x and y of {} points, the digit), got {}':
    '1 行に数が {1} 個 ({2} 点の x と y、数字) 必要です (実際: {3} 個)',
  'needs a whole number of 0 to {} in row {}, column {}, got {}':
    '{2} 行 {3} 列は 0 から {1} までの整数です (実際: {4})',
  'needs {} rows, got {}': '{1} 行必要です (実際: {2} 行)',
  'needs a count of 1 to {}, got {}': '個数は 1 から {1} までです (指定: {2})',
  'needs places of 0 to {}, got {}': '位置は 0 から {1} までです (指定: {2})',
  'needs places of 0 to {}, rising, got {} to {}':
    '位置は 0 から {1} までで、初めの方が小さくなければなりません (指定: {2} から {3})',
  'shapes differ: {} and {}': '形状が違います: {1} と {2}',

  // downloads
  'needs {}, got nothing from {}; {}': '{1} をどこからもダウンロードできません ({2:or})。{3}',
  'needs {} as published, got another ({}); delete it and run it again':
    '{1} が公開されたものと違います ({2})。削除して、もう一度実行してください',
  'its {} is {}, not {}': '{1} が {3} ではなく {2} です',
  'needs {}, found it neither plain nor gzipped in {}; allow the download, or put {} (plain or .gz) into {}':
    '{1} が、そのままでも gzip でも {2:or} にありません。ダウンロードを許可するか、{3} (そのままか .gz) を {4} に置いてください',
  'needs {}, found it neither plain nor gzipped in {}; allow the download, or put {} into {}':
    '{1} が、そのままでも gzip でも {2:or} にありません。ダウンロードを許可するか、{3} を {4} に置いてください',
  'needs {}, found it not in {}; allow the download, or put {} (plain or .gz) into {}':
    '{1} が {2:or} にありません。ダウンロードを許可するか、{3} (そのままか .gz) を {4} に置いてください',
  'needs {}, found it not in {}; allow the download, or put {} into {}':
    '{1} が {2:or} にありません。ダウンロードを許可するか、{3} を {4} に置いてください',
  'go online and run it again, or put {} (plain or .gz) into {}':
    'ネットワークにつないでもう一度実行するか、{1} (そのままか .gz) を {2} に置いてください',
  'go online and run it again, or put {} into {}':
    'ネットワークにつないでもう一度実行するか、{1} を {2} に置いてください',
  'HTTP {}': 'HTTP {1}',
  'bytes {}': 'バイト {1}',
  'sends another range than asked for': '求めたのと違う範囲が送られました',
  'the connection broke off': '接続が切れました',
  'no answer for {} ms': '{1} ミリ秒応答なし',
  'sends more than {} bytes': '{1} バイトを超えて送られました',
  'ends at byte {} of {}': '{2} バイトのうち {1} バイトで終わりました',
  'cannot write {} ({}); choose a folder that can be written to':
    '{1} に書き込めません ({2})。書き込めるフォルダを選んでください',
  'cannot write {} ({}); make room and run it again':
    '{1} に書き込めません ({2})。空きを作って、もう一度実行してください',
  'cannot read {} ({})': '{1} を読めません ({2})',

  // CSV
  'the separator must be one character, got {}': '区切りは 1 文字です (指定: {1})',
  'needs at least one line of numbers, the file is empty':
    '数の行が少なくとも 1 行必要ですが、ファイルは空です',
  'needs at least one line of numbers after the names, got none':
    '名前の行の後に、数の行が少なくとも 1 行必要です',
  'needs text in UTF-8, line {} is not; save it as UTF-8':
    '{1} 行目が UTF-8 ではありません。UTF-8 で保存してください',
  'needs {} or the end of the line after the quoted text, got {} at line {}, column {}':
    '引用符で囲んだ文字列の後には {1} か行末が必要です ({3} 行 {4} 列では {2})',
  'the quotation mark at line {} is never closed': '{1} 行目の引用符が閉じられていません',
  'the label column must be a whole number from {} to {}, got {}':
    'ラベルの列は {1} から {2} までの整数です (指定: {3})',
  'there is no column {}; the file has {}': '{1} という列はありません。ファイルの列: {2}',
  'there is no column {}; the file has no names': '{1} という列はありません。ファイルに列の名前がありません',
  'needs {} fields on every line, got {} at line {}': '各行に項目が {1} 個必要です ({3} 行目では {2} 個)',
  'needs a number, got {} at line {}, column {} ({})': '数が必要です ({2} 行 {3} 列 ({4}) では {1})',

  // IDX
  'needs {} bytes for {}, {} gzipped bytes cannot hold more than {}; download it again':
    '{2} には {1} バイト必要ですが、gzip の {3} バイトに入るのは {4} バイトまでです。ダウンロードし直してください',
  'needs {} bytes for {}, the file ends at byte {}; download it again':
    '{2} には {1} バイト必要ですが、ファイルは {3} バイトで終わっています。ダウンロードし直してください',
  'needs {} bytes for {}, the file goes on after that byte; download it again':
    '{2} は {1} バイトですが、ファイルはその後も続いています。ダウンロードし直してください',
  'needs {} bytes for {}, got {}': '{2} には {1} バイト必要です (実際: {3})',
  'needs 4 bytes of magic number, the file ends at byte {}; download it again':
    '先頭に 4 バイト必要ですが、ファイルは {1} バイトで終わっています。ダウンロードし直してください',
  'needs 0 at byte {}, got {}; this is not an IDX file':
    'バイト {1} が 0 ではなく {2} です。IDX ファイルではありません',
  'needs 8 (unsigned byte) at byte 2, got {} ({})': 'バイト 2 は 8 (符号なしバイト) です (実際: {1} ({2}))',
  'needs 8 (unsigned byte) at byte 2, got {}': 'バイト 2 は 8 (符号なしバイト) です (実際: {1})',
  'needs at least 1 dimension at byte 3, got 0': 'バイト 3 の次元は 1 以上です (実際: 0)',
  'needs {} bytes of header for {} dimensions, the file ends at byte {}; download it again':
    '{2} 次元にはヘッダーが {1} バイト必要ですが、ファイルは {3} バイトで終わっています。ダウンロードし直してください',
  'needs sizes of at least 1, got 0 at byte {}': '大きさは 1 以上です (バイト {1} では 0)',
  'needs at most {} bytes, got {} up to byte {}': '{1} バイトまでです (バイト {3} までで {2})',

  // packed data
  'the gzip data are broken after byte {} of what they hold; download it again':
    'gzip のデータが、展開して {1} バイトの後で壊れています。ダウンロードし直してください',
  'the deflate data are broken after byte {} of what they hold; download it again':
    'deflate のデータが、展開して {1} バイトの後で壊れています。ダウンロードし直してください',
  'needs at most {} bytes unpacked, the gzip data go on':
    '展開して {1} バイトまでですが、gzip のデータはまだ続いています',

  // NumPy's files
  'the end': '終わり',
  'the end of the header': 'ヘッダーの終わり',
  'the end of a text': '文字列の終わり',
  'a text, True, False or numbers in brackets': '文字列、True、False、かっこで囲んだ数のどれか',
  'a whole number': '整数',
  'needs {} at byte {}, got {}; this is not an npy file':
    'バイト {2} は {1} です (実際: {3})。npy ファイルではありません',
  'needs version 1.0, 2.0 or 3.0 at byte 6, got {}.{}':
    'バイト 6 の版は 1.0, 2.0, 3.0 のどれかです (実際: {1}.{2})',
  'needs {} bytes of header, the file ends at byte {}; save it again':
    'ヘッダーに {1} バイト必要ですが、ファイルは {2} バイトで終わっています。保存し直してください',
  'needs a header of at most {} bytes, got {} at byte 8': 'ヘッダーは {1} バイトまでです (バイト 8 では {2})',
  "needs 'descr' in the header, a text like '<f4'": "ヘッダーに 'descr' ('<f4' のような文字列) が必要です",
  'holds Python objects ({}), which are programs and are not read; save numbers':
    'Python のオブジェクト ({1}) が入っています。プログラムなので読みません。数を保存してください',
  "needs numbers of type {}, got '{}'; convert it with astype()":
    "数の型は {1} のどれかです (実際: '{2}')。astype() で変換してください",
  "needs 'fortran_order' in the header, True or False":
    "ヘッダーに 'fortran_order' (True か False) が必要です",
  "needs 'shape' in the header, whole numbers in brackets":
    "ヘッダーに 'shape' (かっこで囲んだ整数) が必要です",
  'needs at most {} numbers, got {}': '数は {1} 個までです (実際: {2})',
  "the header says '{}' twice": "ヘッダーに '{1}' が 2 回あります",
  'needs {} at byte {} of the header, got {}': 'ヘッダーのバイト {2} は {1} です (実際: {3})',
  'needs {} bytes for {} {}, the file ends at byte {}':
    '{2} {3} には {1} バイト必要ですが、ファイルは {4} バイトで終わっています',
  'needs {} bytes for {} {}, the file goes on after that byte':
    '{2} {3} は {1} バイトですが、ファイルはその後も続いています',
  'needs i8 that fit into 32 bits, got {} at byte {}; save it as f8':
    'i8 の数は 32 ビットに収まるものだけです (バイト {2} では {1})。f8 で保存してください',
  'needs 0 or 1 for a b1, got {} at byte {}': 'b1 の値は 0 か 1 です (バイト {2} では {1})',
  'needs {} numbers for {}, got {}': '{2} には数が {1} 個必要です (実際: {3} 個)',
  'needs .npy files only, got {}': '入っているのは .npy ファイルだけでなければなりません (実際: {1})',
  '{} needs {} bytes for {} {}, got {}': '{1} には {3} {4} で {2} バイト必要です (実際: {5})',

  // tar and zip
  'needs a header of {} bytes at byte {}, the file ends at byte {}':
    'バイト {2} に {1} バイトのヘッダーが必要ですが、ファイルは {3} バイトで終わっています',
  '{} needs {} bytes from byte {}, the file ends at byte {}':
    '{1} にはバイト {3} から {2} バイト必要ですが、ファイルは {4} バイトで終わっています',
  'holds {} twice, again at byte {}': '{1} が 2 回入っています (2 回目はバイト {2})',
  'holds {} twice': '{1} が 2 回入っています',
  'the header at byte {} adds up to {}, not to {} as it says; this is not a tar file':
    'バイト {1} のヘッダーの合計が {3} ではなく {2} です。tar ファイルではありません',
  'needs an octal number at byte {}, got {}; this is not a tar file':
    'バイト {1} は 8 進数です (実際: {2})。tar ファイルではありません',
  'needs at most 2 GB and 65,534 files, got {} bytes in {} files':
    '2 GB、65,534 ファイルまでです (実際: {2} ファイル、{1} バイト)',
  'needs a directory at its end, found none up to byte {}; this is not a whole zip file':
    '終わりに目録が必要ですが、バイト {1} までにありません。完全な zip ファイルではありません',
  'is a zip file of the 64-bit kind, more than 4 GB or 65,534 files; take it apart':
    '4 GB か 65,534 ファイルを超える 64 ビットの zip ファイルです。分けてください',
  'needs its directory from byte {} to {}, got {} bytes of it at byte {}':
    '目録はバイト {1} から {2} です (実際: バイト {4} に {3} バイト)',
  'needs an entry of the directory at byte {}, there is none': 'バイト {1} に目録の項目がありません',
  "the directory's entry at byte {} goes beyond the file's end":
    'バイト {1} の目録の項目がファイルの終わりを越えています',
  '{} is encrypted; save it without a password': '{1} は暗号化されています。パスワードなしで保存してください',
  '{} is packed by method {}, only 0 (stored) and 8 (deflate) are read':
    '{1} の圧縮方式は {2} ですが、読めるのは 0 (無圧縮) と 8 (deflate) だけです',
  '{} cannot hold {} bytes in {}': '{1} の {2} バイトは {3} バイトに入りません',
  'holds a file called {}, which leads out of its folder':
    '{1} というファイルがあり、フォルダの外を指しています',
  'needs the header of {} at byte {}, there is none': '{1} のヘッダーがバイト {2} にありません',
  'the header of {} at byte {} does not say what the directory says':
    'バイト {2} にある {1} のヘッダーが目録と違います',
  '{} shares bytes with what begins at byte {}': '{1} のバイトが、バイト {2} から始まるものと重なっています',
  'its checksum is {}, not {}; get the file again':
    'チェックサムが {2} ではなく {1} です。ファイルを入手し直してください',
  'needs {} bytes, its data go on after them': '{1} バイトですが、データはその後も続いています',
  'needs {} bytes, its data end at byte {}': '{1} バイト必要ですが、データは {2} バイトで終わっています',
  // data
  'mean square': '二乗平均',
  'sum of {}': '{1} の合計',
  '{} with learning rate {}': '学習率 {2} の {1}',
  '{} learns far faster than {}: after {} steps on the same batches its loss was {}, not {}':
    '{1} は {2} よりずっと速く学びます: 同じバッチで {3} ステップの後、損失は {5} ではなく {4} でした',

  // files given for a set
  'needs a file of images and one of labels, or two of each, got {}':
    '画像のファイルとラベルのファイルが 1 つずつ、または 2 つずつ必要です (実際: {1})',
  'needs at least 2 images, got {}': '画像が 2 枚以上必要です (実際: {1})',
};
