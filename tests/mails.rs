//! Every mail and every SMS in every state and every language: complete, in words, harmless to open.

mod sms;

use std::sync::{Arc, LazyLock};

use rekey::faces::mail::{SAMPLE_SITE, render, samples};
use rekey::i18n::{Catalog, Lang, Words};
use rekey::model::message::{Address, ChangedBy, Envelope, Message, Rendered};
use scraper::{ElementRef, Html, Selector};

const HOST: &str = "id.example.org";

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::load().unwrap()));

#[test]
fn every_code_mail_has_the_code_the_link_how_long_and_what_to_do_in_both_parts() {
    each_mail(|name, words, envelope, mail| {
        let Message::RecoveryCode(code) = &envelope.message else {
            return;
        };
        let (text, html) = (bare(&mail.text), bare(&visible(mail)));
        assert!(text.starts_with("493027\n"), "{name}: the code comes first");
        assert!(html.starts_with("493027 "), "{name}: the preview begins with the code");
        for part in [text, html] {
            assert!(part.contains("493027"), "{name}: the code");
            assert!(part.contains("10"), "{name}: how long the code works");
            assert!(part.contains(&words.n("for-hours", "count", 1)), "{name}: and the link");
            assert!(part.contains("2026"), "{name}: when it was asked for");
            assert!(part.contains(&*words.t("mail-code-not-you")), "{name}: if it wasn't you");
            assert!(
                part.contains(&bare(&words.t1("mail-code-share", "host", HOST))),
                "{name}: never share it"
            );
            assert_eq!(part.contains("Firefox, Linux"), !code.device.is_empty(), "{name}");
            assert_eq!(part.contains("Lumen"), code.app.is_some(), "{name}");
        }
    });
}

#[test]
fn every_notice_says_what_happened_and_how_to_take_it_back_in_both_parts() {
    each_mail(|name, words, envelope, mail| {
        let Message::PasswordChanged(change) = &envelope.message else {
            return;
        };
        let ended = bare(&words.n("mail-ended-devices", "count", change.ended_sessions));
        for part in [bare(&mail.text), bare(&visible(mail))] {
            assert!(part.contains("2026"), "{name}: when");
            assert!(part.contains(&ended), "{name}: who was signed out");
            assert!(part.contains(&*words.t("mail-changed-not-you")), "{name}: what the button does");
            assert_eq!(part.contains("Firefox, Linux"), !change.device.is_empty(), "{name}");
        }
    });
}

#[test]
fn every_notice_of_an_address_says_what_happened_and_how_to_take_it_back_in_both_parts() {
    each_mail(|name, words, envelope, mail| {
        let Message::AddressChanged(change) = &envelope.message else {
            return;
        };
        for part in [bare(&mail.text), bare(&visible(mail))] {
            assert!(part.contains("2026"), "{name}: when");
            let keys: &[&str] = match change.by {
                ChangedBy::Person => &["mail-address-title", "mail-address-not-you", "mail-changed-was-you"],
                ChangedBy::PutBack => &["mail-address-title", "mail-address-put-back"],
                ChangedBy::Operator => &["mail-address-title", "mail-address-by-operator"],
            };
            for key in keys {
                assert!(part.contains(&*words.t(key)), "{name}: {key}");
            }
            assert_eq!(part.contains("Firefox, Linux"), !change.device.is_empty(), "{name}");
        }
    });
}

#[test]
fn every_notice_of_a_username_says_what_happened_and_what_to_do_in_both_parts() {
    each_mail(|name, words, envelope, mail| {
        let Message::UsernameChanged(change) = &envelope.message else {
            return;
        };
        for part in [bare(&mail.text), bare(&visible(mail))] {
            assert!(part.contains("2026"), "{name}: when");
            for key in ["mail-username-title", "mail-username-not-you", "mail-changed-was-you"] {
                assert!(part.contains(&*words.t(key)), "{name}: {key}");
            }
            assert_eq!(part.contains("Firefox, Linux"), !change.device.is_empty(), "{name}");
        }
    });
}

