//! The table of settings, and what is generated from it.

use std::num::NonZeroU64;

use super::{
    Accents, Availability, ClientCertificateMode, Config, ConsoleSettings, Dialect, Environment,
    FaultMedia, FicobaSettings, Gateway, Journal, JournalPolicy, Limits, Log, LogFormat, Minutes,
    Mode, Nodes, OnLoss, PartialDates, Percent, Prefix, Profile, R2pSettings, RetryAfter,
    SettingValue, SfipSettings, StateSettings, TokenReissue,
};

/// One setting: its name, what it is for, how it is written into a [`Config`] and read from it.
pub struct Setting {
    /// The key of the file, dots included: `gateway.listen`.
    pub key: &'static str,
    /// One line for `--help` and the reference.
    pub help: &'static str,
    /// What a value looks like.
    pub expected: fn() -> String,
    pub(super) set: fn(&mut Config, &str) -> bool,
    show: fn(&Config) -> String,
}

macro_rules! settings {
    ($($key:literal => $($field:ident).+: $kind:ty $(= ..=$most:literal)?, $help:literal;)+) => {
        /// Every setting, in the order of the reference.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            key: $key,
            help: $help,
            expected: || expected::<$kind>(most!($($most)?)),
            set: |config, text| {
                let read = <$kind as SettingValue>::read(text);
                let within = read.filter(|value| <$kind as SettingValue>::within(value, most!($($most)?)));
                within.map(|value| config.$($field).+ = value).is_some()
            },
            show: |config| <$kind as SettingValue>::show(&config.$($field).+),
        }),+];
    };
}

macro_rules! most {
    () => {
        None
    };
    ($most:literal) => {
        Some($most)
    };
}

fn expected<T: SettingValue>(most: Option<u64>) -> String {
    match most {
        Some(most) => format!("{}, {most} at most", T::expected()),
        None => T::expected(),
    }
}

