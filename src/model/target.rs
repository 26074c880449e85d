//! What a probe looks at: an address whose scheme picks the kind.

use std::fmt;

use url::Url;

/// A checked address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `http://` or `https://`
    Http(Url),
    /// `tcp://host:port`
    Tcp(Peer),
    /// `tls://host:port`
    Tls(Peer),
    /// `smtp+starttls://host:port` and the like
    StartTls(Mail, Peer),
    /// `dns://server/name?type=MX`
    Dns(Question),
    /// `ws://` or `wss://`
    WebSocket(Url),
    /// `grpc://host:port/service` or `grpcs://`
    Grpc {
        /// Where it listens.
        peer: Peer,
        /// Whether it speaks TLS.
        is_tls: bool,
        /// The service whose health is asked; empty for the server as a whole.
        service: String,
    },
    /// `icmp://host`
    Icmp(String),
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// A protocol of mail that begins in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mail {
    /// RFC 3207
    Smtp,
    /// RFC 9051
    Imap,
    /// RFC 2595
    Pop3,
}

/// What a DNS server is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The server.
    pub server: Peer,
    /// The name, without a dot at its end.
    pub name: String,
    /// The type of record.
    pub record: RecordType,
}

/// The types of DNS records that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "these are the words of the DNS")]
pub enum RecordType {
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Caa = 257,
}

impl RecordType {
    /// Each type with its word.
    pub const WORDS: [(&'static str, Self); 10] = [
        ("A", Self::A),
        ("AAAA", Self::Aaaa),
        ("CAA", Self::Caa),
        ("CNAME", Self::Cname),
        ("MX", Self::Mx),
        ("NS", Self::Ns),
        ("PTR", Self::Ptr),
        ("SOA", Self::Soa),
        ("SRV", Self::Srv),
        ("TXT", Self::Txt),
    ];

    fn from_word(word: &str) -> Option<Self> {
        let is_it = |(known, _): &&(&str, Self)| known.eq_ignore_ascii_case(word);
        Self::WORDS.iter().find(is_it).map(|(_, record)| *record)
    }
}

/// A kind of probe, as the documentation calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `http://` and `https://`
    Http,
    /// `tcp://`
    Tcp,
    /// `tls://`
    Tls,
    /// `smtp+starttls://`, `imap+starttls://`, `pop3+starttls://`
    StartTls,
    /// `dns://`
    Dns,
    /// `ws://` and `wss://`
    WebSocket,
    /// `grpc://` and `grpcs://`
    Grpc,
    /// `icmp://`
    Icmp,
    /// `heartbeat:`
    Heartbeat,
    /// `exec:`
    Exec,
    /// `statuspage:`
    Statuspage,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::Dns => "dns",
            Self::WebSocket => "websocket",
            Self::Grpc => "grpc",
            Self::Icmp => "icmp",
            Self::Heartbeat => "heartbeat",
            Self::Exec => "exec",
            Self::Statuspage => "statuspage",
        })
    }
}

/// The schemes that can be probed, each with its kind.
pub const SCHEMES: [(&str, Kind); 13] = [
    ("http", Kind::Http),
    ("https", Kind::Http),
    ("tcp", Kind::Tcp),
    ("tls", Kind::Tls),
    ("smtp+starttls", Kind::StartTls),
    ("imap+starttls", Kind::StartTls),
    ("pop3+starttls", Kind::StartTls),
    ("dns", Kind::Dns),
    ("ws", Kind::WebSocket),
    ("wss", Kind::WebSocket),
    ("grpc", Kind::Grpc),
    ("grpcs", Kind::Grpc),
    ("icmp", Kind::Icmp),
];

/// The kind that the scheme of an address picks.
pub fn kind_of(address: &str) -> Option<Kind> {
    let (scheme, _) = address.split_once("://")?;
    SCHEMES.iter().find(|(known, _)| *known == scheme).map(|(_, kind)| *kind)
}