#[test]
fn a_code_without_a_link_is_said_like_the_others() {
    each_mail(|name, words, envelope, mail| {
        let (code, lead, not_you) = match &envelope.message {
            Message::SignIn(code) => (code, "mail-sign-in-lead", "mail-code-not-you"),
            Message::Register(code) => (code, "mail-register-lead", "mail-register-not-you"),
            Message::Generic(code) => (code, "mail-generic-lead", "mail-generic-not-you"),
            Message::Permission(code) => (code, "mail-permission-lead", "mail-permission-not-you"),
            Message::NewAddress(code) => (code, "mail-new-address-lead", "mail-new-address-not-you"),
            _ => return,
        };
        let (text, html) = (bare(&mail.text), bare(&visible(mail)));
        assert!(text.starts_with("493027\n"), "{name}: the code comes first");
        assert!(html.starts_with("493027 "), "{name}: the preview begins with the code");
        for part in [text, html] {
            for key in [lead, not_you] {
                assert!(part.contains(&*words.t(key)), "{name}: {key}");
            }
            assert!(part.contains("10") && part.contains("2026"), "{name}: how long, and since when");
            assert!(part.contains(&bare(&words.t1("mail-code-share", "host", HOST))), "{name}");
            assert_eq!(part.contains("Firefox, Linux"), !code.device.is_empty(), "{name}");
            assert_eq!(part.contains("Lumen"), code.app.is_some(), "{name}");
        }
    });
}

#[test]
fn the_owner_of_a_taken_address_hears_what_happened_and_what_to_do() {
    each_mail(|name, words, envelope, mail| {
        let Message::AccountExists(exists) = &envelope.message else {
            return;
        };
        for part in [bare(&mail.text), bare(&visible(mail))] {
            for key in
                ["mail-exists-story", "mail-exists-was-you", "mail-exists-forgot", "mail-exists-not-you"]
            {
                assert!(part.contains(&*words.t(key)), "{name}: {key}");
            }
            assert!(part.contains("2026"), "{name}: when");
            assert!(!part.contains("493027"), "{name}: no code");
            assert_eq!(part.contains("Firefox, Linux"), !exists.device.is_empty(), "{name}");
        }
    });
}

#[test]
fn each_link_is_a_button_and_a_line_of_its_own() {
    each_mail(|name, _, envelope, mail| {
        let html = parsed(mail);
        let found: Vec<_> = all(&html, "a").iter().filter_map(|a| a.attr("href")).collect();
        assert_eq!(found, links(envelope), "{name}");
        for link in links(envelope) {
            assert_eq!(mail.text.lines().filter(|line| *line == link).count(), 1, "{name}");
        }
    });
}

#[test]
fn nothing_is_fetched_and_nothing_leads_elsewhere() {
    each_mail(|name, _, _, mail| {
        let html = parsed(mail);
        assert!(
            all(&html, "[src], [srcset], [background], link, script, img, form, iframe, object").is_empty(),
            "{name}"
        );
        let lower = mail.html.as_deref().unwrap().to_lowercase();
        for never in ["url(", "@import", "unsubscribe", "@font-face"] {
            assert!(!lower.contains(never), "{name}: {never}");
        }
        for part in [&lower, &mail.text] {
            let mut addresses = part.split("http").skip(1).map(|rest| format!("http{rest}"));
            assert!(addresses.all(|address| address.starts_with(&format!("{SAMPLE_SITE}/"))), "{name}");
        }
    });
}

