// The browser SDK against a real server: the documented flow word for word, in Node and in Chromium; five tabs that renew at once; a
// network that goes and comes back; and the package that npm would get.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AuthClient, PaywallError } from '../../../static/sdk/auth-client.js';
import { journey, screenshot } from '../support/harness.mjs';
import { accessibility, NARROW, overflow } from '../support/visual_checks.mjs';
import { ADA, ADAS_PASSWORD, NEW_PASSWORD } from '../support/browser_user.mjs';
import { startRekey } from '../support/server.mjs';

const PACKAGE = fileURLToPath(new URL('../../../static/sdk/', import.meta.url));
const DEMO = '/dev/sdk';
const HOUR = 3_600_000;

test('a forgotten password in Node, as documented', async () => {
  const rekey = await startRekey();
  try {
    const email = ADA;
    const newPassword = NEW_PASSWORD;
    const auth = new AuthClient({ paywallId: 'demo-app', apiOrigin: rekey.base });
    const events = [];
    auth.onAuthChange((event) => events.push(event));
    await auth.requestPasswordReset({ email });
    const code = await rekey.inbox.code();
    await assert.rejects(auth.verifyOtp({ email, token: '000000', type: 'recovery' }), { code: 'invalid_otp', status: 401 });
    await auth.verifyOtp({ email, token: code, type: 'recovery' });
    await assert.rejects(auth.updatePassword({ password: 'short' }), (e) => e instanceof PaywallError && e.code === 'weak_password' && e.status === 400);
    const before = auth.getCachedSession();
    await auth.updatePassword({ password: newPassword });
    assert.deepEqual([auth.getCachedSession(), auth.getCachedUser()?.email], [before, email]);
    await auth.signInWithEmail({ email, password: newPassword });
    await assert.rejects(auth.signInWithEmail({ email, password: ADAS_PASSWORD }), { code: 'invalid_credentials', status: 401 });
    await auth.signOut();
    await assert.rejects(auth.updatePassword({ password: newPassword }), { code: 'not_authenticated' });
    assert.deepEqual(events, ['INITIAL_SESSION', 'PASSWORD_RECOVERY', 'SIGNED_IN', 'SIGNED_OUT']);
    auth.destroy();
  } finally {
    await rekey.stop();
  }
});

/** A page of the demo with a few gestures. */
class Kiosk {
  constructor(page) { this.page = page; }

  static async open(world, options) {
    const { page } = await world.person(options);
    await page.goto(DEMO);
    return new Kiosk(page);
  }

  async fills(label, text) { await this.page.getByLabel(label, { exact: true }).filter({ visible: true }).fill(text); }

  async press(name) { await this.page.getByRole('button', { name, exact: true }).filter({ visible: true }).click(); }

  async shows(heading) { await this.page.getByRole('heading', { name: heading }).waitFor(); }

  async says(words) { await this.page.locator('#said', { hasText: words }).waitFor(); }

  async signIn(password) {
    await this.shows('Sign in');
    await this.fills('Email', ADA);
    await this.fills('Password', password);
    await this.press('Sign in');
    await this.shows(`Welcome, ${ADA}`);
  }

  session() { return this.page.evaluate(() => globalThis.auth.getCachedSession()); }
}

journey('the demo resets a forgotten password with its own screens', async (world) => {
  const kiosk = await Kiosk.open(world);
  await kiosk.shows('Sign in');
  await screenshot(kiosk.page, 'sdk-sign-in');
  await kiosk.press('Forgot password?');
  await kiosk.fills('Email', ADA);
  await kiosk.press('Send me a code');
  await kiosk.says('If that email exists, we sent a message.');
  await kiosk.fills('Code', '000000');
  await kiosk.press('Check the code');
  await kiosk.says('Wrong or expired code');
  assert.equal(await kiosk.page.getByLabel('Code').filter({ visible: true }).inputValue(), '000000', 'nothing is lost');
  assert.deepEqual(await accessibility(kiosk.page), []);
  await screenshot(kiosk.page, 'sdk-wrong-code');
  await kiosk.fills('Code', await world.inbox.code());
  await kiosk.press('Check the code');
  await kiosk.shows('Choose a new password');
  await kiosk.fills('New password', 'short');
  await kiosk.press('Save');
  await kiosk.says('Password is too weak');
  await kiosk.fills('New password', NEW_PASSWORD);
  await kiosk.press('Save');
  await kiosk.shows(`Welcome, ${ADA}`);
  await kiosk.says('Your password is changed.');
  assert.equal(await kiosk.page.evaluate(() => document.activeElement.tagName), 'H1');
  await screenshot(kiosk.page, 'sdk-done');
  await kiosk.page.reload();
  await kiosk.shows(`Welcome, ${ADA}`);
  await kiosk.press('Sign out');
  await kiosk.signIn(NEW_PASSWORD);
});

