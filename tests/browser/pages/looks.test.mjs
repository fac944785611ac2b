// How every page looks and reads: on the narrowest phone, from right to left, in light and in dark, and to the
// tools of people who do not see it. Each stop of the tour leaves its pictures in tests/artifacts.

import assert from 'node:assert/strict';
import { journey, screenshot } from '../support/harness.mjs';
import { accessibility, DESK, NARROW, overflow } from '../support/visual_checks.mjs';
import { walkThroughPages } from '../support/page_walkthrough.mjs';

journey('every page fits 320 pixels and has no accessibility fault, light and dark', async (world) => {
  const faults = [];
  const ada = await world.person({ viewport: DESK });
  await walkThroughPages(world, ada, 'en', async (name, { page }) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await screenshot(page, `${name}-${colorScheme}`);
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
  await walkThroughPages(world, ada, 'ar', async (name, { page }) => {
    const { dir, lang } = await page.evaluate(() => ({ dir: document.dir, lang: document.documentElement.lang }));
    if (dir !== 'rtl' || !lang.startsWith('ar')) faults.push(`${name}: dir=${dir} lang=${lang}`);
    await screenshot(page, `${name}-rtl`);
    faults.push(...(await accessibility(page)).map((fault) => `${name}: ${fault}`));
    faults.push(...await fits(page, name, '320-rtl'));
  });
  assert.deepEqual(faults, []);
});

/** The narrow page is kept as a picture. */
async function fits(page, name, variant) {
  const faults = [];
  for (const viewport of [NARROW, DESK]) {
    await page.setViewportSize(viewport);
    faults.push(...await overflow(page, `${name} at ${viewport.width}`));
    if (viewport === NARROW) await screenshot(page, `${name}-${variant}`);
  }
  return faults;
}
