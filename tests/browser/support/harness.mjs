// What every browser test stands on: a server, a real Chromium, and people with windows in it. A test written with
// `journey` also fails when any page asked another origin for something, broke its own content security policy or
// threw an error, so no test has to ask.

import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { Person } from './browser_user.mjs';
import { startRekey } from './server.mjs';

const ARTIFACTS = fileURLToPath(new URL('../../artifacts/', import.meta.url));

// Chromium's own errands would look like requests of ours, and a closed network makes them slow.
const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

let browser;
after(async () => (await browser)?.close());

function launched() {
  browser ??= chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    chromiumSandbox: process.getuid() !== 0,
    args: QUIET,
  });
  return browser;
}

/** A test with a server of its own; `body` gets the world it happens in, in which there may be a third-party application. */
export function journey(name, body, startThirdPartyApp, startServer = startRekey) {
  test(name, { timeout: 180_000 }, async () => {
    const guest = await startThirdPartyApp?.();
    const world = new World(await startServer(guest?.bootstrap), guest);
    try {
      await guest?.knows(world.rekey.base);
      await body(world);
      assert.deepEqual(world.complaints, [], 'every page keeps to itself and to its policy');
    } catch (error) {
      await world.saveEvidence(name);
      throw error;
    } finally {
      await world.close();
    }
  });
}

/** Saves what a person sees as tests/artifacts/NAME.png. */
export async function screenshot(page, name) {
  await mkdir(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: `${ARTIFACTS}${name}.png`, fullPage: true });
}

class World {
  complaints = [];
  #heard = new Set();
  #contexts = [];

  constructor(rekey, guest) {
    this.rekey = rekey;
    this.inbox = rekey.inbox;
    this.guest = guest;
  }

  /** Somebody with a browser of their own: nothing is shared with the others. */
  async person({ scripts = true, ...options } = {}) {
    const context = await (await launched()).newContext({
      baseURL: this.rekey.base,
      javaScriptEnabled: scripts,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(15_000);
    await this.#watch(context);
    this.#contexts.push(context);
    return new Person(await context.newPage(), scripts);
  }

  async #watch(context) {
    context.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^(http|ws)s?:$/.test(protocol) && origin !== this.rekey.base && !this.#isGuests(request)) {
        this.#complain(`asked ${request.url()}`);
      }
    });
    context.on('weberror', (error) => this.#complain(`threw ${error.error()}`));
    context.on('console', (message) => {
      if (/content security policy|policy broken/i.test(message.text())) this.#complain(message.text());
    });
    await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI} on ${location.pathname}`);
    }));
  }

  // People go to the app and come from it; of ours no page asks it for anything.
  #isGuests(request) {
    const isAt = (address) => [this.guest?.origin, this.guest?.callback].includes(new URL(address).origin);
    return isAt(request.url()) && (request.isNavigationRequest() || isAt(request.frame().url()));
  }

  // A page that breaks one rule breaks it often; the first few times say enough.
  #complain(text) {
    if (this.#heard.size < 10 && !this.#heard.has(text)) this.complaints.push(text);
    this.#heard.add(text);
  }

  /** What every window showed and the server said when a test failed. */
  async saveEvidence(name) {
    const file = `failed-${name.replace(/\W+/g, '-')}`;
    const pages = this.#contexts.flatMap((context) => context.pages());
    for (const [index, page] of pages.entries()) {
      console.error(`window ${index + 1} was at ${page.url()}`);
      await screenshot(page, `${file}-${index + 1}`).catch(() => {});
    }
    console.error(this.rekey.printed.slice(-40).join('\n'));
  }

  async close() {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.rekey.stop();
    await this.guest?.stop();
  }
}
