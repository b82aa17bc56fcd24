//! The measures as Prometheus reads them: the OpenMetrics text, version 1.0.

use std::fmt;

use jiff::Timestamp;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text::encode},
    metrics::MetricType,
    registry::{Registry, Unit},
};

use super::{
    Metrics,
    counts::{Connection, Count, CountedRequest, RequestEnd},
};
use crate::rights::ApiId;

/// What is no count but a state: read at the moment it is asked for.
#[derive(Clone, Debug, Default)]
pub struct MeasuredFacts {
    /// Handshakes that succeeded with a full exchange.
    pub handshakes: u64,
    /// Handshakes that resumed an earlier session.
    pub resumed: u64,
    /// Connections that are open, past their handshake.
    pub connections: u64,
    /// Whether each API is open.
    pub services: Vec<(ApiId, bool)>,
    /// Each partner's minute.
    pub quotas: Vec<QuotaFacts>,
    pub journal: JournalFacts,
    /// Whether the replicas' store can be asked; nothing where there is none.
    pub store: Option<bool>,
}

/// A partner's minute on one API.
#[derive(Clone, Debug)]
pub struct QuotaFacts {
    pub partner: String,
    pub api: ApiId,
    /// Calls per minute.
    pub limit: u32,
    /// Calls admitted in this minute.
    pub used: u32,
}

/// The journal's size.
#[derive(Clone, Copy, Debug, Default)]
pub struct JournalFacts {
    /// Entries in memory.
    pub kept: usize,
    /// How many it keeps at most.
    pub capacity: u64,
    /// Entries written since the start.
    pub recorded: u64,
    /// Entries that wait for the file.
    pub pending: usize,
    /// Entries that the file will never have.
    pub lost: u64,
}

/// The media type of the text.
pub const MEDIA: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes everything down.
///
/// # Errors
/// None that a text in memory could have.
pub fn write(metrics: &Metrics, facts: MeasuredFacts) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(StateCollector {
        count: metrics.counted(),
        started: metrics.started(),
        facts,
    }));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[derive(Debug)]
struct StateCollector {
    count: Count,
    started: Timestamp,
    facts: MeasuredFacts,
}

impl Collector for StateCollector {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = TextUnderWay(encoder);
        self.requests(&mut page)?;
        self.connections(&mut page)?;
        self.states(&mut page)
    }
}

