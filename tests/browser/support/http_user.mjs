// A person without a browser: cookies, redirects and the forms that the pages really serve, posted with fetch. It sees
// what a client library can't, every hop of a redirect, and stops where Rekey sends it away.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { ADA, ADAS_PASSWORD } from './browser_user.mjs';

const HOPS = 10;

/** A request that comes again when it was too early: these tests ask faster than any one network is allowed to. */
export async function fetchWithRetry(address, options) {
  const answer = await fetch(address, options);
  if (answer.status !== 429) return answer;
  await pause(1000 * Number(answer.headers.get('retry-after') ?? 1));
  return fetchWithRetry(address, options);
}

export class HttpUser {
  #cookies = new Map();

  constructor(base, identifier = ADA) {
    this.base = base;
    this.identifier = identifier;
  }

  /** One request; the answer as it is. */
  async fetch(address, options = {}) {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { accept: 'text/html', ...(cookie && { cookie }), ...options.headers };
    const answer = await fetchWithRetry(new URL(address, this.base), { ...options, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  #keep(line) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  /** Follows redirects until there is a page, or an address elsewhere, which is `left`. */
  async followRedirects(address, options) {
    let url = new URL(address, this.base);
    let answer = await this.fetch(url, options);
    for (let hops = 0; hops < HOPS; hops += 1) {
      const location = answer.headers.get('location');
      if (!location) return { url, status: answer.status, html: await answer.text() };
      url = new URL(location, url);
      if (url.origin !== this.base) return { left: url };
      answer = await this.fetch(url);
    }
    return assert.fail(`more than ${HOPS} redirects, the last to ${url.pathname}`);
  }

  /** Sends the form that has these fields, with everything hidden in it. */
  async submit({ url, html }, fields) {
    const has = (form, name) => new RegExp(`name="${name}"`).test(form);
    const form = forms(html).find((form) => Object.keys(fields).every((name) => has(form, name)));
    assert.ok(form, `${url.pathname} has no form with ${Object.keys(fields)}`);
    return this.#posts(url, form, fields);
  }

  /** Presses a button of the form whose address ends so; `answer` is what that button says. */
  async press({ url, html }, action, answer = {}) {
    const form = forms(html).find((form) => attribute(form, 'action').endsWith(action));
    assert.ok(form, `${url.pathname} has no form that goes to ${action}`);
    return this.#posts(url, form, answer);
  }

  async #posts(url, form, fields) {
    const hidden = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)];
    const kept = hidden.map(([input]) => [attribute(input, 'name'), attribute(input, 'value')]);
    const body = new URLSearchParams([...kept, ...Object.entries(fields)]);
    return this.followRedirects(new URL(attribute(form, 'action'), url), { method: 'POST', body });
  }

  /** From an app's request to its answer. */
  async signIn(address, password = ADAS_PASSWORD) {
    const page = await this.followRedirects(address);
    if (page.left) return page.left;
    const { left, ...stuck } = await this.submit(page, { identifier: this.identifier, password });
    assert.ok(left, `signing in ends at ${stuck.url?.pathname} with ${stuck.status}`);
    return left;
  }
}

function forms(html) { return html.match(/<form[\s\S]*?<\/form>/g) ?? []; }

function attribute(tag, name) {
  const value = tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? '';
  return value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
    .replaceAll('&#38;', '&').replaceAll('&#34;', '"').replaceAll('&#39;', "'");
}
