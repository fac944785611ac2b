//! The form of every mail: links that lead to us alone, nothing that is fetched, whole in every reader, and
//! no text of others that is more than text.

use rekey::mail::{SAMPLE_SITE, render, samples};
use rekey_core::messages::message::Message;

use super::{CATALOG, all, each_mail, links, parse_html, render_envelope};

#[test]
fn each_link_is_a_button_and_a_line_of_its_own() {
    each_mail(|name, _, envelope, mail| {
        let html = parse_html(mail);
        let found: Vec<_> = all(&html, "a").iter().filter_map(|a| a.attr("href")).collect();
        assert_eq!(found, links(envelope), "{name}");
        for link in links(envelope) {
            assert_eq!(mail.text.lines().filter(|line| *line == link).count(), 1, "{name}");
        }
    });
}

#[test]
fn mails_load_nothing_and_link_nowhere_else() {
    each_mail(|name, _, _, mail| {
        let html = parse_html(mail);
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
    each_mail(|name, translations, _, mail| {
        let html = parse_html(mail);
        for node in [html.root_element(), all(&html, "body > table")[0]] {
            assert_eq!(
                (node.attr("lang"), node.attr("dir")),
                (Some(translations.lang().tag()), Some(translations.lang().dir())),
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
fn user_supplied_names_stay_text_on_one_line() {
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
        let calm = render_envelope(&envelope).text.lines().count();
        let rendered = render(&CATALOG, hostile, SAMPLE_SITE, &envelope).unwrap();
        assert!(!rendered.subject.contains(['\r', '\n']), "{name}");
        assert_eq!(rendered.text.lines().count(), calm, "{name}");
        assert!(!rendered.text.lines().any(|line| line.starts_with("Bcc")), "{name}");
        assert!(rendered.html.iter().all(|_| all(&parse_html(&rendered), "b").is_empty()), "{name}");
    }
}

/// The elements in the order in which they open, and in the order in which a strict reader would have them
/// open.
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
