// The SDK's client against a server and a storage that misbehave: nobody is signed out by a bad network, nothing hangs, nothing is asked
// without need, and every error is a PaywallError with a code.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { AuthClient, PaywallError } from '../../../static/sdk/auth-client.js';
import { sharedStorage, startFakeServer } from '../support/counterparts/fake_server.mjs';

const PORTAL = [200, '<h1>Welcome to our hotel</h1>', 'text/html'];
const KEY = 'pw-shop-auth-v1';
const ADA = { id: 'ada', email: 'ada@example.com' };
const tokens = (n, more = {}) => ({ access_token: `access ${n}`, refresh_token: `refresh ${n}`, expires_in: 3600, expires_at: 4_000_000_000, token_type: 'bearer', ...more });
const entered = (n) => () => [200, { ...tokens(n), user: ADA }];
const stored = (n, left) => JSON.stringify({ access_token: `access ${n}`, refresh_token: `refresh ${n}`, expires_at: Date.now() + left, user: ADA });

const open = [];
const now = Date.now;
afterEach(() => { open.splice(0).forEach((one) => (one.destroy ?? one.stop).call(one)); Date.now = now; });

async function client(answers = {}, { storage = sharedStorage().tab(), ...options } = {}) {
  const server = await startFakeServer(answers);
  const auth = new AuthClient({ paywallId: 'shop', apiOrigin: server.origin, storage, ...options });
  open.push(auth, server);
  return { auth, server, storage };
}

const code = (promise) => promise.then(() => assert.fail('it went well'), (error) => {
  assert.ok(error instanceof PaywallError && error instanceof Error, String(error));
  return error.status === undefined ? error.code : `${error.status} ${error.code}`;
});

function heard(auth) {
  const events = [];
  auth.onAuthChange((event, session) => events.push(session ? `${event} ${session.access_token}` : event));
  return events;
}

test('who it is for must be said', () => {
  for (const options of [undefined, {}, { paywallId: 'shop' }, { apiOrigin: 'http://x' }]) {
    assert.throws(() => new AuthClient(options), { name: 'PaywallError', code: 'invalid_config' });
  }
});

test('a call says what it must and no more', async () => {
  const { auth, server } = await client({ 'email/signin': entered(1), signout: () => [200, { ok: true }] });
  await auth.signInWithEmail({ email: 'ada@example.com', password: 'p', idempotencyKey: 'once' });
  await auth.signOut();
  const [first, second] = server.asked;
  assert.deepEqual(JSON.parse(first.body), { email: 'ada@example.com', password: 'p' });
  const { accept, 'content-type': type, 'x-sdk-version': version, 'x-paywall-id': paywall, 'idempotency-key': key, cookie } = first.headers;
  assert.deepEqual([first.method, accept, type, paywall, key, cookie], ['POST', 'application/json', 'application/json', 'shop', 'once', undefined]);
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.equal(second.body, '');
  assert.deepEqual([second.headers['content-type'], second.headers.authorization], [undefined, 'Bearer access 1']);
});

test('a visitor is named only if somebody named them before', async () => {
  const shared = sharedStorage(new Map([['pw-visitor-id', 'a-visitor-of-sixteen']]));
  const { auth, server } = await client({ 'otp/verify': entered(1) }, { storage: shared.tab() });
  await auth.verifyOtp({ email: 'a@b.c', token: '1' });
  assert.equal(JSON.parse(server.asked[0].body).visitor_id, 'a-visitor-of-sixteen');
  shared.kept.set('pw-visitor-id', 'short');
  await auth.verifyOtp({ email: 'a@b.c', token: '1' });
  assert.equal(JSON.parse(server.asked[1].body).visitor_id, undefined);
});

test('a session is kept in milliseconds, by the clock of this device', async () => {
  const { auth, storage } = await client({ 'otp/verify': entered(1) });
  const before = Date.now();
  const session = await auth.verifyOtp({ email: ADA.email, token: '123456', type: 'recovery' });
  assert.ok(session.expires_at >= before + 3_600_000 && session.expires_at <= Date.now() + 3_600_000);
  assert.deepEqual(JSON.parse(await storage.getItem(KEY)), session);
  assert.deepEqual([auth.getCachedUser(), await auth.getLastLogin()], [ADA, { method: 'otp', email: ADA.email }]);
});

