//! The log of the program, on standard error: one JSON object for each line, or text on a terminal.

use std::fmt::{self, Debug, Write as _};
use std::io::IsTerminal as _;

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FormatFields, FormattedFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::cli::eprint_line;
use rekey_adapters::config::{Config, LogFormat};

/// Starts the log. Libraries are capped at `info` whatever level is configured: below that they may log
/// bodies and addresses, and with them codes and links (EV-2).
pub(super) fn start_log(config: &Config) {
    let ours = filter_fn(|meta| meta.target().starts_with("rekey") || *meta.level() <= tracing::Level::INFO);
    let level = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let on_terminal = std::io::stderr().is_terminal();
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(on_terminal);
    let layer = match config.log_format(on_terminal) {
        // The list of spans has the innermost one, too.
        LogFormat::Json => layer.json().with_current_span(false).fmt_fields(JsonObject).boxed(),
        LogFormat::Pretty => layer.boxed(),
    };
    let started = tracing_subscriber::registry().with(layer.with_filter(ours)).with(level).try_init();
    if started.is_err() {
        eprint_line("rekey: the log was started twice");
    }
}

/// Formats the fields of a span as a JSON object, which the line of an event takes over. The library's own
/// formatter sorts them in a map first and reads them back for each recorded field: a twentieth of the time of
/// a page, whose span is seldom read.
struct JsonObject;

impl<'writer> FormatFields<'writer> for JsonObject {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        writer.write_char('{')?;
        let mut members = Members { out: &mut writer, is_first: true, outcome: Ok(()) };
        fields.record(&mut members);
        members.outcome?;
        writer.write_char('}')
    }

    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let object = &mut current.fields;
        object.pop();
        let mut members = Members { is_first: object.len() <= 1, out: object, outcome: Ok(()) };
        fields.record(&mut members);
        members.outcome?;
        object.write_char('}')
    }
}

/// Writes fields as the members of an object that is open. A field that is recorded twice stands there twice;
/// readers take the last.
struct Members<'a, W> {
    out: &'a mut W,
    is_first: bool,
    outcome: fmt::Result,
}

impl<W: fmt::Write> Members<'_, W> {
    fn write(&mut self, field: &Field, value: impl fmt::Display) {
        let separator = if std::mem::take(&mut self.is_first) { "" } else { "," };
        self.outcome =
            self.outcome.and_then(|()| write!(self.out, "{separator}\"{}\":{value}", field.name()));
    }
}

impl<W: fmt::Write> Visit for Members<'_, W> {
    fn record_str(&mut self, field: &Field, value: &str) {
        match serde_json::to_string(value) {
            Ok(text) => self.write(field, text),
            Err(_) => self.outcome = Err(fmt::Error),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use serde_json::{Value, json};
    use tracing::field::Empty;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_has_the_fields_of_its_spans() {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer().json().fmt_fields(JsonObject);
        let layer = layer.with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::error_span!("request", path = "a\"b\n\u{1}", status = Empty, user = Empty);
            span.record("status", 404_u64).record("user", "ada").record("user", "bob");
            let _entered = span.enter();
            tracing::error_span!("empty", later = Empty).in_scope(|| tracing::info!("answered"));
            let inner = tracing::error_span!("inner", later = Empty);
            inner.record("later", tracing::field::debug(Some(1)));
            inner.in_scope(|| tracing::info!(is_done = true, "answered"));
        });
        let text = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lines: Vec<Value> =
            serde_json::Deserializer::from_slice(&text).into_iter().map(Result::unwrap).collect();
        let request = json!({"name": "request", "path": "a\"b\n\u{1}", "status": 404, "user": "bob"});
        assert_eq!(lines[0]["spans"], json!([request, {"name": "empty"}]));
        assert_eq!(lines[1]["spans"], json!([request, {"name": "inner", "later": "Some(1)"}]));
        assert_eq!(lines[1]["fields"], json!({"message": "answered", "is_done": true}));
    }
}
