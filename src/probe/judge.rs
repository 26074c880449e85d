//! From attempts to a sample, and what a whole round says about the prober itself.

use super::failure::Fault;
use super::{Attempt, Concern, Failure, Finding, Job, Trace};
use crate::model::target::Kind;
use crate::model::{Outcome, Sample, Time};

/// What an attempt came to.
pub(super) struct Tried {
    pub result: Result<Option<Concern>, Failure>,
    pub latency_ms: u32,
    pub trace: Trace,
}

impl Tried {
    /// As far as it may be shown.
    fn shown(self, job: &Job) -> Attempt {
        let trace = self.trace;
        let failure = self.result.as_ref().err();
        Attempt {
            failure: failure.map(|failure| job.secrets.hide(&failure.to_string())),
            class: failure.map(|failure| failure.class),
            latency_ms: self.latency_ms,
            code: trace.code,
            phases: trace.phases,
            address: trace.address.map(|address| address.to_string()),
            protocol: trace.protocol,
            redirects: trace.redirects.iter().map(|url| job.secrets.hide_url(url)).collect(),
            certificates: trace.certificates,
            said: trace.said.map(|said| job.secrets.hide(&said)),
        }
    }
}

/// The sample of some attempts, of which all but the last failed; every failure is told.
pub(super) fn finding(job: &Job, time: Time, tries: Vec<Tried>) -> Finding {
    let count = tries.len();
    let earlier = tries.iter().find_map(|tried| tried.result.as_ref().err().cloned());
    let Some(last) = tries.last() else {
        return Finding::not_tried(&job.id, time, "not tried");
    };
    let (latency_ms, code) = (last.latency_ms, last.trace.code);
    let slow = job.degraded_after_ms.filter(|limit| i64::from(latency_ms) > *limit);
    let (outcome, mut detail) = match (&last.result, slow) {
        (Err(failure), _) => {
            let is_ours = failure.fault == Fault::Prober;
            (if is_ours { Outcome::Unknown } else { Outcome::Down }, failure.to_string())
        }
        (Ok(Some(concern)), _) => (Outcome::Degraded, concern.clone()),
        (Ok(None), Some(limit)) => {
            (Outcome::Degraded, format!("slow: {latency_ms} ms, the limit is {limit} ms"))
        }
        (Ok(None), None) => (Outcome::Up, String::new()),
    };
    if last.result.is_err() {
        if count > 1 {
            detail.push_str(&format!(" ({count} of {count} attempts)"));
        }
    } else if let Some(first) = earlier {
        if !detail.is_empty() {
            detail.push_str("; ");
        }
        detail.push_str(&format!("{} of {count} attempts failed: {first}", count - 1));
    }
    let answered = last.result.is_ok() || code.is_some();
    Finding {
        probe: job.id.clone(),
        kind: Some(job.kind),
        sample: Sample {
            time,
            outcome,
            latency_ms: answered.then_some(latency_ms),
            code,
            detail: job.secrets.hide(&detail).into(),
        },
        failure: last.result.as_ref().err().cloned(),
        is_named: job.is_named(),
        attempts: tries.into_iter().map(|tried| tried.shown(job)).collect(),
    }
}

/// What the checks of the prober's own network said, each time they were asked.
#[derive(Debug, Default)]
pub(super) struct SelfChecks {
    /// All of them failed at one of those times.
    pub all_failed: bool,
    /// One that needs the resolver passed, and never failed.
    names_work: bool,
    /// One passed.
    network_works: bool,
}

impl SelfChecks {
    /// Takes in what one round of them found.
    pub(super) fn add(&mut self, findings: &[Finding], is_first: bool) {
        let passed = |finding: &&Finding| finding.failure.is_none();
        self.all_failed |= !findings.iter().any(|finding| passed(&finding));
        let names_work = findings.iter().filter(passed).any(|finding| finding.is_named);
        self.names_work = names_work && (is_first || self.names_work);
        self.network_works |= findings.iter().any(|finding| passed(&finding));
    }
}

/// Takes back what may be the prober's own fault: it is we who may be cut off, not they.
pub(super) fn round(findings: &mut [Finding], checks: &SelfChecks) {
    let is_ours = |finding: &Finding| {
        let failure = finding.failure.as_ref();
        failure.is_some_and(|failure| failure.fault != Fault::Target)
    };
    let all_local = findings.iter().all(is_ours);
    let echo_works = findings
        .iter()
        .any(|finding| finding.kind == Some(Kind::Icmp) && finding.failure.is_none());
    for finding in findings.iter_mut() {
        let Some(failure) = finding.failure.as_ref() else { continue };
        if finding.sample.outcome != Outcome::Down {
            continue;
        }
        let excuse = match failure.fault {
            Fault::Names if all_local && !checks.names_work => {
                Some("every probe of this run failed so")
            }
            Fault::Network if all_local && !checks.network_works => {
                Some("every probe of this run failed so")
            }
            Fault::Echo if !echo_works => Some("no echo reached anybody"),
            _ if checks.all_failed => Some("no self check passed"),
            _ => None,
        };
        if let Some(excuse) = excuse {
            finding.sample.outcome = Outcome::Unknown;
            finding.sample.detail = format!("{}; {excuse}", finding.sample.detail).into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, failure: Option<Failure>) -> Finding {
        let mut finding = Finding::not_tried("x", Time::from_seconds(0), "");
        finding.kind = Some(kind);
        finding.sample.outcome = if failure.is_some() { Outcome::Down } else { Outcome::Up };
        finding.failure = failure;
        finding
    }

    /// The outcomes of a round in which no self check is configured.
    fn outcomes(mut findings: Vec<Finding>) -> Vec<&'static str> {
        round(&mut findings, &SelfChecks::default());
        findings.iter().map(|finding| finding.sample.outcome.word()).collect()
    }

    #[test]
    fn silence_is_down_only_where_echoes_are_known_to_pass() {
        let silent = || {
            let failure = Failure::new("icmp", "icmp: no echo came back").by(Fault::Echo);
            found(Kind::Icmp, Some(failure))
        };
        let (ping, web) = (|| found(Kind::Icmp, None), || found(Kind::Http, None));
        assert_eq!(outcomes(vec![silent()]), ["unknown"]);
        assert_eq!(outcomes(vec![silent(), web()]), ["unknown", "up"]);
        assert_eq!(outcomes(vec![silent(), ping()]), ["down", "up"]);
    }

    #[test]
    fn one_probe_that_fails_for_its_own_reason_lets_the_others_be_down() {
        let lost = || found(Kind::Http, Some(Failure::name_not_found()));
        let refused = || found(Kind::Tcp, Some(Failure::reset()));
        assert_eq!(outcomes(vec![lost(), lost()]), ["unknown", "unknown"]);
        assert_eq!(outcomes(vec![lost(), refused()]), ["down", "down"]);
        assert_eq!(outcomes(vec![]), Vec::<&str>::new());
    }
}