test('nothing is asked without a session', async () => {
  const { auth, server } = await client();
  assert.equal(await code(auth.updatePassword({ password: 'x' })), 'not_authenticated');
  assert.equal(await code(auth.revokeAllSessions()), 'not_authenticated');
  assert.equal(await auth.getAccessToken(), null);
  await auth.signOut();
  assert.equal(await code(auth.signInWithOAuth({ provider: 'x' })), 'oauth_unavailable');
  assert.deepEqual(server.asked, []);
});

test('listeners hear of the beginning first, then of what changes', async () => {
  const { auth } = await client({
    'email/signin': entered(1), 'otp/verify': entered(2), signout: () => [500, 'x', 'text/plain'],
    refresh: () => [200, tokens(3)], 'password/update': () => [200, { ok: true, user: ADA }],
  });
  const events = heard(auth);
  auth.onAuthChange(() => { throw new Error('of a listener, which harms nobody'); });
  assert.deepEqual(events, [], 'not at once');
  const quiet = console.error;
  console.error = () => {};
  await auth.ready();
  const stop = auth.onAuthChange(() => assert.fail('it was ended'));
  stop();
  await auth.signInWithEmail({ email: ADA.email, password: 'p' });
  await auth.verifyOtp({ email: ADA.email, token: '1', type: 'recovery' });
  await auth.updatePassword({ password: 'new' });
  await auth.refresh();
  await auth.signOut();
  await auth.signOut();
  console.error = quiet;
  assert.deepEqual(events, ['INITIAL_SESSION', 'SIGNED_IN access 1', 'PASSWORD_RECOVERY access 2', 'TOKEN_REFRESHED access 3', 'SIGNED_OUT']);
});

test('only 401 signs out', async () => {
  for (const answer of [[400, { code: 'bad' }], [403, { code: 'no' }], [429, { code: 'slow' }], [500, { code: 'x' }], [502, '<h1>Bad gateway</h1>', 'text/html'], [200, 'hello', 'text/plain'], [200, {}]]) {
    const { auth } = await client({ refresh: () => answer }, { storage: sharedStorage(new Map([[KEY, stored(1, 1000)]])).tab() });
    assert.equal(await auth.getAccessToken(), 'access 1', `${answer[0]}`);
    assert.equal(auth.getCachedUser().id, 'ada');
  }
  const shared = sharedStorage(new Map([[KEY, stored(1, 1000)]]));
  const { auth } = await client({ refresh: () => [401, { code: 'invalid_refresh_token' }] }, { storage: shared.tab() });
  const events = heard(auth);
  assert.equal(await auth.getAccessToken(), null);
  assert.deepEqual([auth.getCachedSession(), shared.kept.has(KEY)], [null, false]);
  assert.equal(await code(auth.updatePassword({ password: 'x' })), 'not_authenticated');
  assert.deepEqual(events, ['INITIAL_SESSION access 1', 'SIGNED_OUT']);
});

test('one renewal at a time, and early enough', async () => {
  const shared = sharedStorage(new Map([[KEY, stored(1, 59_000)]]));
  const { auth, server } = await client({ refresh: () => [200, tokens(2)] }, { storage: shared.tab() });
  const got = await Promise.all([auth.getAccessToken(), auth.getAccessToken(), auth.refresh().then((session) => session.access_token)]);
  assert.deepEqual(got, ['access 2', 'access 2', 'access 2']);
  await auth.getAccessToken();
  assert.deepEqual(server.asked.map(({ path }) => path), ['refresh']);
  assert.deepEqual(auth.getCachedUser(), ADA, 'the user is carried over');
});

test('an answer for somebody who left is for nobody', async () => {
  let answer;
  const late = new Promise((resolve) => { answer = () => resolve([200, tokens(2)]); });
  const shared = sharedStorage(new Map([[KEY, stored(1, 1000)]]));
  const { auth, server } = await client({ refresh: () => late, signout: () => [200, { ok: true }] }, { storage: shared.tab() });
  const renewing = auth.refresh();
  while (server.asked.length === 0) await turn();
  await auth.signOut();
  answer();
  await renewing;
  assert.deepEqual([auth.getCachedSession(), shared.kept.has(KEY)], [null, false]);
});