#[test]
fn every_mail_is_well_formed_and_says_its_language() {
    each_mail(|name, words, _, mail| {
        let html = parsed(mail);
        for node in [html.root_element(), all(&html, "body > table")[0]] {
            assert_eq!(
                (node.attr("lang"), node.attr("dir")),
                (Some(words.lang().tag()), Some(words.lang().dir())),
                "{name}"
            );
        }
        assert_eq!(all(&html, "h1").len(), 1, "{name}: one heading");
        assert_eq!(
            all(&html, "table").len(),
            all(&html, "table[role=presentation]").len(),
            "{name}: tables are layout"
        );
        assert!(!all(&html, "meta[name=color-scheme][content='light dark']").is_empty(), "{name}");
        let (opened, closed) = tags(mail.html.as_deref().unwrap());
        assert_eq!(opened, closed, "{name}: what is opened is closed, in order");
        let parts = [mail.html.as_deref().unwrap(), &mail.text];
        let longest = parts.iter().flat_map(|part| part.lines()).map(str::len).max().unwrap();
        assert!(longest < 998, "{name}: a line of {longest} bytes");
    });
}

#[test]
fn no_word_is_missing() {
    each(|name, _, _, message| {
        let html = message.html.as_ref().map(|_| visible(message)).unwrap_or_default();
        for part in [&message.subject, &message.text, &html] {
            let key = CATALOG.keys(Lang::En).iter().find(|key| key.contains('-') && part.contains(*key));
            assert_eq!(key, None, "{name} shows a key");
            assert!(!part.contains(['{', '}']), "{name} shows a placeholder");
        }
    });
}

#[test]
fn the_subject_tells_the_newest_code_and_never_the_code() {
    each_mail(|name, _, envelope, mail| {
        assert!(!mail.subject.contains("493027") && !mail.subject.is_empty(), "{name}");
        let mut later = envelope.clone();
        let asked_at = match &mut later.message {
            Message::RecoveryCode(code) => &mut code.asked_at,
            Message::SignIn(code)
            | Message::Register(code)
            | Message::Generic(code)
            | Message::Permission(code)
            | Message::NewAddress(code) => &mut code.asked_at,
            Message::AccountExists(_)
            | Message::PasswordChanged(_)
            | Message::AddressChanged(_)
            | Message::UsernameChanged(_)
            | Message::AttemptsBlocked(_) => return,
        };
        *asked_at = asked_at.plus(1);
        assert_ne!(rendered(&later).subject, mail.subject, "{name}");
    });
}

#[test]
fn names_that_others_chose_stay_text_on_one_line() {
    for (name, mut envelope) in samples() {
        let hostile = "<b>Eve</b>\r\nBcc: eve@evil.test\n@evil.test #111111";
        match &mut envelope.message {
            Message::RecoveryCode(code) => {
                (code.device, code.app) = (hostile.to_owned(), Some(hostile.to_owned()))
            }
            Message::SignIn(code)
            | Message::Register(code)
            | Message::Generic(code)
            | Message::Permission(code)
            | Message::NewAddress(code) => {
                (code.device, code.app) = (hostile.to_owned(), Some(hostile.to_owned()))
            }
            Message::AccountExists(exists) => exists.device = hostile.to_owned(),
            Message::PasswordChanged(change) => change.device = hostile.to_owned(),
            Message::AddressChanged(change) => change.device = hostile.to_owned(),
            Message::UsernameChanged(change) => change.device = hostile.to_owned(),
            Message::AttemptsBlocked(_) => {}
        }
        let calm = rendered(&envelope).text.lines().count();
        let said = render(&CATALOG, hostile, SAMPLE_SITE, &envelope).unwrap();
        assert!(!said.subject.contains(['\r', '\n']), "{name}");
        assert_eq!(said.text.lines().count(), calm, "{name}");
        assert!(!said.text.lines().any(|line| line.starts_with("Bcc")), "{name}");
        assert!(said.html.iter().all(|_| all(&parsed(&said), "b").is_empty()), "{name}");
    }
}

