//! The content security policy of every response. A page about an application's request says nothing about
//! where its forms may lead.

/// `default-src 'none'`: whatever is not named below is not loaded. Scripts and styles: our own files only,
/// nothing inline. Images: our own and `data:` for logos. Requests and forms: to ourselves only, so that an
/// injected form cannot send a password elsewhere. No `<base>`, no framing (clickjacking), and no script may
/// create HTML from text.
pub const DEFAULT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                          connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                          require-trusted-types-for 'script'; trusted-types 'none'";

/// The policy of a page whose form leads to an app in the end. Chromium compares `form-action` with every
/// redirect after a POST, also with those that the app itself adds, and it can't express an IPv6 address.
pub const APP_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                          connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                          require-trusted-types-for 'script'; trusted-types 'none'";

/// The policy for a page with a third-party captcha: its script, its requests and its frame are allowed.
/// Third-party scripts do not support trusted types.
pub fn with_captcha(policy: &str, provider: &str, script: &str) -> String {
    let known = match provider {
        "hcaptcha" => " https://hcaptcha.com https://*.hcaptcha.com",
        "recaptchaV3" => " https://www.google.com https://www.gstatic.com",
        _ => "",
    };
    let origins = format!("{}{known}", script_source(script).unwrap_or_default());
    let with = |directive: &str| format!("{directive} {origins}");
    let wide = policy
        .replace("script-src 'self'", &with("script-src 'self'"))
        .replace("style-src 'self'", &with("style-src 'self'"))
        .replace("connect-src 'self'", &with("connect-src 'self'"));
    let wide = wide.replace("require-trusted-types-for 'script'; trusted-types 'none'", "");
    format!("{}frame-src {origins}", wide.trim_end_matches(' ').to_owned() + " ")
}

/// The policy source of a script. Only characters that cannot end a directive are accepted.
fn script_source(script: &str) -> Option<String> {
    let origin = url::Url::parse(script).ok()?.origin().ascii_serialization();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ":/.-[]".contains(c);
    origin.chars().all(is_plain).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::{APP_POLICY, DEFAULT_POLICY, with_captcha};

    #[test]
    fn a_captcha_of_somebody_else_is_let_in_and_nobody_else() {
        for policy in [DEFAULT_POLICY, APP_POLICY] {
            let script = "https://challenges.cloudflare.com/turnstile/v0/api.js";
            let wide = with_captcha(policy, "turnstile", script);
            assert!(wide.contains("script-src 'self' https://challenges.cloudflare.com; "), "{wide}");
            let end = "frame-ancestors 'none'; frame-src https://challenges.cloudflare.com";
            assert!(wide.ends_with(end), "{wide}");
            assert!(!wide.contains("unsafe") && !wide.contains("trusted-types"), "{wide}");
        }
    }

    #[test]
    fn a_page_of_an_app_differs_in_where_forms_may_lead() {
        assert_eq!(DEFAULT_POLICY.replace("form-action 'self'; ", ""), APP_POLICY);
    }
}
