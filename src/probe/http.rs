//! HTTP and HTTPS over HTTP/1.1 and HTTP/2.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use super::expect::Expectation;
use super::failure::Fault;
use super::proxy::Proxy;
use super::{Concern, Context, Failure, Trace, Verdict, dial, elapsed_ms, encoding, tls};
use crate::model::target;

/// More of a body is not read; what a probe looks for must stand before.
pub(super) const BODY_LIMIT: usize = 1 << 20;
const REDIRECT_LIMIT: usize = 10;
const USER_AGENT: &str =
    concat!("Aboveboard/", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_REPOSITORY"), ")");
/// What is offered to a server that speaks TLS.
pub(super) const ALPN: tls::Alpn = &[b"h2", b"http/1.1"];

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    pub url: Url,
    pub method: Method,
    /// What the configuration adds, for the configured origin only.
    pub headers: HeaderMap,
    pub body: Bytes,
    pub follow_redirects: bool,
    pub tls: tls::Options,
    pub alpn: tls::Alpn,
    /// More of a body is not read.
    pub body_limit: usize,
}

/// What is answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// There was more of it.
    pub is_cut: bool,
    pub concern: Option<Concern>,
}

/// A request, and what its answer is compared with.
#[derive(Debug)]
pub(super) struct Check {
    pub request: Request,
    pub expect: Expectation,
}

impl Check {
    pub(super) async fn attempt(&self, context: &Context, trace: &mut Trace) -> Verdict {
        let answer = fetch(&self.request, self.expect.wants_body(), context, trace).await?;
        let seen = self.expect.check(&answer)?;
        Ok(seen.or(answer.concern))
    }
}

/// Connects, asks, follows redirects, and reads the answer.
pub(super) async fn fetch(
    request: &Request,
    wants_body: bool,
    context: &Context,
    trace: &mut Trace,
) -> Result<Answer, Failure> {
    let mut url = request.url.clone();
    let mut method = request.method.clone();
    let mut body = request.body.clone();
    loop {
        let opened = open(request, &url, context, trace).await.map_err(|failure| {
            // Where an answer sends us is the target's business, also if we cannot get there.
            match failure.fault {
                Fault::Prober if failure.class != "proxy" && url != request.url => leads_nowhere(),
                _ => failure,
            }
        })?;
        let concern = opened.concern.clone();
        let is_by_proxy = opened.through.is_some();
        let message = message(request, &url, &method, &body, &opened)
            .map_err(|failure| if url == request.url { failure } else { leads_nowhere() })?;
        // Connection tasks end with this set, also when time runs out.
        let mut connection = JoinSet::new();
        let response = send(opened, message, trace, &mut connection).await?;
        let status = response.status();
        if is_by_proxy && status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(Proxy::refusal());
        }
        trace.code = Some(status.as_u16());
        if request.follow_redirects
            && let Some(next) = redirect(&url, &response)?
        {
            if trace.redirects.len() == REDIRECT_LIMIT {
                return Err(Failure::new("redirect", "redirect: too many"));
            }
            let is_dropped = match status.as_u16() {
                303 => method != Method::HEAD,
                301 | 302 => method == Method::POST,
                _ => false,
            };
            if is_dropped {
                method = Method::GET;
                body = Bytes::new();
            }
            trace.redirects.push(next.clone());
            url = next;
            continue;
        }
        let (parts, incoming) = response.into_parts();
        let (body, is_cut) = read(incoming, wants_body, request.body_limit).await?;
        return Ok(Answer { status, headers: parts.headers, body, is_cut, concern });
    }
}

/// A connection that is ready for a request.
pub(super) struct Opened {
    io: Box<dyn Io>,
    is_h2: bool,
    /// The request goes to a proxy, with this credential if any.
    through: Option<Option<String>>,
    pub(super) concern: Option<Concern>,
}

impl Opened {
    /// The connection itself.
    pub(super) fn into_io(self) -> Box<dyn Io> {
        self.io
    }
}

/// Anything to read from and write to.
pub(super) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// Opens a connection to where an address leads, by a proxy if there is one.
pub(super) async fn open(
    request: &Request,
    url: &Url,
    context: &Context,
    trace: &mut Trace,
) -> Result<Opened, Failure> {
    let host = target::host(url).ok_or_else(cannot_ask)?;
    let port = url.port_or_known_default().ok_or_else(cannot_ask)?;
    let proxy = context.proxies.of(url)?;
    let is_tls = matches!(url.scheme(), "https" | "wss");
    let is_websocket = matches!(url.scheme(), "ws" | "wss");
    let stream = match proxy {
        Some(proxy) if is_tls || is_websocket => proxy.tunnel(&host, port, trace).await?,
        Some(proxy) => proxy.connect(trace).await?,
        None => dial::connect(&host, port, trace).await?,
    };
    if !is_tls {
        let through = proxy.filter(|_| !is_websocket).map(|proxy| proxy.authorization.clone());
        return Ok(Opened { io: Box::new(stream), is_h2: false, through, concern: None });
    }
    // Who we are is for the configured host only.
    let is_own = url.origin() == request.url.origin();
    let foreign;
    let options = if is_own {
        &request.tls
    } else {
        foreign = request.tls.without_identity();
        &foreign
    };
    let (stream, concern) =
        tls::handshake(stream, &host, request.alpn, options, context, trace).await?;
    let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    Ok(Opened { io: Box::new(stream), is_h2, through: None, concern })
}

