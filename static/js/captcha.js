// Shows that nobody is a machine, before a form is sent: a proof of work found here, or what somebody else's script found. Nothing is
// to be read, drawn or clicked. Without scripts the form has a button of its own for that.
const box = document.querySelector("[data-captcha]");
const form = box.closest("form");
const said = box.querySelector("[role=status]");
const { captcha: provider, for: target, challenge, siteKey } = box.dataset;

const say = (what) => { said.textContent = said.dataset[what] ?? ""; };
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

// One try: the key that the challenge's numbers and this counter give.
async function derived({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
}

async function solved() {
  const asked = await (await fetch(challenge, { credentials: "omit" })).json();
  for (let counter = 0; ; counter += 1) {
    const derivedKey = await derived(asked.parameters, counter);
    if (derivedKey.startsWith(asked.parameters.keyPrefix)) {
      return btoa(JSON.stringify({ challenge: asked, solution: { counter, derivedKey } }));
    }
  }
}

// Google's is asked when the form is sent: what it says is good for two minutes only.
const scored = () => new Promise((found, lost) => {
  if (!globalThis.grecaptcha) return lost(new Error("not loaded"));
  grecaptcha.ready(() => grecaptcha.execute(siteKey, { action: "submit" }).then(found, lost));
});

const field = form.querySelector("input[name=captcha]");
const find = { altcha: solved, recaptchaV3: scored }[provider];
let finding = provider === "altcha" ? start() : null;

function start() {
  say("busy");
  const found = find().then((token) => { field.value = token; say("done"); });
  found.catch(() => { finding = null; say("failed"); });
  return found;
}

addEventListener("submit", (event) => {
  const place = new URL(event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action).pathname;
  if (event.target !== form || place !== target || !find || field.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  finding ??= start();
  finding.then(() => form.requestSubmit(submitter), () => {});
}, true);
