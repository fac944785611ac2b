// The window that waits for a code: it counts down, and it goes on by itself when the link was opened on a second
// device and the number it shows was typed there. A wrong number, or nothing, leaves it where it is.

import assert from 'node:assert/strict';
import { journey } from '../support/harness.mjs';
import { ADA, CODE, LINK, NEW_PASSWORD, RESET } from '../support/browser_user.mjs';

journey('a link opened on a second device moves the waiting window on by itself', async (world) => {
  const { ada, phone } = await twoDevices(world);
  await phone.submit({ number: await ada.matchingNumber() });
  await ada.isOn(RESET);
  await ada.setPasswordAndSignIn();
});

journey('a wrong number on the second device moves nothing', async (world) => {
  const { ada, phone } = await twoDevices(world);
  const wrong = String((Number(await ada.matchingNumber()) + 1) % 90 + 10);
  const answered = phone.page.waitForResponse((answer) => answer.request().method() === 'POST');
  await phone.submit({ number: wrong });
  assert.equal((await answered).status(), 422);
  assert.deepEqual((await asksState(ada)).state, 'waiting');
  for (let polls = 0; polls < 2; polls += 1) await ada.page.waitForResponse((answer) => answer.url().endsWith('/state'));
  await ada.isOn(CODE);
});

journey('without scripts the waiting window goes on when it is loaded again', async (world) => {
  const { ada, phone } = await twoDevices(world, { scripts: false });
  await phone.submit({ number: await ada.matchingNumber() });
  await ada.page.reload();
  await ada.page.locator('form[action$="/verification-code/continue"] button').click();
  await ada.isOn(RESET);
});

journey('a link opened on a second device can go on there instead', async (world) => {
  const { phone } = await twoDevices(world);
  await phone.continueHere();
  await phone.choosePassword(NEW_PASSWORD);
});

/** Ada waits at the code page of one device while her link is open on another. */
async function twoDevices(world, options) {
  const ada = await world.person(options);
  await ada.requestReset(ADA);
  const phone = await world.person({ ...options, viewport: { width: 390, height: 780 } });
  await phone.visits(await world.inbox.link());
  await phone.isOn(LINK);
  return { ada, phone };
}

async function asksState(person) {
  return (await person.page.request.get(`${CODE}/state`)).json();
}

journey('the end of the code and the wait for another are counted down', async (world) => {
  const ada = await world.person();
  await ada.requestReset(ADA);
  const before = await countdowns(ada);
  await ada.page.waitForTimeout(2_200);
  const after = await countdowns(ada);
  for (const name of ['expiry', 'resend']) {
    const passed = before[name] - after[name];
    assert.ok(passed >= 1 && passed <= 5, `${name} went from ${before[name]} to ${after[name]}`);
  }
  // It can be reached and says why it waits, and pressing it sends nothing.
  const resend = ada.page.locator('form[action$="/resend"] button');
  assert.equal(await resend.getAttribute('aria-disabled'), 'true');
  await resend.click({ force: true });
  assert.equal(new URL(ada.page.url()).pathname, CODE);
});

journey('without scripts the page says both times in words, and too early a wish is answered', async (world) => {
  const ada = await world.person({ scripts: false });
  await ada.requestReset(ADA);
  for (const note of ['#expiry', '#resend-note']) assert.match(await ada.page.locator(note).innerText(), /\d/);
  const [answer] = await Promise.all([
    ada.page.waitForResponse((response) => response.request().method() === 'POST'),
    ada.page.locator('form[action$="/resend"] button').click({ force: true }),
  ]);
  assert.equal(answer.status(), 429);
  assert.ok(Number(answer.headers()['retry-after']) > 0);
  assert.ok(await ada.field('code').isVisible());
});

/** Seconds left, as the page shows them: the last m:ss of each note. */
async function countdowns(person) {
  const seconds = async (note) => {
    const shown = (await person.page.locator(note).innerText()).match(/(\d+):(\d\d)(?!.*\d:\d\d)/);
    assert.ok(shown?.length === 3, `${note} counts down`);
    return Number(shown[1]) * 60 + Number(shown[2]);
  };
  await person.page.locator('#expiry').getByText(/\d:\d\d/).waitFor();
  return { expiry: await seconds('#expiry'), resend: await seconds('#resend-note') };
}
