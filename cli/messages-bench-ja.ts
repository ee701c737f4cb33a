// What `eidos bench` says in Japanese; a part of the catalogue, whose rules stand in messages-en.ts.
import type { BenchLimits, BenchWork } from './messages-bench-en.ts';

/** The messages. */
export const benchJapanese = {
  benchSummary: 'このマシンの計算の速さを測る',
  benchDescription:
    'このマシンの限界を測り、使える各デバイスでいくつかの計算の時間（ミリ秒）と\n' +
    '限界に対する割合を表示します。約 30 秒かかります。\n' +
    'ほかの処理が動いていると数値は悪くなります。',
  benchSecondsOption: '計算一つあたりの秒数',
  exampleBench: '使えるすべてのデバイス',
  exampleBenchJson: '一つのデバイスを、プログラム用に',
  benchMachine: 'マシンの限界を測定中',
  benchLimits: ({ bits, threads, full, narrow }: BenchLimits): string =>
    `このマシンの積和演算: 1 スレッドで ${full[0]} GFLOP/s、${threads} スレッドで ${full[1]}（${bits} ビット）。\n` +
    `WebAssembly の 128 ビットでは ${narrow[0]} と ${narrow[1]}。`,
  benchStream: (threads: number, stream: readonly string[]): string =>
    `メモリの読み書き: 1 スレッドで ${stream[0]} GB/s、${threads} スレッドで ${stream[1]}。`,
  benchNoLimits: 'C コンパイラがないため限界を測れず、割合は表示しません',
  benchWork: (device: string, work: BenchWork): string => `${device}: ${benchJapanese.benchName(work)}`,
  benchName: (work: BenchWork): string =>
    ({
      matmul: '行列の積 1024 x 1024',
      dense: '784-1024-10 の学習 1 回、バッチ 128',
      tutorial32: 'チュートリアルの学習 1 回、バッチ 32',
      tutorial128: 'チュートリアルの学習 1 回、バッチ 128',
      answers: 'その答え、256 枚',
      chain: '1700 万個の数の関数 5 つ',
    })[work],
  benchHead: ['デバイス', '計算', 'ms', '四分位', '限界比'] as readonly string[],
};