journey('the demo changes a password in its settings, and signs out everywhere', async (world) => {
  const kiosk = await Kiosk.open(world);
  await kiosk.signIn(ADAS_PASSWORD);
  await kiosk.fills('Current password', 'not the one');
  await kiosk.fills('New password', NEW_PASSWORD);
  await kiosk.press('Change it');
  await kiosk.says('Email and password don’t belong together.');
  await kiosk.fills('Current password', ADAS_PASSWORD);
  await kiosk.press('Change it');
  await kiosk.says('Your password is changed.');
  const elsewhere = await Kiosk.open(world);
  await elsewhere.signIn(NEW_PASSWORD);
  await kiosk.press('Sign out everywhere');
  await kiosk.shows('Sign in');
  const renewed = await elsewhere.page.evaluate(() => globalThis.auth.refresh().then(() => 'went well', (error) => `${error.status} ${error.code}`));
  assert.equal(renewed, '401 invalid_refresh_token');
  await elsewhere.shows('Sign in');
});

journey('a button of the demo that is at work keeps the focus and works once', async (world) => {
  const kiosk = await Kiosk.open(world);
  const { page } = kiosk;
  const asked = [];
  await page.route('**/password/request-reset', (route) => { asked.push(route); });
  await kiosk.press('Forgot password?');
  await kiosk.fills('Email', ADA);
  const button = page.getByRole('button', { name: 'Send me a code' });
  const isHere = () => button.evaluate((it) => it === document.activeElement);
  await button.focus();
  await page.keyboard.press('Enter');
  await page.locator('#forgot [aria-disabled=true].main').waitFor();
  assert.deepEqual(await accessibility(page), []);
  await page.keyboard.press('Enter');
  // The button says that it is disabled, so the mouse has to be forced.
  await page.getByRole('button', { name: 'Back to sign-in' }).filter({ visible: true }).click({ force: true });
  await button.focus();
  await page.keyboard.press('Enter');
  await kiosk.shows('Forgot your password?');
  assert.deepEqual([await isHere(), asked.length], [true, 1]);
  await asked[0].abort();
  await kiosk.says('The server could not be reached.');
  assert.deepEqual([await isHere(), await button.getAttribute('aria-disabled')], [true, 'false']);
  await page.unroute('**/password/request-reset');
  await page.keyboard.press('Enter');
  await kiosk.shows('Enter the code');
});

journey('an access token that is over still signs out at the server', async (world) => {
  const kiosk = await Kiosk.open(world);
  await kiosk.signIn(ADAS_PASSWORD);
  const { refresh_token } = await kiosk.session();
  // One that the server does not know is answered as one that is over.
  await kiosk.page.evaluate(() => { localStorage['pw-demo-app-auth-v1'] = JSON.stringify({ ...globalThis.auth.getCachedSession(), access_token: 'over' }); });
  await kiosk.page.reload();
  await kiosk.shows(`Welcome, ${ADA}`);
  const ended = kiosk.page.waitForResponse((answer) => answer.url().endsWith('/signout') && answer.status() === 200);
  await kiosk.press('Sign out');
  await ended;
  await kiosk.shows('Sign in');
  const renewed = await fetch(`${world.rekey.base}/api/v1/paywall/demo-app/auth/refresh`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ refresh_token }),
  });
  assert.equal(renewed.status, 401);
});

journey('the demo makes an account with a code', async (world) => {
  const kiosk = await Kiosk.open(world);
  await kiosk.press('Create an account');
  await kiosk.fills('Email', 'nina@example.com');
  await kiosk.fills('Password', NEW_PASSWORD);
  await kiosk.press('Go on');
  await kiosk.fills('Code', await world.inbox.code());
  await kiosk.press('Create the account');
  await kiosk.shows('Welcome, nina@example.com');
});