impl StateCollector {
    fn requests(&self, page: &mut TextUnderWay<'_>) -> fmt::Result {
        let help = "Requests at the gateway, as the journal tells them; empty labels where nothing is known";
        let mut metric = page.metric("bacasable_requests", help, MetricType::Counter)?;
        for (CountedRequest { api, operation, partner, end }, count) in self.count.requests() {
            let (status, control) = match end {
                RequestEnd::Of(status, control) => (
                    status.map(|status| status.to_string()).unwrap_or_default(),
                    control.map_or("", |one| one.as_str()),
                ),
                RequestEnd::Other => ("other".to_owned(), "other"),
            };
            let labels = [
                ("api", name(api)),
                ("operation", operation),
                ("partner", partner),
                ("status", status.as_str()),
                ("control", control),
            ];
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        let help = "From a request's headers to its answer";
        let mut metric = page.measured(
            "bacasable_request_duration",
            help,
            &Unit::Seconds,
            MetricType::Histogram,
        )?;
        for (api, operation, latency) in self.count.latencies() {
            let labels = [("api", name(api)), ("operation", operation)];
            let mut family = metric.encode_family(&labels)?;
            family.encode_histogram::<NoLabelSet>(
                latency.sum(),
                latency.count(),
                &latency.buckets(),
                None,
            )?;
        }
        Ok(())
    }

    fn connections(&self, page: &mut TextUnderWay<'_>) -> fmt::Result {
        let MeasuredFacts { handshakes, resumed, connections, .. } = &self.facts;
        let mut metric = page.metric(
            "bacasable_handshakes",
            "TLS handshakes at the gateway",
            MetricType::Counter,
        )?;
        let refused = |which| self.count.connections().filter(move |(one, _, _)| *one == which);
        let accepted = [("accepted", "", *handshakes), ("accepted", "resumed", *resumed)];
        let refusals =
            refused(Connection::Refused).map(|(_, reason, count)| ("refused", reason, count));
        for (outcome, reason, count) in accepted.into_iter().chain(refusals) {
            let labels = [("outcome", outcome), ("reason", reason)];
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        let help = "Connections whose bytes were no request";
        let mut metric =
            page.metric("bacasable_connections_without_request", help, MetricType::Counter)?;
        for (_, reason, count) in refused(Connection::Lost) {
            metric
                .encode_family(&[("reason", reason)])?
                .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        page.metric(
            "bacasable_connections_open",
            "Connections past their handshake",
            MetricType::Gauge,
        )?
        .encode_gauge(connections)
    }

    fn states(&self, page: &mut TextUnderWay<'_>) -> fmt::Result {
        if let Some(reached) = self.facts.store {
            let help = "Whether the store that replicas share can be asked (state.url)";
            let mut metric = page.metric("bacasable_store_reached", help, MetricType::Gauge)?;
            metric.encode_gauge(&i64::from(reached))?;
        }
        let quotas = [
            (
                "bacasable_quota_limit",
                "Calls per minute that a partner has on an API",
                QuotaFacts::limit as fn(&_) -> _,
            ),
            ("bacasable_quota_used", "Calls admitted in this minute", QuotaFacts::used),
        ];
        for (metric, help, value) in quotas {
            let mut metric = page.metric(metric, help, MetricType::Gauge)?;
            for quota in &self.facts.quotas {
                let labels = [("partner", quota.partner.as_str()), ("api", quota.api.as_str())];
                metric.encode_family(&labels)?.encode_gauge(&value(quota))?;
            }
        }
        let mut metric =
            page.metric("bacasable_service_open", "Whether an API is open", MetricType::Gauge)?;
        for (api, open) in &self.facts.services {
            metric.encode_family(&[("api", api.as_str())])?.encode_gauge(&i64::from(*open))?;
        }
        let JournalFacts { kept, capacity, recorded, pending, lost } = &self.facts.journal;
        page.metric("bacasable_journal_entries", "Entries in memory", MetricType::Gauge)?
            .encode_gauge(kept)?;
        page.metric("bacasable_journal_capacity", "Entries kept at most", MetricType::Gauge)?
            .encode_gauge(capacity)?;
        page.metric("bacasable_journal_recorded", "Entries written", MetricType::Counter)?
            .encode_counter::<NoLabelSet, _, u64>(recorded, None)?;
        page.metric(
            "bacasable_journal_pending",
            "Entries that wait for the file",
            MetricType::Gauge,
        )?
        .encode_gauge(pending)?;
        page.metric(
            "bacasable_journal_lost",
            "Entries that the file will never have",
            MetricType::Counter,
        )?
        .encode_counter::<NoLabelSet, _, u64>(lost, None)?;
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        page.metric("bacasable_build", "The program", MetricType::Info)?.encode_info(&version)?;
        let started = self.started.as_millisecond() as f64 / 1e3;
        page.measured(
            "process_start_time",
            "When the run began, by the system's clock",
            &Unit::Seconds,
            MetricType::Gauge,
        )?
        .encode_gauge(&started)
    }
}

impl QuotaFacts {
    fn limit(&self) -> u32 {
        self.limit
    }

    fn used(&self) -> u32 {
        self.used
    }
}

struct TextUnderWay<'a>(DescriptorEncoder<'a>);

impl TextUnderWay<'_> {
    fn metric<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }

    fn measured<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        unit: &'s Unit,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        self.0.encode_descriptor(name, help, Some(unit), kind)
    }
}

fn name(api: Option<ApiId>) -> &'static str {
    api.map_or("", ApiId::as_str)
}
