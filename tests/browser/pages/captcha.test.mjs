// A proof of work on the pages: found by the browser while somebody types, said to a screen reader, and waited for when the form is sent
// too early; and the way of a browser without scripts.

import assert from 'node:assert/strict';
import { APPS_AND_USERS } from '../support/client.mjs';
import { journey, screenshot } from '../support/harness.mjs';
import { accessibility, NARROW, overflow } from '../support/visual_checks.mjs';
import { ADA, ASK, CODE } from '../support/browser_user.mjs';

const guarded = async () => ({
  origin: 'https://app.example',
  bootstrap: { ...APPS_AND_USERS, settings: { ...APPS_AND_USERS.settings, captcha: { provider: 'altcha' } } },
  knows: async () => {},
  stop: async () => {},
});

journey('the browser shows that nobody is a machine', async (world) => {
  const ada = await world.person();
  await ada.visits(ASK);
  const said = ada.page.locator('.captcha [role=status]');
  await said.filter({ hasText: 'You are no robot' }).waitFor();
  await screenshot(ada.page, 'captcha-done');
  assert.deepEqual(await accessibility(ada.page), []);
  await ada.submit({ identifier: ADA });
  await ada.isOn(CODE);
  assert.ok(await world.inbox.code());
}, guarded);

journey('a form that is sent too early waits for it', async (world) => {
  const ada = await world.person({ viewport: NARROW, colorScheme: 'dark' });
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await ada.page.route('**/captcha/challenge', async (route) => { await held; await route.continue(); });
  await ada.visits(ASK);
  await ada.submit({ identifier: ADA });
  await ada.page.locator('.captcha [role=status]').filter({ hasText: 'Checking' }).waitFor();
  await screenshot(ada.page, 'captcha-busy-narrow-dark');
  assert.deepEqual(await overflow(ada.page, 'ask'), []);
  release();
  await ada.isOn(CODE);
}, guarded);

journey('without scripts somebody waits half a minute', async (world) => {
  const ada = await world.person({ scripts: false });
  await ada.visits(ASK);
  await ada.field('identifier').fill(ADA);
  await screenshot(ada.page, 'captcha-without-scripts');
  await ada.page.locator('noscript button, button[formaction^="/captcha/wait"]').click();
  await ada.isOn('/captcha/wait');
  await screenshot(ada.page, 'captcha-wait');
  await ada.page.waitForURL((url) => url.pathname === ASK, { timeout: 45_000 });
  await ada.button('identifier').click();
  await ada.isOn(CODE);
  assert.ok(await world.inbox.code());
}, guarded);
