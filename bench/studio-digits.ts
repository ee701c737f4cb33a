// Digits drawn with the mouse in the studio, as a person would: how many does the model that comes with eidos read?
//   EIDOS_PENDIGITS=<file.csv> node dist/bench/studio-digits.js [--count 300]
// The drawings are rows of the data set pendigits that no network of ours has learned from.
import { parseArgs } from 'node:util';
import { startStudio } from '../cli/studio-server.ts';
import { drawnPenDigits } from '../test/pen-digits.ts';
import { drawByHand, launch, readDigit, visit } from '../test/studio-kit.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '300' } } });
const drawings = drawnPenDigits(Number(values.count));
if (!drawings) throw new Error('EIDOS_PENDIGITS must name the file of pen digits');
const [browser, studio] = await Promise.all([launch(), startStudio({ port: 0 })]);
try {
  const { page, check } = await visit(browser, studio.address);
  await page.locator('.paper canvas').waitFor();
  const wrong: string[] = [];
  const began = performance.now();
  for (const { digit, strokes } of drawings) {
    await drawByHand(page, strokes);
    const read = await readDigit(page);
    if (read !== String(digit)) wrong.push(`${digit} as ${read}`);
    await page.getByRole('button', { name: 'Clear' }).evaluate((button: HTMLElement) => button.click());
  }
  check();
  const right = drawings.length - wrong.length;
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${right} of ${drawings.length} read right, ${((100 * right) / drawings.length).toFixed(2)} %, in ${seconds.toFixed(0)} s`,
  );
  if (wrong.length > 0) console.log(`misread: ${wrong.join(', ')}`);
} finally {
  await browser.close();
  await studio.close();
}
