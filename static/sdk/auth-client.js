// Rekey's browser SDK: sign-in and password recovery for an app whose screens are its own. One ES module without dependencies, for
// browsers and for Node. It keeps the session, renews it before it ends, and tells who listens; what is allowed is decided by the server.

const VERSION = '0.1.0';
/** A token with less left than this is renewed before it is used, in ms. */
const EARLY = 60_000;
/** No access token lives longer than a day: one that seems to shows that the clock went back. In ms. */
const DAY = 86_400_000;
/** How long an answer may take, in ms. */
const TIMEOUT = 30_000;
/** Timers that are set for longer than this go off at once, in ms. */
const LONGEST = 2 ** 31 - 1;

/** What went wrong: `code` is stable, `status` that of the answer if there was one, `cause` its body, `retryAfter` the seconds to wait. */
export class PaywallError extends Error {
  constructor(code, { message, status, cause, retryAfter } = {}) {
    super(message || code, cause === undefined ? undefined : { cause });
    this.name = 'PaywallError';
    this.code = code;
    if (status !== undefined) this.status = status;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

export class AuthClient {
  #base;
  #paywallId;
  #fetch;
  #timeout;
  #kept;
  #session = null;
  #hydrated;
  #listeners = new Map();
  #refreshing = null;
  #leaving = new AbortController();

  constructor({ paywallId, apiOrigin = ownOrigin(), storage = chosenStorage(), fetch = globalThis.fetch, timeout = TIMEOUT } = {}) {
    if (!paywallId || !apiOrigin) {
      throw new PaywallError('invalid_config', { message: 'paywallId and apiOrigin are needed' });
    }
    this.#paywallId = String(paywallId);
    this.#base = `${String(apiOrigin).replace(/\/+$/, '')}/api/v1/paywall/${encodeURIComponent(this.#paywallId)}/auth/`;
    this.#fetch = fetch;
    this.#timeout = Math.min(timeout, LONGEST);
    this.#kept = new Kept(storage);
    this.#hydrated = this.#hydrate();
  }

  /** Resolves once the stored session is known. */
  ready() { return this.#hydrated; }

  getCachedSession() { return this.#session; }

  getCachedUser() { return this.#session?.user ?? null; }

  get isDestroyed() { return this.#leaving.signal.aborted; }

  /** A token that is good for at least a minute, renewed if need be; the one there is when it can't be renewed now, null without a session. */
  async getAccessToken() {
    await this.#hydrated;
    if (this.#session && !isFresh(this.#session)) await this.refresh().catch(() => null);
    return this.#session?.access_token ?? null;
  }

  async requestPasswordReset({ email, captchaToken }) {
    await this.#post('password/request-reset', { email, captcha_token: captchaToken });
  }

  async sendOtp({ email, createUser = true, userMeta, captchaToken }) {
    await this.#post('otp/send', { email, create_user: createUser, user_meta: userMeta, captcha_token: captchaToken });
  }

  /** The code of a message becomes a session; with type `recovery` one to set a new password in. */
  async verifyOtp({ email, token, type = 'email', userMeta }) {
    const body = { email, token, type, visitor_id: await this.#visitor(), user_meta: userMeta };
    if (type === 'signup') body.signup_token = await this.#signUpToken(email);
    const answer = await this.#post('otp/verify', body);
    const session = await this.#enter(answer, type === 'recovery' ? 'PASSWORD_RECOVERY' : 'SIGNED_IN', ['otp', email]);
    if (type === 'signup') await this.#kept.remove(this.#key('signup-v1'));
    return session;
  }

  /** Sets the password of whoever is here. The session stays as it is, and nobody is told. */
  async updatePassword({ password }) {
    await this.#post('password/update', { password }, { bearer: await this.#bearer() });
  }

  async signInWithEmail({ email, password, userMeta, idempotencyKey }) {
    const body = { email, password, visitor_id: await this.#visitor(), user_meta: userMeta };
    const answer = await this.#post('email/signin', body, { key: idempotencyKey });
    return this.#enter(answer, 'SIGNED_IN', ['email', email]);
  }

  /** `{ kind: 'confirmation_required' }`: a code is on its way, to be brought with `verifyOtp({ type: 'signup' })`. */
  async signUp({ email, password, userMeta, captchaToken, idempotencyKey }) {
    const body = { email, password, visitor_id: await this.#visitor(), user_meta: userMeta, captcha_token: captchaToken };
    const answer = await this.#post('email/signup', body, { key: idempotencyKey });
    const { status: kind } = answer.body;
    if (typeof kind !== 'string') throw upstream(answer);
    const { signup_token: token } = answer.body;
    // It brings the password along with the code: without it the account would have none.
    if (token) await this.#kept.set(this.#key('signup-v1'), JSON.stringify({ email, token }));
    if (kind !== 'signed_in') return { kind, email, user: answer.body.user };
    const session = await this.#enter(answer, 'SIGNED_IN', ['email', email]);
    return { kind, session, user: session.user };
  }

  async resendConfirmation({ email, idempotencyKey }) {
    await this.#post('email/resend', { email }, { key: idempotencyKey });
  }

  /** Nobody signs in by another provider here. */
  async signInWithOAuth() { throw new PaywallError('oauth_unavailable'); }

  /** New tokens. One call at a time, in this tab and, where the browser has locks, in all of them. */
  refresh() {
    this.#refreshing ??= this.#hydrated
      .then(() => exclusively(this.#key('refresh'), this.#session?.refresh_token, (had) => this.#renew(had)))
      .finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  /** Forgets the session here first, whatever the network does. It never fails. */
  async signOut() {
    await this.#hydrated;
    // The tokens that another tab got meanwhile are the ones to end: to return its old ones looks like theft.
    await this.#catchUp();
    const session = this.#session;
    await this.#take(null, 'SIGNED_OUT');
    if (session) await this.#end(session).catch(() => null);
  }

  /** Ends every session of this person, everywhere. */
  async revokeAllSessions() {
    await this.#post('revoke-all', undefined, { bearer: await this.#bearer() });
    await this.#take(null, 'SIGNED_OUT');
  }

  /** Calls `listener(event, session)`, first with INITIAL_SESSION. The answer ends it. */
  onAuthChange(listener) {
    const name = Symbol('listener');
    this.#listeners.set(name, null);
    this.#hydrated.then(() => {
      if (!this.#listeners.has(name)) return;
      this.#listeners.set(name, listener);
      call(listener, 'INITIAL_SESSION', this.#session);
    });
    return () => { this.#listeners.delete(name); };
  }

  /** How somebody last came in on this device: `{ method, email }`, or null. */
  async getLastLogin() {
    const method = await this.#kept.get(this.#key('last-login-method'));
    return method ? { method, email: await this.#kept.get(this.#key('last-login-email')) ?? null } : null;
  }

  /** Stops listening and breaks off what is under way. The stored session stays. */
  destroy() {
    this.#leaving.abort();
    this.#listeners.clear();
    this.#unwatch?.();
  }

  #unwatch = null;

  #key(name) { return `pw-${this.#paywallId}-${name}`; }

  async #hydrate() {
    const key = this.#key('auth-v1');
    this.#session = read(await this.#kept.get(key));
    if (!this.isDestroyed) this.#unwatch = this.#kept.watch(key, (text) => this.#follow(read(text)));
  }

  /** What another tab did. */
  #follow(session) {
    if (isSame(session, this.#session)) return;
    const isOther = session?.user.id !== this.#session?.user.id;
    this.#session = session;
    this.#tell(!session ? 'SIGNED_OUT' : isOther ? 'SIGNED_IN' : 'TOKEN_REFRESHED');
  }

  async #take(session, event) {
    const key = this.#key('auth-v1');
    const changes = !isSame(session, this.#session);
    this.#session = session;
    await (session ? this.#kept.set(key, JSON.stringify(session)) : this.#kept.remove(key));
    if (changes) this.#tell(event);
  }

  async #enter(answer, event, [method, email]) {
    const session = sessionOf(answer, answer.body.user);
    await this.#take(session, event);
    await this.#kept.set(this.#key('last-login-method'), method);
    await this.#kept.set(this.#key('last-login-email'), email);
    // It is said once and not kept: the next password makes it untrue.
    return answer.body.password_required === true ? { ...session, password_required: true } : session;
  }

  #tell(event) {
    for (const listener of this.#listeners.values()) if (listener) call(listener, event, this.#session);
  }

  /** Only 401 signs out: everything else may be the network's fault, or a moment's. */
  async #renew(had) {
    await this.#catchUp();
    const before = this.#session;
    if (!before || before.refresh_token !== had) return before;
    const answer = await this.#exchanged(before).catch((error) => {
      if (error.status === 401) return error;
      throw error;
    });
    const isRefused = answer instanceof PaywallError;
    // Who signed out or in meanwhile, here or in another tab, must not be followed by an answer for the one before.
    await this.#catchUp();
    if (this.#session === before) await (isRefused ? this.#take(null, 'SIGNED_OUT') : this.#take(answer, 'TOKEN_REFRESHED'));
    if (isRefused) throw answer;
    return this.#session;
  }

  async #exchanged({ refresh_token, user }) {
    return sessionOf(await this.#post('refresh', { refresh_token }), user);
  }

  /** An access token that is over ends nothing, and the refresh token would keep the session alive for weeks: a new one ends it. */
  async #end(session) {
    const signOut = ({ access_token: bearer }) => this.#post('signout', undefined, { bearer });
    await signOut(session).catch(async (error) => {
      if (error.status === 401) await signOut(await this.#exchanged(session));
    });
  }

  /** Another tab may have been faster, or have signed out. A storage that can't be read just now says neither. */
  async #catchUp() {
    const before = this.#session;
    const text = await this.#kept.get(this.#key('auth-v1'));
    if (before && this.#session === before && text !== undefined) this.#follow(read(text));
  }

  async #bearer() {
    const token = await this.getAccessToken();
    if (!token) throw new PaywallError('not_authenticated', { message: 'Nobody is signed in' });
    return token;
  }

  /** What signing up with this address gave. */
  async #signUpToken(email) {
    const kept = parsed(await this.#kept.get(this.#key('signup-v1')));
    return kept?.email === email ? kept.token : undefined;
  }

  async #visitor() {
    const id = await this.#kept.get('pw-visitor-id');
    return id?.length >= 16 ? id : undefined;
  }

  async #post(path, body, { bearer, key } = {}) {
    const headers = { Accept: 'application/json', 'X-SDK-Version': VERSION, 'X-Paywall-Id': this.#paywallId };
    if (body) headers['Content-Type'] = 'application/json';
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    if (key) headers['Idempotency-Key'] = key;
    const sent = { method: 'POST', credentials: 'omit', headers, body: body && JSON.stringify(body) };
    const answer = await this.#answer(path, sent);
    if (!answer.ok) throw failure(answer);
    // A page of the network's own, as in a hotel, is no success of anything.
    if (typeof answer.body !== 'object') throw upstream(answer);
    return answer;
  }

  /** Status and body; the body is part of it, because a network can also end in the middle of one. */
  async #answer(path, sent) {
    // By hand, because browsers that are still around lack AbortSignal.any and AbortSignal.timeout.
    const ends = new AbortController();
    const end = () => ends.abort();
    const timer = setTimeout(end, this.#timeout);
    this.#leaving.signal.addEventListener('abort', end);
    if (this.isDestroyed) end();
    try {
      return await response(this.#fetch, this.#base + path, { ...sent, signal: ends.signal });
    } catch (cause) {
      throw new PaywallError(this.isDestroyed ? 'aborted' : 'network_error', { message: 'The server could not be reached', cause });
    } finally {
      clearTimeout(timer);
      this.#leaving.signal.removeEventListener('abort', end);
    }
  }
}

async function response(fetch, address, sent) {
  const answer = await fetch(address, sent);
  const isJson = answer.headers.get('content-type')?.includes('application/json');
  const wait = answer.headers.get('retry-after');
  const retryAfter = /^\d{1,9}$/.test(wait) ? Number(wait) : undefined;
  const body = parsed(await answer.text());
  return { ok: answer.ok, status: answer.status, statusText: answer.statusText, retryAfter, body: isJson ? body : undefined };
}

function failure({ status, statusText, body, retryAfter }) {
  const isSlug = (text) => typeof text === 'string' && /^[\w.-]{1,64}$/.test(text);
  const code = body?.code ?? (isSlug(body?.error) ? body.error : `http_${status}`);
  const message = body?.message ?? (typeof body?.error === 'string' && !isSlug(body.error) ? body.error : statusText);
  return new PaywallError(String(code), { message, status, cause: body, retryAfter });
}

/** What says that it went well and isn't what was asked for. */
function upstream({ status, body }) {
  return new PaywallError('upstream', { message: 'The answer is not what was asked for', status, cause: body });
}

/** The server says how long tokens are good; by the clock of this device, which may be wrong, that ends then. */
function sessionOf(answer, user) {
  const { access_token, refresh_token, expires_in, expires_at: end } = answer.body;
  const expires_at = Number.isFinite(expires_in) ? Date.now() + expires_in * 1000 : (end ?? 0) * 1000;
  const session = { access_token, refresh_token, expires_at, user };
  if (!isSession(session)) throw upstream(answer);
  return session;
}

/** Without any of these a session breaks at its next use, long after whoever caused it. */
function isSession(it) {
  return [it?.access_token, it?.refresh_token, it?.user?.id].every((text) => typeof text === 'string' && text);
}

function isFresh({ expires_at }) {
  const left = expires_at - Date.now();
  return left > EARLY && left <= DAY + EARLY;
}

function isSame(a, b) {
  if (!a || !b) return a === b;
  return ['access_token', 'refresh_token', 'expires_at'].every((name) => a[name] === b[name])
    && a.user.id === b.user.id && a.user.email === b.user.email;
}

function read(text) {
  const session = parsed(text);
  return isSession(session) ? session : null;
}

function parsed(text) {
  try { return JSON.parse(text) ?? undefined; } catch { return undefined; }
}

function call(listener, event, session) {
  try { listener(event, session); } catch (error) { console.error(error); }
}

/** One tab after the other, where there are locks. A frame in a sandbox sees them and is refused: then without. */
function exclusively(name, had, work) {
  const locks = globalThis.navigator?.locks;
  const alone = (error) => { if (error instanceof PaywallError) throw error; return work(had); };
  return locks ? locks.request(name, () => work(had)).catch(alone) : work(had);
}

function ownOrigin() {
  const { protocol, origin } = new URL(import.meta.url);
  return protocol.startsWith('http') ? origin : undefined;
}

/** A storage that never fails: what isn't kept there, not yet or never, is remembered for as long as the page lives. */
class Kept {
  #storage;
  #own = new Map();

  constructor(storage) { this.#storage = storage; }

  /** The text, null where there is none, and undefined where that can't be told. */
  async get(key) {
    if (this.#own.has(key)) return this.#own.get(key);
    try { return (await this.#storage.getItem(key)) ?? null; } catch { return undefined; }
  }

  set(key, text) { return this.#write(key, text, 'setItem'); }

  remove(key) { return this.#write(key, null, 'removeItem'); }

  async #write(key, text, how) {
    this.#own.set(key, text);
    try {
      await this.#storage[how](key, text);
      // One that takes everything and keeps nothing would look as if another tab had signed out.
      const isKept = text === null || (await this.#storage.getItem(key) ?? null) !== null;
      if (isKept && this.#own.get(key) === text) this.#own.delete(key);
    } catch { /* It is remembered. */ }
  }

  /** What another tab keeps is newer than what could not be kept here. */
  watch(key, changed) {
    const heard = (text) => { this.#own.delete(key); changed(text); };
    try { return this.#storage.watch?.(key, heard) ?? null; } catch { return null; }
  }
}

function chosenStorage() {
  return extensionStorage() ?? pageStorage() ?? memoryStorage();
}

function extensionStorage() {
  const area = globalThis.chrome?.storage?.local;
  return area && {
    getItem: async (key) => (await area.get(key))[key] ?? null,
    setItem: (key, text) => area.set({ [key]: text }),
    removeItem: (key) => area.remove(key),
    watch(key, changed) {
      const heard = (changes) => key in changes && changed(changes[key].newValue ?? null);
      area.onChanged.addListener(heard);
      return () => area.onChanged.removeListener(heard);
    },
  };
}

function pageStorage() {
  if (typeof document === 'undefined') return undefined;
  let area;
  // Reading the property alone may be forbidden.
  try { area = globalThis.localStorage; } catch { return undefined; }
  return area && {
    getItem: async (key) => area.getItem(key),
    setItem: async (key, text) => area.setItem(key, text),
    removeItem: async (key) => area.removeItem(key),
    watch(key, changed) {
      const heard = (event) => event.storageArea === area && (event.key === key || event.key === null) && changed(area.getItem(key));
      globalThis.addEventListener('storage', heard);
      return () => globalThis.removeEventListener('storage', heard);
    },
  };
}

function memoryStorage() {
  const all = new Map();
  return {
    getItem: async (key) => all.get(key) ?? null,
    setItem: async (key, text) => { all.set(key, text); },
    removeItem: async (key) => { all.delete(key); },
  };
}
