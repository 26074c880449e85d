//! A probe with its variables in place, ready to run.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use url::Url;

use super::secrets::Secrets;
use super::{
    Concern, Context, Failure, Trace, dns, exec, grpc, heartbeat, http, icmp, starttls, statuspage,
    stream, tls, websocket,
};
use crate::model::Target;
use crate::model::settings::{Auth, HeartbeatSource, Probe, Step, Subject};
use crate::model::target::{self, Kind};
use crate::model::template::{Template, Variables};
use crate::model::time::SECOND;

/// What a probe needs beside its configuration.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The environment.
    pub variables: &'a Variables,
    /// The folder of the site, where relative paths begin.
    pub folder: &'a Path,
    /// Whether programs may be run.
    pub allow_exec: bool,
}

/// Why a probe cannot run, without any value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotRun {
    /// What is wrong.
    pub why: String,
    /// The next step.
    pub help: &'static str,
}

impl CannotRun {
    fn new(why: impl Into<String>, help: &'static str) -> Self {
        Self { why: why.into(), help }
    }
}

/// A probe with its variables in place.
#[derive(Debug)]
pub struct Job {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// The host that is asked; empty when there is none.
    pub(super) host: String,
    pub(super) check: Check,
    pub(super) timeout: Duration,
    pub(super) retries: u32,
    pub(super) retry_delay: Duration,
    pub(super) degraded_after_ms: Option<i64>,
    pub(super) secrets: Secrets,
}

/// What is done, by kind.
#[derive(Debug)]
pub(super) enum Check {
    Http(Box<http::Check>),
    Stream(stream::Check),
    StartTls(starttls::Check),
    Dns(dns::Check),
    WebSocket(Box<websocket::Check>),
    Grpc(Box<grpc::Check>),
    Icmp(icmp::Check),
    Heartbeat(heartbeat::Check),
    Exec(exec::Check),
    Statuspage(Box<statuspage::Check>),
}

impl Check {
    pub(super) async fn attempt(
        &self,
        context: &Context,
        trace: &mut Trace,
    ) -> Result<Option<Concern>, Failure> {
        match self {
            Self::Http(check) => check.attempt(context, trace).await,
            Self::Stream(check) => check.attempt(context, trace).await,
            Self::StartTls(check) => check.attempt(context, trace).await,
            Self::Dns(check) => check.attempt(trace).await,
            Self::WebSocket(check) => check.attempt(context, trace).await,
            Self::Grpc(check) => check.attempt(context, trace).await,
            Self::Icmp(check) => check.attempt(trace).await,
            Self::Heartbeat(check) => check.attempt(context, trace).await,
            Self::Exec(check) => check.attempt(trace).await,
            Self::Statuspage(check) => check.attempt(context, trace).await,
        }
    }
}

impl Job {
    /// Puts the variables in their places. The error says what is missing or wrong, never a value.
    pub fn resolve(probe: &Probe, surroundings: &Surroundings<'_>) -> Result<Self, CannotRun> {
        let mut resolver = Resolver { surroundings, secrets: Secrets::default() };
        let (kind, host, check) = resolver.check(probe)?;
        Ok(Self {
            id: probe.id.clone(),
            kind,
            host,
            check,
            timeout: millis(probe.timeout_ms),
            retries: probe.retries,
            retry_delay: millis(probe.retry_delay_ms),
            degraded_after_ms: probe.degraded_after_ms,
            secrets: resolver.secrets,
        })
    }

    /// A check of the prober's own network.
    pub fn self_check(url: &Template, surroundings: &Surroundings<'_>) -> Result<Self, CannotRun> {
        let probe = Probe {
            timeout_ms: 5 * SECOND,
            ..Probe::new("self_check", Subject::Address(url.clone()))
        };
        Self::resolve(&probe, surroundings)
    }

    /// The kind of the probe.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the host has to be looked up.
    pub(super) fn is_named(&self) -> bool {
        !self.host.is_empty() && self.host.parse::<IpAddr>().is_err()
    }
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

struct Resolver<'a> {
    surroundings: &'a Surroundings<'a>,
    secrets: Secrets,
}