fn cannot_ask() -> Failure {
    Failure::prober("the request cannot be made")
}

/// The request on the wire. What the configuration adds goes to the configured origin only:
/// a redirect must not carry a token to somebody else.
fn message(
    request: &Request,
    url: &Url,
    method: &Method,
    body: &Bytes,
    opened: &Opened,
) -> Result<hyper::Request<Full<Bytes>>, Failure> {
    let is_own = url.origin() == request.url.origin();
    let authority = authority(url);
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    // HTTP/2 and proxies take the host from the address, which must carry no password.
    let address = if opened.is_h2 || opened.through.is_some() {
        format!("{}://{authority}{path}", url.scheme())
    } else {
        path.to_owned()
    };
    let body = if is_own { body.clone() } else { Bytes::new() };
    let mut message = hyper::Request::builder()
        .method(method.clone())
        .uri(address)
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*")
        .body(Full::new(body))
        .map_err(|_| cannot_ask())?;
    let headers = message.headers_mut();
    if !opened.is_h2 {
        headers.insert(header::HOST, authority.parse().map_err(|_| cannot_ask())?);
    }
    if let Some(Some(value)) = &opened.through {
        let value = value.parse().map_err(|_| cannot_ask())?;
        headers.insert(header::PROXY_AUTHORIZATION, value);
    }
    if is_own {
        for (name, value) in &request.headers {
            headers.insert(name.clone(), value.clone());
        }
    }
    Ok(message)
}

/// The host and, where it is not the usual one, the port.
pub(super) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `https://user:password@host/` means basic authentication.
pub(super) fn basic_auth(url: &Url) -> Option<String> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let (user, password) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
    Some(encoding::basic_auth(&user, &password))
}

async fn send(
    opened: Opened,
    mut message: hyper::Request<Full<Bytes>>,
    trace: &mut Trace,
    connection: &mut JoinSet<()>,
) -> Result<Response<Incoming>, Failure> {
    let start = Instant::now();
    let io = TokioIo::new(opened.io);
    let response = if opened.is_h2 {
        trace.protocol = Some("HTTP/2");
        let (mut sender, driver) =
            http2::handshake(TokioExecutor::new(), io).await.map_err(|error| of_hyper(&error))?;
        connection.spawn(async move {
            let _ = driver.await;
        });
        sender.send_request(message).await
    } else {
        trace.protocol = Some("HTTP/1.1");
        message.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        let (mut sender, driver) = http1::handshake(io).await.map_err(|error| of_hyper(&error))?;
        connection.spawn(async move {
            let _ = driver.await;
        });
        sender.send_request(message).await
    };
    let response = response.map_err(|error| of_hyper(&error))?;
    trace.phases.first_byte_ms = Some(elapsed_ms(start));
    Ok(response)
}

/// Why HTTP failed.
pub(super) fn of_hyper(error: &hyper::Error) -> Failure {
    use std::error::Error;
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            let failure = Failure::of_io(io);
            // The HTTP reader reports broken chunks in the clothes of the system.
            return if failure.class == "system" { Failure::protocol() } else { failure };
        }
        cause = inner.source();
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        Failure::closed()
    } else {
        Failure::protocol()
    }
}

/// Where an answer sends us, if it does.
fn redirect(url: &Url, response: &Response<Incoming>) -> Result<Option<Url>, Failure> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(header::LOCATION) else {
        return Ok(None);
    };
    let next = location.to_str().ok().and_then(|location| url.join(location).ok());
    match next {
        Some(next) if matches!(next.scheme(), "http" | "https") && next.has_host() => {
            Ok(Some(next))
        }
        _ => Err(leads_nowhere()),
    }
}

fn leads_nowhere() -> Failure {
    Failure::new("redirect", "redirect: it leads nowhere")
}

/// Reads a body to its end or the limit, and tells which; keeps it only where somebody
/// looks at it.
async fn read(mut body: Incoming, is_kept: bool, limit: usize) -> Result<(Vec<u8>, bool), Failure> {
    let mut bytes = Vec::new();
    let mut room = limit;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| of_hyper(&error))?;
        if let Some(data) = frame.data_ref() {
            let part = &data[..data.len().min(room)];
            if is_kept {
                bytes.extend_from_slice(part);
            }
            room -= part.len();
            if part.len() < data.len() {
                return Ok((bytes, true));
            }
        }
    }
    Ok((bytes, false))
}

/// Reads an answer that is already there, as the prober would; for fuzzing.
pub fn read_answer(bytes: &[u8]) -> Result<(u16, Vec<u8>), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Failure::of_io(&error))?;
    runtime.block_on(async {
        let io = tokio::io::join(std::io::Cursor::new(bytes.to_vec()), tokio::io::sink());
        let opened = Opened { io: Box::new(io), is_h2: false, through: None, concern: None };
        let message = hyper::Request::new(Full::new(Bytes::new()));
        let mut connection = JoinSet::new();
        let response = send(opened, message, &mut Trace::new(), &mut connection).await?;
        let status = response.status().as_u16();
        Ok((status, read(response.into_body(), true, BODY_LIMIT).await?.0))
    })
}