impl Target {
    /// Reads an address. The error says what is wrong without quoting it, for it may hold a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, _) = text.split_once("://").ok_or("an address needs a scheme")?;
        let kind = kind_of(text).ok_or("this scheme cannot be probed")?;
        // The crate accepts `http:/x` and drops tabs: what it would silently mend is a mistake here.
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err("an address has no spaces");
        }
        let url = Url::parse(text).map_err(|_| "this is not an address")?;
        let host = host(&url).ok_or("an address needs a host")?;
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        if kind != Kind::Http && kind != Kind::WebSocket && has_credentials {
            return Err("only http and ws addresses have a user or password");
        }
        let has_more =
            !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
        let peer = |default: Option<u16>| match url.port().or(default) {
            Some(port) if port > 0 => Ok(Peer { host: host.clone(), port }),
            Some(_) => Err("port 0 cannot be probed"),
            None => Err("this address needs a port"),
        };
        match kind {
            Kind::Http if url.port() == Some(0) => Err("port 0 cannot be probed"),
            Kind::Http => Ok(Self::Http(url)),
            Kind::WebSocket if url.port() == Some(0) => Err("port 0 cannot be probed"),
            Kind::WebSocket => Ok(Self::WebSocket(url)),
            Kind::Dns => question(&url, peer(Some(53))?).map(Self::Dns),
            Kind::Grpc => {
                if url.query().is_some() || url.fragment().is_some() {
                    return Err("a grpc address is `grpc://host:port/service` and nothing more");
                }
                let service = url.path().trim_start_matches('/').to_owned();
                let is_tls = scheme == "grpcs";
                let peer = peer(is_tls.then_some(443))?;
                Ok(Self::Grpc { peer, is_tls, service })
            }
            Kind::Icmp if has_more || url.port().is_some() => {
                Err("an icmp address is `icmp://host` and nothing more")
            }
            Kind::Icmp => Ok(Self::Icmp(host)),
            _ if has_more => Err("this address is `scheme://host:port` and nothing more"),
            Kind::Tcp => peer(None).map(Self::Tcp),
            Kind::Tls => peer(Some(443)).map(Self::Tls),
            _ => {
                let (mail, port) = match scheme {
                    "smtp+starttls" => (Mail::Smtp, 25),
                    "imap+starttls" => (Mail::Imap, 143),
                    _ => (Mail::Pop3, 110),
                };
                peer(Some(port)).map(|peer| Self::StartTls(mail, peer))
            }
        }
    }

    /// The host that is connected to.
    pub fn host(&self) -> String {
        match self {
            Self::Http(url) | Self::WebSocket(url) => host(url).unwrap_or_default(),
            Self::Tcp(peer)
            | Self::Tls(peer)
            | Self::StartTls(_, peer)
            | Self::Grpc { peer, .. }
            | Self::Dns(Question { server: peer, .. }) => peer.host.clone(),
            Self::Icmp(host) => host.clone(),
        }
    }
}

/// The host of an address, an IPv6 one without its brackets.
pub fn host(url: &Url) -> Option<String> {
    match url.host()? {
        url::Host::Domain("") => None,
        url::Host::Domain(name) => Some(match name.strip_prefix('[') {
            Some(rest) => rest.trim_end_matches(']').to_owned(),
            None => name.to_owned(),
        }),
        url::Host::Ipv4(address) => Some(address.to_string()),
        url::Host::Ipv6(address) => Some(address.to_string()),
    }
}

fn question(url: &Url, server: Peer) -> Result<Question, &'static str> {
    const SHAPE: &str = "a dns address is `dns://server/name?type=A`";
    let name = url.path().trim_matches('/').trim_end_matches('.');
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if name.is_empty() || name.len() > 253 || !name.split('.').all(fits) || url.fragment().is_some()
    {
        return Err(SHAPE);
    }
    let mut record = RecordType::A;
    for (key, value) in url.query_pairs() {
        if key != "type" {
            return Err(SHAPE);
        }
        record = RecordType::from_word(&value)
            .ok_or("this type of dns record is not one of A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV and TXT")?;
    }
    Ok(Question { server, name: name.to_owned(), record })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(host: &str, port: u16) -> Peer {
        Peer { host: host.to_owned(), port }
    }

    #[test]
    fn the_scheme_picks_the_kind() {
        assert!(matches!(Target::parse("https://a.example/x?y"), Ok(Target::Http(_))));
        assert_eq!(Target::parse("tcp://[::1]:5432"), Ok(Target::Tcp(peer("::1", 5432))));
        assert_eq!(Target::parse("tls://a.example"), Ok(Target::Tls(peer("a.example", 443))));
        assert_eq!(
            Target::parse("imap+starttls://a.example"),
            Ok(Target::StartTls(Mail::Imap, peer("a.example", 143)))
        );
        assert_eq!(
            Target::parse("dns://[2606:4700::1111]/a.example.?type=mx"),
            Ok(Target::Dns(Question {
                server: peer("2606:4700::1111", 53),
                name: "a.example".to_owned(),
                record: RecordType::Mx
            }))
        );
        assert_eq!(
            Target::parse("grpc://a.example:50051/acme.Billing"),
            Ok(Target::Grpc {
                peer: peer("a.example", 50051),
                is_tls: false,
                service: "acme.Billing".to_owned()
            })
        );
        assert_eq!(Target::parse("icmp://[::1]"), Ok(Target::Icmp("::1".to_owned())));
        assert_eq!(Target::parse("icmp://192.0.2.1"), Ok(Target::Icmp("192.0.2.1".to_owned())));
        for (text, why) in [
            ("a.example", "an address needs a scheme"),
            ("gopher://a.example", "this scheme cannot be probed"),
            ("http://", "this is not an address"),
            ("http://a b/", "an address has no spaces"),
            ("tcp://a.example", "this address needs a port"),
            ("tcp://a.example:0", "port 0 cannot be probed"),
            ("tcp://a.example:99999", "this is not an address"),
            ("tcp://a.example:1/x", "this address is `scheme://host:port` and nothing more"),
            ("tcp://u:p@a.example:1", "only http and ws addresses have a user or password"),
            ("icmp://a.example:1", "an icmp address is `icmp://host` and nothing more"),
            ("dns://a.example", "a dns address is `dns://server/name?type=A`"),
            (
                "grpc://a.example/x?y",
                "a grpc address is `grpc://host:port/service` and nothing more",
            ),
        ] {
            assert_eq!(Target::parse(text), Err(why), "{text}");
        }
    }
}
