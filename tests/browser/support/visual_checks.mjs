// What can be measured about the look of a page: whether it scrolls sideways, and what axe-core says.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

export const DESK = { width: 1280, height: 800 };
export const NARROW = { width: 320, height: 640 };

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Nothing may scroll sideways. */
export async function overflow(page, name) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  return scrollWidth > clientWidth ? [`${name}: ${scrollWidth} wide in ${clientWidth}`] : [];
}

/** What axe-core finds; all of its rules, or only these. Evaluated, not added as a script element: the page's own
    policy would rightly refuse that. */
export async function accessibility(page, only) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  const options = only ? { runOnly: only } : { rules: { 'target-size': { enabled: true } } };
  const { violations } = await page.evaluate((wanted) => window.axe.run(document, wanted), { ...options, iframes: false });
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
