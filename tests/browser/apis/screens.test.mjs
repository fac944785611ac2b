// The screen of docs/api/experience.md, taken out of it as it stands: thirty lines that choose a new password. Files of somebody's own are answered
// beside Rekey at one address, as the document asks for.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { journey } from '../support/harness.mjs';
import { ADA } from '../support/browser_user.mjs';

const document = await readFile(new URL('../../../docs/api/experience.md', import.meta.url), 'utf8');
const block = (kind) => document.match(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``))[1];
const FILES = {
  '/my/reset.html': { contentType: 'text/html', body: block('html') },
  '/my/reset.js': { contentType: 'text/javascript', body: block('js') },
};

journey('the screen of the document chooses a new password, and the app still waits', async (world) => {
  assert.ok(block('js').trim().split('\n').length <= 33, 'about thirty lines');
  const ada = await world.person();
  const { page } = ada;
  await page.route('**/my/*', (route) => route.fulfill(FILES[new URL(route.request().url()).pathname]));
  await ada.visits('/demo-app');
  await page.getByText('Forgot your password?').first().click();
  await ada.isOn('/reset-password');
  await ada.visits('/my/reset.html');
  const field = page.getByRole('textbox');
  const types = async (text) => { await field.fill(text); await page.keyboard.press('Enter'); };
  const asks = (label) => page.getByText(label, { exact: true }).waitFor();
  await types('nobody');
  await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await types(ADA);
  await asks('Code from the mail');
  await types('000000');
  await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await types(await world.inbox.code());
  await asks('New password');
  await types('short');
  await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await types('seven quiet rivers in autumn');
  await ada.isOn('/sign-in');
  assert.match(await page.locator('body').innerText(), /demo/i, 'the page knows which app waits');
});