test('a network that is paused or gone is an error, and the session stays', async () => {
  const shared = sharedStorage(new Map([[KEY, stored(1, 3_600_000)]]));
  const { auth, server } = await client({ 'password/update': () => 'silence' }, { storage: shared.tab(), timeout: 50 });
  assert.equal(await code(auth.updatePassword({ password: 'x' })), 'network_error');
  server.stop();
  assert.equal(await code(auth.requestPasswordReset({ email: 'a@b.c' })), 'network_error');
  await auth.ready();
  assert.equal(auth.getCachedUser().id, 'ada');
  auth.destroy();
  assert.equal(auth.isDestroyed, true);
  assert.equal(await code(auth.requestPasswordReset({ email: 'a@b.c' })), 'aborted');
});

test('what went wrong has a code', async () => {
  for (const [answer, wanted, message] of [
    [[401, { code: 'invalid_otp', message: 'The code is wrong.' }], '401 invalid_otp', 'The code is wrong.'],
    [[403, { code: 403, msg: 'not read' }], '403 403', 'Forbidden'],
    [[400, { error: 'weak_password' }], '400 weak_password', 'Bad Request'],
    [[400, { error: 'That did not work at all.' }], '400 http_400', 'That did not work at all.'],
    [[502, '<h1>Bad gateway</h1>', 'text/html'], '502 http_502', 'Bad Gateway'],
    [[500, '{', 'application/json'], '500 http_500', 'Internal Server Error'],
    [[200, 'hello', 'text/plain'], '200 upstream', 'The answer is not what was asked for'],
    [[200, 'null'], '200 upstream', 'The answer is not what was asked for'],
  ]) {
    const { auth } = await client({ 'otp/verify': () => answer });
    const verified = auth.verifyOtp({ email: 'a@b.c', token: '1', type: 'recovery' });
    assert.equal(await code(verified), wanted);
    await verified.catch((error) => assert.equal(error.message, message));
    assert.equal(auth.getCachedSession(), null);
  }
});

test('how long to wait can be read', async () => {
  for (const [status, said, wanted] of [[429, '17', 17], [503, '0', 0], [429, 'Fri, 31 Dec 2027 23:59:59 GMT', undefined], [503, '-1', undefined], [429, undefined, undefined]]) {
    const { auth } = await client({ 'otp/send': () => [status, { code: 'slow' }, undefined, said && { 'retry-after': said }] });
    await assert.rejects(auth.sendOtp({ email: 'a@b.c' }), (error) => error.retryAfter === wanted && 'retryAfter' in error === (wanted !== undefined));
  }
});

test('what is no session is not taken for one', async () => {
  const whole = { status: 'signed_in', ...tokens(1), user: ADA };
  const parts = [{ access_token: undefined }, { refresh_token: undefined }, { access_token: '' }, { refresh_token: 7 }, { user: undefined }, { user: null }, { user: 'ada' }, { user: {} }];
  const answers = [...parts.map((part) => [200, { ...whole, ...part }]), [200, '[]'], [200, '"yes"'], [200, '{"access', 'application/json'], PORTAL];
  for (const answer of answers) {
    const { auth, storage } = await client({ 'email/signin': () => answer, 'otp/verify': () => answer, 'email/signup': () => answer });
    const events = heard(auth);
    const given = { email: ADA.email, password: 'p', token: '1' };
    for (const name of ['signInWithEmail', 'verifyOtp', 'signUp']) assert.equal(await code(auth[name](given)), '200 upstream', `${name} ${answer[1]}`);
    assert.deepEqual([auth.getCachedSession(), await storage.getItem(KEY), await auth.getLastLogin(), events], [null, null, null, ['INITIAL_SESSION']]);
  }
});

