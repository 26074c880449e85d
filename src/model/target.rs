//! What a probe looks at: an address whose scheme picks the kind.

use url::Url;

/// A checked address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `http://` or `https://`
    Http(Url),
    /// `tcp://host:port`
    Tcp {
        /// A name, an IPv4 address, or an IPv6 address without brackets.
        host: String,
        /// The port.
        port: u16,
    },
}

/// The schemes that can be probed.
pub const SCHEMES: &[&str] = &["http", "https", "tcp"];

impl Target {
    /// Reads an address. The error says what is wrong without quoting it, for it may hold a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, _) = text.split_once("://").ok_or("an address needs a scheme")?;
        if !SCHEMES.contains(&scheme) {
            return Err("this scheme cannot be probed");
        }
        // The crate accepts `http:/x` and drops tabs: what it would silently mend is a mistake here.
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err("an address has no spaces");
        }
        let url = Url::parse(text).map_err(|_| "this is not an address")?;
        let host = url.host().ok_or("an address needs a host")?;
        if scheme != "tcp" {
            return Ok(Self::Http(url));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("a tcp address is `tcp://host:port` and nothing more");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a tcp address has no user or password");
        }
        let port = url.port().ok_or("a tcp address needs a port")?;
        let host = match host {
            url::Host::Domain(name) => name.to_owned(),
            url::Host::Ipv4(address) => address.to_string(),
            url::Host::Ipv6(address) => address.to_string(),
        };
        Ok(Self::Tcp { host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_picks_the_kind() {
        assert!(matches!(Target::parse("https://a.example/x?y"), Ok(Target::Http(_))));
        assert_eq!(
            Target::parse("tcp://[::1]:5432"),
            Ok(Target::Tcp { host: "::1".to_owned(), port: 5432 })
        );
        for (text, why) in [
            ("a.example", "an address needs a scheme"),
            ("gopher://a.example", "this scheme cannot be probed"),
            ("http://", "this is not an address"),
            ("http://a b/", "an address has no spaces"),
            ("tcp://a.example", "a tcp address needs a port"),
            ("tcp://a.example:99999", "this is not an address"),
            ("tcp://a.example:1/x", "a tcp address is `tcp://host:port` and nothing more"),
        ] {
            assert_eq!(Target::parse(text), Err(why), "{text}");
        }
    }
}
