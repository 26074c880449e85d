//! The door for visitors on this machine: listens on 127.0.0.1, and serves a published folder.
//!
//! For looking at a page, not for hosting one.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What a handler answers with.
pub type Answer = Response<Full<Bytes>>;

/// Listens on a port of 127.0.0.1; 0 takes any free one.
pub async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(std::net::SocketAddr::from(([127, 0, 0, 1], port))).await
}

/// Answers every request on a listener with `handle`, until the runtime ends.
pub async fn answer<F, A>(listener: TcpListener, handle: F)
where
    F: Fn(Request<Incoming>) -> A + Send + Sync + 'static,
    A: Future<Output = Answer> + Send + 'static,
{
    let handle = Arc::new(handle);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, say: a moment later there may be some.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let handle = Arc::clone(&handle);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let answer = handle(request);
                async move { Ok::<_, Infallible>(answer.await) }
            });
            // A visitor who goes away in the middle is no error of ours.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Serves the files of a published folder as a static host would.
pub async fn folder(listener: TcpListener, folder: PathBuf) {
    let folder = Arc::new(folder);
    answer(listener, move |request| {
        let folder = Arc::clone(&folder);
        async move { file(&folder, &request) }
    })
    .await;
}

/// A plain answer.
pub fn text(status: StatusCode, text: &str) -> Answer {
    respond(status, "text/plain; charset=utf-8", Bytes::from(text.to_owned()))
}

/// An answer that leads elsewhere.
pub fn redirect(location: &str) -> Answer {
    let mut answer = text(StatusCode::SEE_OTHER, "");
    if let Ok(value) = location.parse() {
        answer.headers_mut().insert(header::LOCATION, value);
    }
    answer
}

fn file(folder: &Path, request: &Request<Incoming>) -> Answer {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD");
    }
    let path = request.uri().path();
    // Names on the site are plain; anything else, `..` and `%2e` included, is not there.
    let plain = path.split('/').all(|part| {
        part != ".."
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte))
    });
    let mut target = folder.join(path.trim_start_matches('/'));
    if plain && target.is_dir() {
        if !path.ends_with('/') {
            return redirect(&format!("{path}/"));
        }
        target.push("index.html");
    }
    match std::fs::read(&target) {
        Ok(bytes) if plain => respond(StatusCode::OK, mime(&target), bytes.into()),
        _ => {
            let page = std::fs::read(folder.join("404.html")).unwrap_or_default();
            respond(StatusCode::NOT_FOUND, "text/html; charset=utf-8", page.into())
        }
    }
}

/// An answer of bytes. Any site may read it.
pub fn respond(status: StatusCode, mime: &'static str, bytes: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(bytes));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(mime));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-cache"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
    answer
}

/// The type of a file, by its ending.
pub fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("ics") => "text/calendar; charset=utf-8",
        Some("png") => "image/png",
        // Under their own types browsers show feeds as source.
        Some("xml" | "atom" | "rss") => "application/xml; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}
