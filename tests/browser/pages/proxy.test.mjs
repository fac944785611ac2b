// Behind a real nginx: one that removes `Sec-Fetch-*`, as older proxies and browsers do; one with nothing but
// `proxy_pass`; and one that keeps all cookies to itself.

import assert from 'node:assert/strict';
import { journey } from '../support/harness.mjs';
import { ADA, ADAS_PASSWORD, NEW_PASSWORD } from '../support/browser_user.mjs';
import { freePort, startNginx } from '../support/nginx.mjs';
import { startRekey } from '../support/server.mjs';

const NO_FETCH_METADATA = ['Site', 'Mode', 'Dest', 'User'].map((name) => `proxy_set_header Sec-Fetch-${name} ""`);

/** A server whose public address is nginx's. */
const behind = (location) => async (bootstrap) => {
  const [port, upstream] = [await freePort(), await freePort()];
  const nginx = await startNginx({ port, upstream, location });
  const rekey = await startRekey(bootstrap, {
    REKEY_LISTEN: `127.0.0.1:${upstream}`,
    REKEY_PUBLIC_URL: `http://127.0.0.1:${port}`,
    REKEY_TRUSTED_PROXIES: '127.0.0.1/32',
  });
  const stop = async () => {
    await rekey.stop();
    await nginx.stop();
  };
  return { ...rekey, base: `http://127.0.0.1:${port}`, stop };
};

const everyForm = (scripts) => async (world) => {
  const ada = await world.person({ scripts });
  await ada.requestReset(ADA);
  await ada.verifyCode(await world.inbox.code());
  await ada.setPasswordAndSignIn();
  await ada.visits('/account/password');
  await ada.submit({ currentPassword: NEW_PASSWORD, newPassword: `${NEW_PASSWORD} again` });
  await ada.isOn('/account');
};

const forwarded = ['proxy_set_header Host $http_host', 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for'];
journey('forms work behind a proxy without Sec-Fetch, with scripts', everyForm(true), undefined,
  behind([...forwarded, ...NO_FETCH_METADATA]));
journey('forms work behind a proxy without Sec-Fetch, without scripts', everyForm(false), undefined,
  behind([...forwarded, ...NO_FETCH_METADATA]));
journey('forms work behind a proxy that is set up with proxy_pass alone', everyForm(true), undefined, behind([]));

journey('a browser that gets no cookies is told that they are needed', async (world) => {
  const ada = await world.person();
  await ada.visits('/sign-in');
  await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
  await ada.page.waitForLoadState();
  assert.match(await ada.page.locator('main').innerText(), /Cookies are needed/);
}, undefined, behind([...forwarded, 'proxy_hide_header Set-Cookie']));
