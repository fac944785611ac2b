//! The content security policy of every response. Only a page about an application's request widens it, so
//! that its forms may redirect to that application.

/// `default-src 'none'`: whatever is not named below is not loaded. Scripts and styles: our own files only,
/// nothing inline. Images: our own and `data:` for logos. Requests and forms: to ourselves only, so that an
/// injected form cannot send a password elsewhere. No `<base>`, no framing (clickjacking), and no script may
/// create HTML from text.
pub const DEFAULT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                          connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                          require-trusted-types-for 'script'; trusted-types 'none'";

/// The policy for a page whose forms may redirect to this origin, or to an app on the device with this
/// scheme.
pub fn with_form_action(target: &str) -> String {
    DEFAULT_POLICY.replace("form-action 'self'", &format!("form-action 'self' {target}"))
}

/// The policy for a page with a third-party captcha: its script, its requests and its frame are allowed.
/// Third-party scripts do not support trusted types.
pub fn with_captcha(policy: &str, provider: &str, script: &str) -> String {
    let known = match provider {
        "hcaptcha" => " https://hcaptcha.com https://*.hcaptcha.com",
        "recaptchaV3" => " https://www.google.com https://www.gstatic.com",
        _ => "",
    };
    let origins = format!("{}{known}", form_action_source(script).unwrap_or_default());
    let with = |directive: &str| format!("{directive} {origins}");
    let wide = policy
        .replace("script-src 'self'", &with("script-src 'self'"))
        .replace("style-src 'self'", &with("style-src 'self'"))
        .replace("connect-src 'self'", &with("connect-src 'self'"));
    let wide = wide.replace("require-trusted-types-for 'script'; trusted-types 'none'", "");
    format!("{}frame-src {origins}", wide.trim_end_matches(' ').to_owned() + " ")
}

/// The policy source for a registered redirect URI. Only characters that cannot end a directive are accepted.
pub fn form_action_source(redirect_uri: &str) -> Option<String> {
    let url = url::Url::parse(redirect_uri).ok()?;
    let target = match url.scheme() {
        "http" | "https" => url.origin().ascii_serialization(),
        scheme => format!("{scheme}:"),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ":/.-[]+".contains(c);
    target.chars().all(is_plain).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_POLICY, form_action_source, with_captcha, with_form_action};

    #[test]
    fn a_captcha_of_somebody_else_is_let_in_and_nobody_else() {
        let wide = with_captcha(
            DEFAULT_POLICY,
            "turnstile",
            "https://challenges.cloudflare.com/turnstile/v0/api.js",
        );
        assert!(wide.contains("script-src 'self' https://challenges.cloudflare.com; "), "{wide}");
        assert!(
            wide.ends_with("frame-ancestors 'none'; frame-src https://challenges.cloudflare.com"),
            "{wide}"
        );
        assert!(!wide.contains("unsafe") && !wide.contains("trusted-types"), "{wide}");
    }

    #[test]
    fn forms_may_lead_to_one_app_and_no_further() {
        assert_eq!(
            form_action_source("https://app.example:8443/cb?x=1").as_deref(),
            Some("https://app.example:8443")
        );
        assert_eq!(form_action_source("com.example.app:/cb").as_deref(), Some("com.example.app:"));
        assert_eq!(form_action_source("http://[::1]:9/cb").as_deref(), Some("http://[::1]:9"));
        assert_eq!(form_action_source("not an address"), None);
        let widened = with_form_action("https://app.example");
        assert!(widened.contains("form-action 'self' https://app.example; base-uri 'none'"));
        assert_eq!(widened.replace(" https://app.example", ""), DEFAULT_POLICY);
    }
}