settings! {
    "certs" => certs: std::path::PathBuf, "Folder of the test PKI; made when missing, never overwritten";
    "fixtures" => fixtures: Option<std::path::PathBuf>, "Folder that adds to the embedded fixtures; the same id replaces";
    "seed" => seed: u64, "Seed of the generated population and of everything drawn";
    "population" => population: u64, "How many generated people live in the register beside the personas";
    "gateway.listen" => gateway.listen: std::net::SocketAddr, "Address of the gateway (HTTPS, client certificates); port 0 takes a free one";
    "gateway.dialect" => gateway.dialect: Dialect, "Which gateway is imitated: the DGFiP's as it is known, or a version of the product behind it (faults, scopes, token endpoint)";
    "gateway.fault_media" => gateway.fault_media: FaultMedia, "Media type of the faults; negotiated is XML unless Accept is exactly application/json (dialect wso2-3 only)";
    "gateway.environment" => gateway.environment: Environment, "Which environment is rehearsed: in the sandbox neither certificate nor address is asked for R2P and at the token endpoint";
    "gateway.client_certificate" => gateway.client_certificate: ClientCertificateMode, "Where a bad client certificate is refused: by control 1, or by a TLS alert";
    "gateway.http2" => gateway.http2: bool, "Offer HTTP/2 beside HTTP/1.1 in the TLS handshake (ALPN); the product's gateway speaks HTTP/1.1 to its clients";
    "gateway.mode" => gateway.mode: Mode, "Whether the controls refuse, or are only evaluated and journalled (no handshake refuses then either)";
    "gateway.observe_as" => gateway.observe_as: String, "Partner that observe serves an unknown caller as";
    "gateway.server_names" => gateway.server_names: Vec<String>, "Further names or addresses in the server certificate, when it is made; the console answers to them too";
    "gateway.own_pki" => gateway.own_pki: bool, "The certs folder holds a PKI of your own: no test marker is asked of its CA";
    "gateway.trusted_proxies" => gateway.trusted_proxies: Vec<ipnet::IpNet>, "Networks whose X-Forwarded-For and X-WSO2-CLIENT-CERTIFICATE are believed";
    "gateway.proxy_protocol" => gateway.proxy_protocol: bool, "Connections from gateway.trusted_proxies begin with a PROXY protocol v2 header; nobody else's is read";
    "gateway.token_lifetime_seconds" => gateway.token_lifetime_seconds: NonZeroU64, "Seconds a token lives";
    "gateway.token_skew_seconds" => gateway.token_skew_seconds: u64, "Seconds by which clocks may differ: an expired token is still accepted so long, and one from the future already (the product: 300)";
    "gateway.token_reissue" => gateway.token_reissue: TokenReissue, "What asking again does to the earlier token of the same application and scopes";
    "gateway.bearer_any_case" => gateway.bearer_any_case: bool, "Accept the word bearer in any case in the wso2-* dialects too; dgfip always does";
    "gateway.quota_lag_ms" => gateway.quota_lag_ms: u64 = ..=3_600_000, "Milliseconds during which the call that uses up a minute's quota goes unnoticed, as by the product's asynchronous counters";
    "gateway.retry_after" => gateway.retry_after: RetryAfter, "How Retry-After is written: a date on the product's clock, seconds, or a date on the system's clock (the last two for libraries that retry by themselves while the clock is moved)";
    "gateway.simulated_nodes" => gateway.simulated_nodes: Nodes, "Gateways behind the address that count quotas apart, as an ill-synchronised cluster does; connections go to one after the other";
    "gateway.diagnostics" => gateway.diagnostics: bool, "Answers carry X-Bacasable-Environment: fictif, refusals X-Bacasable-Control and X-Bacasable-Reason too";
    "gateway.limits.connections" => gateway.limits.connections: NonZeroU64 = ..=1_000_000, "Connections at once";
    "gateway.limits.requests" => gateway.limits.requests: NonZeroU64 = ..=1_000_000, "Requests in progress at once, on all connections together, and a quarter as many that wait for their body; one partner has three quarters at most; more are answered 503, API Limit Reached";
    "gateway.limits.handshakes" => gateway.limits.handshakes: NonZeroU64 = ..=100_000, "TLS handshakes at once";
    "gateway.limits.handshake_seconds" => gateway.limits.handshake_seconds: NonZeroU64 = ..=3_600, "Seconds for a TLS handshake";
    "gateway.limits.header_seconds" => gateway.limits.header_seconds: NonZeroU64 = ..=3_600, "Seconds for the headers of a request to arrive";
    "gateway.limits.request_seconds" => gateway.limits.request_seconds: NonZeroU64 = ..=3_600, "Seconds for the body of a request to arrive";
    "gateway.limits.idle_seconds" => gateway.limits.idle_seconds: NonZeroU64 = ..=86_400, "Seconds that an idle connection is kept";
    "gateway.limits.header_bytes" => gateway.limits.header_bytes: NonZeroU64 = ..=1_048_576, "Bytes of a request's headers";
    "gateway.limits.headers" => gateway.limits.headers: NonZeroU64 = ..=1_000, "Headers of a request";
    "gateway.limits.body_bytes" => gateway.limits.body_bytes: NonZeroU64 = ..=67_108_864, "Bytes of a request's body";
    "gateway.limits.stop_seconds" => gateway.limits.stop_seconds: NonZeroU64 = ..=3_600, "Seconds given to answers in flight when the server stops";
    "console.listen" => console.listen: std::net::SocketAddr, "Address of the console (plain HTTP); port 0 takes a free one";
    "console.token" => console.token: Option<super::Secret>, "Token that opens a console bound elsewhere than on loopback; made in the certs folder when absent";
    "console.open" => console.open: bool, "Ask no token, wherever the console is bound (closed CI networks)";
    "console.hosts" => console.hosts: Vec<String>, "Further Host names the console answers to";
    "console.public_url" => console.public_url: Option<super::PublicUrl>, "Address under which people reach the console, named by X-Bacasable-Journal; that of the ready line when absent";
    "journal.file" => journal.file: Option<std::path::PathBuf>, "JSON Lines file that keeps every journal entry";
    "journal.file_bytes" => journal.file_bytes: u64, "Size at which that file becomes journal.1.jsonl and a new one begins; 0: never";
    "journal.file_keep" => journal.file_keep: u64, "How many such older files are kept";
    "journal.policy" => journal.policy: JournalPolicy, "Whether an answer waits until its entry is on disk (strict; 503 while it cannot be written)";
    "journal.values" => journal.values: bool, "Journal what requests hold too: for a local debug session, never tokens nor secrets";
    "journal.capacity" => journal.capacity: NonZeroU64 = ..=10_000_000, "Journal entries kept in memory";
    "ficoba.require_x_request_id" => ficoba.require_x_request_id: bool, "X-Request-ID absent from the client's request is CAT012; otherwise the gateway makes it";
    "ficoba.verification_close_date" => ficoba.verification_close_date: bool, "A verification of a closed account gives dateCloture";
    "ficoba.max_answers" => ficoba.max_answers: NonZeroU64, "Persons in one answer; more is CAF036";
    "ficoba.extended_person" => ficoba.extended_person: bool, "Emit the person's keys that the OpenAPI declares and no sample shows";
    "ficoba.accents" => ficoba.accents: Accents, "Names with their accents, in plain capitals, or as the bank declares them (banques.toml)";
    "ficoba.partial_dates" => ficoba.partial_dates: PartialDates, "Unknown month and day of a birth: keys left out, a blank, or 00";
    "r2p.accents" => r2p.accents: bool, "Names with their accents; INSEE's certified civil status has none";
    "sfip.extended_income" => sfip.extended_income: bool, "Fill `rev` of 02AA, which the published example leaves empty; its keys are ours";
    "availability.profile" => availability.profile: Profile, "When the APIs are open: always, as the CGU have it (FICOBA 23 hours a day at 99.69 %, R2P at 97.16 %), or always with an incident that fails a share of the calls";
    "availability.closing" => availability.closing: jiff::civil::Time, "When FICOBA's hour a day begins, in Paris, under the profile of the CGU";
    "availability.tail_minutes" => availability.tail_minutes: Minutes, "Minutes after that hour in which 30 % of FICOBA's calls still get 503";
    "availability.incident_percent" => availability.incident_percent: Percent, "Of a hundred calls, those that fail under the profile of an incident";
    "state.url" => state.url: Option<super::StoreUrl>, "Redis or Valkey that replicas share: redis://HOST:PORT, rediss:// for TLS, redis://:PASSWORD@HOST, unix:///PATH; each process is alone without it";
    "state.prefix" => state.prefix: Prefix, "What every key of the store begins with; nothing else in the store is read or written";
    "state.on_loss" => state.on_loss: OnLoss, "While the store cannot be reached: go on with counters of one's own, or answer 503";
    "state.timeout_ms" => state.timeout_ms: NonZeroU64 = ..=60_000, "Milliseconds that any call to the store may take; then it counts as lost";
    "state.ca" => state.ca: Option<std::path::PathBuf>, "PEM file of the authorities of a rediss:// store; the system's when absent";
    "state.journal_entries" => state.journal_entries: NonZeroU64 = ..=10_000_000, "Journal entries that the store keeps for all replicas together";
    "log.level" => log.level: String, "What is told on standard error: error, warn, info, debug, trace, or target=level pairs; libraries at error only, unless debug, trace or their target asks for more";
    "log.format" => log.format: LogFormat, "How the log is written";
}