#[test]
fn an_unknown_language_is_english_and_nobody_gets_nothing() {
    for (name, envelope) in samples() {
        let french = Envelope { locale: "fr-CA".to_owned(), ..envelope.clone() };
        assert_eq!(rendered(&french).text, rendered(&envelope).text, "{name}");
        let decoy = Envelope { to: None, ..envelope };
        assert!(render(&CATALOG, "Rekey", SAMPLE_SITE, &decoy).is_err(), "{name}");
    }
}

#[test]
fn the_words_are_the_ones_we_read() {
    for kind in ["code", "sign-in", "register", "account-exists", "reset", "changed", "first-set", "username"]
    {
        let of_kind = samples().into_iter().filter(|(name, _)| name.starts_with(kind));
        let pages: Vec<String> = of_kind
            .map(|(name, envelope)| (name, rendered(&envelope)))
            .map(|(name, said)| format!("== {name}\nSubject: {}\n\n{}", said.subject, said.text))
            .collect();
        insta::assert_snapshot!(kind, pages.join("\n\n"));
    }
}

#[test]
fn the_html_is_the_one_we_looked_at() {
    for (name, envelope) in samples() {
        if ["code-app", "register", "account-exists", "reset", "username-changed"].contains(&name) {
            insta::assert_snapshot!(format!("{name}-html"), rendered(&envelope).html.unwrap());
        }
    }
}

fn each(check: impl Fn(&str, &Words, &Envelope, &Rendered)) {
    for lang in Lang::ALL {
        let words = Words::new(Arc::clone(&CATALOG), lang);
        for (name, mut envelope) in samples() {
            envelope.locale = lang.tag().to_owned();
            let name = format!("{name}/{}", lang.tag());
            check(&name, &words, &envelope, &rendered(&envelope));
        }
    }
}

fn each_mail(check: impl Fn(&str, &Words, &Envelope, &Rendered)) {
    each(|name, words, envelope, said| match envelope.to {
        Some(Address::Email(_)) => check(name, words, envelope, said),
        _ => assert!(said.html.is_none() && said.subject.is_empty(), "{name}"),
    });
}

fn rendered(envelope: &Envelope) -> Rendered {
    render(&CATALOG, "Rekey", SAMPLE_SITE, envelope).unwrap()
}

fn links(envelope: &Envelope) -> Vec<&str> {
    match &envelope.message {
        Message::RecoveryCode(code) => vec![code.link.expose()],
        Message::SignIn(_)
        | Message::Register(_)
        | Message::Generic(_)
        | Message::Permission(_)
        | Message::NewAddress(_) => Vec::new(),
        Message::AccountExists(exists) => vec![&exists.sign_in, &exists.reset],
        Message::PasswordChanged(change) => vec![change.not_me.expose()],
        Message::AddressChanged(change) => vec![change.not_me.expose()],
        Message::UsernameChanged(change) => vec![&change.reset],
        Message::AttemptsBlocked(notice) => vec![&notice.reset],
    }
}

fn parsed(mail: &Rendered) -> Html {
    Html::parse_document(mail.html.as_deref().unwrap())
}

/// What a reader shows, the preview first.
fn visible(mail: &Rendered) -> String {
    let html = parsed(mail);
    let text: String = all(&html, "body").iter().flat_map(ElementRef::text).collect();
    text.trim().to_owned()
}

/// Without the marks that keep two scripts apart.
fn bare(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

/// The elements in the order in which they open, and in the order in which a strict reader would have them open.
fn tags(html: &str) -> (Vec<String>, Vec<String>) {
    let (mut open, mut opened, mut matched) = (Vec::new(), Vec::new(), Vec::new());
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split_whitespace().next().unwrap_or_default().to_owned();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "</{name}> closes something else");
            matched.push(name.to_owned());
        } else if !["!doctype", "meta"].contains(&name.as_str()) {
            open.push(name.clone());
            opened.push(name);
        }
    }
    opened.sort();
    matched.sort();
    (opened, matched)
}
