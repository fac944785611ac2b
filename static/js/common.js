// What every page gets. Nothing here is needed: each form works without it.
const find = (selector, within = document) => within.querySelector(selector);
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// The page's language as this reader's browser prefers it: British clocks differ from American ones.
const { lang } = document.documentElement;
const tongue = navigator.languages.find((tag) => tag.split("-")[0] === lang) ?? lang;

// A moment in the reader's own zone and words.
each("time[datetime]", (time) => {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.valueOf())) {
    time.textContent = at.toLocaleString(tongue, { dateStyle: "medium", timeStyle: "short" });
  }
});

// A form is sent once, however often the button is pressed; coming back to the page makes it whole again.
const leaving = new AbortController();
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.matches("[aria-disabled=true]") || form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  leaving.abort();
  each(".peek[aria-pressed=true]", (peek) => peek.click());
});
addEventListener("pageshow", () => each("form", (form) => delete form.dataset.sent));

// Nothing is left to decide here: the app proved what it asks.
find("form[data-auto]")?.requestSubmit();

// The place to look: what went wrong, else where a new step begins.
const begin = find("[data-focus]") ?? (find("[autofocus]") ? null : find("h1"));
begin?.focus();
