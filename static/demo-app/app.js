// A tiny OpenID Connect client: public, Authorization Code with PKCE. Tokens live in this window's memory and are gone when
// it closes; the browser keeps only what ties an answer to the question that this window asked.
const { issuer, client, redirect } = document.body.dataset;
const QUESTION = "lumen";
const element = (id) => document.getElementById(id);

class Refused extends Error {
  constructor(code, why = "") {
    super(why);
    this.code = code;
  }
}

// What the provider says about itself, asked once.
let known;
const provider = () => (known ??= json(`${issuer}/.well-known/openid-configuration`).then((found) => {
  expect(found.issuer === issuer, "issuer");
  return found;
}));

async function json(address, options) {
  const reply = await fetch(address, { redirect: "error", ...options });
  const body = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Refused(body.error ?? String(reply.status), body.error_description);
  return body;
}

function expect(holds, what) {
  if (!holds) throw new Refused("untrusted_answer", what);
}

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

// Sends the person to sign in. `wishes` are extra parameters: first_screen, login_hint and their companions.
async function signIn(wishes = {}) {
  const { authorization_endpoint } = await provider();
  const question = { state: random(), nonce: random(), verifier: random(), again: wishes.again };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(question.verifier));
  sessionStorage.setItem(QUESTION, JSON.stringify(question));
  const address = new URL(authorization_endpoint);
  const { first_screen, login_hint } = wishes;
  address.search = new URLSearchParams(Object.entries({
    client_id: client, redirect_uri: redirect, response_type: "code", scope: "openid profile email phone offline_access",
    state: question.state, nonce: question.nonce, code_challenge: base64url(digest), code_challenge_method: "S256",
    prompt: "consent", ui_locales: document.documentElement.lang, first_screen, login_hint,
  }).filter(([, value]) => value));
  location.assign(address);
}

// The provider's answer. One that this window did not ask for is thrown away: a link from a mail opens a new window, and an
// attacker may have sent it. Asking anew is safe, and whoever is signed in already comes back at once; but only one time.
async function answered(answer) {
  const question = JSON.parse(sessionStorage.getItem(QUESTION) ?? "{}");
  sessionStorage.removeItem(QUESTION);
  if (!question.state || answer.get("state") !== question.state) {
    if (answer.has("error") || question.again) throw new Refused(answer.get("error") ?? "state", answer.get("error_description"));
    return signIn({ again: true });
  }
  expect(answer.get("iss") === issuer, "iss");
  if (answer.has("error")) throw new Refused(answer.get("error"), answer.get("error_description"));
  const grant = { grant_type: "authorization_code", code: answer.get("code"), redirect_uri: redirect, code_verifier: question.verifier };
  await keep(await asksToken(grant), ({ nonce }) => nonce === question.nonce);
}

async function asksToken(grant) {
  const { token_endpoint } = await provider();
  return json(token_endpoint, { method: "POST", body: new URLSearchParams({ client_id: client, ...grant }) });
}

let tokens;
async function keep(fresh, isOurs) {
  const claims = await verified(fresh.id_token);
  expect(isOurs(claims), "nonce or sub");
  tokens = { ...tokens, ...fresh, sub: claims.sub };
  const { userinfo_endpoint } = await provider();
  const more = await json(userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  expect(more.sub === claims.sub, "sub");
  show({ ...more, ...claims });
}

const ALGORITHMS = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  ES384: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
};

// The claims of an ID token that is ours, fresh, and signed with a key that the provider publishes.
async function verified(token) {
  const [head, body, signature] = token.split(".");
  const [{ alg, kid }, claims] = [head, body].map((part) => JSON.parse(new TextDecoder().decode(bytes(part))));
  expect(Object.hasOwn(ALGORITHMS, alg), "alg");
  const { keys } = await json((await provider()).jwks_uri);
  const found = keys.find((key) => key.kid === kid);
  expect(found, "kid");
  const algorithm = ALGORITHMS[alg];
  const key = await crypto.subtle.importKey("jwk", found, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${head}.${body}`);
  expect(await crypto.subtle.verify(algorithm, key, bytes(signature), signed), "signature");
  expect(claims.iss === issuer, "iss");
  expect([claims.aud].flat().includes(client), "aud");
  expect(claims.exp > Date.now() / 1000 - 60, "exp");
  return claims;
}

async function refresh() {
  const fresh = await asksToken({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
  await keep(fresh, ({ sub }) => sub === tokens.sub);
  element("refreshed").hidden = false;
}

async function signOut() {
  const { end_session_endpoint } = await provider();
  const address = new URL(end_session_endpoint);
  address.search = new URLSearchParams({
    id_token_hint: tokens.id_token, client_id: client, post_logout_redirect_uri: redirect, state: "left",
    ui_locales: document.documentElement.lang,
  });
  location.assign(address);
}

const MOMENTS = ["exp", "iat", "nbf", "auth_time", "created_at", "updated_at"];
const OF_THE_TOKEN = ["iss", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "sid", "auth_time"];
const isOfPerson = ([name]) => !OF_THE_TOKEN.includes(name);

// What is said of the person comes before what the token says of itself.
function show(claims) {
  const told = Object.entries(claims);
  const ordered = [...told.filter(isOfPerson), ...told.filter((claim) => !isOfPerson(claim))];
  element("name").textContent = claims.name ?? claims.username ?? claims.email ?? claims.sub;
  element("claims").replaceChildren(...ordered.map(([name, value]) => {
    const row = document.createElement("tr");
    const [head, cell] = [document.createElement("th"), document.createElement("td")];
    head.scope = "row";
    head.textContent = name;
    cell.textContent = typeof value === "object" ? JSON.stringify(value) : value;
    if (MOMENTS.includes(name)) cell.title = new Date(value * (value < 1e11 ? 1000 : 1)).toLocaleString();
    row.append(head, cell);
    return row;
  }));
  element("with-password").hidden = claims.hasPassword !== true;
  element("without-password").hidden = claims.hasPassword !== false;
  element("refresh").hidden = !tokens.refresh_token;
  turnTo("signed-in");
}

function turnTo(screen) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== screen;
  element(screen).querySelector("h2")?.focus();
}

function trouble(error) {
  element("code").textContent = error.code ?? error.name;
  element("why").textContent = error.message;
  turnTo("trouble");
}

const attempt = (act) => async () => {
  element("refreshed").hidden = true;
  await Promise.resolve().then(act).catch(trouble);
};
const onPress = (id, act) => element(id).addEventListener("click", attempt(act));
onPress("sign-in", () => signIn());
onPress("register", () => signIn({ first_screen: "register" }));
onPress("forgot", () => signIn({ first_screen: "reset-password" }));
onPress("again", () => signIn());
onPress("refresh", refresh);
onPress("sign-out", signOut);

// What this address was opened with, which then leaves it: a code must not stay in the history.
async function arrive() {
  const query = new URLSearchParams(location.search);
  history.replaceState(null, "", location.pathname);
  turnTo("waiting");
  if (query.has("code") || query.has("error")) return answered(query);
  // Somebody else asks us to begin a sign-in (OpenID Connect Core, 4). Only with the provider that we know.
  if (query.has("iss")) {
    expect(query.get("iss") === issuer, "iss");
    return signIn(Object.fromEntries(query));
  }
  element("left").hidden = query.get("state") !== "left";
  turnTo("signed-out");
}
attempt(arrive)();
