//! Why an attempt failed, in stable words that a visitor understands.
//!
//! The words hold no address, header or body, so no secret can be in them.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio_rustls::rustls::{self, CertificateError};

use super::Phases;

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The name has no address.
    NameNotFound,
    /// The resolver could not be asked.
    LookupFailed,
    /// Nothing listens.
    Refused,
    /// The prober has no way to the network.
    NetworkUnreachable,
    /// The network has no way to the host.
    HostUnreachable,
    /// The connection was cut.
    Reset,
    /// It took too long, in this part.
    Timeout(&'static str, Duration),
    /// The certificate is not valid any more, or not yet.
    CertificateExpired,
    /// The certificate is for another name.
    CertificateName,
    /// The certificate is from nobody we trust.
    CertificateUntrusted,
    /// The handshake failed otherwise.
    Tls,
    /// The answer has an unexpected status.
    Status(u16),
    /// The answer lacks an expected text.
    BodyLacks,
    /// The answer has a text that it must not have.
    BodyHas,
    /// Too many redirects, or one that leads nowhere.
    Redirect(&'static str),
    /// The answer is not HTTP.
    Protocol,
    /// The request cannot be made from what the configuration says.
    Request,
    /// Another error of the system.
    System(io::ErrorKind),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameNotFound => f.write_str("dns: name not found"),
            Self::LookupFailed => f.write_str("dns: lookup failed"),
            Self::Refused => f.write_str("connection refused"),
            Self::NetworkUnreachable => f.write_str("network unreachable"),
            Self::HostUnreachable => f.write_str("host unreachable"),
            Self::Reset => f.write_str("connection reset"),
            Self::Timeout(part, limit) => {
                write!(f, "{part} timeout after {}", seconds(*limit))
            }
            Self::CertificateExpired => f.write_str("tls: certificate expired"),
            Self::CertificateName => f.write_str("tls: certificate is for another name"),
            Self::CertificateUntrusted => f.write_str("tls: certificate not trusted"),
            Self::Tls => f.write_str("tls: handshake failed"),
            Self::Status(code) => write!(f, "http status {code}"),
            Self::BodyLacks => f.write_str("body: expected text is missing"),
            Self::BodyHas => f.write_str("body: unwanted text is present"),
            Self::Redirect(why) => write!(f, "redirect: {why}"),
            Self::Protocol => f.write_str("http: not a valid answer"),
            Self::Request => f.write_str("the request cannot be made"),
            Self::System(kind) => write!(f, "system: {kind}"),
        }
    }
}

fn seconds(limit: Duration) -> String {
    match limit.as_millis() {
        ms if ms % 1000 == 0 => format!("{} s", ms / 1000),
        ms => format!("{ms} ms"),
    }
}

impl Failure {
    /// Whether the cause may well be on the prober's side.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::NameNotFound | Self::LookupFailed | Self::NetworkUnreachable)
    }

    /// Names the part in which time ran out.
    pub fn timeout(phases: &Phases, is_tls: bool, limit: Duration) -> Self {
        let part = match phases {
            Phases { dns_ms: None, .. } => "dns",
            Phases { connect_ms: None, .. } => "connect",
            Phases { tls_ms: None, .. } if is_tls => "tls",
            _ => "answer",
        };
        Self::Timeout(part, limit)
    }

    /// Why a name could not be looked up. The standard library tells the resolver's
    /// codes apart only in its text.
    pub fn of_lookup(error: &io::Error) -> Self {
        let text = error.to_string();
        let nobody = [
            "Name or service not known",
            "Name does not resolve",
            "nodename nor servname",
            "No address associated",
        ];
        if nobody.iter().any(|words| text.contains(words)) {
            Self::NameNotFound
        } else {
            Self::LookupFailed
        }
    }

    /// Why reading or writing failed; TLS errors travel inside those.
    pub fn of_io(error: &io::Error) -> Self {
        if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Self::of_tls(tls);
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::NetworkUnreachable => Self::NetworkUnreachable,
            io::ErrorKind::HostUnreachable => Self::HostUnreachable,
            io::ErrorKind::TimedOut => Self::Timeout("connect", Duration::ZERO),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::Reset,
            kind => Self::System(kind),
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(why) => match why {
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => Self::CertificateExpired,
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => Self::CertificateName,
                _ => Self::CertificateUntrusted,
            },
            _ => Self::Tls,
        }
    }
}
