// People who come from an app and go back to it: the demo app, with a new password by code, by a link on another device and
// without scripts, with a new account, signed in already, and out again.

import assert from 'node:assert/strict';
import { Client, discover } from '../support/client.mjs';
import { journey, screenshot } from '../support/harness.mjs';
import { accessibility, DESK, NARROW, overflow } from '../support/visual_checks.mjs';
import { ADA, ADAS_PASSWORD, CODE, LINK, NEW_PASSWORD } from '../support/browser_user.mjs';

const APP = '/demo-app';
const RESET_FIRST = '/reset-password';

journey('a forgotten password leads back into the app', async (world) => {
  const ada = await world.person();
  await asksAppFor(ada, 'forgot', RESET_FIRST);
  await ada.submit({ identifier: ADA });
  await ada.isOn(CODE);
  await ada.verifyCode(await world.inbox.code());
  await ada.choosePassword(NEW_PASSWORD);
  await ada.goToSignIn();
  await ada.submit({ password: NEW_PASSWORD });
  const claims = await claimsOf(ada);
  assert.equal(claims.sub, 'ada000000001');
  assert.equal(claims.email, ADA);
  assert.equal(claims.hasPassword, 'true');
});

journey('a link opened in another window of the browser leads back into the app there', async (world) => {
  const ada = await world.person();
  await asksAppFor(ada, 'forgot', RESET_FIRST);
  await ada.submit({ identifier: ADA });
  await ada.isOn(CODE);
  const tab = await ada.open(await world.inbox.link());
  await tab.continueHere();
  await tab.choosePassword(NEW_PASSWORD);
  await tab.goToSignIn();
  await tab.submit({ password: NEW_PASSWORD });
  assert.equal((await claimsOf(tab)).email, ADA);
});

journey('a link opened on another device leads into the app there', async (world) => {
  const ada = await world.person();
  await asksAppFor(ada, 'forgot', RESET_FIRST);
  await ada.submit({ identifier: ADA });
  await ada.isOn(CODE);
  const phone = await world.person({ viewport: { width: 390, height: 780 } });
  await phone.visits(await world.inbox.link());
  await phone.isOn(LINK);
  await phone.continueHere();
  await phone.choosePassword(NEW_PASSWORD);
  await phone.page.locator(`main a[href*="${APP}"]`).click();
  await phone.isOn('/sign-in');
  await phone.submit(await fieldsToSignIn(phone, NEW_PASSWORD));
  assert.equal((await claimsOf(phone)).email, ADA);
});

journey('a link that no app waits for leads to the app afterwards', async (world) => {
  const ada = await world.person();
  await ada.visits(`${RESET_FIRST}?app_id=demo-app&login_hint=${ADA}`);
  await ada.button('identifier').click();
  await ada.isOn(CODE);
  await ada.verifyCode(await world.inbox.code());
  await ada.choosePassword(NEW_PASSWORD);
  await ada.page.locator(`main a[href*="${APP}"]`).click();
  await ada.isOn('/sign-in');
  assert.equal(await ada.field('identifier').inputValue(), ADA, 'the app was told who it is, and told us');
  await ada.submit({ password: NEW_PASSWORD });
  assert.equal((await claimsOf(ada)).email, ADA);
});

journey('a sign-in that no app waits for leads to the app too', async (world) => {
  const ada = await world.person();
  await ada.visits('/sign-in?app_id=demo-app');
  await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
  assert.equal((await claimsOf(ada)).email, ADA);
});

journey('without scripts a forgotten password leads back to the app', async (world) => {
  const ada = await world.person({ scripts: false });
  const base = world.rekey.base;
  const app = new Client(await discover(base), 'demo-app', { redirect: `${base}${APP}` });
  const asked = await app.authorizationRequest({ scope: 'openid email', first_screen: 'reset_password', login_hint: ADA });
  await ada.visits(asked.url.href);
  await ada.isOn(RESET_FIRST);
  assert.equal(await ada.field('identifier').inputValue(), ADA);
  await ada.button('identifier').click();
  await ada.isOn(CODE);
  await ada.verifyCode(await world.inbox.code());
  await ada.choosePassword(NEW_PASSWORD);
  await ada.goToSignIn();
  const answered = ada.page.waitForRequest((request) => request.url().startsWith(`${base}${APP}?`));
  await ada.submit({ password: NEW_PASSWORD });
  const { claims } = await app.exchangeCode(new URL((await answered).url()), asked);
  assert.equal(claims.email, ADA);
  assert.equal(claims.hasPassword, true);
  assert.ok(await ada.page.locator('noscript, .plain').first().isVisible(), 'the demo app says what it needs');
});

journey('a new account begins at the app and ends there', async (world) => {
  const eve = await world.person();
  await asksAppFor(eve, 'register', '/register');
  await eve.submit({ identifier: 'eve@example.com' });
  await eve.isOn('/register/verification-code');
  await eve.enterCode(await world.inbox.code());
  await eve.isOn('/register/password');
  await eve.submit({ newPassword: NEW_PASSWORD });
  const claims = await claimsOf(eve);
  assert.equal(claims.email, 'eve@example.com');
  assert.equal(claims.hasPassword, 'true');
});

