//! What a run prints: a line a probe, everything about each attempt, or JSON.

use serde::Serialize;

use super::Options;
use crate::commands::{World, out};
use crate::model::Outcome;
use crate::probe::{Attempt, Finding, Phases};

#[derive(Serialize)]
struct Entry<'a> {
    probe: &'a str,
    kind: Option<String>,
    time: String,
    outcome: Outcome,
    latency_ms: Option<u32>,
    code: Option<u16>,
    class: Option<&'static str>,
    detail: &'a str,
    phases: Phases,
    attempts: &'a [Attempt],
}

/// Prints the findings of a round. JSON is one list where there is one round, else one
/// line a finding.
pub fn findings(world: &World, findings: &[Finding], options: &Options, is_once: bool) {
    if options.json {
        let entries = findings.iter().map(entry);
        if is_once {
            out(json(&entries.collect::<Vec<_>>(), true));
        } else {
            entries.for_each(|entry| out(json(&entry, false)));
        }
        return;
    }
    for finding in findings {
        world.say(line(finding));
        if options.verbose {
            let several = finding.attempts.len() > 1;
            for (index, attempt) in finding.attempts.iter().enumerate() {
                if several {
                    world.say(format_args!("  attempt {}", index + 1));
                }
                lines_of(attempt).iter().for_each(|line| world.say(line));
            }
        }
    }
}

fn entry(finding: &Finding) -> Entry<'_> {
    Entry {
        probe: &finding.probe,
        kind: finding.kind.map(|kind| kind.to_string()),
        time: finding.sample.time.rfc3339(),
        outcome: finding.sample.outcome,
        latency_ms: finding.sample.latency_ms,
        code: finding.sample.code,
        class: finding.class(),
        detail: &finding.sample.detail,
        phases: finding.attempts.last().map(|attempt| attempt.phases).unwrap_or_default(),
        attempts: &finding.attempts,
    }
}

fn json(value: &impl Serialize, is_pretty: bool) -> String {
    let text =
        if is_pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    text.expect("plain structs always serialize")
}

fn line(finding: &Finding) -> String {
    let sample = &finding.sample;
    let latency = sample.latency_ms.map(|ms| format!("{ms} ms")).unwrap_or_default();
    let text = format!(
        "{:<8} {:<20} {:>8}  {}",
        sample.outcome.word(),
        finding.probe,
        latency,
        sample.detail
    );
    text.trim_end().to_owned()
}

fn lines_of(attempt: &Attempt) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            lines.push(format!("    {name:<12} {value}"));
        }
    };
    add("result", Some(attempt.failure.clone().unwrap_or_else(|| "good".to_owned())));
    add("class", attempt.class.map(str::to_owned));
    add("code", attempt.code.map(|code| code.to_string()));
    add("reached", attempt.address.clone());
    add("protocol", attempt.protocol.map(str::to_owned));
    let phases = [
        ("dns", attempt.phases.dns_ms),
        ("connect", attempt.phases.connect_ms),
        ("tls", attempt.phases.tls_ms),
        ("first byte", attempt.phases.first_byte_ms),
        ("total", Some(attempt.latency_ms)),
    ];
    let phases: Vec<String> =
        phases.iter().filter_map(|(name, ms)| ms.map(|ms| format!("{name} {ms} ms"))).collect();
    add("phases", Some(phases.join(", ")));
    for url in &attempt.redirects {
        add("redirect", Some(url.clone()));
    }
    for certificate in &attempt.certificates {
        add("certificate", Some(certificate.subject.clone()));
        if !certificate.names.is_empty() {
            add("  for", Some(certificate.names.join(", ")));
        }
        add("  from", Some(certificate.issuer.clone()));
        add("  valid", Some(format!("{} to {}", certificate.not_before, certificate.not_after)));
    }
    add("said", attempt.said.clone());
    lines
}