impl Resolver<'_> {
    fn text(&mut self, template: &Template) -> Result<String, CannotRun> {
        let variables = self.surroundings.variables;
        for secret in template.secrets(variables) {
            self.secrets.add(secret);
        }
        template.resolve(variables).map_err(|name| {
            CannotRun::new(
                format!("variable `{name}` is not set"),
                "set it in the environment of `aboveboard probe`, or give it a default: `${NAME:-value}`",
            )
        })
    }

    fn optional(&mut self, template: &Option<Template>) -> Result<Option<String>, CannotRun> {
        template.as_ref().map(|template| self.text(template)).transpose()
    }

    fn check(&mut self, probe: &Probe) -> Result<(Kind, String, Check), CannotRun> {
        match &probe.subject {
            Subject::Address(url) => {
                let text = self.text(url)?;
                if let Ok(url) = Url::parse(&text) {
                    self.secrets.add_credentials(&url);
                }
                let target = Target::parse(&text).map_err(wrong_address)?;
                let kind = target::kind_of(&text).unwrap_or(Kind::Http);
                let host = target.host();
                Ok((kind, host, self.address(probe, target)?))
            }
            Subject::Heartbeat { source, json, max_age_ms } => {
                let (host, source) = match source {
                    HeartbeatSource::File(path) => {
                        let path = self.surroundings.folder.join(self.text(path)?);
                        (String::new(), heartbeat::Source::File(path))
                    }
                    HeartbeatSource::Url(url) => {
                        let url = self.web_address(url)?;
                        let host = target::host(&url).unwrap_or_default();
                        let request = self.request(probe, url, http::ALPN)?;
                        (host, heartbeat::Source::Http(Box::new(request)))
                    }
                };
                let check =
                    heartbeat::Check { source, json: json.clone(), max_age_ms: *max_age_ms };
                Ok((Kind::Heartbeat, host, Check::Heartbeat(check)))
            }
            Subject::Exec(words) => {
                if !self.surroundings.allow_exec {
                    return Err(CannotRun::new(
                        "programs may not be run",
                        "allow it with `aboveboard probe --allow-exec`, where you trust probes.yaml",
                    ));
                }
                let words =
                    words.iter().map(|word| self.text(word)).collect::<Result<Vec<_>, _>>()?;
                let check = exec::Check::new(words, self.surroundings.folder);
                Ok((Kind::Exec, String::new(), Check::Exec(check)))
            }
            Subject::Vendor { url, component } => {
                let url = statuspage::summary_of(&self.web_address(url)?);
                let host = target::host(&url).unwrap_or_default();
                let request = self.request(probe, url, http::ALPN)?;
                let check = statuspage::Check { request, component: component.clone() };
                Ok((Kind::Statuspage, host, Check::Statuspage(Box::new(check))))
            }
        }
    }

    fn address(&mut self, probe: &Probe, target: Target) -> Result<Check, CannotRun> {
        Ok(match target {
            Target::Http(url) => {
                let request = self.request(probe, url, http::ALPN)?;
                let expect = self.expectation(probe)?;
                Check::Http(Box::new(http::Check { request, expect }))
            }
            Target::WebSocket(url) => {
                let request = self.request(probe, url, websocket::ALPN)?;
                let steps = self.steps(probe)?;
                Check::WebSocket(Box::new(websocket::Check { request, steps }))
            }
            Target::Tcp(peer) => {
                Check::Stream(stream::Check { peer, tls: None, steps: self.steps(probe)? })
            }
            Target::Tls(peer) => {
                let tls = Some(self.tls(probe)?);
                Check::Stream(stream::Check { peer, tls, steps: self.steps(probe)? })
            }
            Target::StartTls(mail, peer) => {
                Check::StartTls(starttls::Check { mail, peer, tls: self.tls(probe)? })
            }
            Target::Dns(question) => {
                let expect = &probe.expect;
                let records = match &expect.records {
                    None => None,
                    Some(records) => Some(
                        records
                            .iter()
                            .map(|record| Ok(dns::plain(&self.text(record)?)))
                            .collect::<Result<_, CannotRun>>()?,
                    ),
                };
                let contains = self.optional(&expect.contains)?.map(|text| dns::plain(&text));
                let rcode = expect.rcode.clone().unwrap_or_else(|| "NOERROR".to_owned());
                Check::Dns(dns::Check { question, rcode, records, contains })
            }
            Target::Grpc { peer, is_tls, service } => {
                let tls = if is_tls { Some(self.tls(probe)?) } else { None };
                let headers = self.headers(probe, None)?;
                Check::Grpc(Box::new(grpc::Check { peer, tls, service, headers }))
            }
            Target::Icmp(host) => Check::Icmp(icmp::Check { host }),
        })
    }

    /// An address of the web that a variable may have hidden until now.
    fn web_address(&mut self, template: &Template) -> Result<Url, CannotRun> {
        let text = self.text(template)?;
        if let Ok(url) = Url::parse(&text) {
            self.secrets.add_credentials(&url);
        }
        match Target::parse(&text).map_err(wrong_address)? {
            Target::Http(url) => Ok(url),
            _ => Err(wrong_address("this must be an `https://` or `http://` address")),
        }
    }

    fn request(
        &mut self,
        probe: &Probe,
        url: Url,
        alpn: tls::Alpn,
    ) -> Result<http::Request, CannotRun> {
        let body = self.optional(&probe.body)?.unwrap_or_default();
        let headers = self.headers(probe, Some(&url))?;
        let method = probe.method.parse().map_err(|_| wrong_address("this is no HTTP method"))?;
        Ok(http::Request {
            method,
            headers,
            body: body.into(),
            follow_redirects: probe.follow_redirects,
            tls: self.tls(probe)?,
            alpn,
            body_limit: http::BODY_LIMIT,
            url,
        })
    }

    /// What is sent to the configured host only. An `Authorization` written by hand counts
    /// before `auth`, and that before the credentials of the address.
    fn headers(&mut self, probe: &Probe, url: Option<&Url>) -> Result<hyper::HeaderMap, CannotRun> {
        let wrong = |name: &str| {
            CannotRun::new(
                format!("the value of header `{name}` is not one line of plain text"),
                "correct the variable in it",
            )
        };
        let mut headers = hyper::HeaderMap::new();
        let authorization = match &probe.auth {
            Some(Auth::Basic(user, password)) => {
                let (user, password) = (self.text(user)?, self.text(password)?);
                Some(super::encoding::basic_auth(user.as_bytes(), password.as_bytes()))
            }
            Some(Auth::Bearer(token)) => Some(format!("Bearer {}", self.text(token)?)),
            None => url.and_then(http::basic_auth),
        };
        if let Some(value) = authorization {
            self.secrets.add(value.split_once(' ').map_or("", |(_, secret)| secret));
            let value = value.parse().map_err(|_| wrong("authorization"))?;
            headers.insert(hyper::header::AUTHORIZATION, value);
        }
        for (name, value) in &probe.headers {
            let value = self.text(value)?.parse().map_err(|_| wrong(name))?;
            let parsed: hyper::header::HeaderName = name.parse().map_err(|_| wrong(name))?;
            headers.insert(parsed, value);
        }
        Ok(headers)
    }

    fn tls(&mut self, probe: &Probe) -> Result<tls::Options, CannotRun> {
        let trust = &probe.trust;
        let pem = tls::Pem {
            ca: self.optional(&trust.ca)?,
            client_cert: self.optional(&trust.client_cert)?,
            client_key: self.optional(&trust.client_key)?,
        };
        tls::Options::new(&pem, trust.insecure, probe.cert_warn_ms, self.surroundings.folder)
            .map_err(|why| {
                CannotRun::new(why, "write the path of a PEM file, or its text in a variable")
            })
    }

    fn steps(&mut self, probe: &Probe) -> Result<Vec<stream::Step>, CannotRun> {
        probe
            .steps
            .iter()
            .map(|step| {
                Ok(match step {
                    Step::Send(text) => stream::Step::Send(self.text(text)?.into_bytes()),
                    Step::Expect(pattern) => stream::Step::Expect(line_regex(pattern)?),
                })
            })
            .collect()
    }

    fn expectation(&mut self, probe: &Probe) -> Result<super::expect::Expectation, CannotRun> {
        let expect = &probe.expect;
        let mut json = Vec::new();
        for (path, template) in &expect.json {
            let text = self.text(template)?;
            let comparison = crate::model::compare::Comparison::parse(&text).ok_or_else(|| {
                CannotRun::new(
                    format!("what `{}` is compared with is not a number", path.as_str()),
                    "correct the variable in it",
                )
            })?;
            json.push((path.clone(), comparison));
        }
        let mut header = Vec::new();
        for (name, template) in &expect.header {
            header.push((name.clone(), self.text(template)?));
        }
        Ok(super::expect::Expectation {
            status: expect.status.clone(),
            contains: self.optional(&expect.body_contains)?,
            not_contains: self.optional(&expect.body_not_contains)?,
            matches: expect.body_matches.as_deref().map(regex).transpose()?,
            json,
            header,
        })
    }
}

fn wrong_address(why: &str) -> CannotRun {
    CannotRun::new(why, "correct the variable in its address")
}

/// In a conversation `^` and `$` stand for the ends of lines.
fn line_regex(pattern: &str) -> Result<regex::bytes::Regex, CannotRun> {
    regex(&format!("(?mR){pattern}"))
}

fn regex(pattern: &str) -> Result<regex::bytes::Regex, CannotRun> {
    regex::bytes::RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|_| {
        CannotRun::new("a regular expression of it is wrong", "see `aboveboard check`")
    })
}
