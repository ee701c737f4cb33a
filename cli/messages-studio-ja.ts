// What `eidos studio` says in Japanese, name by name as in messages-studio-en.ts.
import { callOf, type studioEnglish } from './messages-studio-en.ts';

/** The messages. */
export const studioJapanese: {
  readonly [Name in keyof typeof studioEnglish]: (typeof studioEnglish)[Name] extends string
    ? string
    : (typeof studioEnglish)[Name];
} = {
  studioSummary: 'ブラウザーで描く、問う、騙す、学習する',
  studioDescription:
    'スタジオをブラウザーで開きます。すべてこのコンピューターの中で動き、\n' +
    '何も外へ送りません。Ctrl-C まで、このコンピューターだけに応えます。',
  portOption: '待ち受けるポート (4747、または空いているもの)',
  noOpenOption: 'アドレスを表示するだけにする',
  exampleStudio: 'スタジオをブラウザーで開く',
  exampleStudioPort: '別のポートで。アドレスは自分で開く',
  studioAt: (address) => `スタジオはこちら: ${address}`,
  studioEnds: 'Ctrl-C で終わります',
  portInUse: (port) => `studio: ポート ${port} は使用中です。--port で別のものを指定してください`,
  tooManyExamples: (most) =>
    `training: 例は合わせて ${most} バイトまでです。数を減らすか、小さくしてください`,
  badOrder: (shape, got) =>
    `training: ${shape} の画像、ラベル、シードが必要ですが、届いたのは ${got} です。すべて送ってください`,
  studioPictures: (kind, run) =>
    `${callOf(kind)}: --resume には、${run} が学んだ、スタジオに渡した画像が必要です。そのフォルダーも指定してください: eidos ${callOf(kind)} <フォルダー> --resume ${run}`,
  otherPictures: (kind, run, folder) =>
    `${callOf(kind)}: ${folder} の画像は、${run} が学んだものと違います。スタジオに渡したフォルダーを指定するか、スタジオで続けてください (JPEG や WebP は、ブラウザーでは少し違って読まれます)`,
  onlyInStudio: (data) =>
    `${data}: スタジオに渡されたもので、そのブラウザーにしかありません。スタジオで続けるか、別のデータを指定してください`,
  portRefused: (port, code) =>
    `studio: ポート ${port} で待ち受けられません (${code})。--port で別のものを指定してください`,
};
