//! Why an attempt failed, in stable words that a visitor understands.
//!
//! The words hold no address, header or body, so no secret can be in them.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::time::Duration;

use tokio_rustls::rustls::{self, CertificateError};

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One of few words for machines; `docs/probes.md` lists them.
    pub class: &'static str,
    /// Whose fault it may be.
    pub fault: Fault,
    words: Cow<'static, str>,
}

/// Whose fault a failure may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The target's.
    Target,
    /// The target's, or our resolver's.
    Names,
    /// The target's, or our network's.
    Network,
    /// The target's, or a network's that lets no echo pass.
    Echo,
    /// Ours: it says nothing about the target.
    Prober,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl Failure {
    /// A failure of the target.
    pub fn new(class: &'static str, words: impl Into<Cow<'static, str>>) -> Self {
        Self { class, fault: Fault::Target, words: words.into() }
    }

    /// The same with another fault.
    pub fn by(self, fault: Fault) -> Self {
        Self { fault, ..self }
    }

    /// A failure of our own, which says nothing about the target.
    pub fn prober(words: impl Into<Cow<'static, str>>) -> Self {
        Self::new("prober", words).by(Fault::Prober)
    }

    /// The name has no address.
    pub fn name_not_found() -> Self {
        Self::new("dns", "dns: name not found").by(Fault::Names)
    }

    /// The network has no way to the host.
    pub fn host_unreachable() -> Self {
        Self::new("network", "host unreachable")
    }

    /// There is no way to this address from here, usually because it is an IPv6 one.
    pub fn no_route() -> Self {
        Self::new("network", "no route to this address from the prober").by(Fault::Prober)
    }

    /// The connection was cut.
    pub fn reset() -> Self {
        Self::new("reset", "connection reset")
    }

    /// The other side ended the connection in good order, and too early.
    pub fn closed() -> Self {
        Self::new("reset", "connection closed too early")
    }

    /// The answer is not what its protocol says.
    pub fn protocol() -> Self {
        Self::new("http", "http: not a valid answer")
    }

    /// Time ran out in this part.
    pub fn timeout(part: &str, limit: Duration) -> Self {
        let class = match part {
            "dns" => "dns",
            "connect" => "connect timeout",
            "tls" => "tls",
            _ => "timeout",
        };
        let fault = if part == "dns" { Fault::Names } else { Fault::Target };
        Self::new(class, format!("{part} timeout after {}", seconds(limit))).by(fault)
    }

    /// Why a name could not be looked up. The standard library tells the resolver's
    /// codes apart only in its text.
    pub fn of_lookup(error: &io::Error) -> Self {
        // The resolver calls it a name without an address when it cannot open a socket.
        if let Err(error) = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0)) {
            return Self::of_io(&error).by(Fault::Prober);
        }
        let text = error.to_string();
        let nobody = [
            "Name or service not known",
            "Name does not resolve",
            "nodename nor servname",
            "No address associated",
        ];
        if nobody.iter().any(|words| text.contains(words)) {
            Self::name_not_found()
        } else {
            Self::new("dns", "dns: lookup failed").by(Fault::Names)
        }
    }

    /// Why reading or writing failed; TLS errors travel inside those.
    pub fn of_io(error: &io::Error) -> Self {
        if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Self::of_tls(tls);
        }
        // ENFILE, EMFILE, ENOBUFS and ENOMEM have no kind of their own everywhere.
        if matches!(error.raw_os_error(), Some(23 | 24 | 105)) {
            return Self::prober("the prober ran out of sockets");
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::new("connect refused", "connection refused"),
            io::ErrorKind::NetworkUnreachable => {
                Self::new("network", "network unreachable").by(Fault::Network)
            }
            io::ErrorKind::HostUnreachable => Self::host_unreachable(),
            io::ErrorKind::TimedOut => Self::new("connect timeout", "connect timeout"),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::reset(),
            io::ErrorKind::UnexpectedEof => Self::closed(),
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::OutOfMemory => {
                Self::prober("the prober ran out of sockets")
            }
            // A firewall or a sandbox around the prober.
            io::ErrorKind::PermissionDenied => {
                Self::prober("the system does not let the prober connect")
            }
            kind => Self::new("system", format!("system: {kind}")),
        }
    }

    /// Why a handshake failed.
    pub fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(why) => match why {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    Self::new("tls expired", "tls: certificate expired")
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    Self::new("tls expired", "tls: certificate not valid yet")
                }
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => {
                    Self::new("tls name", "tls: certificate is for another name")
                }
                CertificateError::Revoked => Self::new("tls untrusted", "tls: certificate revoked"),
                _ => Self::new("tls untrusted", "tls: certificate not trusted"),
            },
            rustls::Error::AlertReceived(_) => {
                Self::new("tls", "tls: the server refused the handshake")
            }
            rustls::Error::PeerIncompatible(_) => {
                Self::new("tls", "tls: no version or cipher in common")
            }
            rustls::Error::InvalidMessage(_) => Self::new("tls", "tls: the answer is not TLS"),
            _ => Self::new("tls", "tls: handshake failed"),
        }
    }
}

fn seconds(limit: Duration) -> String {
    match limit.as_millis() {
        ms if ms % 1000 == 0 => format!("{} s", ms / 1000),
        ms => format!("{ms} ms"),
    }
}