impl Setting {
    /// The flag of `serve`, without its dashes: `gateway-listen`.
    pub fn flag(&self) -> String {
        self.key.replace(['.', '_'], "-")
    }

    /// The environment variable: `BACASABLE_GATEWAY__LISTEN`.
    pub fn variable(&self) -> String {
        format!("BACASABLE_{}", self.key.replace('.', "__").to_uppercase())
    }

    /// The default, as it would be written; empty when there is none.
    pub fn default(&self) -> String {
        (self.show)(&Config::default())
    }

    /// Sets it in `config`; whether `text` is a value of it.
    pub fn read(&self, config: &mut Config, text: &str) -> bool {
        (self.set)(config, text)
    }

    /// The value in `config`, as it would be written; empty for a secret or an absent one.
    pub fn show(&self, config: &Config) -> String {
        (self.show)(config)
    }
}

/// The reference of all settings, in Markdown: `docs/configuration.md` holds it between two markers.
pub fn reference() -> String {
    let mut table = String::from(
        "| key of the file | flag | variable | default | what it is | values |\n|---|---|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default = setting.default();
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        let (key, flag, variable) = (setting.key, setting.flag(), setting.variable());
        let (help, expected) = (setting.help, (setting.expected)());
        table.push_str(&format!(
            "| `{key}` | `--{flag}` | `{variable}` | {default} | {help} | {expected} |\n"
        ));
    }
    table
}

