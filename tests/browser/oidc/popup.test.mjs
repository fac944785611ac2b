// An app that signs in by a popup: the window that it opens comes back to the app's callback, which tells the window that
// opened it. What cuts a popup from its opener (Cross-Origin-Opener-Policy) does so for good, on any step of the way.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { APPS_AND_USERS } from '../support/client.mjs';
import { journey } from '../support/harness.mjs';
import { ADA, ADAS_PASSWORD, CODE, NEW_PASSWORD, Person } from '../support/browser_user.mjs';
import { startThirdPartyApp } from '../support/counterparts/third_party_app.mjs';

const CHALLENGE = createHash('sha256').update('v'.repeat(43)).digest('base64url');

const SCRIPT = `
  if (location.pathname === '/callback') {
    window.opener?.postMessage(location.search, location.origin);
    window.close();
  }
  addEventListener('message', ({ data }) => { globalThis.heard = data; });
  globalThis.openPopup = (address) => { globalThis.popup = window.open(address, 'sign-in', 'width=500,height=700'); };`;

const startApp = () => startThirdPartyApp(() => SCRIPT, (origin) => ({
  ...APPS_AND_USERS,
  applications: [{ id: 'popup', name: 'A guest', type: 'SPA', redirectUris: [`${origin}/callback`] }],
}));

/** The window that the app opened, at the sign-in page, and the way to what the app heard. */
async function openPopup(world, ada, extra = {}) {
  await ada.visits(`${world.guest.origin}/`);
  await ada.page.waitForFunction(() => globalThis.openPopup);
  const address = new URL('/oidc/auth', world.rekey.base);
  address.search = new URLSearchParams({
    client_id: 'popup', redirect_uri: `${world.guest.origin}/callback`, response_type: 'code', scope: 'openid', state: 'of the app',
    code_challenge: CHALLENGE, code_challenge_method: 'S256', ...extra,
  });
  const [page] = await Promise.all([
    ada.page.context().waitForEvent('page'),
    ada.page.evaluate((url) => globalThis.openPopup(url), String(address)),
  ]);
  return new Person(page, true);
}

async function hears(ada) {
  const heard = await ada.page.waitForFunction(() => globalThis.heard);
  const said = new URLSearchParams(await heard.jsonValue());
  assert.equal(said.get('state'), 'of the app');
  await ada.page.waitForFunction(() => globalThis.popup.closed);
  return said;
}

const visit = (name, body) => journey(`popup: ${name}`, async (world) => body(world, await world.person()), startApp);

visit('the app hears of a sign-in, after a wrong password too', async (world, ada) => {
  const popup = await openPopup(world, ada);
  await popup.isOn('/sign-in');
  await popup.submit({ identifier: ADA, password: 'not this one' });
  await popup.page.locator('[aria-invalid=true]').first().waitFor();
  assert.equal(await ada.page.evaluate(() => globalThis.popup.closed), false, 'it is not cut off on the way');
  await popup.submit({ password: ADAS_PASSWORD });
  assert.ok((await hears(ada)).get('code'));
});

visit('the app hears of a sign-in after a forgotten password', async (world, ada) => {
  const popup = await openPopup(world, ada, { first_screen: 'reset_password' });
  await popup.submit({ identifier: ADA });
  await popup.isOn(CODE);
  await popup.verifyCode(await world.inbox.code());
  await popup.choosePassword(NEW_PASSWORD);
  await popup.goToSignIn();
  await popup.submit({ password: NEW_PASSWORD });
  assert.ok((await hears(ada)).get('code'));
});

visit('the app hears of an error, too', async (world, ada) => {
  await openPopup(world, ada, { prompt: 'none' });
  assert.equal((await hears(ada)).get('error'), 'login_required');
});

visit('a page that no app asked for keeps other windows out', async (world, ada) => {
  const response = await ada.visits(`${world.rekey.base}/sign-in`);
  assert.equal(response.headers()['cross-origin-opener-policy'], 'same-origin');
  assert.equal(response.headers()['x-frame-options'], 'DENY');
});
