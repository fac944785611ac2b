// A new password while it is typed: what the list, the meter and the voice say, and that without scripts the same
// passwords meet the same fate.

import assert from 'node:assert/strict';
import { journey, screenshot } from '../support/harness.mjs';
import { accessibility, DESK, NARROW, overflow } from '../support/visual_checks.mjs';
import { ADA, ADAS_PASSWORD, NEW_PASSWORD, RESET } from '../support/browser_user.mjs';

const LEAKED = 'password1234';
const OWN = 'AdaLovelace';
const GRACE = 'grace@example.com';

for (const scripts of [true, false]) {
  const how = scripts ? 'with scripts' : 'without scripts';

  journey(`a leaked password and one's own name are refused with a reason, a good one is taken, ${how}`, async (world) => {
    const ada = await choosing(world, { scripts });
    for (const refused of [LEAKED, OWN]) {
      await ada.submit({ newPassword: refused });
      await ada.page.locator('#newPassword-note li').first().waitFor();
      await ada.isRefused('newPassword');
      assert.equal(await ada.page.locator('#newPassword-note li').count(), 1);
      assert.equal(await ada.field('newPassword').inputValue(), '', 'a password is never sent back');
    }
    await ada.setPasswordAndSignIn();
  });
}

journey('the list and the meter follow what is typed', async (world) => {
  const ada = await choosing(world);
  assert.deepEqual(await states(ada), { min: '', patterns: '', personal: '', pwned: '' });
  const hint = await words(ada);
  const seen = new Set([hint]);
  for (const [text, score, unmet] of [
    ['ada', '0', []], [LEAKED, '0', ['pwned']], [OWN, /[01]/, ['personal']], ['defghijkl', /[01]/, ['patterns']],
    [NEW_PASSWORD, '4', []],
  ]) {
    await types(ada, text);
    const found = await states(ada);
    assert.deepEqual(Object.keys(found).filter((name) => found[name] === 'unmet'), unmet, text);
    assert.match(await ada.page.locator('.meter').getAttribute('data-score'), new RegExp(score), text);
    seen.add(await words(ada));
  }
  assert.equal(seen.size, 6, 'each is told in words of its own');
  assert.deepEqual(await states(ada), { min: 'met', patterns: 'met', personal: 'met', pwned: 'met' });
  await ada.field('newPassword').fill('');
  assert.deepEqual(await states(ada), { min: '', patterns: '', personal: '', pwned: '' });
  assert.equal(await words(ada), hint);
});

journey('the list is read out with its state, and a pause in the typing is told once', async (world) => {
  const ada = await choosing(world);
  const voice = ada.page.locator('#rules-said');
  await ada.page.evaluate(() => {
    globalThis.said = [];
    const voice = document.querySelector('#rules-said');
    new MutationObserver(() => globalThis.said.push(voice.textContent)).observe(voice, { childList: true });
  });
  await ada.field('newPassword').pressSequentially(LEAKED, { delay: 30 });
  await ada.page.waitForFunction(() => globalThis.said.length > 0);
  assert.match(await voice.textContent(), /3\/4/);
  assert.deepEqual(await ada.page.evaluate(() => globalThis.said.length), 1);
  const line = ada.page.locator('[data-rule=pwned]');
  assert.equal(await line.textContent(), `Not met: ${await line.locator('p').evaluate((p) => p.lastChild.textContent)}`);
  assert.equal(await voice.getAttribute('aria-live'), 'polite');
  assert.match(await ada.field('newPassword').getAttribute('aria-describedby'), /strength/);
});

journey('one question at a time, and the newest text has the last word', async (world) => {
  const ada = await choosing(world);
  let open = 0;
  let most = 0;
  const asked = [];
  await ada.page.route('**/check', async (route) => {
    most = Math.max(most, open += 1);
    asked.push(new URLSearchParams(route.request().postData()).get('newPassword'));
    const answer = await route.fetch();
    await ada.page.waitForTimeout(400);
    open -= 1;
    await route.fulfill({ response: answer });
  });
  await ada.field('newPassword').fill(LEAKED);
  await ada.page.waitForRequest('**/check');
  await ada.field('newPassword').pressSequentially(' brisk otter', { delay: 40 });
  await told(ada);
  assert.equal(most, 1);
  assert.equal(asked.at(-1), `${LEAKED} brisk otter`);
  assert.ok(asked.length <= 4, `${asked.length} questions`);
  assert.equal((await states(ada)).pwned, 'met');
});