test('a page of the network is no success of anything', async () => {
  const paths = ['password/request-reset', 'otp/send', 'email/resend', 'email/signup', 'password/update', 'revoke-all', 'refresh'];
  const shared = sharedStorage(new Map([[KEY, stored(1, 3_600_000)]]));
  const { auth } = await client(Object.fromEntries(paths.map((path) => [path, () => PORTAL])), { storage: shared.tab() });
  for (const name of ['requestPasswordReset', 'sendOtp', 'resendConfirmation', 'signUp', 'updatePassword', 'revokeAllSessions', 'refresh']) {
    assert.equal(await code(auth[name]({ email: ADA.email, password: 'p' })), '200 upstream', name);
  }
  assert.equal(auth.getCachedSession().access_token, 'access 1');
});

/** Something that globalThis has, or lacks, for a while. */
async function during(object, name, value, body) {
  const had = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  try { await body(); } finally { if (had) Object.defineProperty(object, name, had); else delete object[name]; }
}

test('a browser without signals that are put together is good enough', () => during(AbortSignal, 'any', undefined, () => during(AbortSignal, 'timeout', undefined, async () => {
  const { auth } = await client({ 'email/signin': entered(1), 'otp/send': () => 'silence' }, { timeout: 100 });
  assert.equal((await auth.signInWithEmail({ email: ADA.email, password: 'p' })).access_token, 'access 1');
  assert.equal(await code(auth.sendOtp({ email: 'a@b.c' })), 'network_error');
})));

test('locks are used where they may be', async () => {
  const refused = () => Promise.reject(new DOMException('Access to the Locks API is denied in this context.', 'SecurityError'));
  for (const request of [refused, async (name, work) => work()]) {
    await during(globalThis, 'navigator', { locks: { request } }, async () => {
      const { auth, server } = await client({ refresh: () => [200, tokens(2)] }, { storage: sharedStorage(new Map([[KEY, stored(1, 1000)]])).tab() });
      assert.equal((await auth.refresh()).access_token, 'access 2');
      server.answers.refresh = () => [500, { code: 'x' }];
      assert.equal(await code(auth.refresh()), '500 x');
      assert.equal(server.asked.length, 2, 'what failed is not asked again');
    });
  }
});

test('whoever leaves breaks off what is under way, and asks nothing more', async () => {
  const { auth, server } = await client({ 'otp/send': () => 'silence' }, { timeout: 10_000 });
  const began = now();
  const sending = auth.sendOtp({ email: 'a@b.c' });
  while (server.asked.length === 0) await turn();
  auth.destroy();
  assert.equal(await code(sending), 'aborted');
  assert.equal(await code(auth.sendOtp({ email: 'a@b.c' })), 'aborted');
  assert.ok(now() - began < 5000, 'at once');
  assert.equal(server.asked.length, 1);
});

test('a client may wait for as long as it wants', async () => {
  const { auth } = await client({ 'otp/send': () => [200, { ok: true }] }, { timeout: Infinity });
  await auth.sendOtp({ email: 'a@b.c' });
});

test('a storage that throws breaks nothing', async () => {
  const broken = () => { throw new Error('full'); };
  const storage = { getItem: broken, setItem: broken, removeItem: broken, watch: broken };
  const { auth } = await client({ 'email/signin': entered(1), refresh: () => [200, tokens(2)], signout: () => [200, { ok: true }] }, { storage });
  await auth.signInWithEmail({ email: ADA.email, password: 'p' });
  assert.equal((await auth.refresh()).access_token, 'access 2');
  assert.deepEqual(await auth.getLastLogin(), { method: 'email', email: ADA.email });
  await auth.signOut();
  assert.equal(await auth.getAccessToken(), null);
});

test('a storage that keeps nothing, or can not be read for a moment, signs nobody out', async () => {
  const nothing = { getItem: async () => undefined, setItem: async () => {}, removeItem: async () => {} };
  const answers = { 'email/signin': entered(1), refresh: () => [200, tokens(2)] };
  const { auth } = await client(answers, { storage: nothing });
  await auth.signInWithEmail({ email: ADA.email, password: 'p' });
  assert.equal((await auth.refresh()).access_token, 'access 2');
  const tab = sharedStorage(new Map([[KEY, stored(1, 1000)]])).tab();
  const { auth: other } = await client(answers, { storage: tab });
  await other.ready();
  tab.getItem = () => { throw new Error('busy'); };
  assert.equal(await other.getAccessToken(), 'access 2');
});