impl Default for Config {
    fn default() -> Self {
        Self {
            certs: "certs".into(),
            fixtures: None,
            seed: 1,
            population: 10_000,
            gateway: Gateway::default(),
            console: ConsoleSettings {
                listen: ([127, 0, 0, 1], 8080).into(),
                token: None,
                open: false,
                hosts: Vec::new(),
                public_url: None,
            },
            journal: Journal {
                file: None,
                file_bytes: 64 << 20,
                file_keep: 4,
                policy: JournalPolicy::Buffered,
                values: false,
                capacity: at_least_one(10_000),
            },
            ficoba: FicobaSettings {
                require_x_request_id: false,
                verification_close_date: true,
                max_answers: at_least_one(20),
                extended_person: false,
                accents: Accents::Declared,
                partial_dates: PartialDates::Absent,
            },
            r2p: R2pSettings { accents: false },
            sfip: SfipSettings { extended_income: false },
            state: StateSettings {
                url: None,
                prefix: Prefix::default(),
                on_loss: OnLoss::Local,
                timeout_ms: at_least_one(250),
                ca: None,
                journal_entries: at_least_one(10_000),
            },
            availability: Availability {
                profile: Profile::Open,
                closing: jiff::civil::Time::constant(1, 0, 0, 0),
                tail_minutes: Minutes(15),
                incident_percent: Percent(10),
            },
            log: Log { level: "info".to_owned(), format: LogFormat::Text },
        }
    }
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 8443).into(),
            dialect: Dialect::Dgfip,
            fault_media: FaultMedia::Json,
            environment: Environment::Production,
            client_certificate: ClientCertificateMode::Http,
            http2: false,
            mode: Mode::Enforce,
            observe_as: "editeur-demo".to_owned(),
            server_names: Vec::new(),
            own_pki: false,
            trusted_proxies: Vec::new(),
            proxy_protocol: false,
            token_lifetime_seconds: at_least_one(3600),
            token_skew_seconds: 0,
            token_reissue: TokenReissue::Keep,
            bearer_any_case: false,
            quota_lag_ms: 0,
            retry_after: RetryAfter::Product,
            simulated_nodes: Nodes::ONE,
            diagnostics: true,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: at_least_one(10_000),
            requests: at_least_one(10_000),
            handshakes: at_least_one(256),
            handshake_seconds: at_least_one(5),
            header_seconds: at_least_one(10),
            request_seconds: at_least_one(30),
            idle_seconds: at_least_one(120),
            header_bytes: at_least_one(32_768),
            headers: at_least_one(100),
            body_bytes: at_least_one(65_536),
            stop_seconds: at_least_one(8), // less than the ten after which container engines kill
        }
    }
}

fn at_least_one(n: u64) -> NonZeroU64 {
    NonZeroU64::new(n).expect("defaults are not zero")
}
