// @logto/browser as it is published, in a real browser and on another site: every call that an app makes of it. Nothing in
// it is patched, so whatever it expects of its server is expected of ours.

import assert from 'node:assert/strict';
import { API, APPS_AND_USERS } from '../support/client.mjs';
import { startThirdPartyApp } from '../support/third_party_app.mjs';
import { journey } from '../support/harness.mjs';
import { ADA, ADAS_PASSWORD, CODE, NEW_PASSWORD } from '../support/browser_user.mjs';

const ADAS_ID = 'ada000000001';

const callback = ({ guest }) => `${guest.origin}/callback`;

const startLogto = () => startThirdPartyApp(
  (endpoint) => `import LogtoClient from '@logto/browser';
    globalThis.logto = new LogtoClient(${JSON.stringify({ endpoint, appId: 'logto', scopes: ['email'], resources: [API] })});`,
  (origin) => ({ ...APPS_AND_USERS, applications: [
    { id: 'logto', name: 'A guest', type: 'SPA', redirectUris: [`${origin}/callback`], postLogoutRedirectUris: [`${origin}/left`] },
  ] }),
);

visit('signIn, tokens, userinfo and signOut', async (world, ada) => {
  await callSdk(ada, 'signIn', callback(world));
  await ada.isOn('/sign-in');
  await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
  await comesBack(ada, world);

  assert.equal(await callSdk(ada, 'isAuthenticated'), true);
  const claims = await callSdk(ada, 'getIdTokenClaims');
  assert.equal(claims.sub, ADAS_ID);
  assert.equal(claims.email, ADA);
  const opaque = await callSdk(ada, 'getAccessToken');
  assert.ok(opaque.length >= 43 && !opaque.includes('.'), 'without a resource it says nothing');
  assert.equal((await callSdk(ada, 'fetchUserInfo')).sub, ADAS_ID);
  const jwt = await callSdk(ada, 'getAccessToken', API);
  assert.equal(jwt.split('.').length, 3);
  assert.equal((await callSdk(ada, 'getAccessTokenClaims', API)).aud, API);

  const before = await callSdk(ada, 'getRefreshToken');
  await callSdk(ada, 'clearAccessToken');
  assert.notEqual(await callSdk(ada, 'getAccessToken'), opaque);
  assert.notEqual(await callSdk(ada, 'getRefreshToken'), before, 'a refresh token of a public app is replaced');

  await callSdk(ada, 'signOut', `${world.guest.origin}/left`);
  await ada.isOn('/left');
  assert.equal(await callSdk(ada, 'isAuthenticated'), false);
  await callSdk(ada, 'signIn', callback(world));
  await ada.isOn('/sign-in');
});

visit("signIn({ firstScreen: 'register' })", async (world, eve) => {
  await callSdk(eve, 'signIn', { redirectUri: callback(world), firstScreen: 'register' });
  await eve.isOn('/register');
  await eve.submit({ identifier: 'eve@example.com' });
  await eve.isOn('/register/verification-code');
  await eve.enterCode(await world.inbox.code());
  await eve.isOn('/register/password');
  await eve.submit({ newPassword: NEW_PASSWORD });
  await comesBack(eve, world);
  assert.equal((await callSdk(eve, 'getIdTokenClaims')).email, 'eve@example.com');
});

visit("signIn({ firstScreen: 'reset_password' })", async (world, ada) => {
  await callSdk(ada, 'signIn', { redirectUri: callback(world), firstScreen: 'reset_password', loginHint: ADA });
  await ada.isOn('/reset-password');
  assert.equal(await ada.field('identifier').inputValue(), ADA);
  await ada.button('identifier').click();
  await ada.isOn(CODE);
  await ada.verifyCode(await world.inbox.code());
  await ada.choosePassword(NEW_PASSWORD);
  await ada.goToSignIn();
  await ada.submit({ password: NEW_PASSWORD });
  await comesBack(ada, world);
  assert.equal((await callSdk(ada, 'getIdTokenClaims')).sub, ADAS_ID);
});

visit('a person of two apps signs in once', async (world, ada) => {
  await ada.visits(`${world.rekey.base}/sign-in`);
  await ada.signIn(ADA, ADAS_PASSWORD);
  await ada.visits(world.guest.origin);
  await callSdk(ada, 'signIn', callback(world));
  await comesBack(ada, world);
  assert.equal((await callSdk(ada, 'getIdTokenClaims')).sub, ADAS_ID);
});

/** A test that begins with somebody at the app. */
function visit(name, body) {
  journey(`@logto/browser: ${name}`, async (world) => {
    const person = await world.person();
    await person.visits(world.guest.origin);
    await body(world, person);
  }, startLogto);
}

/** Calls a function of the SDK, in the page, as the app's own script would. */
async function callSdk({ page }, call, ...values) {
  await page.waitForFunction(() => 'logto' in globalThis);
  const answer = page.evaluate(([call, values]) => globalThis.logto[call](...values), [call, values]);
  return ['signIn', 'signOut'].includes(call) ? answer.catch(() => {}) : answer;
}

/** The app takes the answer, once it is there. */
async function comesBack(person, { guest }) {
  await person.isOn('/callback');
  assert.equal(new URL(person.page.url()).origin, guest.origin);
  await callSdk(person, 'handleSignInCallback', person.page.url());
}
