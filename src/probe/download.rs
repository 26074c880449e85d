//! Whole files over HTTP and HTTPS, for commands that read what a site has published.
//!
//! The same connections, trust and proxies as a probe's, and none of its judgement.

use std::time::Duration;

use bytes::Bytes;
use hyper::{HeaderMap, Method, header};
use tokio::task::JoinSet;
use url::Url;

use super::http::{self, Request};
use super::{Clock, Context, Failure, Proxies, Trace, tls};

/// No file of a site is larger than this.
const LIMIT: usize = 1 << 26;
const PATIENCE: Duration = Duration::from_secs(60);
/// How many files are asked for at once.
const AT_ONCE: usize = 8;

/// Someone who asks for files.
pub struct Downloads {
    runtime: tokio::runtime::Runtime,
    context: std::sync::Arc<Context>,
}

/// A file, or none where there is none; or why nobody can tell.
pub type Downloaded = Result<Option<Vec<u8>>, String>;

impl Downloads {
    /// Gets ready.
    pub fn new(proxies: Proxies) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let context = Context { roots: tls::Roots::default(), proxies, clock: Clock::System };
        Ok(Self { runtime, context: std::sync::Arc::new(context) })
    }

    /// Gets one file from where it is asked for, and from nowhere else.
    pub fn get_there(&self, url: Url) -> Downloaded {
        self.runtime.block_on(one(url, false, &self.context))
    }

    /// Gets files, several at once; they come back in the order of their addresses.
    pub fn get(&self, urls: Vec<Url>) -> Vec<Downloaded> {
        self.runtime.block_on(async {
            let mut waiting = urls.into_iter().enumerate();
            let mut tasks = JoinSet::new();
            let mut done: Vec<(usize, Downloaded)> = Vec::new();
            loop {
                while tasks.len() < AT_ONCE {
                    let Some((index, url)) = waiting.next() else { break };
                    let context = std::sync::Arc::clone(&self.context);
                    tasks.spawn(async move { (index, one(url, true, &context).await) });
                }
                match tasks.join_next().await {
                    Some(Ok(result)) => done.push(result),
                    // A task that broke has said so itself.
                    Some(Err(_)) => {}
                    None => break,
                }
            }
            done.sort_by_key(|(index, _)| *index);
            done.into_iter().map(|(_, file)| file).collect()
        })
    }
}

async fn one(url: Url, follow_redirects: bool, context: &Context) -> Downloaded {
    let mut headers = HeaderMap::new();
    if let Some(value) = http::basic_auth(&url).and_then(|value| value.parse().ok()) {
        headers.insert(header::AUTHORIZATION, value);
    }
    let request = Request {
        url,
        method: Method::GET,
        headers,
        body: Bytes::new(),
        follow_redirects,
        tls: tls::Options::default(),
        alpn: &[b"http/1.1"],
        body_limit: LIMIT,
    };
    let mut trace = Trace::new();
    let fetched = http::fetch(&request, true, context, &mut trace);
    let answer = match tokio::time::timeout(PATIENCE, fetched).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure::timeout("answer", PATIENCE)),
    };
    match answer {
        Err(failure) => Err(failure.to_string()),
        Ok(answer) => match answer.status.as_u16() {
            200 if answer.is_cut => Err(format!("it is larger than {} MiB", LIMIT >> 20)),
            200 => Ok(Some(answer.body)),
            404 | 410 => Ok(None),
            status => Err(format!("http status {status}")),
        },
    }
}
