// An app with screens of its own: sign-in, sign-up, a forgotten password and a changed one, each as the SDK's documentation calls it. The
// address is held between two steps, so that nobody types it twice; what was typed stays until its step is done.

import { AuthClient, PaywallError } from '/sdk/auth-client.js';

const auth = new AuthClient({ paywallId: document.querySelector('meta[name=paywall-id]').content });
const said = document.getElementById('said');
let email = '';

// For whoever tries things out in the console.
Object.assign(globalThis, { auth });

function showStep(name, words = '') {
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== name;
  for (const field of document.querySelectorAll('[data-email]')) field.textContent = auth.getCachedUser()?.email ?? '';
  for (const field of document.querySelectorAll('input[name=username]')) field.value = email;
  for (const field of document.querySelectorAll('[type=password], [name=code]')) field.value = '';
  say(words);
  document.querySelector(`#${name} h1`).focus();
}

function say(words, isBad = false) {
  said.textContent = words;
  said.classList.toggle('bad', isBad);
  said.setAttribute('role', isBad ? 'alert' : 'status');
}

const showError = (words) => say(words, true);

const WORDS = {
  invalid_credentials: 'Email and password don’t belong together.',
  invalid_email: 'That is no email address.',
  network_error: 'The server could not be reached. Try again.',
  not_authenticated: 'That took too long. Start over, please.',
  invalid_token: 'That took too long. Start over, please.',
};

const calls = {
  async signIn(form) {
    email = form.get('email');
    await auth.signInWithEmail({ email, password: form.get('password') });
    showStep('done');
  },

  async signUp(form) {
    email = form.get('email');
    const { kind } = await auth.signUp({ email, password: form.get('password') });
    if (kind === 'signed_in') return showStep('done');
    return showStep('confirm', 'We sent you a message. It has a code, or says what to do instead.');
  },

  async confirm(form) {
    await auth.verifyOtp({ email, token: form.get('code'), type: 'signup' });
    showStep('done');
  },

  async forgot(form) {
    email = form.get('email');
    await auth.requestPasswordReset({ email });
    showStep('enter-recovery-code', 'If that email exists, we sent a message.');
  },

  async verify(form) {
    try {
      await auth.verifyOtp({ email, token: form.get('code'), type: 'recovery' });
      showStep('enter-new-password');
    } catch (e) {
      if (e instanceof PaywallError && e.code === 'invalid_otp') {
        showError('Wrong or expired code');
        return;
      }
      throw e;
    }
  },

  async setPassword(form) {
    try {
      await auth.updatePassword({ password: form.get('password') });
      showStep('done', 'Your password is changed.');
    } catch (e) {
      if (e instanceof PaywallError && e.code === 'weak_password') {
        showError('Password is too weak — add more characters');
        return;
      }
      throw e;
    }
  },

  async changePassword(form) {
    const address = auth.getCachedUser()?.email;
    if (!address) throw new PaywallError('not_authenticated');
    await auth.signInWithEmail({ email: address, password: form.get('current') });
    await calls.setPassword(form);
  },
};

let isBusy = false;

/** A disabled button loses the focus, and whoever goes by keyboard their place: so it only says so, and presses are not heard. */
function setBusy(busy) {
  isBusy = busy;
  for (const button of document.querySelectorAll('button')) button.setAttribute('aria-disabled', busy);
}

async function run(work) {
  if (isBusy) return;
  say('');
  setBusy(true);
  try {
    await work();
  } catch (e) {
    if (!(e instanceof PaywallError)) throw e;
    showError(e.code === 'invalid_otp' ? 'Wrong or expired code' : WORDS[e.code] ?? e.message);
  } finally {
    setBusy(false);
  }
}

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  run(() => calls[form.dataset.call](new FormData(form)));
});

document.addEventListener('click', (event) => {
  const button = isBusy ? null : event.target.closest('button');
  if (button?.dataset.to) showStep(button.dataset.to);
  if (button?.dataset.do) run(() => auth[button.dataset.do]());
});

auth.onAuthChange((event, session) => {
  if (event === 'INITIAL_SESSION') showStep(session ? 'done' : 'sign-in');
  if (event === 'SIGNED_OUT') showStep('sign-in', 'You are signed out.');
});
