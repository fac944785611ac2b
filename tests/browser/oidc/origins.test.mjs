// An app whose callback redirects to another origin: sign-in, sign-up, consent and sign-out end there, with and without
// scripts. And responses that no redirect can carry: in a form, and with a long state.

import assert from 'node:assert/strict';
import { ADA, ADAS_PASSWORD, CODE, NEW_PASSWORD } from '../support/browser_user.mjs';
import { APPS_AND_USERS } from '../support/client.mjs';
import { journey } from '../support/harness.mjs';
import { startRedirectingApp } from '../support/redirecting_app.mjs';

for (const host of ['localhost', '[::1]']) {
  for (const scripts of [true, false]) {
    const visit = (name, body) => journey(`${name}, at ${host}, ${scripts ? 'with' : 'without'} scripts`,
      async (world) => body(world, await world.person({ scripts })), () => startRedirectingApp(host, APPS_AND_USERS));

    visit('sign-in and sign-out lead on to the other origin', async (world, ada) => {
      await ada.visits(request(world, { state: 'there' }));
      await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
      const landed = await landsAt(ada, world, '/cb');
      assert.ok(landed.get('code'));
      assert.equal(landed.get('state'), 'there');
      const left = encodeURIComponent(`${world.guest.callback}/left`);
      await ada.visits(`/oidc/session/end?client_id=far&post_logout_redirect_uri=${left}&state=out`);
      if (!scripts) await ada.press('/oidc/session/end/confirm');
      assert.equal((await landsAt(ada, world, '/left')).get('state'), 'out');
    });

    visit('consent leads on to the other origin, whatever the answer', async (world, ada) => {
      await ada.visits(request(world, { client_id: 'guest' }));
      await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
      await ada.isOn('/consent');
      await ada.page.locator('button[value=decline]').click();
      assert.equal((await landsAt(ada, world, '/cb')).get('error'), 'access_denied');
      await ada.visits(request(world, { client_id: 'guest' }));
      await ada.page.locator('button[value=agree]').click();
      assert.ok((await landsAt(ada, world, '/cb')).get('code'));
    });

    visit('sign-up leads on to the other origin', async (world, eve) => {
      await eve.visits(request(world, { first_screen: 'register' }));
      await eve.submit({ identifier: 'eve@example.com' });
      await eve.isOn('/register/verification-code');
      await eve.enterCode(await world.inbox.code());
      await eve.isOn('/register/password');
      await eve.submit({ newPassword: NEW_PASSWORD });
      assert.ok((await landsAt(eve, world, '/cb')).get('code'));
    });

    visit('a new password leads back and on to the other origin', async (world, ada) => {
      await ada.visits(request(world, { first_screen: 'reset_password' }));
      await ada.submit({ identifier: ADA });
      await ada.isOn(CODE);
      await ada.verifyCode(await world.inbox.code());
      await ada.choosePassword(NEW_PASSWORD);
      await ada.goToSignIn();
      await ada.submit({ password: NEW_PASSWORD });
      assert.ok((await landsAt(ada, world, '/cb')).get('code'));
    });

    visit('a response in a form arrives whole', async (world, ada) => {
      const state = `"quoted" <b> & 'more' \u00fc ${'x'.repeat(3000)}`;
      await ada.visits(request(world, { response_mode: 'form_post', state }));
      await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
      const signedIn = await isPosted(ada, world, scripts);
      assert.ok(signedIn.get('code'));
      assert.equal(signedIn.get('state'), state);
      await ada.visits(request(world, { response_mode: 'form_post', state, prompt: 'none' }));
      assert.ok((await isPosted(ada, world, scripts)).get('code'));
      await ada.visits(request(world, { response_mode: 'form_post', response_type: 'token' }));
      assert.equal((await isPosted(ada, world, scripts)).get('error'), 'unsupported_response_type');
    });

    visit('a long state arrives whole', async (world, ada) => {
      const state = 'long'.repeat(900);
      await ada.visits(request(world, { state }));
      await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
      assert.equal((await landsAt(ada, world, '/cb')).get('state'), state);
    });
  }
}

function request({ guest, rekey }, changes) {
  const client = changes.client_id ?? 'far';
  const parameters = {
    client_id: client, response_type: 'code', scope: 'openid', redirect_uri: `${guest.callback}/cb`, ...changes,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
  };
  return `${rekey.base}/oidc/auth?${new URLSearchParams(parameters)}`;
}

async function landsAt({ page }, { guest }, path) {
  await page.waitForURL((url) => url.origin === guest.origin && url.pathname === path);
  return new URL(page.url()).searchParams;
}

async function isPosted({ page }, { guest }, scripts) {
  if (!scripts) await page.locator('main form button').click();
  await page.waitForURL(`${guest.callback}/cb`);
  return new URLSearchParams(await page.locator('pre').textContent());
}
