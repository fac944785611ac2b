// The six digits: found in whatever is pasted, sent once by the sixth, never again after a wrong one.
{
  const input = find("#code");
  if (input) {
    const form = input.form;
    // Correcting a code by hand never sends it; beginning again with an empty field may.
    let ready = input.value === "";
    let before = "";

    // Any script's digits as 0 to 9: each block of ten begins where its zero is.
    const digits = (text) =>
      text.normalize("NFKC").replace(/\p{Nd}/gu, (digit) => {
        let zero = digit.codePointAt(0);
        while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && (digit.codePointAt(0) - zero) < 9) zero -= 1;
        return digit <= "9" ? digit : digit.codePointAt(0) - zero;
      });
    const code = (text) => {
      const found = digits(text).match(/(?<!\d)\d(?:[\s\u200b-\u206f\u2010-\u2015-]*\d){5}(?!\d)/u);
      return found?.[0].replace(/\D/g, "");
    };
    const sendWhole = (atEnd) => {
      const whole = /^\d{6}$/.test(input.value);
      if (whole && atEnd && ready && !form.dataset.sent) {
        ready = false;
        form.requestSubmit();
      }
    };

    // Typing or pasting anywhere on this page means the code.
    addEventListener("keydown", (event) => {
      if (/^\p{Nd}$/u.test(event.key) && !event.ctrlKey && !event.metaKey) input.focus();
    });
    addEventListener("paste", (event) => {
      const found = code(event.clipboardData.getData("text"));
      if (!found) return;
      event.preventDefault();
      input.value = before = found;
      ready = true;
      sendWhole(true);
    });
    input.addEventListener("input", () => {
      const found = code(input.value) ?? digits(input.value);
      const grew = found.length > before.length;
      const atEnd = input.selectionStart === null || input.selectionStart >= input.value.length;
      if (found !== input.value) input.value = found;
      before = found;
      ready ||= found === "";
      sendWhole(grew && atEnd);
    });

    // An SMS can be read by the browser itself, when the person allows it; leaving the page takes the wish back.
    if ("OTPCredential" in window) {
      navigator.credentials
        .get({ otp: { transport: ["sms"] }, signal: leaving.signal })
        .then((credential) => {
          input.value = credential.code;
          sendWhole(true);
        })
        .catch(() => {});
    }
  }
}
