// What machines manage of apps and people, and what comes of it at once for whoever signs in: an app that was registered a
// moment ago, a token that stands for a code.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { Client, INSECURE, ROOT, SECRET } from '../support/client.mjs';
import { NEW_PASSWORD } from '../support/browser_user.mjs';
import { ADAS_ID, rekey, server, spa, visitor } from '../support/shared_server.mjs';
import { HttpUser } from '../support/http_user.mjs';

const MANAGEMENT = 'https://default.logto.app/api';

for (const [name, authentication] of [['basic', oauth.ClientSecretBasic(SECRET)], ['post', oauth.ClientSecretPost(SECRET)]]) {
  test(`a machine gets a token for the Management API, by ${name}`, async () => {
    const { client } = new Client(server, 'machine');
    const wanted = { resource: MANAGEMENT, scope: 'all' };
    const reply = await oauth.clientCredentialsGrantRequest(server, client, authentication, wanted, INSECURE);
    const { access_token } = await oauth.processClientCredentialsResponse(server, client, reply);
    const asked = new Request(`${rekey.base}/api/sign-in-exp`, { headers: { authorization: `Bearer ${access_token}` } });
    const claims = await oauth.validateJwtAccessToken(server, asked, MANAGEMENT, INSECURE);
    assert.equal(claims.client_id, 'machine');
    assert.equal(claims.scope, 'all');
    assert.equal((await fetch(asked)).status, 200);
  });
}

test('an app that is registered while the server runs is in force at once', async () => {
  const manage = async (method, path, body) => {
    const headers = { authorization: `Bearer ${ROOT}`, 'content-type': 'application/json' };
    const answer = await fetch(`${rekey.base}/api/applications${path}`, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  const redirect = 'https://late.example/callback';
  const { id, secret } = await manage('POST', '', { name: 'Late', type: 'Traditional', oidcClientMetadata: { redirectUris: [redirect] } });
  const late = (secret) => new Client(server, id, { authentication: oauth.ClientSecretBasic(secret), redirect });
  assert.equal((await late(secret).signIn(visitor())).claims.sub, ADAS_ID);
  const second = await manage('POST', `/${id}/secrets`, { name: 'second' });
  assert.equal((await late(second.value).signIn(visitor())).claims.sub, ADAS_ID);
  await manage('DELETE', `/${id}`);
  const { left, status } = await visitor().followRedirects((await late(secret).authorizationRequest()).url);
  assert.ok(!left && status === 400, 'and out of force when it is deleted');
});

test('a token from the Management API stands for the code, once', async () => {
  const headers = { authorization: `Bearer ${ROOT}`, 'content-type': 'application/json' };
  const email = 'bob@example.com';
  const made = await fetch(`${rekey.base}/api/one-time-tokens`, { method: 'POST', headers, body: JSON.stringify({ email }) });
  const { token } = await made.json();
  const [bob, somebody] = [new HttpUser(rekey.base, email), visitor()];
  const wanted = { first_screen: 'reset_password', one_time_token: token, login_hint: email };
  const asked = await spa().authorizationRequest(wanted);
  const proven = await bob.press(await bob.followRedirects(asked.url), '/reset-password/token');
  const done = await bob.submit(proven, { newPassword: NEW_PASSWORD });
  assert.equal(done.url.pathname, '/forgot-password/done');
  const page = await bob.followRedirects(done.html.match(/href="(\/sign-in[^"]*)"/)[1].replaceAll(/&#38;|&amp;/g, '&'));
  const { left } = await bob.submit(page, { identifier: email, password: NEW_PASSWORD });
  assert.equal((await spa().exchangeCode(left, asked)).claims.sub, 'bob000000001');
  const again = await somebody.followRedirects((await spa().authorizationRequest(wanted)).url);
  assert.ok(!/name="newPassword"|action="\/reset-password\/token"/.test(again.html), 'it was used');
  assert.match(again.html, /forgot-password/, 'and the ordinary way is offered');
});
