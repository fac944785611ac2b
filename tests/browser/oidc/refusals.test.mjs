// What must not happen while people are on the way: being sent to an address that nobody registered, or out of the session
// by somebody else. Each request is a right one with one thing wrong; those for tokens are in token_refusals.test.mjs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefused, sends } from '../support/raw_http.mjs';
import { ADAS_ID, server, spa, visitor } from '../support/shared_server.mjs';
import { forged } from '../support/tokens.mjs';

const CALLBACK = 'https://app.example/callback';

/** A right request with these parameters instead; several values repeat one, undefined leaves it out. */
const askedWith = async (changes) => (await spa().authorizationRequest(changes)).url;

/** Nobody is sent anywhere: a page says what is wrong. */
async function staysHere(changes, why) {
  const { left, status, url } = await visitor().followRedirects(await askedWith(changes));
  assert.equal(left, undefined, `${why}: sent to ${left}`);
  assert.ok(status >= 400 && status < 500, `${why}: ${status} at ${url.pathname}`);
}

/** The app is told, with its state and by whom. */
async function tells(changes, error, who = visitor()) {
  const asked = await spa().authorizationRequest(changes);
  const { left, url } = await who.followRedirects(asked.url);
  assert.ok(left, `${JSON.stringify(changes)} is not told, but ends at ${url?.pathname}`);
  assert.ok(left.href.startsWith(`${CALLBACK}?`), left.href);
  const answer = Object.fromEntries(left.searchParams);
  assert.equal(answer.error, error, JSON.stringify(changes));
  assert.equal(answer.iss, server.issuer);
  assert.ok(answer.error_description);
  if (!Object.hasOwn(changes, 'state')) assert.equal(answer.state, asked.state);
  assert.equal(answer.code, undefined);
}

test('nobody is sent to an address that the app did not register', async () => {
  for (const redirect of [
    'https://evil.example/callback', 'https://app.example/callback/', 'https://app.example/Callback', 'https://APP.example/callback',
    'https://app.example/callback?x=1', 'https://app.example/callback#x', 'https://app.example:443/callback',
    'https://app.example:8443/callback', 'http://app.example/callback', '//app.example/callback', '/callback',
    'https://app.example.evil.example/callback', 'https://app.example@evil.example/callback',
    'https://evil.example\\@app.example/callback', 'https://app.example/%63allback', 'https://app.example/x/../callback',
    'https://app.example/callback%00', ' https://app.example/callback', 'https://app.example/callback ',
    'https://app\u3002example/callback', 'https://app.example./callback', 'javascript:alert(1)', 'data:text/html,x', '',
    `https://app.example/callback?${'x'.repeat(9_000)}`,
  ]) await staysHere({ redirect_uri: redirect }, redirect.slice(0, 80));
  await staysHere({ redirect_uri: [CALLBACK, 'https://evil.example/'] }, 'two addresses');
  await staysHere({ redirect_uri: ['https://evil.example/', CALLBACK] }, 'two addresses, the other way round');
});

test('nobody is sent anywhere for an app that is not known', async () => {
  for (const id of [undefined, '', 'nobody', 'SPA', 'spa ', 'spa\u0000', "spa' or '1'='1", 'x'.repeat(9_000), ['spa', 'spa'], ['spa', 'web']]) {
    await staysHere({ client_id: id }, `client_id ${String(id).slice(0, 40)}`);
  }
});

test('an error is told to the app once its address is proven', async () => {
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  for (const [changes, error] of [
    [{ response_type: undefined }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'id_token' }, 'unsupported_response_type'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type'],
    [{ response_type: ['code', 'code'] }, 'invalid_request'],
    [{ scope: ['openid', 'email'] }, 'invalid_request'],
    [{ state: ['a', 'b'] }, 'invalid_request'],
    [{ nonce: ['a', 'b'] }, 'invalid_request'],
    [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge: undefined }, 'invalid_request'],
    [{ code_challenge: '' }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ code_challenge: `${challenge}=` }, 'invalid_request'],
    [{ code_challenge: [challenge, challenge] }, 'invalid_request'],
    [{ code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: 's256' }, 'invalid_request'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ prompt: 'maybe' }, 'invalid_request'],
    [{ max_age: '-1' }, 'invalid_request'],
    [{ max_age: 'soon' }, 'invalid_request'],
    [{ response_mode: 'web_message' }, 'invalid_request'],
    [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    [{ resource: 'not an address' }, 'invalid_target'],
    [{ resource: 'https://unknown.example/' }, 'invalid_target'],
    [{ prompt: 'none' }, 'login_required'],
  ]) await tells(changes, error);
});

