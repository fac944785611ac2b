// The ways back in, as people walk them: by code, by link, by phone, with and without scripts, with a mouse or with
// the keyboard alone, and with a link scanner in between. A second device is in waiting.test.mjs.

import assert from 'node:assert/strict';
import { journey } from '../support/harness.mjs';
import { ADA, ADAS_PHONE, ASK, CODE, DONE, LINK, NEW_PASSWORD, RESET } from '../support/browser_user.mjs';

for (const scripts of [true, false]) {
  const how = scripts ? 'with scripts' : 'without scripts';

  journey(`a code leads to a new password and back in, ${how}`, async (world) => {
    const ada = await world.person({ scripts });
    await ada.requestReset(ADA);
    await ada.verifyCode(await world.inbox.code());
    await ada.setPasswordAndSignIn();
  });

  journey(`a link opened in the same browser goes on there, ${how}`, async (world) => {
    const ada = await world.person({ scripts });
    await ada.requestReset(ADA);
    const tab = await ada.open(await world.inbox.link());
    await tab.isOn(LINK);
    await tab.continueHere();
    await tab.setPasswordAndSignIn();
  });

  journey(`what was typed at sign-in is not typed again, ${how}`, async (world) => {
    const ada = await world.person({ scripts });
    await ada.visits('/sign-in');
    await ada.field('identifier').fill(ADA);
    await ada.forgotButton().click();
    await ada.isOn(ASK);
    assert.equal(await ada.field('identifier').inputValue(), ADA);
    await ada.button('identifier').click();
    await ada.isOn(CODE);
    await ada.verifyCode(await world.inbox.code());
  });

  journey(`the way to a new password stays after a wrong password, ${how}`, async (world) => {
    const ada = await world.person({ scripts });
    await ada.visits('/sign-in');
    await ada.submit({ identifier: ADA, password: 'not her password' });
    await ada.isRefused('password');
    assert.ok(await ada.forgotButton().isVisible());
    await ada.forgotButton().click();
    await ada.isOn(ASK);
    assert.equal(await ada.field('identifier').inputValue(), ADA);
  });
}

journey('a phone number gets its code by SMS', async (world) => {
  const ada = await world.person();
  await ada.requestReset(ADAS_PHONE);
  await ada.verifyCode(await world.inbox.code());
  await ada.setPasswordAndSignIn();
});

journey('a link scanner does not burn the link', async (world) => {
  const ada = await world.person();
  await ada.requestReset(ADA);
  const link = await world.inbox.link();
  for (const agent of SCANNERS) {
    for (const method of ['HEAD', 'GET']) {
      const answer = await fetch(link, { method, headers: { 'user-agent': agent } });
      assert.ok(answer.status < 500, `${method} by ${agent || 'nobody'} got ${answer.status}`);
    }
  }
  // The thorough kind renders the page in a browser of its own.
  await (await world.person()).visits(link);

  const tab = await ada.open(link);
  await tab.continueHere();
  await tab.setPasswordAndSignIn();
});

const SCANNERS = [
  '',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 SafeLinks',
  'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; ms-office; MSOffice 16)',
  'BarracudaCentral/1.0', 'Mimecast URL Protect', 'Proofpoint/URLDefense', 'Slackbot-LinkExpanding 1.0',
  'WhatsApp/2.23.20.0', 'GoogleImageProxy', 'curl/8.5.0',
];

journey('a pasted sentence fills the code and sends it', async (world) => {
  const ada = await world.person({ permissions: ['clipboard-read', 'clipboard-write'] });
  await ada.requestReset(ADA);
  const sentence = `Your code is ${await world.inbox.code()}. It works for 10 minutes.`;
  await ada.page.evaluate((text) => navigator.clipboard.writeText(text), sentence);
  await ada.field('code').focus();
  await ada.page.keyboard.press('Control+V');
  await ada.isOn(RESET);
});

journey('a wrong code is refused in words and the right one still works', async (world) => {
  const ada = await world.person();
  await ada.requestReset(ADA);
  const code = await world.inbox.code();
  await ada.enterCode(code.replace(/^./, (digit) => String((Number(digit) + 1) % 10)));
  await ada.isRefused('code');
  await ada.isOn(CODE);
  await ada.enterCode(code);
  await ada.isOn(RESET);
});

journey('the keyboard alone is enough', async (world) => {
  const ada = await world.person();
  const { keyboard } = ada.page;
  await ada.visits('/sign-in');
  await ada.tabTo('[name=identifier]');
  await keyboard.type(ADA);
  await ada.tabTo('button[formaction*="/forgot-password/start"]');
  await keyboard.press('Enter');
  await ada.isOn(ASK);
  await ada.tabTo('[name=identifier]');
  await keyboard.press('Enter');
  await ada.isOn(CODE);
  await ada.tabTo('[name=code]');
  await keyboard.type(await world.inbox.code());
  await ada.isOn(RESET);
  await ada.tabTo('[name=newPassword]');
  await keyboard.type(NEW_PASSWORD);
  await keyboard.press('Enter');
  await ada.isOn(DONE);
  await ada.tabTo('main :is(a[href*="/sign-in"], form[action*="/sign-in"] button)');
  await keyboard.press('Enter');
  await ada.isOn('/sign-in');
  await ada.tabTo('[name=password]');
  await keyboard.type(NEW_PASSWORD);
  await keyboard.press('Enter');
  await ada.isOn('/account');
});
