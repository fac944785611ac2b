// @logto/browser as it is published, in a real browser and on another site: every call that an app makes of it. Nothing in
// it is patched, so whatever it expects of its server is expected of ours.

import assert from 'node:assert/strict';
import { API, HOUSEHOLD } from './support/client.mjs';
import { startGuest } from './support/third_party_app.mjs';
import { journey } from './support/harness.mjs';
import { ADA, ADAS_PASSWORD, CODE, NEW_PASSWORD } from './support/browser_user.mjs';

const ADAS_ID = 'ada000000001';

const callback = ({ guest }) => `${guest.origin}/callback`;

const startLogto = () => startGuest(
  (endpoint) => `import LogtoClient from '@logto/browser';
    globalThis.logto = new LogtoClient(${JSON.stringify({ endpoint, appId: 'logto', scopes: ['email'], resources: [API] })});`,
  (origin) => ({ ...HOUSEHOLD, applications: [
    { id: 'logto', name: 'A guest', type: 'SPA', redirectUris: [`${origin}/callback`], postLogoutRedirectUris: [`${origin}/left`] },
  ] }),
);

visit('signIn, tokens, userinfo and signOut', async (world, ada) => {
  await asks(ada, 'signIn', callback(world));
  await ada.isOn('/sign-in');
  await ada.submits({ identifier: ADA, password: ADAS_PASSWORD });
  await comesBack(ada, world);

  assert.equal(await asks(ada, 'isAuthenticated'), true);
  const claims = await asks(ada, 'getIdTokenClaims');
  assert.equal(claims.sub, ADAS_ID);
  assert.equal(claims.email, ADA);
  const opaque = await asks(ada, 'getAccessToken');
  assert.ok(opaque.length >= 43 && !opaque.includes('.'), 'without a resource it says nothing');
  assert.equal((await asks(ada, 'fetchUserInfo')).sub, ADAS_ID);
  const jwt = await asks(ada, 'getAccessToken', API);
  assert.equal(jwt.split('.').length, 3);
  assert.equal((await asks(ada, 'getAccessTokenClaims', API)).aud, API);

  const before = await asks(ada, 'getRefreshToken');
  await asks(ada, 'clearAccessToken');
  assert.notEqual(await asks(ada, 'getAccessToken'), opaque);
  assert.notEqual(await asks(ada, 'getRefreshToken'), before, 'a refresh token of a public app is replaced');

  await asks(ada, 'signOut', `${world.guest.origin}/left`);
  await ada.isOn('/oidc/session/end');
  await ada.presses('/oidc/session/end/confirm');
  await ada.isOn('/left');
  assert.equal(await asks(ada, 'isAuthenticated'), false);
  await asks(ada, 'signIn', callback(world));
  await ada.isOn('/sign-in');
});

visit("signIn({ firstScreen: 'register' })", async (world, eve) => {
  await asks(eve, 'signIn', { redirectUri: callback(world), firstScreen: 'register' });
  await eve.isOn('/register');
  await eve.submits({ identifier: 'eve@example.com' });
  await eve.isOn('/register/verification-code');
  await eve.types(await world.inbox.code());
  await eve.isOn('/register/password');
  await eve.submits({ newPassword: NEW_PASSWORD });
  await comesBack(eve, world);
  assert.equal((await asks(eve, 'getIdTokenClaims')).email, 'eve@example.com');
});

visit("signIn({ firstScreen: 'reset_password' })", async (world, ada) => {
  await asks(ada, 'signIn', { redirectUri: callback(world), firstScreen: 'reset_password', loginHint: ADA });
  await ada.isOn('/reset-password');
  assert.equal(await ada.field('identifier').inputValue(), ADA);
  await ada.button('identifier').click();
  await ada.isOn(CODE);
  await ada.provesBy(await world.inbox.code());
  await ada.chooses(NEW_PASSWORD);
  await ada.goesToSignIn();
  await ada.submits({ password: NEW_PASSWORD });
  await comesBack(ada, world);
  assert.equal((await asks(ada, 'getIdTokenClaims')).sub, ADAS_ID);
});

visit('a person of two apps signs in once', async (world, ada) => {
  await ada.visits(`${world.rekey.base}/sign-in`);
  await ada.signsIn(ADA, ADAS_PASSWORD);
  await ada.visits(world.guest.origin);
  await asks(ada, 'signIn', callback(world));
  await comesBack(ada, world);
  assert.equal((await asks(ada, 'getIdTokenClaims')).sub, ADAS_ID);
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
async function asks({ page }, call, ...values) {
  await page.waitForFunction(() => 'logto' in globalThis);
  const answer = page.evaluate(([call, values]) => globalThis.logto[call](...values), [call, values]);
  return ['signIn', 'signOut'].includes(call) ? answer.catch(() => {}) : answer;
}

/** The app takes the answer, once it is there. */
async function comesBack(person, { guest }) {
  await person.isOn('/callback');
  assert.equal(new URL(person.page.url()).origin, guest.origin);
  await asks(person, 'handleSignInCallback', person.page.url());
}
