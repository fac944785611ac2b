//! Prometheus metrics for operators. Labels are events and results from closed lists, never a person. Each
//! `Core` has its own registry, so that two of them can run in one process.

use prometheus::{Encoder as _, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

use crate::audit::event::Event;

/// The counters.
pub struct Metrics {
    registry: Registry,
    events: IntCounterVec,
    messages: IntCounter,
    connector_attempts: IntCounterVec,
    responses: IntCounterVec,
    breach_checks: IntCounterVec,
    webhook_attempts: IntCounterVec,
    template_faults: IntCounterVec,
    outbox_waiting: IntGauge,
    hashing_queue: IntGauge,
}

impl Metrics {
    /// Counters at zero; an error names a metric that is malformed or registered twice.
    pub fn new() -> prometheus::Result<Self> {
        let metrics = Self {
            registry: Registry::new(),
            events: counter("rekey_events_total", "Audited events by result", &["event", "result"])?,
            messages: IntCounter::new(
                "rekey_messages_total",
                "Messages whose turn came, those for nobody included",
            )?,
            connector_attempts: counter(
                "rekey_connector_tries_total",
                "Tries to have a message carried, by connector and how they went",
                &["connector", "result"],
            )?,
            responses: counter("rekey_http_responses_total", "Answers by status", &["status"])?,
            breach_checks: counter(
                "rekey_breach_checks_total",
                "Passwords looked up among leaked ones, by the source that decided and what it said",
                &["source", "result"],
            )?,
            webhook_attempts: counter(
                "rekey_hook_deliveries_total",
                "Tries to tell a hook, by event and how they went",
                &["event", "result"],
            )?,
            template_faults: counter(
                "rekey_template_faults_total",
                "Messages whose own words failed, so that the built-in ones went out, by type",
                &["kind"],
            )?,
            outbox_waiting: IntGauge::new("rekey_outbox_waiting", "Messages waiting in the outbox")?,
            hashing_queue: IntGauge::new("rekey_hashing_queue", "Passwords waiting to be hashed")?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> prometheus::Result<()> {
        let all: [Box<dyn prometheus::core::Collector>; 9] = [
            Box::new(self.events.clone()),
            Box::new(self.messages.clone()),
            Box::new(self.connector_attempts.clone()),
            Box::new(self.responses.clone()),
            Box::new(self.breach_checks.clone()),
            Box::new(self.webhook_attempts.clone()),
            Box::new(self.template_faults.clone()),
            Box::new(self.outbox_waiting.clone()),
            Box::new(self.hashing_queue.clone()),
        ];
        all.into_iter().try_for_each(|collector| self.registry.register(collector))
    }

    /// Counts an audited event.
    pub(crate) fn count_event(&self, event: &Event) {
        self.events.with_label_values(&[event.kind.name(), event.result]).inc();
    }

    /// Counts a message at its first attempt. Neither its kind nor its outcome is a label, because a decoy
    /// has neither, and a reader of the metrics must not learn whether a person was written to. Connector
    /// results are counted separately.
    pub(crate) fn count_message(&self) {
        self.messages.inc();
    }

    /// Counts an attempt of a connector, by the operator's name for it: `sent`, `later` or `never`.
    pub fn count_connector_attempt(&self, connector: &str, result: &'static str) {
        self.connector_attempts.with_label_values(&[connector, result]).inc();
    }

    /// Counts a response.
    pub fn count_response(&self, status: u16) {
        self.responses.with_label_values(&[&status.to_string()]).inc();
    }

    /// Counts a breach lookup. `source` is `filter`, `cache` or `server`; `result` is `listed` or
    /// `not_listed`, or `allowed` or `rejected` when the server did not answer.
    pub(crate) fn count_breach_check(&self, source: &'static str, result: &'static str) {
        self.breach_checks.with_label_values(&[source, result]).inc();
    }

    /// Counts a webhook delivery attempt: `delivered`, `retried` or `failed`.
    pub(crate) fn count_webhook_attempt(&self, event: &str, result: &'static str) {
        self.webhook_attempts.with_label_values(&[event, result]).inc();
    }

    /// Counts a message whose custom template failed.
    pub(crate) fn count_template_fault(&self, kind: &'static str) {
        self.template_faults.with_label_values(&[kind]).inc();
    }

    /// Sets the queue gauges.
    pub(crate) fn set_queue_lengths(&self, waiting: i64, hashing: i64) {
        self.outbox_waiting.set(waiting);
        self.hashing_queue.set(hashing);
    }

    /// All metrics as text for the scraper.
    pub fn render(&self) -> String {
        let mut buffer = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut buffer) {
            tracing::error!(%error, "metrics can't be written");
        }
        String::from_utf8_lossy(&buffer).into_owned()
    }
}

fn counter(name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntCounterVec> {
    IntCounterVec::new(Opts::new(name, help), labels)
}
