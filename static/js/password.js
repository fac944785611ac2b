// Show and hide, caps lock, and what the rules and the meter say while somebody types.
{
  const say = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  each(".peek", (peek) => {
    const input = document.getElementById(peek.getAttribute("aria-controls"));
    const caps = find(".caps", peek.closest(".field"));
    peek.hidden = false;
    peek.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      peek.setAttribute("aria-pressed", shown);
      say(caps, peek.dataset[shown ? "shown" : "hidden"]);
      caps.classList.add("unseen");
    });
    const look = (event) => {
      if (!event.getModifierState) return;
      caps.classList.remove("unseen");
      say(caps, event.getModifierState("CapsLock") ? caps.dataset.caps : "");
    };
    input.addEventListener("keydown", look);
    input.addEventListener("keyup", look);
  });

  const rules = find("#rules");
  const input = find("#newPassword");
  if (rules && input) {
    const lines = [...rules.children];
    const meter = find(".meter");
    const [word, advice] = find("#strength").children;
    const hint = advice.textContent;
    const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[ -/:-@[-`{-~]/, /[^ -~]/];
    const length = (text) => [...text.normalize()].length;
    // What needs no knowledge; everything else is the server's to say.
    const checks = {
      min: (text, bound) => length(text) >= bound,
      max: (text, bound) => length(text) <= bound,
      types: (text, bound) => classes.filter((kind) => kind.test(text)).length >= bound,
      ascii: (text) => /^[ -~]*$/.test(text),
    };
    const holds = ({ dataset: { rule, bound } }) => checks[rule]?.(input.value, Number(bound));

    const mark = (line, state) => {
      line.className = state;
      say(find(".unseen", line), state && `${rules.dataset[state]} `);
    };
    const rate = (answer) => {
      meter.dataset.score = answer?.score ?? "";
      say(word, answer?.word ?? "");
      say(advice, answer ? answer.advice.join(" ") : hint);
    };

    // Read out when nobody has typed for a moment, and only what has changed.
    let later;
    const announce = () => {
      later = setTimeout(() => {
        const met = rules.querySelectorAll(".met").length;
        const count = rules.dataset.count.replace("%", `${met}/${lines.length}`);
        const heard = [word.textContent, word.textContent && advice.textContent, count];
        say(find("#rules-said"), heard.filter(Boolean).join(" "));
      }, 700);
    };

    // Nothing is called wrong while the password is still too short: there is more to come.
    const show = (answer) => {
      const early = lines.some((line) => line.dataset.rule === "min" && !holds(line));
      for (const line of lines) {
        const unmet = answer?.unmet.includes(line.dataset.rule);
        mark(line, unmet === undefined ? (holds(line) ? "met" : "") : !unmet ? "met" : early ? "" : "unmet");
      }
      rate(answer);
      announce();
    };

    // One question at a time, about the newest text. Without an answer the form still says everything when it is sent.
    let asking;
    const ask = async () => {
      const text = input.value;
      if (asking || !text) return;
      asking = true;
      const { action, elements } = input.form;
      const body = new URLSearchParams({ csrf: elements.csrf.value, newPassword: text.slice(0, 4097) });
      const answer = await fetch(`${action}/check`, { method: "POST", body, redirect: "error" })
        .then((reply) => (reply.ok ? reply.json() : undefined), () => undefined);
      asking = false;
      if (input.value !== text) return ask();
      show(answer);
    };

    let pause;
    const typed = () => {
      clearTimeout(pause);
      clearTimeout(later);
      if (!input.value) {
        lines.forEach((line) => mark(line, ""));
        rate();
        return say(find("#rules-said"), "");
      }
      for (const line of lines) {
        const held = holds(line);
        if (held !== undefined) mark(line, held ? "met" : "");
      }
      pause = setTimeout(ask, 250);
    };
    input.addEventListener("input", typed);
    typed();
  }
}