/** A storage that keeps when it is told to. */
function slowTab() {
  const tab = sharedStorage().tab();
  const { setItem } = tab;
  const waiting = [];
  tab.setItem = (key, text) => new Promise((done) => { waiting.push(() => done(setItem(key, text))); });
  const keepsOne = async () => {
    while (waiting.length === 0) await turn();
    waiting.shift()();
    await turn();
  };
  return { tab, waiting, keepsOne, keepsAll: () => { tab.setItem = setItem; waiting.splice(0).forEach((keep) => keep()); } };
}

test('what is still being kept is not mistaken for what another tab did', async () => {
  const { tab, waiting, keepsOne, keepsAll } = slowTab();
  const { auth, server } = await client({ 'email/signin': entered(1), refresh: () => [500, { code: 'x' }] }, { storage: tab });
  const entering = [auth.signInWithEmail({ email: ADA.email, password: 'p' })];
  while (waiting.length < 1) await turn();
  assert.equal(await code(auth.refresh()), '500 x', 'for who is here');
  server.answers['email/signin'] = entered(2);
  entering.push(auth.signInWithEmail({ email: ADA.email, password: 'p' }));
  while (waiting.length < 2) await turn();
  await keepsOne();
  assert.equal(await code(auth.refresh()), '500 x');
  keepsAll();
  await Promise.all(entering);
  assert.deepEqual(server.asked.filter(({ path }) => path === 'refresh').map(({ body }) => JSON.parse(body).refresh_token), ['refresh 1', 'refresh 2']);
  assert.equal(auth.getCachedSession().access_token, 'access 2');
});

test('whoever comes in while the storage is read stays', async () => {
  const tab = sharedStorage(new Map([[KEY, stored(1, 1000)]])).tab();
  const { getItem } = tab;
  const { auth } = await client({ 'email/signin': entered(2), refresh: () => [500, { code: 'x' }] }, { storage: tab });
  await auth.ready();
  let tell;
  tab.getItem = (key) => key !== KEY ? getItem(key) : new Promise((done) => { tab.getItem = getItem; tell = () => done(null); });
  const renewing = auth.refresh();
  while (!tell) await turn();
  await auth.signInWithEmail({ email: ADA.email, password: 'p' });
  tell();
  await renewing;
  assert.equal(auth.getCachedSession().access_token, 'access 2');
});

test('what another tab keeps is newer than what could not be kept here', async () => {
  const shared = sharedStorage();
  const full = { ...shared.tab(), setItem: () => { throw new Error('full'); } };
  const { auth } = await client({ 'email/signin': entered(1), refresh: () => [200, tokens(2)] }, { storage: full });
  await auth.signInWithEmail({ email: ADA.email, password: 'p' });
  await shared.tab().setItem(KEY, stored(9, 3_600_000));
  assert.equal(auth.getCachedSession().access_token, 'access 9');
  assert.equal((await auth.refresh()).access_token, 'access 2');
});

test('what is no session in the storage is none', async () => {
  for (const text of ['', '{', 'null', '[]', '{"access_token":1}', '{"access_token":"a","refresh_token":"r"}']) {
    const { auth, server } = await client({}, { storage: sharedStorage(new Map([[KEY, text]])).tab() });
    assert.equal(await auth.getAccessToken(), null, text);
    assert.deepEqual(server.asked, []);
  }
});

test('a clock that jumps costs a renewal and nobody their session', async () => {
  const { auth, server } = await client({ 'email/signin': entered(1), refresh: () => [200, tokens(2)] });
  const real = Date.now;
  for (const jump of [400 * 86_400_000, -400 * 86_400_000]) {
    Date.now = real;
    await auth.signInWithEmail({ email: ADA.email, password: 'p' });
    server.asked.length = 0;
    Date.now = () => real() + jump;
    for (let n = 0; n < 3; n += 1) assert.equal(await auth.getAccessToken(), 'access 2');
    assert.deepEqual(server.asked.map(({ path }) => path), ['refresh'], 'once');
  }
});

