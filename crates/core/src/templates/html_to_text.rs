//! Derives the text part of an HTML mail that has none: tags are dropped and link addresses kept. It is no
//! browser: text within a line stays on that line.

/// Elements whose content is not shown.
const HIDDEN_ELEMENTS: [&str; 3] = ["style", "script", "title"];
/// Elements that start a line.
const BLOCK_ELEMENTS: [&str; 10] = ["p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "hr"];

/// The text of an HTML document.
pub(super) fn convert(html: &str) -> String {
    let mut plain = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, after)) = after.split_once('>') else { break };
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        rest = after;
        if HIDDEN_ELEMENTS.contains(&name.as_str()) && !tag.starts_with('/') {
            let end = format!("</{name}");
            rest = after.to_ascii_lowercase().find(&end).and_then(|at| after.get(at..)).unwrap_or_default();
        }
        if BLOCK_ELEMENTS.contains(&name.as_str()) {
            plain.push('\n');
        }
        plain.extend(link_target(&name, tag).map(|address| format!("{address} ")));
    }
    plain.push_str(rest.split_once('<').map_or(rest, |(before, _)| before));
    normalize_lines(&decode_entities(&plain))
}

/// The target of a link.
fn link_target<'a>(name: &str, tag: &'a str) -> Option<&'a str> {
    let (_, value) = tag.split_once("href=").filter(|_| name == "a")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}

fn decode_entities(text: &str) -> String {
    let known = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&#47;", "/"),
        ("&amp;", "&"),
    ];
    known.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

/// Trims every line and collapses empty ones.
fn normalize_lines(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    format!("{}\n", lines.join("\n").trim_end())
}
