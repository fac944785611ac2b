// Every state that a page can be in, as the demo's gallery draws it: how many bytes it costs, whether it fits the
// narrowest phone in every language, and whether the tools of people who do not see it find a fault. The tour in
// looks.test.mjs meets the pages in the order of life; here are the states that life seldom shows.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { journey } from '../support/harness.mjs';
import { accessibility, NARROW, overflow } from '../support/visual_checks.mjs';
import { ADA } from '../support/browser_user.mjs';

/** What a page may cost on the wire, in bytes: with its style alone, and with everything it asks for. */
const BUDGET = { plain: 12 * 1024, whole: 30 * 1024 };

journey('every page costs at most 12 KB without scripts and 30 KB with them', async (world) => {
  const ada = await world.person();
  const faults = [];
  for (const address of (await gallery(ada)).filter((address) => !DEMO_ONLY.test(address))) {
    const { plain, whole } = await weight(new URL(address, world.rekey.base));
    console.log(`${String(plain).padStart(6)} ${String(whole).padStart(6)}  ${address}`);
    if (plain > BUDGET.plain || whole > BUDGET.whole) faults.push(`${address}: ${plain} and ${whole} bytes`);
  }
  assert.deepEqual(faults, []);
});

// The demo's own pages quote whole messages; nobody in production meets them.
const DEMO_ONLY = /^\/design\/(gallery|inbox|message)\//;

/** Bytes of the bodies as they travel to a browser that has been nowhere yet: the page, and what it asks for. */
async function weight(address) {
  const page = await body(address);
  const files = page.toString().match(/(?<=(?:href|src)=")[^"]*\/static\/[^"]+/g) ?? [];
  const sizes = await Promise.all(files.map(async (file) => [file, (await body(new URL(file, address))).length]));
  const sum = (wanted) => sizes.filter(([file]) => wanted(file)).reduce((total, [, size]) => total + size, page.length);
  const isStyle = (file) => /\.css\b/.test(file);
  assert.ok(files.some(isStyle), `${address} has a style`);
  return { plain: sum(isStyle), whole: sum(() => true) };
}

// Not `fetch`, which would count what it has unpacked.
async function body(address) {
  const request = get(address, { headers: { 'accept-encoding': 'gzip' } });
  const [answer] = await once(request, 'response');
  assert.equal(answer.statusCode, 200, `${address}`);
  return buffer(answer);
}

journey('every state fits 320 pixels in every language', async (world) => {
  const ada = await world.person({ viewport: NARROW });
  const faults = [];
  const addresses = await gallery(ada);
  for (const language of await languages(ada)) {
    for (const address of addresses) {
      await ada.visits(`${address}?ui_locales=${language}`);
      faults.push(...await overflow(ada.page, `${address} in ${language}`));
    }
  }
  assert.deepEqual(faults, []);
});

journey('no state has an accessibility fault, light or dark', async (world) => {
  const ada = await world.person();
  const faults = [];
  for (const address of await gallery(ada)) {
    await ada.visits(address);
    for (const [colorScheme, rules] of [['light'], ['dark', ['color-contrast']]]) {
      await ada.page.emulateMedia({ colorScheme });
      faults.push(...(await accessibility(ada.page, rules)).map((fault) => `${address}, ${colorScheme}: ${fault}`));
    }
  }
  assert.deepEqual(faults, []);
});

journey('the gallery shows every message as it would arrive', async (world) => {
  const ada = await world.person();
  await ada.visits('/design');
  const messages = ada.page.locator('a[href^="/design/mail/"][hreflang="en"]');
  const addresses = await messages.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.ok(addresses.length > 0);
  for (const address of addresses) await ada.visits(address);
});

journey('the inbox of the demo shows a mail as it would arrive', async (world) => {
  const ada = await world.person();
  await ada.requestReset(ADA);
  const code = await world.inbox.code();
  await ada.visits('/dev/inbox');
  await ada.page.locator('main a[href^="/dev/inbox/"]').first().click();
  const mail = ada.page.frameLocator('iframe');
  const text = await mail.locator('body').innerText();
  assert.ok(text.replace(/\D/g, '').includes(code), 'the mail has the code');
  const paint = await mail.locator('a').first().evaluate((link) => getComputedStyle(link.parentElement).backgroundColor);
  assert.notEqual(paint, 'rgba(0, 0, 0, 0)', 'its button is drawn as one');
});

/** The addresses of the pages; the gallery's messages all stand in the same frame of a page, which is one of them. */
async function gallery(person) {
  await person.visits('/design');
  const hrefs = await person.page.locator('a[href^="/design/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const addresses = [...new Set(hrefs.map((href) => href.replace(/\?.*/, '')))].filter((path) => !path.startsWith('/design/mail/'));
  assert.ok(addresses.length > 50, `the gallery has ${addresses.length} pages`);
  return addresses;
}

async function languages(person) {
  await person.visits('/design');
  const tags = await person.page.locator('a[hreflang]').evaluateAll((links) => links.map((link) => link.hreflang));
  return [...new Set(tags)];
}
