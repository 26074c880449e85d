//! HTTP and HTTPS over HTTP/1.1 and HTTP/2.

use std::io::ErrorKind;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use super::{Failure, Job, Trace, dial, elapsed_ms, tls};

/// More of a body is not read; what is looked for must stand before.
const BODY_LIMIT: usize = 1 << 20;
const REDIRECT_LIMIT: usize = 10;
const USER_AGENT: &str =
    concat!("Aboveboard/", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_REPOSITORY"), ")");

/// Connects, asks, follows redirects, and compares the answer with what is expected.
pub async fn attempt(
    job: &Job,
    url: &Url,
    roots: &tls::Roots,
    trace: &mut Trace,
) -> Result<(), Failure> {
    let mut url = url.clone();
    let mut method = Method::from_bytes(job.method.as_bytes()).map_err(|_| Failure::Request)?;
    let origin = url.origin();
    let mut hops = 0;
    loop {
        let request = request(job, &url, &method, url.origin() == origin)?;
        // Connection tasks end with this set, also when time runs out.
        let mut connection = JoinSet::new();
        let response = send(&url, request, roots, trace, &mut connection).await?;
        let status = response.status();
        trace.code = Some(status.as_u16());
        if job.follow_redirects
            && let Some(next) = redirect(&url, &response)?
        {
            hops += 1;
            if hops > REDIRECT_LIMIT {
                return Err(Failure::Redirect("too many"));
            }
            if status == StatusCode::SEE_OTHER || (method == Method::POST && status.as_u16() < 303)
            {
                method = Method::GET;
            }
            url = next;
            continue;
        }
        let body = read(response.into_body()).await?;
        return check(job, status, &body);
    }
}

fn check(job: &Job, status: StatusCode, body: &[u8]) -> Result<(), Failure> {
    let code = status.as_u16();
    if !job.expect.status.iter().any(|(from, to)| (*from..=*to).contains(&code)) {
        return Err(Failure::Status(code));
    }
    let has = |text: &str| body.windows(text.len().max(1)).any(|part| part == text.as_bytes());
    if job.body_contains.as_deref().is_some_and(|text| !has(text)) {
        return Err(Failure::BodyLacks);
    }
    if job.body_not_contains.as_deref().is_some_and(has) {
        return Err(Failure::BodyHas);
    }
    Ok(())
}

/// The request. What the configuration adds goes to the configured origin only: a
/// redirect must not carry a token to somebody else.
fn request(
    job: &Job,
    url: &Url,
    method: &Method,
    is_own: bool,
) -> Result<Request<Full<Bytes>>, Failure> {
    let body = job.body.clone().filter(|_| is_own && *method != Method::GET).unwrap_or_default();
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let mut request = Request::builder()
        .method(method.clone())
        .header(header::HOST, host)
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*")
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| Failure::Request)?;
    if is_own {
        if let Some(value) = basic_auth(url)? {
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        for (name, value) in &job.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::Request)?;
            let value = HeaderValue::from_str(value).map_err(|_| Failure::Request)?;
            request.headers_mut().insert(name, value);
        }
    }
    Ok(request)
}

/// `https://user:password@host/` means basic authentication.
fn basic_auth(url: &Url) -> Result<Option<HeaderValue>, Failure> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let pair =
        [decode(url.username()), vec![b':'], decode(url.password().unwrap_or_default())].concat();
    HeaderValue::from_str(&format!("Basic {}", base64(&pair)))
        .map(Some)
        .map_err(|_| Failure::Request)
}

fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex.filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const SET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(SET[(bits >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

async fn send(
    url: &Url,
    mut request: Request<Full<Bytes>>,
    roots: &tls::Roots,
    trace: &mut Trace,
    connection: &mut JoinSet<()>,
) -> Result<Response<Incoming>, Failure> {
    let host = match url.host().ok_or(Failure::Request)? {
        url::Host::Domain(name) => name.to_owned(),
        url::Host::Ipv4(address) => address.to_string(),
        url::Host::Ipv6(address) => address.to_string(),
    };
    let port = url.port_or_known_default().ok_or(Failure::Request)?;
    let stream = dial::connect(&host, port, trace).await?;
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    if url.scheme() == "http" {
        *request.uri_mut() = path.parse().map_err(|_| Failure::Request)?;
        return send_http1(stream, request, trace, connection).await;
    }
    let stream = tls::handshake(stream, &host, roots, trace).await?;
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        *request.uri_mut() = path.parse().map_err(|_| Failure::Request)?;
        return send_http1(stream, request, trace, connection).await;
    }
    // HTTP/2 takes the host from the address, which must carry no password.
    request.headers_mut().remove(header::HOST);
    let authority = url.host_str().unwrap_or_default();
    let address = format!("https://{authority}:{port}{path}");
    *request.uri_mut() = address.parse().map_err(|_| Failure::Request)?;
    let start = Instant::now();
    let (mut sender, driver) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .map_err(|error| of_hyper(&error))?;
    connection.spawn(async move {
        let _ = driver.await;
    });
    let response = sender.send_request(request).await.map_err(|error| of_hyper(&error))?;
    trace.phases.first_byte_ms = Some(elapsed_ms(start));
    Ok(response)
}

async fn send_http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    mut request: Request<Full<Bytes>>,
    trace: &mut Trace,
    connection: &mut JoinSet<()>,
) -> Result<Response<Incoming>, Failure> {
    request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    let start = Instant::now();
    let (mut sender, driver) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| of_hyper(&error))?;
    connection.spawn(async move {
        let _ = driver.await;
    });
    let response = sender.send_request(request).await.map_err(|error| of_hyper(&error))?;
    trace.phases.first_byte_ms = Some(elapsed_ms(start));
    Ok(response)
}

fn of_hyper(error: &hyper::Error) -> Failure {
    use std::error::Error;
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return match Failure::of_io(io) {
                // The HTTP reader reports broken chunks in the clothes of the system.
                Failure::System(ErrorKind::InvalidInput | ErrorKind::InvalidData) => {
                    Failure::Protocol
                }
                failure => failure,
            };
        }
        cause = inner.source();
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        Failure::Reset
    } else {
        Failure::Protocol
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
        _ => Err(Failure::Redirect("it leads nowhere")),
    }
}

async fn read(mut body: Incoming) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| of_hyper(&error))?;
        if let Some(data) = frame.data_ref() {
            let room = BODY_LIMIT - bytes.len();
            bytes.extend_from_slice(&data[..data.len().min(room)]);
            if bytes.len() == BODY_LIMIT {
                break;
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_authentication_is_encoded_as_rfc_7617_says() {
        let url = Url::parse("https://Aladdin:open%20sesame@a.example/").expect("valid");
        let value = basic_auth(&url).expect("valid").expect("present");
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
