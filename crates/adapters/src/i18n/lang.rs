//! The supported languages, and choosing one for a request. Translations are in [`super`].

/// The most languages of an `Accept-Language` header that are read; browsers send a handful.
const MAX_PREFERENCES: usize = 64;

/// A supported language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// German.
    De,
    /// Arabic.
    Ar,
}

impl Lang {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Ar];

    /// The tag for `lang="…"` and `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Ar => "ar",
        }
    }

    /// The direction of the script: `ltr` or `rtl`.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En | Self::De => "ltr",
            Self::Ar => "rtl",
        }
    }

    /// The language of a tag such as `de`, `de-CH` or `ar_EG`; `None` if it is not supported.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }

    /// The best match of an `Accept-Language` header; `None` if no language is supported.
    pub(super) fn preferred(header: &str) -> Option<Self> {
        let wished = header.split(',').take(MAX_PREFERENCES).filter_map(|part| {
            let (tag, quality) = part.split_once(";q=").unwrap_or((part, "1"));
            let quality = quality.trim().parse::<f32>().ok().filter(|quality| *quality > 0.0)?;
            Some((Self::from_tag(tag)?, quality))
        });
        let best = |best: (Self, f32), next: (Self, f32)| if next.1 > best.1 { next } else { best };
        wished.reduce(best).map(|(lang, _)| lang)
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn a_tag_counts_by_its_language() {
        assert_eq!(Lang::from_tag("de-CH"), Some(Lang::De));
        assert_eq!(Lang::from_tag("AR_eg"), Some(Lang::Ar));
        assert_eq!(Lang::from_tag("den"), None);
    }

    #[test]
    fn the_highest_quality_we_speak_wins_and_ties_go_to_the_first() {
        assert_eq!(Lang::preferred("fr, de;q=0.5, ar;q=0.9"), Some(Lang::Ar));
        assert_eq!(Lang::preferred("de, en"), Some(Lang::De));
        assert_eq!(Lang::preferred("de;q=0, fr;q=1, *;q=0.1"), None);
    }
}
