//! Answers a browser from memory, and tells open pages of changes.

use std::path::Path;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, StatusCode};
use tokio::sync::watch;
use url::{Host, Url};

use super::preview::{Page, Preview};
use crate::disk;
use crate::files::Content;
use crate::serve::{self, Answer};

const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("live.css");
const HTML: &str = "text/html; charset=utf-8";
/// How long a page waits for news before it asks anew; what lies between may be impatient.
const WAIT: Duration = Duration::from_secs(25);

/// Answers a request. What is not published yet is for this machine only.
pub async fn answer(mut shown: watch::Receiver<Preview>, request: Request<Incoming>) -> Answer {
    // Otherwise any site in the browser could have its own name mean this machine.
    if !is_for_us(&request) {
        return closed(serve::text(
            StatusCode::FORBIDDEN,
            "this preview answers as `127.0.0.1` and `localhost` only",
        ));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return closed(serve::text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD"));
    }
    let ok = |mime, text: &str| serve::respond(StatusCode::OK, mime, text.to_owned().into());
    match request.uri().path() {
        "/~live.js" => closed(ok("text/javascript; charset=utf-8", SCRIPT)),
        "/~live.css" => closed(ok("text/css; charset=utf-8", STYLE)),
        "/~events" => {
            closed(ok("application/json", &news(&mut shown, request.uri().query()).await))
        }
        path => {
            let preview = shown.borrow().clone();
            let answer = match &preview.page {
                Some(page) => file(page, path),
                None => plain(&preview),
            };
            open_to_neighbours(answer, request.headers().get(header::ORIGIN))
        }
    }
}

/// Whether the browser knows that it speaks to this machine.
fn is_for_us(request: &Request<Incoming>) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    // Only ancient clients, which are no browsers, name no host.
    host.is_none_or(|host| is_here(&format!("http://{host}")))
}

fn is_here(origin: &str) -> bool {
    match Url::parse(origin).as_ref().map(Url::host) {
        Ok(Some(Host::Domain(name))) => name == "localhost" || name.ends_with(".localhost"),
        Ok(Some(Host::Ipv4(address))) => address.is_loopback(),
        Ok(Some(Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    }
}

fn closed(mut answer: Answer) -> Answer {
    answer.headers_mut().remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    answer
}

/// Lets pages of this machine read the answer, so that the embed can be tried in one, and no others.
fn open_to_neighbours(answer: Answer, origin: Option<&HeaderValue>) -> Answer {
    let mut answer = closed(answer);
    let near = origin.filter(|origin| origin.to_str().is_ok_and(is_here));
    if let Some(origin) = near {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("origin"));
    answer
}

/// What is shown now, once that is another change than the page knows of.
async fn news(shown: &mut watch::Receiver<Preview>, query: Option<&str>) -> String {
    let known = query.and_then(|query| query.strip_prefix("after=")?.parse::<u64>().ok());
    let is_new = |preview: &Preview| Some(preview.change) != known;
    let waited = tokio::time::timeout(WAIT, shown.wait_for(is_new)).await;
    // At the end of the wait the page is told what it knows.
    drop(waited);
    shown.borrow().told()
}

/// A file of the site, as a static host would answer.
fn file(page: &Page, path: &str) -> Answer {
    // The site lies at `/`, and where its address says, which the page for missing pages relies on.
    let inner = path.strip_prefix('/').unwrap_or(path);
    let below = path.strip_prefix(page.prefix.as_str());
    for inner in [Some(inner), below].into_iter().flatten() {
        let is_folder = inner.is_empty() || inner.ends_with('/');
        let name = if is_folder { format!("{inner}index.html") } else { inner.to_owned() };
        if let Some(content) = page.files.content(&name) {
            return respond(page, StatusCode::OK, &name, content);
        }
        if !is_folder && page.files.has(&format!("{inner}/index.html")) {
            return serve::redirect(&format!("{path}/"));
        }
    }
    if page.prefix.strip_suffix('/') == Some(path) {
        return serve::redirect(&page.prefix);
    }
    match page.files.content("404.html") {
        Some(content) => respond(page, StatusCode::NOT_FOUND, "404.html", content),
        None => serve::text(StatusCode::NOT_FOUND, "not found"),
    }
}

fn respond(page: &Page, status: StatusCode, name: &str, content: &Content) -> Answer {
    let mime = serve::mime(Path::new(name));
    let bytes = match content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::Copy { source, length } => match disk::read_first(source, *length) {
            Ok(bytes) => bytes,
            Err(error) => {
                return serve::text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string());
            }
        },
    };
    let bytes = if mime == HTML { with_script(bytes, page.number) } else { bytes };
    serve::respond(status, mime, bytes.into())
}

/// The script that waits for news, which knows what page it is on.
fn script(page: u64) -> String {
    format!("<script src=\"/~live.js\" data-page=\"{page}\" defer></script>\n")
}

/// Puts the script before the end of the body, or last if a theme leaves that out, as it may.
fn with_script(mut bytes: Vec<u8>, number: u64) -> Vec<u8> {
    const END: &[u8] = b"</body>";
    let end = bytes.windows(END.len()).rposition(|part| part.eq_ignore_ascii_case(END));
    let at = end.unwrap_or(bytes.len());
    bytes.splice(at..at, script(number).into_bytes());
    bytes
}

/// Stands in until there is a page.
fn plain(preview: &Preview) -> Answer {
    let problems: String = preview
        .texts()
        .iter()
        .map(|text| format!("<pre tabindex=\"0\">{}</pre>\n", escaped(text)))
        .collect();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>No page yet: {heading}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"/~live.css\">\n</head>\n<body class=\"no-page\">\n<main>\n\
         <h1>No page yet: {heading}</h1>\n\
         <p>The page comes by itself once this is mended.</p>\n{problems}</main>\n{script}</body>\n</html>\n",
        heading = preview.heading(),
        // This one also shows what every change says of the mistakes.
        script = script(0).replace(" defer", &format!(" data-change=\"{}\" defer", preview.change)),
    );
    serve::respond(StatusCode::SERVICE_UNAVAILABLE, HTML, html.into())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for here in ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "a.localhost", "LOCALHOST"] {
            assert!(is_here(&format!("http://{here}")), "{here}");
        }
        for elsewhere in ["evil.example:8000", "localhost.evil.example", "192.168.0.4", "", "a b"] {
            assert!(!is_here(&format!("http://{elsewhere}")), "{elsewhere}");
        }
        assert!(!is_here("null"));
    }

    #[test]
    fn the_script_goes_before_the_end_of_the_body() {
        let put = |text: &str| {
            let bytes = with_script(text.as_bytes().to_vec(), 7);
            String::from_utf8(bytes).expect("text").replace(&script(7), "|")
        };
        assert_eq!(put("<body>`</body>`</BODY></html>"), "<body>`</body>`|</BODY></html>");
        assert_eq!(put("<p>ü"), "<p>ü|");
        assert_eq!(put(""), "|");
    }
}
