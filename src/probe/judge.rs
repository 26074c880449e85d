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
            address: trace.address.map(|address| match address.port() {
                0 => job.secrets.hide(&address.ip().to_string()),
                _ => job.secrets.hide(&address.to_string()),
            }),
            protocol: trace.protocol,
            redirects: trace.redirects.iter().map(|url| job.secrets.hide_url(url)).collect(),
            certificates: trace
                .certificates
                .into_iter()
                .map(|certificate| certificate.map(|text| job.secrets.hide(&text)))
                .collect(),
            // The whole first: a secret may go on in the next line.
            said: trace.said.map(|said| {
                let all = if job.secrets.are_in(&said) { "[hidden]" } else { &said };
                job.secrets.hide(all.lines().next().unwrap_or_default())
            }),
        }
    }
}

/// The sample of some attempts, of which all but the last failed; every failure is told.
pub(super) fn finding(job: &Job, time: Time, tries: Vec<Tried>) -> Finding {
    let count = tries.len();
    let failures: Vec<&Failure> =
        tries.iter().filter_map(|tried| tried.result.as_ref().err()).collect();
    let Some(last) = tries.last() else {
        return Finding::not_tried(&job.id, time, "not tried");
    };
    let (latency_ms, code) = (last.latency_ms, last.trace.code);
    let slow = job.degraded_after_ms.filter(|limit| i64::from(latency_ms) > *limit);
    // Attempts that failed for a reason of our own say nothing; the others decide.
    let theirs = failures.iter().filter(|failure| failure.fault != Fault::Prober);
    let (said, times) = match theirs.clone().next_back() {
        Some(failure) => (Some(*failure), theirs.count()),
        None => (failures.last().copied(), failures.len()),
    };
    let decisive = said.filter(|_| last.result.is_err()).cloned();
    let (outcome, mut detail) = match (&last.result, &decisive) {
        (_, Some(failure)) => {
            let is_ours = failure.fault == Fault::Prober;
            (if is_ours { Outcome::Unknown } else { Outcome::Down }, failure.to_string())
        }
        (Ok(Some(concern)), _) => (Outcome::Degraded, concern.clone()),
        _ => match slow {
            Some(limit) => {
                (Outcome::Degraded, format!("slow: {latency_ms} ms, the limit is {limit} ms"))
            }
            None => (Outcome::Up, String::new()),
        },
    };
    if decisive.is_some() {
        if count > 1 {
            detail.push_str(&format!(" ({times} of {count} attempts)"));
        }
    } else if let Some(first) = failures.first() {
        if !detail.is_empty() {
            detail.push_str("; ");
        }
        detail.push_str(&format!("{} of {count} attempts failed: {first}", failures.len()));
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
        failure: decisive,
        is_named: job.is_named(),
        is_networked: !job.host.is_empty(),
        attempts: tries.into_iter().map(|tried| tried.shown(job)).collect(),
    }
}

/// What the checks of the prober's own network said, before the round and after it.
#[derive(Debug, Default)]
pub(super) struct SelfChecks {
    /// All of them failed at one of those times.
    pub all_failed: bool,
    /// Those that need the resolver found it working, or not, each time.
    names: Option<bool>,
    /// One was answered.
    network_works: bool,
}

impl SelfChecks {
    /// Takes in what they found at one time.
    pub(super) fn add(&mut self, findings: &[Finding]) {
        // An answer that is not as expected came over the network all the same.
        let passed =
            |finding: &&Finding| finding.failure.is_none() || finding.sample.code.is_some();
        let lost = |finding: &&Finding| {
            finding.failure.as_ref().is_some_and(|failure| failure.fault == Fault::Names)
        };
        let named = || findings.iter().filter(|finding| finding.is_named);
        let names = if named().any(|finding| passed(&finding)) {
            Some(true)
        } else {
            named().any(|finding| lost(&finding)).then_some(false)
        };
        self.names = match (self.names, names) {
            (Some(before), Some(now)) => Some(before && now),
            (before, now) => before.or(now),
        };
        let works = findings.iter().any(|finding| passed(&finding));
        self.all_failed |= !works;
        self.network_works |= works;
    }
}

/// Takes back what may be the prober's own fault: it is we who may be cut off, not they.
/// `is_whole` tells whether every probe took part.
pub(super) fn round(findings: &mut [Finding], checks: &SelfChecks, is_whole: bool) {
    let is_ours = |finding: &Finding| {
        let failure = finding.failure.as_ref();
        failure.is_some_and(|failure| failure.fault != Fault::Target)
    };
    // What needs no network knows nothing about it.
    let all_local = is_whole && findings.iter().filter(|finding| finding.is_networked).all(is_ours);
    let echo_works = findings
        .iter()
        .any(|finding| finding.kind == Some(Kind::Icmp) && finding.failure.is_none());
    for finding in findings.iter_mut() {
        let Some(failure) = finding.failure.as_ref() else { continue };
        if finding.sample.outcome != Outcome::Down {
            continue;
        }
        const ALL: &str = "every probe of this run failed so";
        let excuse = match failure.fault {
            Fault::Names if checks.names == Some(false) => {
                Some("the name of no self check was found either")
            }
            Fault::Names if all_local && checks.names.is_none() => Some(ALL),
            Fault::Network if all_local && !checks.network_works => Some(ALL),
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
        finding.is_networked = true;
        finding.sample.outcome = if failure.is_some() { Outcome::Down } else { Outcome::Up };
        finding.failure = failure;
        finding
    }

    /// The outcomes of a round in which no self check is configured.
    fn outcomes(mut findings: Vec<Finding>) -> Vec<&'static str> {
        round(&mut findings, &SelfChecks::default(), true);
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

    #[test]
    fn attempts_that_failed_for_our_own_reasons_hide_nothing() {
        let spec = crate::model::Probe::new(
            "x",
            crate::model::settings::Subject::Address(
                crate::model::Template::parse("tcp://127.0.0.1:9").expect("valid"),
            ),
        );
        let surroundings = crate::probe::Surroundings {
            variables: &Default::default(),
            folder: std::path::Path::new("."),
            allow_exec: false,
        };
        let job = Job::resolve(&spec, &surroundings).expect("valid");
        let tried = |result| Tried { result, latency_ms: 1, trace: Trace::new() };
        let ours = || Err(Failure::prober("no sockets"));
        let theirs = || Err(Failure::reset());
        for (results, want) in [
            (vec![theirs(), theirs(), ours()], "down connection reset (2 of 3 attempts)"),
            (vec![ours(), ours(), theirs()], "down connection reset (1 of 3 attempts)"),
            (vec![ours(), ours()], "unknown no sockets (2 of 2 attempts)"),
            (vec![theirs(), Ok(None)], "up 1 of 2 attempts failed: connection reset"),
        ] {
            let tries = results.into_iter().map(tried).collect();
            let sample = finding(&job, Time::from_seconds(0), tries).sample;
            assert_eq!(format!("{} {}", sample.outcome.word(), sample.detail), want);
        }
    }
}