test('too much is refused before anything is read', async () => {
  for (const name of ['state', 'nonce', 'scope', 'login_hint']) {
    // Who answers before everything was sent closes the connection, which may arrive before the answer.
    const closed = (error) => assert.match(String(error.cause?.code), /^(ECONNRESET|EPIPE)$/, String(error));
    const answer = await visitor().fetch(await askedWith({ [name]: 'x'.repeat(70_000) })).catch(closed);
    if (!answer) continue;
    assert.ok([303, 400, 413, 414, 431].includes(answer.status), `${name}: ${answer.status}`);
    assert.ok(!(answer.headers.get('location') ?? '').includes('code='));
  }
});

test('prompt=none with too old a sign-in is login_required', async () => {
  const ada = visitor();
  await spa().signIn(ada);
  await tells({ prompt: 'none', max_age: '0' }, 'login_required', ada);
});

test('a pushed request is for its client and for one time', async () => {
  const push = async (changes) => {
    const { searchParams } = await askedWith(changes);
    return sends(server.pushed_authorization_request_endpoint, Object.fromEntries(searchParams));
  };
  isRefused(await push({ redirect_uri: 'https://evil.example/' }), 'invalid_request', 'another address');
  isRefused(await push({ code_challenge: undefined, code_challenge_method: undefined }), 'invalid_request', 'no challenge');
  isRefused(await push({ client_id: 'web' }), 'invalid_client', 'no secret');
  const { body: { request_uri } } = await push({});
  const address = (parameters) => Object.assign(new URL(server.authorization_endpoint), { search: new URLSearchParams(parameters) });
  for (const parameters of [{ client_id: 'second', request_uri }, { client_id: 'spa', request_uri: `${request_uri}x` }, { request_uri }]) {
    const { left, status } = await visitor().followRedirects(address(parameters));
    assert.ok(!left && status >= 400 && status < 500, JSON.stringify(parameters));
  }
  assert.ok((await visitor().signIn(address({ client_id: 'spa', request_uri }))).searchParams.get('code'));
  const again = await visitor().followRedirects(address({ client_id: 'spa', request_uri }));
  assert.ok(!again.left?.searchParams.get('code') && !again.html?.includes('name="password"'), 'used up');
});

test('signing out leads nowhere that is not registered, and forged hints end nothing', async () => {
  const ada = visitor();
  const { id_token } = await spa().signIn(ada);
  const address = (parameters) => Object.assign(new URL(server.end_session_endpoint), { search: new URLSearchParams(parameters) });
  const forgedHint = await forged(id_token, { iss: server.issuer, sub: ADAS_ID, aud: 'spa' });
  for (const parameters of [
    { id_token_hint: id_token, post_logout_redirect_uri: 'https://evil.example/' },
    { client_id: 'spa', post_logout_redirect_uri: 'https://app.example/left/' },
    { id_token_hint: forgedHint, post_logout_redirect_uri: 'https://app.example/left' },
    { post_logout_redirect_uri: 'https://app.example/left' },
  ]) assert.equal((await visitor().followRedirects(address(parameters))).left, undefined, JSON.stringify(parameters));
  await ada.followRedirects(address({ id_token_hint: forgedHint }));
  const asked = await spa().authorizationRequest({ prompt: 'none' });
  assert.ok((await ada.followRedirects(asked.url)).left.searchParams.get('code'), 'Ada is still signed in');
});
