// 日本語での言葉。何があるかは messages-en.ts が決める。
import { drawJapanese } from './messages-draw-ja.ts';
import { foolJapanese } from './messages-fool-ja.ts';
import { ideaJapanese } from './messages-idea-ja.ts';
import { ganJapanese } from './messages-gan-ja.ts';
import { trainJapanese } from './messages-train-ja.ts';
import type { Messages } from './messages.ts';

/** 日本語の言葉。 */
export const japanese: Messages = {
  pagesLabel: 'ページ',
  skip: '本文へ',
  loading: '少々お待ちください…',
  pageFailed: 'このページを読み込めませんでした。再読み込みしてください。',
  useLight: '明るい配色',
  useDark: '暗い配色',
  close: '閉じる',
  withThreads: (threads) => `計算はこの中で、${threads} スレッドで行います。どこへも送りません。`,
  withoutThreads:
    '計算はこの中で、1 スレッドでゆっくり行います (このサーバーが分離ヘッダーを送らないため)。どこへも送りません。',

  broken: (why) => `eidos の中で問題が起きました: ${why}`,
  fileNotBeside: (file, status) =>
    `${file} がこのページの隣にありません (${status})。スタジオのフォルダーごと置いてください`,
  modelGone: (id) => `モデル ${id} はもうありません。別のモデルを選んでください`,
  networkUnknown: (name, known) =>
    `${name}: 重みがここで知られているどのネットワーク (${known.join('、')}) にも合いません`,
  fileUnknown: (name, kinds) =>
    `${name}: ${kinds.map((kind) => `.${kind}`).join('、')} のどれかで終わるファイルが必要です`,

  ...drawJapanese,
  ...ideaJapanese,
  ...foolJapanese,
  // train, generate, runs
  ...trainJapanese,
  ...ganJapanese,
};