test('tabs hear of each other', async () => {
  const shared = sharedStorage();
  const answers = { 'email/signin': entered(1), refresh: () => [200, tokens(2)], signout: () => [200, { ok: true }] };
  const { auth } = await client(answers, { storage: shared.tab() });
  const { auth: other } = await client(answers, { storage: shared.tab() });
  const events = heard(other);
  await other.ready();
  await auth.signInWithEmail({ email: ADA.email, password: 'p' });
  await auth.refresh();
  await auth.signOut();
  assert.deepEqual(events, ['INITIAL_SESSION', 'SIGNED_IN access 1', 'TOKEN_REFRESHED access 2', 'SIGNED_OUT']);
  other.destroy();
  await auth.signInWithEmail({ email: ADA.email, password: 'p' });
  assert.equal(events.length, 4, 'who left hears no more');
});

test('who signed out in another tab stays signed out', async () => {
  for (const status of [200, 401]) {
    const shared = sharedStorage(new Map([[KEY, stored(1, 1000)]]));
    const leave = () => { shared.kept.delete(KEY); return status === 200 ? [200, tokens(2)] : [401, { code: 'invalid_refresh_token' }]; };
    const { auth, server } = await client({ refresh: leave }, { storage: { ...shared.tab(), watch: undefined } });
    const events = heard(auth);
    assert.equal(await auth.getAccessToken(), null, 'it was signed out during the call');
    assert.deepEqual([auth.getCachedSession(), shared.kept.has(KEY)], [null, false]);
    assert.deepEqual(events, ['INITIAL_SESSION access 1', 'SIGNED_OUT']);
    assert.equal(server.asked.length, 1);
  }
  const shared = sharedStorage(new Map([[KEY, stored(1, 1000)]]));
  const { auth, server } = await client({ refresh: () => [200, tokens(2)] }, { storage: { ...shared.tab(), watch: undefined } });
  const events = heard(auth);
  await auth.ready();
  shared.kept.delete(KEY);
  assert.deepEqual([await auth.refresh(), server.asked], [null, []], 'nothing is asked for who has left');
  assert.deepEqual(events, ['INITIAL_SESSION access 1', 'SIGNED_OUT']);
});

test('a sign-out in another tab is told once, by whichever way it comes', async () => {
  const shared = sharedStorage(new Map([[KEY, stored(1, 1000)]]));
  const other = shared.tab();
  const { auth } = await client({ refresh: async () => { await other.removeItem(KEY); return [200, tokens(2)]; } }, { storage: shared.tab() });
  const events = heard(auth);
  assert.equal(await auth.refresh(), null);
  await auth.signOut();
  assert.deepEqual([shared.kept.has(KEY), events], [false, ['INITIAL_SESSION access 1', 'SIGNED_OUT']]);
});

test('signing out ends the session at the server, with new tokens if need be, and here in any case', async () => {
  const over = ({ headers }) => headers.authorization === 'Bearer access 2' ? [200, { ok: true }] : [401, { code: 'invalid_token' }];
  const refused = () => [401, { code: 'invalid_refresh_token' }];
  for (const [signout, refresh, wanted] of [
    [over, () => [200, tokens(2)], ['signout Bearer access 1', 'refresh', 'signout Bearer access 2']],
    [over, () => [200, tokens(3)], ['signout Bearer access 1', 'refresh', 'signout Bearer access 3']],
    [over, refused, ['signout Bearer access 1', 'refresh']],
    [over, () => PORTAL, ['signout Bearer access 1', 'refresh']],
    [() => [500, { code: 'x' }], refused, ['signout Bearer access 1']],
    [() => 'silence', refused, ['signout Bearer access 1']],
  ]) {
    const shared = sharedStorage(new Map([[KEY, stored(1, -1000)]]));
    const { auth, server } = await client({ signout, refresh }, { storage: shared.tab(), timeout: 300 });
    const events = heard(auth);
    await auth.signOut();
    assert.deepEqual(server.asked.map(({ path, headers }) => [path, headers.authorization].filter(Boolean).join(' ')), wanted);
    assert.deepEqual([auth.getCachedSession(), shared.kept.has(KEY), events], [null, false, ['INITIAL_SESSION access 1', 'SIGNED_OUT']]);
  }
});

