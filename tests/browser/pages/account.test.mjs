// What a signed-in person does about the account, and how somebody who never asked for a new password takes the
// account back from the notice, with scripts and without.

import assert from 'node:assert/strict';
import { journey } from '../support/harness.mjs';
import { ADA, ADAS_PASSWORD, CODE, NEW_PASSWORD } from '../support/browser_user.mjs';

const PASSWORD = '/account/password';
const OWN_PASSWORD = 'velvet anchor 58 pines';

for (const scripts of [true, false]) {
  const how = scripts ? 'with scripts' : 'without scripts';

  journey(`a new password ends the other sessions and opens the account again, ${how}`, async (world) => {
    const [ada, phone] = await bothSignedIn(world, { scripts });
    await ada.visits(PASSWORD);
    await ada.submit({ currentPassword: 'not her password', newPassword: NEW_PASSWORD });
    await ada.isRefused('currentPassword');
    await ada.submit({ currentPassword: ADAS_PASSWORD, newPassword: NEW_PASSWORD });
    await ada.isOn('/account');
    await ada.page.locator('[role=status]').first().waitFor();
    await phone.visits('/account');
    await phone.isOn('/sign-in');
    await phone.signIn(ADA, NEW_PASSWORD);
  });

  journey(`another session is ended and this one signs out, ${how}`, async (world) => {
    const [ada, phone] = await bothSignedIn(world, { scripts });
    assert.equal(await ada.page.locator('.sessions > li').count(), 2);
    await ada.press('/end');
    await ada.isOn('/account');
    assert.equal(await ada.page.locator('.sessions > li').count(), 1);
    await phone.visits('/account');
    await phone.isOn('/sign-in');
    await ada.press('/sign-out');
    await ada.isOn('/sign-in');
    await ada.page.goBack();
    await ada.visits('/account');
    await ada.isOn('/sign-in');
  });

  journey(`"this wasn't me" takes the account back, ${how}`, async (world) => {
    const thief = await world.person({ scripts });
    await thief.requestReset(ADA);
    await thief.verifyCode(await world.inbox.code());
    await thief.setPasswordAndSignIn();

    const ada = await world.person({ scripts });
    await ada.visits(await world.inbox.notMeLink());
    await ada.isOn('/not-me');
    await ada.press('/not-me');
    await ada.isOn('/not-me');
    await thief.visits('/account');
    await thief.isOn('/sign-in');
    await thief.submit({ identifier: ADA, password: NEW_PASSWORD });
    await thief.isRefused('password');

    await ada.page.locator(`main a[href="${CODE}"]`).click();
    await ada.isOn(CODE);
    await ada.verifyCode(await world.inbox.code());
    await ada.setPasswordAndSignIn(OWN_PASSWORD);
  });
}

journey('whoever is not signed in comes back to the page that was wanted', async (world) => {
  const ada = await world.person();
  await ada.visits('/.well-known/change-password');
  await ada.isOn('/sign-in');
  await ada.submit({ identifier: ADA, password: ADAS_PASSWORD });
  await ada.isOn(PASSWORD);
});

journey('everywhere means here too', async (world) => {
  const [ada, phone] = await bothSignedIn(world);
  await ada.page.locator('details > summary').click();
  await ada.press('/end-all');
  await ada.isOn('/sign-in');
  await phone.visits('/account');
  await phone.isOn('/sign-in');
});

/** Ada at her desk, looking at her account, and Ada with her phone. */
async function bothSignedIn(world, options) {
  const phone = await world.person({ ...options, viewport: { width: 390, height: 780 } });
  const ada = await world.person(options);
  for (const person of [phone, ada]) {
    await person.visits('/sign-in');
    await person.signIn(ADA, ADAS_PASSWORD);
  }
  return [ada, phone];
}
