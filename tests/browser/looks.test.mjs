// How every page looks and reads: on the narrowest phone, from right to left, in light and in dark, and to the
// tools of people who do not see it. Each stop of the tour leaves its pictures in tests/artifacts.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { journey, picture } from './harness.mjs';
import { tour } from './tour.mjs';

const DESK = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 640 };
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

journey('every page fits 320 pixels and has no accessibility fault, light and dark', async (world) => {
  const faults = [];
  const ada = await world.person({ viewport: DESK });
  await tour(world, ada, 'en', async (name, { page }) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `${name}-${colorScheme}`);
      faults.push(...(await accessibility(page)).map((fault) => `${name}, ${colorScheme}: ${fault}`));
    }
    await page.emulateMedia({ colorScheme: 'light' });
    faults.push(...await fits(page, name, '320'));
  });
  assert.deepEqual(faults, []);
});

journey('every page reads from right to left in Arabic', async (world) => {
  const faults = [];
  const ada = await world.person({ viewport: DESK });
  await tour(world, ada, 'ar', async (name, { page }) => {
    const { dir, lang } = await page.evaluate(() => ({ dir: document.dir, lang: document.documentElement.lang }));
    if (dir !== 'rtl' || !lang.startsWith('ar')) faults.push(`${name}: dir=${dir} lang=${lang}`);
    await picture(page, `${name}-rtl`);
    faults.push(...(await accessibility(page)).map((fault) => `${name}: ${fault}`));
    faults.push(...await fits(page, name, '320-rtl'));
  });
  assert.deepEqual(faults, []);
});

/** Nothing may scroll sideways, wide or narrow; the narrow page is kept as a picture. */
async function fits(page, name, variant) {
  const faults = [];
  for (const viewport of [NARROW, DESK]) {
    await page.setViewportSize(viewport);
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    if (scrollWidth > clientWidth) faults.push(`${name} at ${viewport.width}: ${scrollWidth} wide in ${clientWidth}`);
    if (viewport === NARROW) await picture(page, `${name}-${variant}`);
  }
  return faults;
}

// Evaluated, not added as a script element: the page's own policy would rightly refuse that.
async function accessibility(page) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { rules: { 'target-size': { enabled: true } } }));
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
