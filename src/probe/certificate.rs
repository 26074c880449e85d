//! What a certificate says of itself.

use serde::Serialize;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::model::Time;

/// A certificate, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Whom it is for.
    pub subject: String,
    /// Who says so.
    pub issuer: String,
    /// The names it is good for.
    pub names: Vec<String>,
    /// When it begins, as RFC 3339.
    pub not_before: String,
    /// When it ends, as RFC 3339.
    pub not_after: String,
}

impl Certificate {
    /// The same with each text of the server's changed.
    pub fn map(self, change: impl Fn(String) -> String) -> Self {
        Self {
            subject: change(self.subject),
            issuer: change(self.issuer),
            names: self.names.into_iter().map(&change).collect(),
            ..self
        }
    }
}

/// The certificates of a chain that can be read.
pub fn describe(chain: &[CertificateDer<'_>]) -> Vec<Certificate> {
    chain
        .iter()
        .filter_map(|der| {
            let certificate = x509_cert::Certificate::from_der(der).ok()?.tbs_certificate;
            let names = certificate.get::<SubjectAltName>().ok().flatten();
            Some(Certificate {
                subject: certificate.subject.to_string(),
                issuer: certificate.issuer.to_string(),
                names: names.map(|(_, names)| readable(&names)).unwrap_or_default(),
                not_before: time(&certificate.validity.not_before).rfc3339(),
                not_after: time(&certificate.validity.not_after).rfc3339(),
            })
        })
        .collect()
}

fn readable(names: &SubjectAltName) -> Vec<String> {
    let name = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(address) => match address.as_bytes() {
            [a, b, c, d] => Some(format!("{a}.{b}.{c}.{d}")),
            bytes => <[u8; 16]>::try_from(bytes)
                .ok()
                .map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
        },
        _ => None,
    };
    names.0.iter().filter_map(name).collect()
}

fn time(time: &x509_cert::time::Time) -> Time {
    Time::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}

/// When the first certificate ends on the way from the leaf to an authority that `roots`
/// knows. What a server sends beside that way, such as an old cross-signed authority,
/// nobody needs.
pub fn ends(chain: &[CertificateDer<'_>], roots: &RootCertStore) -> Option<Time> {
    let chain: Vec<_> = chain
        .iter()
        .filter_map(|der| x509_cert::Certificate::from_der(der).ok())
        .map(|certificate| certificate.tbs_certificate)
        .collect();
    let mut current = chain.first()?;
    let mut first = time(&current.validity.not_after);
    for _ in 0..chain.len() {
        let issuer = current.issuer.to_der().ok()?;
        // An anchor keeps the name without the tag and length around it.
        let is_anchor = roots.roots.iter().any(|root| issuer.ends_with(&root.subject));
        // Of twins the one that ends last; the server may send an old one beside it.
        let next = chain
            .iter()
            .filter(|other| other.subject == current.issuer && other.subject != current.subject)
            .max_by_key(|other| time(&other.validity.not_after));
        match next.filter(|_| !is_anchor) {
            Some(next) => current = next,
            None => break,
        }
        first = first.min(time(&current.validity.not_after));
    }
    Some(first)
}