journey('signing in, asking again and signing out', async (world) => {
  const ada = await world.person();
  await asksAppFor(ada, 'sign-in', '/sign-in');
  await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
  const first = await claimsOf(ada);
  assert.equal(new URL(ada.page.url()).search, '', 'the code does not stay in the address');
  await ada.page.locator('#refresh').click();
  await ada.page.locator('#refreshed').waitFor();
  assert.equal((await claimsOf(ada)).sub, first.sub);
  await ada.page.locator('#sign-out').click();
  await ada.page.locator('#left').waitFor();
  await asksAppFor(ada, 'sign-in', '/sign-in');
  await ada.visits('/account');
  await ada.isOn('/sign-in');
});

journey('whoever is signed in here already needs no password for the app', async (world) => {
  const ada = await world.person();
  await ada.visits('/sign-in');
  await ada.signIn(ADA, ADAS_PASSWORD);
  await ada.visits(APP);
  await ada.page.locator('#sign-in').click();
  assert.equal((await claimsOf(ada)).sub, 'ada000000001');
});

journey('two windows of one browser come back each to its own', async (world) => {
  const ada = await world.person();
  await asksAppFor(ada, 'sign-in', '/sign-in');
  const other = await ada.open(APP);
  await asksAppFor(other, 'sign-in', '/sign-in');
  for (const window of [ada, other]) {
    await window.submit({ identifier: ADA, password: ADAS_PASSWORD });
    assert.equal((await claimsOf(window)).email, ADA);
  }
});

journey('somebody else may begin a sign-in at the app, for its own provider alone', async (world) => {
  const ada = await world.person();
  const query = (values) => `${APP}?${new URLSearchParams(values)}`;
  await ada.visits(query({ iss: 'https://evil.example/oidc', login_hint: ADA }));
  await ada.page.locator('#trouble').waitFor();
  await ada.visits(query({ iss: `${world.rekey.base}/oidc`, login_hint: ADA, first_screen: 'reset-password' }));
  await ada.isOn(RESET_FIRST);
  assert.equal(await ada.field('identifier').inputValue(), ADA);
});

journey('an answer that the app did not ask for is thrown away', async (world) => {
  const ada = await world.person();
  await ada.visits(`${APP}?code=a-code&state=a-state&iss=${encodeURIComponent(`${world.rekey.base}/oidc`)}`);
  await ada.isOn('/sign-in');
  await ada.visits(`${APP}?error=access_denied&error_description=no&state=a-state`);
  await ada.page.locator('#trouble').waitFor();
  assert.equal(await ada.page.locator('#code').innerText(), 'access_denied');
  await ada.page.locator('#again').click();
  await ada.isOn('/sign-in');
});

journey('the app fits 320 pixels and has no accessibility fault, in three languages, light and dark', async (world) => {
  const faults = [];
  const ada = await world.person();
  await asksAppFor(ada, 'sign-in', '/sign-in');
  await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
  await claimsOf(ada);
  for (const language of ['en', 'de', 'ar']) {
    if (language !== 'en') await signsInAgain(ada, language);
    for (const [viewport, colorScheme] of [[DESK, 'light'], [DESK, 'dark'], [NARROW, 'light'], [NARROW, 'dark']]) {
      await ada.page.setViewportSize(viewport);
      await ada.page.emulateMedia({ colorScheme });
      const name = `demo-app-${language}-${viewport.width}-${colorScheme}`;
      await screenshot(ada.page, name);
      faults.push(...await overflow(ada.page, name), ...(await accessibility(ada.page)).map((fault) => `${name}: ${fault}`));
    }
  }
  assert.deepEqual(faults, []);
});

/** From the app's first page to the page that its button leads to. */
async function asksAppFor(person, button, path) {
  await person.visits(APP);
  await person.page.locator(`#${button}`).click();
  await person.isOn(path);
}

/** With the session that is there: nothing is asked. */
async function signsInAgain(person, language) {
  await person.visits(`${APP}?ui_locales=${language}`);
  await person.page.locator('#sign-in').click();
  await claimsOf(person);
}

/** What the app was told, once it shows it. */
async function claimsOf({ page }) {
  await page.locator('#signed-in, #trouble').and(page.locator(':visible')).waitFor();
  assert.ok(await page.locator('#signed-in').isVisible(), await page.locator('.fault').innerText().catch(() => 'not signed in'));
  const rows = await page.locator('#claims tr').evaluateAll((rows) => rows.map(({ cells }) => [...cells].map((cell) => cell.textContent)));
  return Object.fromEntries(rows);
}

/** What is still asked for: the app may have said who it is. */
async function fieldsToSignIn(person, password) {
  const known = await person.field('identifier').inputValue();
  return known ? { password } : { identifier: ADA, password };
}