journey('five tabs that renew at once keep one session', async (world) => {
  const first = await Kiosk.open(world);
  await first.signIn(ADAS_PASSWORD);
  const before = await first.session();
  const tabs = [first];
  for (let n = 0; n < 4; n += 1) {
    const page = await first.page.context().newPage();
    await page.goto(DEMO);
    tabs.push(new Kiosk(page));
    await tabs.at(-1).shows(`Welcome, ${ADA}`);
  }
  await first.page.context().clock.setFixedTime(Date.now() + HOUR - 30_000);
  const tokens = await Promise.all(tabs.map(({ page }) => page.evaluate(() => globalThis.auth.getAccessToken())));
  assert.ok(tokens.every((token) => token !== before.access_token), 'each has a new one');
  // Browsers carry what one tab stored to the others in their own time; the server takes a token that was just exchanged once more.
  await first.page.waitForFunction(() => globalThis.auth.getCachedSession().access_token === JSON.parse(localStorage['pw-demo-app-auth-v1']).access_token);
  const held = (await first.session()).refresh_token;
  for (const { page } of tabs) await page.waitForFunction((token) => globalThis.auth.getCachedSession().refresh_token === token, held);
  const last = await Promise.all(tabs.map(({ page }) => page.evaluate(() => globalThis.auth.refresh().then((session) => session.user.email))));
  assert.deepEqual(new Set(last), new Set([ADA]));
  await tabs[2].press('Sign out');
  for (const tab of tabs) await tab.shows('Sign in');
});

journey('without a network the session stays, and goes on when it is back', async (world) => {
  const kiosk = await Kiosk.open(world);
  await kiosk.signIn(ADAS_PASSWORD);
  const context = kiosk.page.context();
  await context.setOffline(true);
  const renew = () => kiosk.page.evaluate(() => globalThis.auth.refresh().then(() => 'went well', (error) => error.code));
  assert.equal(await renew(), 'network_error');
  assert.equal(await kiosk.page.evaluate(() => globalThis.auth.getCachedUser().email), ADA);
  await kiosk.fills('Current password', ADAS_PASSWORD);
  await kiosk.fills('New password', NEW_PASSWORD);
  await kiosk.press('Change it');
  await kiosk.says('The server could not be reached.');
  await context.setOffline(false);
  assert.equal(await renew(), 'went well');
  await kiosk.press('Change it');
  await kiosk.says('Your password is changed.');
  const { expires_at: end } = await kiosk.session();
  assert.ok(end > Date.now() && end <= Date.now() + HOUR);
});

journey('the demo works at 320 px, in the dark and with the keyboard alone', async (world) => {
  const kiosk = await Kiosk.open(world, { viewport: NARROW, colorScheme: 'dark' });
  const { page } = kiosk;
  await kiosk.shows('Sign in');
  assert.deepEqual([...await overflow(page, 'sign-in'), ...await accessibility(page)], []);
  await screenshot(page, 'sdk-narrow-dark');
  await page.keyboard.press('Tab');
  await page.keyboard.type(ADA);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ADAS_PASSWORD);
  await page.keyboard.press('Enter');
  await kiosk.shows(`Welcome, ${ADA}`);
  assert.deepEqual([...await overflow(page, 'welcome'), ...await accessibility(page)], []);
});

test('npm packs the module with its types and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-sdk-'));
  try {
    const run = promisify(execFile);
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: PACKAGE });
    const [{ filename, files }] = JSON.parse(stdout);
    assert.deepEqual(files.map(({ path }) => path).sort(), ['README.md', 'auth-client.d.ts', 'auth-client.js', 'package.json']);
    await run('tar', ['-xzf', join(folder, filename), '-C', folder]);
    const { version } = JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8'));
    const packed = await import(pathToFileURL(join(folder, 'package/auth-client.js')));
    const auth = new packed.AuthClient({ paywallId: 'shop', apiOrigin: 'http://127.0.0.1:9' });
    await assert.rejects(auth.updatePassword({ password: 'x' }), { code: 'not_authenticated' });
    assert.match(await readFile(join(folder, 'package/auth-client.js'), 'utf8'), new RegExp(`VERSION = '${version}'`), 'one version');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
