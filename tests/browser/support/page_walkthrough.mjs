// A walk past every page a person can meet while getting back in, with the refused states on the way. `look` is
// called at each stop with the stop's name and whoever stands there; it must leave the page where it is.

import { ADA, CODE, LINK, NEW_PASSWORD } from './browser_user.mjs';

export async function walkThroughPages(world, ada, language, look) {
  await signIn(ada, language, look);
  const link = await proof(world, ada, language, look);
  await newPassword(ada, look);
  await account(world, ada, look);
  await deadEnds(ada, link, look);
}

async function signIn(ada, language, look) {
  await ada.visits(`/sign-in?ui_locales=${language}`);
  await look('sign-in', ada);
  await ada.submit({ identifier: ADA, password: 'not her password' });
  await ada.page.locator('[role="alert"], [aria-invalid="true"]').first().waitFor();
  await look('sign-in-refused', ada);
}

async function proof(world, ada, language, look) {
  await ada.visits('/forgot-password');
  await look('ask', ada);
  await ada.submit({ identifier: ADA });
  await ada.isOn(CODE);
  await look('code', ada);
  const { link, code } = await world.inbox.both();

  const tab = await ada.open(link);
  await tab.isOn(LINK);
  await look('link', tab);
  await tab.page.close();
  const phone = await world.person();
  await phone.visits(`/sign-in?ui_locales=${language}`);
  await phone.visits(link);
  await look('link-elsewhere', phone);

  await ada.enterCode(code.replace(/^./, (digit) => String((Number(digit) + 1) % 10)));
  await ada.isRefused('code');
  await look('code-refused', ada);
  await ada.verifyCode(code);
  return link;
}

async function newPassword(ada, look) {
  await look('new-password', ada);
  await ada.submit({ newPassword: 'password123' });
  await ada.isRefused('newPassword');
  await look('new-password-refused', ada);
  await ada.choosePassword(NEW_PASSWORD);
  await look('done', ada);
}

async function account(world, ada, look) {
  await ada.goToSignIn();
  await look('sign-in-again', ada);
  const phone = await world.person();
  await phone.visits('/sign-in');
  await phone.signIn(ADA, NEW_PASSWORD);
  await ada.signIn(ADA, NEW_PASSWORD);
  await look('account', ada);
  await ada.visits('/account/password');
  await look('account-password', ada);
  await ada.visits(await world.inbox.notMeLink());
  await look('not-me', ada);
  await ada.press('/not-me');
  await look('not-me-done', ada);
}

async function deadEnds(ada, link, look) {
  await ada.visits(link);
  await look('link-used', ada);
  await ada.visits('/nothing-here');
  await look('not-found', ada);
}
