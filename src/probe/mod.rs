//! The prober: runs probes concurrently, judges their attempts, stamps samples.
//!
//! One file a protocol. Each attempt opens a fresh connection, so that a moved name or a
//! dead server is noticed, and is bounded by one timeout from lookup to last byte.

mod certificate;
mod dial;
pub mod dns;
mod download;
mod encoding;
mod exec;
mod expect;
mod failure;
mod grpc;
mod heartbeat;
pub mod http;
mod icmp;
mod job;
mod judge;
mod proxy;
mod run;
mod secrets;
mod starttls;
mod statuspage;
mod stream;
mod tls;
mod websocket;

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

pub use certificate::Certificate;
pub use download::{Downloaded, Downloads};
pub use failure::Failure;
pub use job::{CannotRun, Job, Surroundings};
pub use proxy::Proxies;
pub use run::{Event, Plan, Schedule, run, start};

use crate::model::target::Kind;
use crate::model::{Outcome, Sample, Time};

/// How long each part of an attempt took, in milliseconds; what was not reached is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Phases {
    /// The name lookup.
    pub dns_ms: Option<u32>,
    /// The TCP connection.
    pub connect_ms: Option<u32>,
    /// The TLS handshake.
    pub tls_ms: Option<u32>,
    /// From the request to the first byte of the answer.
    pub first_byte_ms: Option<u32>,
}

/// Something that is valid and yet worth a word: the sample is degraded.
type Concern = String;

/// What an attempt finds.
type Verdict = Result<Option<Concern>, Failure>;

/// What an attempt has learned so far; it outlives an attempt that ran out of time.
#[derive(Debug, Clone)]
struct Trace {
    phases: Phases,
    code: Option<u16>,
    /// The part that is under way, for the message when time runs out.
    part: &'static str,
    /// What running out of time means, where it means more than that.
    on_timeout: Option<Failure>,
    address: Option<SocketAddr>,
    protocol: Option<&'static str>,
    redirects: Vec<url::Url>,
    certificates: Vec<Certificate>,
    said: Option<String>,
}

impl Trace {
    fn new() -> Self {
        Self {
            phases: Phases::default(),
            code: None,
            part: "answer",
            on_timeout: None,
            address: None,
            protocol: None,
            redirects: Vec::new(),
            certificates: Vec::new(),
            said: None,
        }
    }
}

/// What all attempts of a run share.
#[derive(Debug)]
struct Context {
    roots: tls::Roots,
    proxies: Proxies,
    clock: Clock,
}

/// One try of a probe, as far as it may be shown.
#[derive(Debug, Clone, Serialize)]
pub struct Attempt {
    /// Why it failed, in stable words.
    pub failure: Option<String>,
    /// The same as one of few words.
    pub class: Option<&'static str>,
    /// From its beginning to its end, in milliseconds.
    pub latency_ms: u32,
    /// The protocol's own result, such as 200.
    pub code: Option<u16>,
    /// How long each part took.
    pub phases: Phases,
    /// Whom it reached.
    pub address: Option<String>,
    /// The version of the protocol that was spoken.
    pub protocol: Option<&'static str>,
    /// The addresses that redirects led to, without their queries; the last one answered.
    pub redirects: Vec<String>,
    /// What the server showed, its own certificate first.
    pub certificates: Vec<Certificate>,
    /// What a program said in its first line.
    pub said: Option<String>,
}

/// The result of a probe.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The probe.
    pub probe: String,
    /// Its kind; none when it could not be tried.
    pub kind: Option<Kind>,
    /// What goes into the history.
    pub sample: Sample,
    /// Its attempts, in order.
    pub attempts: Vec<Attempt>,
    /// Why the last attempt failed.
    failure: Option<Failure>,
    /// It looked up a name.
    is_named: bool,
    /// It asked a host.
    is_networked: bool,
}

impl Finding {
    /// A probe that could not be tried at all.
    pub fn not_tried(probe: &str, time: Time, why: &str) -> Self {
        let sample = Sample {
            time,
            outcome: Outcome::Unknown,
            latency_ms: None,
            code: None,
            detail: why.into(),
        };
        Self {
            probe: probe.to_owned(),
            kind: None,
            sample,
            attempts: Vec::new(),
            failure: None,
            is_named: false,
            is_networked: false,
        }
    }

    /// Why it is not up, as one of few words.
    pub fn class(&self) -> Option<&'static str> {
        self.failure.as_ref().map(|failure| failure.class)
    }
}

/// The clock that stamps samples: the system's, or a fixed one.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The system's.
    System,
    /// Always this instant.
    Fixed(Time),
}

impl Clock {
    /// Now, in whole seconds.
    pub fn now(self) -> Time {
        match self {
            Self::Fixed(time) => time,
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or(0))
            }
        }
    }
}

/// Why the system does not hand out a file or program.
fn refusal(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "does not exist".to_owned(),
        kind => format!("cannot be used: {kind}"),
    }
}

fn elapsed_ms(start: tokio::time::Instant) -> u32 {
    u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX)
}
