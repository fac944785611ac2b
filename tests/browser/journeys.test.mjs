// The ways back in, as people walk them: by code, by link, by phone, with and without scripts, with a mouse or with
// the keyboard alone, on one device and on two, and with a link scanner in between.

import assert from 'node:assert/strict';
import { journey } from './harness.mjs';
import { ADA, ADAS_PHONE, ASK, CODE, DONE, LINK, NEW_PASSWORD, RESET } from './person.mjs';

for (const scripts of [true, false]) {
  const how = scripts ? 'with scripts' : 'without scripts';

  journey(`a code leads to a new password and back in, ${how}`, async (world) => {
    const ada = await world.person({ scripts });
    await ada.asksFor(ADA);
    await ada.provesBy(await world.inbox.code());
    await ada.setsPasswordAndSignsIn();
  });

  journey(`a link opened in the same browser goes on there, ${how}`, async (world) => {
    const ada = await world.person({ scripts });
    await ada.asksFor(ADA);
    const tab = await ada.opens(await world.inbox.link());
    await tab.isOn(LINK);
    await tab.continuesHere();
    await tab.setsPasswordAndSignsIn();
  });

  journey(`what was typed at sign-in is not typed again, ${how}`, async (world) => {
    const ada = await world.person({ scripts });
    await ada.visits('/sign-in');
    await ada.field('identifier').fill(ADA);
    await ada.page.locator('button[formaction*="/forgot-password/start"]').click();
    await ada.isOn(ASK);
    assert.equal(await ada.field('identifier').inputValue(), ADA);
    await ada.button('identifier').click();
    await ada.isOn(CODE);
    await ada.provesBy(await world.inbox.code());
  });
}

journey('a phone number gets its code by SMS', async (world) => {
  const ada = await world.person();
  await ada.asksFor(ADAS_PHONE);
  await ada.provesBy(await world.inbox.code());
  await ada.setsPasswordAndSignsIn();
});

journey('a link scanner does not burn the link', async (world) => {
  const ada = await world.person();
  await ada.asksFor(ADA);
  const link = await world.inbox.link();
  for (const agent of SCANNERS) {
    for (const method of ['HEAD', 'GET']) {
      const answer = await fetch(link, { method, headers: { 'user-agent': agent } });
      assert.ok(answer.status < 500, `${method} by ${agent || 'nobody'} got ${answer.status}`);
    }
  }
  // The thorough kind renders the page in a browser of its own.
  await (await world.person()).visits(link);

  const tab = await ada.opens(link);
  await tab.continuesHere();
  await tab.setsPasswordAndSignsIn();
});

const SCANNERS = [
  '',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 SafeLinks',
  'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; ms-office; MSOffice 16)',
  'BarracudaCentral/1.0', 'Mimecast URL Protect', 'Proofpoint/URLDefense', 'Slackbot-LinkExpanding 1.0',
  'WhatsApp/2.23.20.0', 'GoogleImageProxy', 'curl/8.5.0',
];

journey('a link opened on a second device moves the waiting window on by itself', async (world) => {
  const { ada, phone } = await twoDevices(world);
  await phone.submits({ number: await ada.numberShown() });
  await ada.isOn(RESET);
  await ada.setsPasswordAndSignsIn();
});

journey('a wrong number on the second device moves nothing', async (world) => {
  const { ada, phone } = await twoDevices(world);
  const wrong = String((Number(await ada.numberShown()) + 1) % 90 + 10);
  const answered = phone.page.waitForResponse((answer) => answer.request().method() === 'POST');
  await phone.submits({ number: wrong });
  assert.equal((await answered).status(), 422);
  assert.deepEqual((await asksState(ada)).state, 'waiting');
  for (let polls = 0; polls < 2; polls += 1) await ada.page.waitForResponse((answer) => answer.url().endsWith('/state'));
  await ada.isOn(CODE);
});

journey('without scripts the waiting window goes on when it is loaded again', async (world) => {
  const { ada, phone } = await twoDevices(world, { scripts: false });
  await phone.submits({ number: await ada.numberShown() });
  await ada.page.reload();
  await ada.page.locator('form[action$="/verification-code/continue"] button').click();
  await ada.isOn(RESET);
});

journey('a link opened on a second device can go on there instead', async (world) => {
  const { phone } = await twoDevices(world);
  await phone.continuesHere();
  await phone.chooses(NEW_PASSWORD);
});

/** Ada waits at the code page of one device while her link is open on another. */
async function twoDevices(world, options) {
  const ada = await world.person(options);
  await ada.asksFor(ADA);
  const phone = await world.person({ ...options, viewport: { width: 390, height: 780 } });
  await phone.visits(await world.inbox.link());
  await phone.isOn(LINK);
  return { ada, phone };
}

async function asksState(person) {
  return (await person.page.request.get(`${CODE}/state`)).json();
}

journey('a pasted sentence fills the code and sends it', async (world) => {
  const ada = await world.person({ permissions: ['clipboard-read', 'clipboard-write'] });
  await ada.asksFor(ADA);
  const sentence = `Your code is ${await world.inbox.code()}. It works for 10 minutes.`;
  await ada.page.evaluate((text) => navigator.clipboard.writeText(text), sentence);
  await ada.field('code').focus();
  await ada.page.keyboard.press('Control+V');
  await ada.isOn(RESET);
});

journey('a wrong code is refused in words and the right one still works', async (world) => {
  const ada = await world.person();
  await ada.asksFor(ADA);
  const code = await world.inbox.code();
  await ada.types(code.replace(/^./, (digit) => String((Number(digit) + 1) % 10)));
  await ada.isRefused('code');
  await ada.isOn(CODE);
  await ada.types(code);
  // After a wrong code nothing is sent by itself.
  await ada.page.keyboard.press('Enter');
  await ada.isOn(RESET);
});

journey('the keyboard alone is enough', async (world) => {
  const ada = await world.person();
  const { keyboard } = ada.page;
  await ada.visits('/sign-in');
  await ada.tabsTo('[name=identifier]');
  await keyboard.type(ADA);
  await ada.tabsTo('button[formaction*="/forgot-password/start"]');
  await keyboard.press('Enter');
  await ada.isOn(ASK);
  await ada.tabsTo('[name=identifier]');
  await keyboard.press('Enter');
  await ada.isOn(CODE);
  await ada.tabsTo('[name=code]');
  await keyboard.type(await world.inbox.code());
  await ada.isOn(RESET);
  await ada.tabsTo('[name=newPassword]');
  await keyboard.type(NEW_PASSWORD);
  await keyboard.press('Enter');
  await ada.isOn(DONE);
  await ada.tabsTo('main :is(a[href*="/sign-in"], form[action*="/sign-in"] button)');
  await keyboard.press('Enter');
  await ada.isOn('/sign-in');
  await ada.tabsTo('[name=password]');
  await keyboard.type(NEW_PASSWORD);
  await keyboard.press('Enter');
  await ada.isOn('/account');
});