journey('without an answer the page stays calm and the form still works', async (world) => {
  const ada = await choosing(world);
  await ada.page.route('**/check', (route) => route.abort());
  const hint = await words(ada);
  const failed = ada.page.waitForEvent('requestfailed');
  await ada.field('newPassword').fill(NEW_PASSWORD);
  await failed;
  assert.deepEqual(await states(ada), { min: 'met', patterns: '', personal: '', pwned: '' });
  assert.equal(await words(ada), hint);
  await ada.setPasswordAndSignIn();
});

journey('the account page asks in the same way', async (world) => {
  const ada = await world.person();
  await ada.visits('/sign-in');
  await ada.signIn(ADA, ADAS_PASSWORD);
  await ada.visits('/account/password');
  await types(ada, OWN);
  assert.equal((await states(ada)).personal, 'unmet');
  await ada.submit({ currentPassword: ADAS_PASSWORD, newPassword: NEW_PASSWORD });
  await ada.isOn('/account');
});

journey('nothing below moves while somebody types', async (world) => {
  const ada = await choosing(world);
  for (const [language, viewport] of [['en', DESK], ['de', DESK], ['de', NARROW], ['ar', NARROW]]) {
    await ada.page.setViewportSize(viewport);
    await ada.visits(`${RESET}?ui_locales=${language}`);
    const top = () => ada.page.locator('#rules').evaluate((rules) => rules.getBoundingClientRect().top);
    const before = await top();
    for (const text of ['a', LEAKED, OWN, NEW_PASSWORD, '']) {
      await types(ada, text);
      assert.equal(await top(), before, `${text} in ${language}`);
    }
  }
});

journey('the meter is there for scripts alone', async (world) => {
  // Grace, because nobody is sent two codes in one second.
  const plain = await choosing(world, { scripts: false }, GRACE);
  assert.equal(await plain.page.locator('.meter').isVisible(), false);
  assert.ok(await plain.page.locator('#strength').isVisible());
  const ada = await choosing(world);
  assert.equal(await ada.page.locator('.meter').isVisible(), true);
});

journey('it fits the narrowest phone in every language, light, dark and in forced colours', async (world) => {
  const faults = [];
  const ada = await choosing(world, { viewport: NARROW });
  for (const language of ['en', 'de', 'ar']) {
    await ada.visits(`${RESET}?ui_locales=${language}`);
    for (const [what, text] of [['empty', ''], ['leaked', LEAKED], ['own', OWN], ['good', NEW_PASSWORD]]) {
      await types(ada, text);
      for (const look of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { forcedColors: 'active' }]) {
        const name = `typing-${what}-${language}-${Object.values(look)[0]}`;
        await ada.page.emulateMedia({ forcedColors: 'none', ...look });
        await screenshot(ada.page, name);
        faults.push(...await overflow(ada.page, name));
        // The tools do not know what forced colours make of a page.
        if (!look.forcedColors) faults.push(...(await accessibility(ada.page)).map((fault) => `${name}: ${fault}`));
      }
      await ada.page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' });
    }
  }
  assert.deepEqual(faults, []);
});

/** Somebody on the page that takes their new password. */
async function choosing(world, options, identifier = ADA) {
  const person = await world.person(options);
  await person.requestReset(identifier);
  await person.verifyCode(await world.inbox.code());
  await person.isOn(RESET);
  return person;
}

/** Fills the field and waits for what the server says of it. */
async function types(ada, text) {
  await ada.field('newPassword').fill(text);
  if (text) await told(ada);
}

async function told(ada) {
  const answer = await ada.page.waitForResponse(async (answer) => {
    if (!answer.url().endsWith('/check') || !answer.ok()) return false;
    const asked = new URLSearchParams(answer.request().postData()).get('newPassword');
    return asked === await ada.field('newPassword').inputValue();
  });
  const { word, advice } = await answer.json();
  const said = [word, ...advice].join(' ');
  await ada.page.waitForFunction((said) => document.querySelector('#strength').textContent.trim() === said, said);
}

async function states(ada) {
  return ada.page.locator('#rules li').evaluateAll((lines) => Object.fromEntries(lines.map((line) => [line.dataset.rule, line.className])));
}

async function words(ada) { return ada.page.locator('#strength').innerText(); }
