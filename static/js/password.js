// Show and hide, caps lock, and the rules ticked off while somebody types.
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
    const classes = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];
    const rows = ["0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    const plain = (text) => /^(.)\1*$/u.test(text) || rows.some((row) => row.includes(text.toLowerCase()));
    const checks = {
      min: (text, bound) => [...text].length >= bound,
      max: (text, bound) => [...text].length <= bound,
      types: (text, bound) => classes.filter((kind) => kind.test(text)).length >= bound,
      ascii: (text) => /^[ -~]*$/.test(text),
      patterns: (text) => !plain(text),
    };
    const lines = [...rules.querySelectorAll("[data-check]")].filter((line) => checks[line.dataset.check]);
    const voice = find("#rules-said");
    let later;
    const tick = () => {
      const text = input.value;
      for (const line of lines) {
        line.classList.toggle("met", text !== "" && checks[line.dataset.check](text, Number(line.dataset.bound)));
      }
      clearTimeout(later);
      later = setTimeout(() => {
        const met = lines.filter((line) => line.classList.contains("met")).length;
        say(voice, text ? rules.dataset.met.replace("%", `${met}/${lines.length}`) : "");
      }, 700);
    };
    input.addEventListener("input", tick);
    tick();
  }
}
