// What the page Draw, its pad and its coach say in Japanese: the same names as messages-draw-en.ts, complete by type.
import type { Preparation } from 'eidos';
import { percent } from './figures.ts';
import type { drawEnglish } from './messages-draw-en.ts';
import type { Translated } from './messages.ts';

const pixels = (n: number): string => (Math.round(n) === 0 ? 'なし' : `${Math.round(n)} 画素`);

const preparations: Readonly<Record<Preparation, string>> = {
  mnist: 'MNIST と同じ',
  legacy: 'kaityo256 さんのページ',
  raw: '縮小だけ',
};

/** What the models that come with eidos read, and whose networks they are. */
const shipped: Readonly<Record<string, string>> = {
  freehand: 'パッドに描いた数字',
  'simple-cnn': '数字 (num_inverse のネットワーク)',
  tutorial: '数字 (TensorFlow チュートリアルのネットワーク)',
  fashion: '衣類 (DL4US のネットワーク)',
  mlp784: '数字 (mnist_check のネットワーク)',
};

/** Fashion-MNIST's classes. */
const clothes: Readonly<Record<string, string>> = {
  'T-shirt/top': 'Tシャツ',
  Trouser: 'ズボン',
  Pullover: 'セーター',
  Dress: 'ワンピース',
  Coat: 'コート',
  Sandal: 'サンダル',
  Shirt: 'シャツ',
  Sneaker: 'スニーカー',
  Bag: 'バッグ',
  'Ankle boot': 'ブーツ',
};

/** The messages. */
export const drawJapanese: Translated<typeof drawEnglish> = {
  pageDraw: '描く',
  drawTitle: '数字を描く',
  drawLead: '描いているそばから、小さなネットワークが読みます。見えているのは 28 × 28 の灰色の画素だけです。',

  padLabel: '描くところ',
  padHint: 'ここに描いてください',
  padKeys:
    '矢印キーでペンを動かします。Shift で細かく、スペースで下ろす・上げる、Backspace で元に戻す、Delete で消す。',
  penDown: 'ペンを下ろしました',
  penUp: 'ペンを上げました',
  undo: '元に戻す',
  clear: '消す',
  brush: '太さ',

  model: 'モデル',
  shippedModel: (name) => (name in shipped ? `${name}: ${shipped[name]}` : name),
  className: (name) => clothes[name] ?? name,
  openModel: '開く…',
  openModelHint: 'モデルを開く: kaityo256 さんのページの .dat・.npz・.model、または eidos の .safetensors',
  preparation: '前処理',
  preparations,
  preparationHints: {
    mnist: '切り抜いて長辺を 20 画素にし、重心を中央へ移す',
    legacy: '全体を 20 × 20 に縮め、重心に合わせて 4 画素まで動かす',
    raw: '全体を 28 × 28 に縮める',
  },

  answerLabel: 'モデルの読み',
  sure: (p) => `確信 ${percent(p)}`,
  nothingDrawn: 'まだ何も描かれていません',
  barsLabel: '各クラスの確率',
  viewsLabel: 'モデルに渡されるもの',
  rawLabel: '28 × 28 画素にした絵',
  rawCaption: '28 × 28 に縮めただけ',
  preparedLabel: 'モデルに渡される絵',
  preparedCaption: (way) => `モデルが見るもの (${preparations[way]})`,

  coachTitle: '読み違えましたか',
  coachLead: '何を描いたのか教えてください。足りないところをモデルが示します。',
  coachEmpty: '描いたあと、何のつもりだったかをここで教えてください。',
  meantLabel: '描いたつもりの数字',
  whyNot: (name) => `なぜ私の${name}ではないのですか`,
  alreadyRead: (name) => `きちんと、あなたの${name}と読めています`,
  givenLabel: 'モデルが見ているあなたの絵',
  readAs: (name, p) => `あなたの絵。読みは ${name}${p === undefined ? '' : ` (${percent(p)})`}`,
  working: '探しています…',
  adviceLabel: (added, erased) => `直すところを重ねた絵: 足す ${pixels(added)}、消す ${pixels(erased)}`,
  addInk: (added) => `足す: ${pixels(added)}`,
  eraseInk: (erased) => `消す: ${pixels(erased)}`,
  changedLabel: '直した絵',
  thenReads: (name, p) => `これなら ${name} (${percent(p)})`,
  adviceFails: (name, p) => `それでも ${name} は ${percent(p)}。描き直してみてください`,
  ownLabel: (name) => `モデル自身の${name}`,
  own: (name) => `これが私の${name}です`,
  ownForming: 'モデルが自分で描いています…',
};
