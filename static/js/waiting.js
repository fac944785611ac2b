// The code page while it waits: two countdowns, and a look every few seconds whether another device went on.
{
  // Not `reload`: after a refused code that would send the code again.
  const page = find("#code-form")?.getAttribute("action");
  const again = () => location.replace(page);
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const start = performance.now();
  const left = (element) => Math.max(0, Number(element.dataset.seconds) - Math.floor((performance.now() - start) / 1000));

  const resend = find("#resend-note");
  const button = resend && find("button", resend.closest("form"));
  const expiry = find("#expiry");
  const voice = find("#expiry-said");
  const until = expiry && new Date(Date.now() + left(expiry) * 1000).toLocaleTimeString(tongue, { timeStyle: "short" });

  let waits = resend && left(resend) > 0;
  let last = Infinity;
  const tick = () => {
    if (waits) {
      const seconds = left(resend);
      waits = seconds > 0;
      resend.textContent = waits ? resend.dataset.text.replace("%", clock(seconds)) : resend.dataset.ready;
      if (!waits) button.removeAttribute("aria-disabled");
    }
    if (expiry) {
      // It can be seen all the time; only two moments are worth an interruption (WCAG 2.2.1).
      const seconds = left(expiry);
      expiry.textContent = `${expiry.dataset.until.replace("%", until)} ${expiry.dataset.left.replace("%", clock(seconds))}`;
      if (seconds <= 120 && last > 120 && last !== Infinity) voice.textContent = expiry.dataset.soon;
      if (seconds <= 30 && last > 30) voice.textContent = expiry.dataset.last;
      if (seconds === 0 && last > 0 && last !== Infinity && !find("#code").value) again();
      last = seconds;
    }
  };
  if (waits || expiry) {
    tick();
    setInterval(tick, 1000);
  }

  // The number was matched on the other device: this window goes on by itself.
  const onward = find("#continue");
  if (onward) setTimeout(() => onward.requestSubmit(), 600);

  let pause = 3000;
  let turn;
  const look = async () => {
    clearTimeout(turn);
    if (document.hidden || leaving.signal.aborted) return;
    try {
      const answer = await fetch(`${page}/state`, { headers: { accept: "application/json" } });
      const { state } = await answer.json();
      if (answer.ok && state !== "waiting") return again();
      pause = Math.min(pause * 1.05, 10000);
    } catch {
      pause = Math.min(pause * 2, 30000);
    }
    turn = setTimeout(look, pause);
  };
  if (expiry) {
    turn = setTimeout(look, pause);
    // Whoever comes back to this window sees at once where things stand; a page out of the back cache starts anew.
    document.addEventListener("visibilitychange", look);
    addEventListener("pageshow", (event) => event.persisted && again());
  }
}
