//! The way out through a proxy, as the environment names it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::failure::Fault;
use super::{Failure, Trace, dial, http};
use crate::model::target;
use crate::model::template::Variables;

/// What `HTTPS_PROXY`, `http_proxy`, `ALL_PROXY` and `NO_PROXY` say.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    http: Option<Result<Proxy, Failure>>,
    https: Option<Result<Proxy, Failure>>,
    exempt: Vec<String>,
}

/// One proxy.
#[derive(Debug, Clone)]
pub struct Proxy {
    host: String,
    port: u16,
    /// The value of `Proxy-Authorization`.
    pub authorization: Option<String>,
}

impl Proxies {
    /// Reads the environment. `HTTP_PROXY` in capitals is left alone, for in a CGI program
    /// a visitor can set it.
    pub fn from_variables(variables: &Variables) -> Self {
        let value = |names: &[&str]| {
            names.iter().find_map(|name| variables.get(*name)).filter(|value| !value.is_empty())
        };
        let proxy = |names: &[&str]| value(names).map(|text| Proxy::parse(text));
        let exempt = value(&["no_proxy", "NO_PROXY"]);
        Self {
            http: proxy(&["http_proxy", "all_proxy", "ALL_PROXY"]),
            https: proxy(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            exempt: exempt
                .map(|list| list.split(',').map(|name| name.trim().to_lowercase()).collect())
                .unwrap_or_default(),
        }
    }

    /// The proxy for an address, unless it is exempt.
    pub fn of(&self, url: &Url) -> Result<Option<&Proxy>, Failure> {
        let proxy = if matches!(url.scheme(), "http" | "ws") { &self.http } else { &self.https };
        let host = target::host(url).unwrap_or_default();
        match proxy {
            Some(proxy) if !self.is_exempt(&host) => proxy.as_ref().map(Some).map_err(Clone::clone),
            _ => Ok(None),
        }
    }

    fn is_exempt(&self, host: &str) -> bool {
        self.exempt.iter().filter(|name| !name.is_empty()).any(|name| {
            let name = name.strip_prefix("*.").unwrap_or(name).trim_start_matches('.');
            name == "*" || host == name || host.ends_with(&format!(".{name}"))
        })
    }
}

impl Proxy {
    fn parse(text: &str) -> Result<Self, Failure> {
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&text).ok().filter(|url| url.scheme() == "http");
        let url = url.ok_or_else(|| Self::failure("proxy: only `http://` proxies can be used"))?;
        let host = target::host(&url)
            .ok_or_else(|| Self::failure("proxy: the environment names none that is an address"))?;
        let authorization = http::basic_auth(&url);
        Ok(Self { host, port: url.port_or_known_default().unwrap_or(80), authorization })
    }

    /// A proxy is on our side of the world.
    fn failure(words: &'static str) -> Failure {
        Failure::new("proxy", words).by(Fault::Prober)
    }

    /// Connects to the proxy.
    pub(super) async fn connect(&self, trace: &mut Trace) -> Result<TcpStream, Failure> {
        let unreachable = || Self::failure("proxy: it cannot be reached");
        let before = trace.on_timeout.replace(unreachable());
        let stream = dial::connect(&self.host, self.port, trace).await;
        trace.on_timeout = before;
        stream.map_err(|_| unreachable())
    }

    /// Asks the proxy for a connection to a host.
    pub(super) async fn tunnel(
        &self,
        host: &str,
        port: u16,
        trace: &mut Trace,
    ) -> Result<TcpStream, Failure> {
        let mut stream = self.connect(trace).await?;
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
        if let Some(value) = &self.authorization {
            head.push_str(&format!("Proxy-Authorization: {value}\r\n"));
        }
        head.push_str("\r\n");
        let before = trace.on_timeout.replace(Self::failure("proxy: it does not answer"));
        let broken = |_| Self::failure("proxy: the connection broke");
        stream.write_all(head.as_bytes()).await.map_err(broken)?;
        let mut answer = Vec::new();
        // Byte by byte, so that nothing of what follows is swallowed.
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() > 16 * 1024 {
                return Err(Self::failure("proxy: not a valid answer"));
            }
            answer.push(stream.read_u8().await.map_err(broken)?);
        }
        trace.on_timeout = before;
        let answer = String::from_utf8_lossy(&answer);
        match answer.split_ascii_whitespace().nth(1) {
            Some(code) if code.starts_with('2') => Ok(stream),
            // It reached us, and could not reach the target.
            Some("502" | "503" | "504") => {
                Err(Failure::new("proxy", "proxy: it cannot reach the target"))
            }
            _ => Err(Self::refusal()),
        }
    }

    /// It wants another credential, or forbids the way.
    pub(super) fn refusal() -> Failure {
        Self::failure("proxy: it refused")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_proxies_and_exemptions() {
        let variables: Variables = [
            ("https_proxy", "http://u:p@proxy.example:3128"),
            ("ALL_PROXY", "other.example:8080"),
            ("HTTP_PROXY", "evil.example"),
            ("NO_PROXY", "localhost, .acme.example,10.0.0.1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let proxies = Proxies::from_variables(&variables);
        let of = |url: &str| {
            let url = Url::parse(url).expect("valid");
            proxies.of(&url).expect("valid").map(|proxy| format!("{}:{}", proxy.host, proxy.port))
        };
        assert_eq!(of("https://a.example/").as_deref(), Some("proxy.example:3128"));
        assert_eq!(of("wss://a.example/").as_deref(), Some("proxy.example:3128"));
        assert_eq!(of("http://a.example/").as_deref(), Some("other.example:8080"));
        for exempt in ["https://acme.example/", "https://api.acme.example/", "http://10.0.0.1/"] {
            assert_eq!(of(exempt), None, "{exempt}");
        }
        assert_eq!(of("https://notacme.example/").as_deref(), Some("proxy.example:3128"));
    }
}
