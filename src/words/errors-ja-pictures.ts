// Errors in Japanese: pictures, plots, diagrams. How texts are written is told in errors-ja.ts.

/** By the English text. */
export const pictureErrors: Readonly<Record<string, string>> = {
  '{} must be a whole number from 1 to {}, got {}':
    '{1} は 1 から {2} の整数でなければなりませんが、{3} でした',
  // picture
  'needs a file system, got a web page; call decodePng() with its bytes':
    'ファイルシステムが必要ですが、ウェブページでした。バイト列を decodePng() に渡してください',
  'the file {}; {}': 'ファイル: {1}。{2}',

  // folders dropped on a page
  'needs a browser, got none; in Node use pictures()':
    'ブラウザが必要です。Node では pictures() を使ってください',
  'the browser has no room for a canvas; close other tabs':
    'ブラウザに canvas のための空きがありません。ほかのタブを閉じてください',
  'is {}, damaged or not known to this browser': '{1} ですが、壊れているか、このブラウザでは読めません',
  'save it again, as PNG or JPEG': 'PNG か JPEG で保存し直してください',
};
