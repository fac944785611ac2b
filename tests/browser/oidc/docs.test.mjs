// The two apps of docs/apps.md, taken out of it as they stand: whoever copies them gets what the document promises.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { APPS_AND_USERS, SECRET } from '../support/client.mjs';
import { startThirdPartyApp } from '../support/counterparts/third_party_app.mjs';
import { journey } from '../support/harness.mjs';
import { ADA, ADAS_PASSWORD } from '../support/browser_user.mjs';
import { startRekey } from '../support/server.mjs';
import { HttpUser } from '../support/http_user.mjs';

const HERE = new URL('.', import.meta.url);
const document = await readFile(new URL('../../../docs/apps.md', HERE), 'utf8');
const [shop, desk] = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
const registered = JSON.parse(document.match(/```json\n([\s\S]*?)```/)[1]).applications;

/** The app as the document registers it, at another address. */
function at(origin, id) {
  const { secret, ...app } = registered.find((app) => app.id === id);
  const here = JSON.parse(JSON.stringify(app).replaceAll(/http:\/\/localhost:\d+/g, origin));
  return { ...APPS_AND_USERS, applications: [secret ? { ...here, secret: SECRET } : here] };
}

const startShop = () => startThirdPartyApp(
  (base) => shop.replace('https://id.example.com', base),
  (origin) => at(origin, 'shop'),
);

journey('the browser app of the document signs somebody in and out', async (world) => {
  const ada = await world.person();
  const { page } = ada;
  await ada.visits(world.guest.origin);
  await page.getByText('Forgot your password?').click();
  await ada.isOn('/reset-password');
  await ada.visits(world.guest.origin);
  await page.getByText('Sign in').click();
  await ada.isOn('/sign-in');
  await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
  await page.getByText('Hello Ada Lovelace').waitFor();
  await page.getByText('Sign out').click();
  await page.getByText('Sign in').waitFor();
}, startShop);

test('the server app of the document signs somebody in and out', { timeout: 60_000 }, async () => {
  const origin = `http://localhost:${await freePort()}`;
  const rekey = await startRekey(at(origin, 'desk'));
  const app = await startDesk(rekey.base, origin);
  try {
    const ada = new HttpUser(rekey.base);
    const browser = new HttpUser(origin);
    const asked = (await browser.fetch('/login?first_screen=sign_in')).headers.get('location');
    const answer = await ada.signIn(asked);
    await browser.fetch(answer);
    assert.equal(await (await browser.fetch('/')).text(), 'Hello Ada Lovelace');
    const leaving = (await browser.fetch('/logout')).headers.get('location');
    const { left } = await ada.press(await ada.followRedirects(leaving), '/oidc/session/end/confirm');
    assert.equal(String(left), `${origin}/`);
    assert.match(await (await browser.fetch('/')).text(), /Nobody/);
  } finally {
    app.kill();
    await rekey.stop();
  }
});

async function startDesk(base, origin) {
  const env = { PATH: process.env.PATH, ISSUER: `${base}/oidc`, DESK_SECRET: SECRET, ORIGIN: origin };
  const app = spawn(process.execPath, ['--input-type=module', '-'], { cwd: HERE, env, stdio: ['pipe', 'inherit', 'inherit'] });
  app.stdin.end(desk);
  for (let tries = 0; tries < 100; tries += 1) {
    if (await fetch(origin).then(() => true, () => false)) return app;
    await pause(100);
  }
  app.kill();
  return assert.fail('the app of the document does not start');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
