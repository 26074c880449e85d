//! A sign of life that something else leaves behind: a time at an address or in a file.

use std::path::{Path, PathBuf};

use super::expect::{look_up, plain};
use super::failure::Fault;
use super::{Context, Failure, Trace, Verdict, http};
use crate::model::time::MINUTE;
use crate::model::{JsonPath, Time};

/// More of a file is not read.
const FILE_LIMIT: u64 = 1 << 20;

/// Where it is written, and how old it may be.
#[derive(Debug)]
pub(super) struct Check {
    pub source: Source,
    pub json: Option<JsonPath>,
    pub max_age_ms: i64,
}

#[derive(Debug)]
pub(super) enum Source {
    Http(Box<http::Request>),
    File(PathBuf),
}

impl Check {
    pub(super) async fn attempt(&self, context: &Context, trace: &mut Trace) -> Verdict {
        trace.on_timeout = Some(cannot_read(": it takes too long"));
        let text = match &self.source {
            Source::File(path) => {
                let path = path.clone();
                // A disk that hangs must not hang the prober.
                let read = tokio::task::spawn_blocking(move || read(&path)).await;
                read.map_err(|_| cannot_read(""))??
            }
            Source::Http(request) => {
                // Where the time cannot be read, nobody knows how old it is.
                let answer = http::fetch(request, true, context, trace)
                    .await
                    .map_err(|failure| cannot_read(&format!(": {failure}")))?;
                match answer.status.as_u16() {
                    200..=299 => answer.body,
                    404 | 410 => return Err(none_yet()),
                    code => return Err(cannot_read(&format!(": http status {code}"))),
                }
            }
        };
        let beat = self.time_in(&text)?;
        let age = context.clock.now().ms() - beat.ms();
        if age < -5 * MINUTE {
            let words = "heartbeat: its time lies in the future";
            return Err(Failure::new("heartbeat", words).by(Fault::Prober));
        }
        if age > self.max_age_ms {
            return Err(Failure::new("heartbeat", "heartbeat: the last one is too old"));
        }
        Ok(None)
    }

    fn time_in(&self, text: &[u8]) -> Result<Time, Failure> {
        let wrong = || Failure::new("heartbeat", "heartbeat: no time stands there");
        let text = match &self.json {
            None => String::from_utf8_lossy(text).trim().to_owned(),
            Some(path) => {
                let document: serde_json::Value =
                    serde_json::from_slice(text).map_err(|_| wrong())?;
                look_up(&document, path).and_then(plain).ok_or_else(wrong)?
            }
        };
        parse_time(&text).ok_or_else(wrong)
    }
}

/// RFC 3339, or seconds or milliseconds since 1970.
fn parse_time(text: &str) -> Option<Time> {
    if let Some(time) = Time::parse_rfc3339(text) {
        return Some(time);
    }
    let number: f64 =
        text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
    // Seconds reach this number in the year 5138, milliseconds in 1973.
    let ms = if number < 1e11 { number * 1000.0 } else { number };
    Some(Time::from_ms(ms as i64))
}

fn none_yet() -> Failure {
    Failure::new("heartbeat", "heartbeat: there is none yet")
}

fn cannot_read(why: &str) -> Failure {
    Failure::new("heartbeat", format!("heartbeat: it cannot be read{why}")).by(Fault::Prober)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let mut text = Vec::new();
    // Opening a pipe waits for somebody to write into it.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(cannot_read(": it is not a file"));
    }
    let read =
        std::fs::File::open(path).and_then(|file| file.take(FILE_LIMIT).read_to_end(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(none_yet()),
        Err(_) => Err(cannot_read("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rfc_3339_or_a_number() {
        let time = Time::parse_rfc3339("2026-11-22T10:05:03Z");
        for text in ["2026-11-22T11:05:03+01:00", "1795341903", "1795341903000", "1795341903.0"] {
            assert_eq!(parse_time(text), time, "{text}");
        }
        for text in ["", "yesterday", "-1", "2026-11-22", "inf", "1e400"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