test('signing out without a network works', async () => {
  const shared = sharedStorage(new Map([[KEY, stored(1, -1000)]]));
  const { auth, server } = await client({}, { storage: shared.tab() });
  server.stop();
  await auth.signOut();
  assert.deepEqual([auth.getCachedSession(), shared.kept.has(KEY)], [null, false]);
});

test('signing out ends what another tab renewed', async () => {
  const shared = sharedStorage(new Map([[KEY, stored(1, 3_600_000)]]));
  const { auth, server } = await client({ signout: () => [200, { ok: true }] }, { storage: { ...shared.tab(), watch: undefined } });
  await auth.ready();
  shared.kept.set(KEY, stored(9, 3_600_000));
  await auth.signOut();
  assert.deepEqual(server.asked.map(({ headers }) => headers.authorization), ['Bearer access 9']);
});

test('what another tab renewed is not renewed again, nor lost to its old token', async () => {
  const shared = sharedStorage(new Map([[KEY, stored(1, 1000)]]));
  const deaf = { ...shared.tab(), watch: undefined };
  const { auth, server } = await client({ refresh: () => {
    shared.kept.set(KEY, stored(9, 3_600_000));
    return [401, { code: 'invalid_refresh_token' }];
  } }, { storage: deaf });
  assert.equal(await auth.getAccessToken(), 'access 9', 'the other tab was faster');
  assert.equal(server.asked.length, 1);
  shared.kept.set(KEY, stored(10, 3_600_000));
  assert.equal((await auth.refresh()).access_token, 'access 10');
  assert.equal(server.asked.length, 1, 'nothing was asked');
});

test('signing up says what is next', async () => {
  const { auth } = await client({ 'email/signup': () => [200, { status: 'confirmation_required', user: { id: 'ninas-future', email: ADA.email } }], 'email/resend': () => [200, { ok: true }] });
  assert.deepEqual(await auth.signUp({ email: ADA.email, password: 'p' }), { kind: 'confirmation_required', email: ADA.email, user: { id: 'ninas-future', email: ADA.email } });
  await auth.resendConfirmation({ email: ADA.email });
  const { auth: open } = await client({ 'email/signup': () => [200, { status: 'signed_in', ...tokens(1), user: ADA }] });
  const { kind, user } = await open.signUp({ email: ADA.email, password: 'p' });
  assert.deepEqual([kind, user, open.getCachedUser()], ['signed_in', ADA, ADA]);
});

test('the code of a new account brings its password along', async () => {
  const shared = sharedStorage();
  const required = [200, { ...tokens(1), user: ADA, password_required: true }];
  const answers = {
    'email/signup': () => [200, { status: 'confirmation_required', user: { id: '', email: ADA.email }, signup_token: 'sealed' }],
    'otp/verify': () => (answers.refused ? [401, { code: 'invalid_otp' }] : required),
  };
  const { auth, server } = await client(answers, { storage: shared.tab() });
  const sent = () => JSON.parse(server.asked.at(-1).body).signup_token;
  const verify = (email, type) => auth.verifyOtp({ email, token: '123456', type });
  await auth.signUp({ email: ADA.email, password: 'p' });
  answers.refused = true;
  assert.equal(await code(verify(ADA.email, 'signup')), '401 invalid_otp');
  assert.equal(sent(), 'sealed');
  answers.refused = false;
  await verify('ben@example.com', 'email');
  assert.equal(sent(), undefined, 'a code to sign in with brings none');
  const { auth: later, server: other } = await client(answers, { storage: shared.tab() });
  const session = await later.verifyOtp({ email: ADA.email, token: '123456', type: 'signup' });
  assert.equal(JSON.parse(other.asked.at(-1).body).signup_token, 'sealed', 'after a reload, too');
  assert.equal(session.password_required, true);
  assert.equal(later.getCachedSession().password_required, undefined, 'it is said once');
  await later.verifyOtp({ email: ADA.email, token: '123456', type: 'signup' });
  assert.equal(JSON.parse(other.asked.at(-1).body).signup_token, undefined, 'it is not kept');
});
