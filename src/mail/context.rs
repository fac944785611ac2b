//! The context of every message: translations, brand and site, and the formatting of times and durations.
//! Fluent's invisible isolate characters around variables are removed where a text has only one direction:
//! they would be copied along with a code and, in an SMS, halve the available length.

use std::borrow::Cow;

use anyhow::Context as _;
use fluent_bundle::FluentValue;
use time::OffsetDateTime;
use url::Url;

use crate::mail::to_one_line;
use rekey_adapters::i18n::Translations;
use rekey_core::types::time::Timestamp;

/// First strong isolate and pop directional isolate.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];
const MINUTES_PER_HOUR: i64 = 60;
const MINUTES_PER_DAY: i64 = 24 * MINUTES_PER_HOUR;

/// The context of a message.
pub(super) struct MailContext {
    translations: Translations,
    /// The brand name.
    pub(super) brand: String,
    /// The site as text, without scheme or port.
    pub(super) host: String,
    /// One line; set by the message.
    pub(super) subject: String,
}

impl MailContext {
    pub(super) fn new(translations: Translations, brand: &str, site: &str) -> anyhow::Result<Self> {
        let url = Url::parse(site).context("the public origin is not an address")?;
        let host = url.host_str().context("the public origin has no host")?.to_owned();
        Ok(Self { translations, brand: to_one_line(brand), host, subject: String::new() })
    }

    pub(super) fn lang(&self) -> &'static str {
        self.translations.lang().tag()
    }

    pub(super) fn dir(&self) -> &'static str {
        self.translations.lang().dir()
    }

    /// A message without variables.
    pub(super) fn t<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        self.translations.t(key)
    }

    /// A message with one variable.
    pub(super) fn t1(&self, key: &str, name: &'static str, value: &str) -> String {
        self.translate_with(key, &[(name, value.into())])
    }

    /// A message with any variables.
    pub(super) fn translate_with(&self, key: &str, variables: &[(&'static str, FluentValue<'_>)]) -> String {
        let text = self.translations.translate_with(key, variables);
        if text.chars().any(is_right_to_left) { text } else { strip_isolates(&text) }
    }

    /// "10 minutes", "one hour", "two days".
    pub(super) fn format_minutes(&self, minutes: i64) -> String {
        let (key, count) = match minutes {
            _ if minutes % MINUTES_PER_DAY == 0 => ("for-days", minutes / MINUTES_PER_DAY),
            _ if minutes % MINUTES_PER_HOUR == 0 => ("for-hours", minutes / MINUTES_PER_HOUR),
            _ => ("for-minutes", minutes),
        };
        self.translate_with(key, &[("count", count.into())])
    }

    /// "22 Nov 2026, 14:05 UTC".
    pub(super) fn format_timestamp(&self, at: Timestamp) -> String {
        let at = to_utc(at);
        let time = format!("{:02}:{:02} UTC", at.hour(), at.minute());
        let parts = [
            ("day", at.day().to_string().into()),
            ("month", u8::from(at.month()).into()),
            ("year", at.year().to_string().into()),
            ("time", time.into()),
        ];
        self.translate_with("mail-moment", &parts)
    }
}

/// "14:05:09 UTC", kept together, so that right-to-left text cannot reorder it.
pub(super) fn format_clock_time(at: Timestamp) -> String {
    let at = to_utc(at);
    format!("{:02}:{:02}:{:02} UTC", at.hour(), at.minute(), at.second())
}

/// Removes the isolates around variables.
pub(super) fn strip_isolates(text: &str) -> String {
    text.replace(ISOLATES, "")
}

fn to_utc(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{MailContext, format_clock_time};
    use rekey_adapters::i18n::{Lang, Translations};
    use rekey_core::types::time::Timestamp;

    fn mail(lang: Lang) -> MailContext {
        let translations = Translations::new(Arc::new(crate::embedded::catalog().unwrap()), lang);
        MailContext::new(translations, "Rekey", "https://id.example.org:8443").unwrap()
    }

    #[test]
    fn durations_are_formatted_in_their_largest_unit() {
        let text = |minutes| mail(Lang::En).format_minutes(minutes);
        assert_eq!(
            [1, 10, 60, 90, 120, 1440].map(text),
            ["one minute", "10 minutes", "one hour", "90 minutes", "2 hours", "one day"]
        );
    }

    #[test]
    fn moments_are_unambiguous_and_in_utc() {
        let at = Timestamp(1_795_356_309_000);
        assert_eq!(mail(Lang::En).format_timestamp(at), "22 Nov 2026, 14:05 UTC");
        assert_eq!(mail(Lang::De).format_timestamp(at), "22. November 2026, 14:05 UTC");
        assert!(mail(Lang::Ar).format_timestamp(at).contains("نوفمبر"));
        assert_eq!(format_clock_time(at), "14:05:09 UTC");
        assert_eq!(mail(Lang::En).format_timestamp(Timestamp(i64::MAX)), "1 Jan 1970, 00:00 UTC");
    }

    #[test]
    fn marks_stay_only_where_two_scripts_meet() {
        let host = |lang, host| mail(lang).t1("mail-changed-link", "host", host);
        assert!(!host(Lang::En, "id.example.org").contains('\u{2068}'));
        assert!(host(Lang::En, "مثال").contains('\u{2068}'));
        assert!(host(Lang::Ar, "id.example.org").contains('\u{2068}'));
    }

    #[test]
    fn the_site_is_a_host() {
        assert_eq!(mail(Lang::En).host, "id.example.org");
    }
}
