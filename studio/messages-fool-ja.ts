// What the page Fool says in Japanese: the same names as messages-fool-en.ts, complete by type.
import { percent } from './figures.ts';
import type { foolEnglish } from './messages-fool-en.ts';
import type { Translated } from './messages.ts';

/** The messages. */
export const foolJapanese: Translated<typeof foolEnglish> = {
  pageFool: '騙す',
  foolTitle: 'ネットワークを騙す',
  foolLead: 'ほとんど見えないほど絵を変えるだけで、ネットワークは別のものと読みます。',
  turnInto: '何に読ませるか',
  anythingElse: '別の何か',
  attack: '攻撃',
  attacks: {
    smallest: '最小の変更 (Carlini & Wagner)',
    'few-pixels': '数画素だけ',
    fgsm: '勾配を一歩 (FGSM)',
    pgd: '勾配を何歩も (PGD)',
    square: '勾配なしの四角形 (Square Attack)',
  },
  measure: '強さの測り方',
  norms: { linf: '画素ごと', l2: '全体で' },
  strength: '強さ',
  epsilonOf: (epsilon) => epsilon.toFixed(2),
  pixelsOf: (pixels) => `${pixels} 画素`,
  fool: '騙す',
  foolNeedsDrawing: 'まず何か描いてください。',
  foolSame: 'すでにそう読まれています。別のものを選んでください。',
  foolOriginal: 'あなたの絵',
  foolChange: '変えたところ',
  foolResult: '渡す絵',
  foolOriginalLabel: 'ネットワークに渡された絵',
  foolChangeLabel: (factor) => `変えたところを ${factor} 倍に強めた絵`,
  foolResultLabel: '変えた絵',
  readsAs: (name, p) => `読みは ${name} (${percent(p)})`,
  enlarged: (factor) => `${factor} 倍に強調`,
  distanceOf: (pixels, largest) => `${pixels} 画素を変更。最大 ${percent(largest)}。`,
  fooled: (from, to) => `騙せました: ${from} が ${to} と読まれます`,
  notFooled: (from) => `騙せません: まだ ${from} と読まれます`,
  stillNot: (read, wanted) => `${wanted} にはなりません: 読みは ${read} です`,
  judgedStored: '8 ビットで保存した絵で判定しています。',
  judgeAfter: (reads, p) =>
    `攻撃されていない審判には${reads === 'nothing' ? '何にも見えません' : ` ${reads} に見えます`} (${percent(p)})。`,
  added: '足したインク',
  erased: '消したインク',
};
