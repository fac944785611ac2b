// A person at a browser window, and what people do on Rekey's pages. Pages are known by their addresses, forms by
// their fields, never by wording or style, so copy and design can change without touching a test.

import assert from 'node:assert/strict';

export const ASK = '/forgot-password';
export const CODE = '/forgot-password/verification-code';
export const LINK = '/forgot-password/link';
export const RESET = '/forgot-password/reset';
export const DONE = '/forgot-password/done';

export const ADA = 'ada@example.com';
export const ADAS_PASSWORD = 'correct horse battery';
export const ADAS_PHONE = '+1 202 555 0134';
export const NEW_PASSWORD = 'brisk otter lantern 42';

export class Person {
  constructor(page, scripts) {
    this.page = page;
    this.scripts = scripts;
  }

  /** A second window of the same browser, at `address`. */
  async open(address) {
    const other = new Person(await this.page.context().newPage(), this.scripts);
    await other.visits(address);
    return other;
  }

  async visits(address) { return this.page.goto(address); }

  async isOn(path) { await this.page.waitForURL((url) => url.pathname === path); }

  field(name) { return this.page.locator(`[name="${name}"]:not([type=hidden])`); }

  /** The button that sends the form with this field, and not one that sends it elsewhere. */
  button(name) {
    return this.page.locator(`form:has([name="${name}"]:not([type=hidden])) button:not([type=button]):not([formaction])`).first();
  }

  async submit(fields) {
    for (const [name, value] of Object.entries(fields)) await this.field(name).fill(value);
    await this.button(Object.keys(fields).at(-1)).click();
  }

  async requestReset(identifier) {
    await this.visits(ASK);
    await this.submit({ identifier });
    await this.isOn(CODE);
  }

  /** Types a code; with scripts the last digit sends it. */
  async enterCode(code) {
    await this.field('code').fill('');
    await this.field('code').pressSequentially(code);
    if (!this.scripts) await this.button('code').click();
  }

  async verifyCode(code) {
    await this.enterCode(code);
    await this.isOn(RESET);
  }

  async continueHere() {
    await this.page.locator(`form[action$="${LINK}"] button:not([type=button]):not([formaction])`).first().click();
    await this.isOn(RESET);
  }

  async choosePassword(newPassword) {
    await this.submit({ newPassword });
    await this.isOn(DONE);
  }

  async goToSignIn() {
    await this.page.locator('main :is(a[href*="/sign-in"], form[action*="/sign-in"] button)').first().click();
    await this.isOn('/sign-in');
  }

  /** The button of a sign-in form that leads to a new password; it says so whatever happened before. */
  forgotButton() { return this.page.locator('button[formaction*="/forgot-password/start"]'); }

  /** Presses the only button of the form that posts to `path`, and waits for the page that answers. */
  async press(path) {
    const button = this.page.locator(`form[action$="${path}"] button:not([type=button])`).first();
    await Promise.all([this.page.waitForNavigation(), button.click()]);
  }

  async signIn(identifier, password) {
    await this.submit({ identifier, password });
    await this.isOn('/account');
  }

  /** The end that every recovery has in common: the success page leads to sign-in, where only the password is missing. */
  async setPasswordAndSignIn(password = NEW_PASSWORD) {
    await this.choosePassword(password);
    await this.goToSignIn();
    assert.notEqual(await this.field('identifier').inputValue(), '', 'who this is stands in the field already');
    await this.submit({ password });
    await this.isOn('/account');
  }

  /** Waits until the page says that this field was refused. */
  async isRefused(name) { await this.page.locator(`[name="${name}"][aria-invalid="true"]`).waitFor(); }

  /** Moves by the Tab key alone until the focus is on what `selector` names. */
  async tabTo(selector) {
    for (let steps = 0; steps < 40; steps += 1) {
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await this.page.keyboard.press('Tab');
    }
    assert.fail(`the Tab key never reaches ${selector}`);
  }

  /** The two digits that the waiting window shows. */
  async matchingNumber() {
    const shown = this.page.locator('[data-match-number]').first();
    await shown.waitFor();
    const number = (await shown.innerText()).replace(/\D/g, '');
    assert.match(number, /^\d\d$/);
    return number;
  }
}
