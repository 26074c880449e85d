//! The formulas of docs/uptime.md, tick by tick, without a slice or an interval. Shares no code
//! with the program.

use crate::world::{Component, Probe, Spec};

pub const OPERATIONAL: u8 = 0;
pub const UNKNOWN: u8 = 1;
pub const MAINTENANCE: u8 = 2;
pub const DEGRADED: u8 = 3;
pub const PARTIAL: u8 = 4;
pub const MAJOR: u8 = 5;

/// What holds in each tick; 255 stands for "not yet alive".
pub struct Life {
    pub shown: Vec<u8>,
    pub counted: Vec<u8>,
    pub raw: Vec<u8>,
    pub planned: Vec<bool>,
    pub measured: Vec<u8>,
    pub corrected: Vec<bool>,
}

pub const UNBORN: u8 = 255;

fn rank(status: &str) -> u8 {
    match status {
        "operational" => OPERATIONAL,
        "degraded_performance" => DEGRADED,
        "partial_outage" => PARTIAL,
        "major_outage" => MAJOR,
        other => panic!("{other}"),
    }
}

/// How many locations of a probe speak in each tick, how many of them say that it is down, and how
/// many that it is not up.
struct Voice {
    speak: Vec<u8>,
    down: Vec<u8>,
    worse: Vec<u8>,
}

/// Adds what one location says: 1 up, 2 degraded, 3 down, 0 nothing.
fn location(spec: &Spec, probe: &Probe, samples: &[(i64, &str)], voice: &mut Voice) {
    let mut down = false;
    let mut last_good = 0;
    let mut settled = true;
    let mut row = "";
    for (index, (at, outcome)) in samples.iter().enumerate() {
        let next = samples.get(index + 1).map_or(i64::MAX, |(next, _)| *next);
        let end = next.min(at + 3 * spec.interval).min(spec.length + 1);
        if *outcome == "unknown" {
            continue;
        }
        let side = if *outcome == "down" { "bad" } else { "good" };
        if side != row {
            row = side;
            let in_a_row = samples[index..]
                .iter()
                .filter(|(_, outcome)| *outcome != "unknown")
                .take_while(|(_, outcome)| (*outcome == "down") == (side == "bad"))
                .count();
            let needed = if side == "bad" { probe.confirm_down } else { probe.confirm_up };
            settled = (side == "bad") == down || in_a_row >= needed;
            if settled {
                down = side == "bad";
            }
        }
        let own = match *outcome {
            "up" => 1,
            "degraded" => 2,
            _ => 3,
        };
        if side == "good" {
            last_good = own;
        }
        let value = match (settled, down) {
            (true, _) => own,
            (false, true) => 3,
            (false, false) => last_good,
        };
        if value == 0 {
            continue;
        }
        for tick in *at as usize..end as usize {
            voice.speak[tick] += 1;
            if value == 3 {
                voice.down[tick] += 1;
            }
            if value >= 2 {
                voice.worse[tick] += 1;
            }
        }
    }
}

/// The worst of what incidents declare in each tick, or none.
fn declared(spec: &Spec, component: usize, counting: bool) -> Vec<Option<u8>> {
    let mut worst = vec![None; spec.length as usize + 1];
    for incident in spec.incidents.iter().filter(|one| !one.informational) {
        if counting && !incident.counts {
            continue;
        }
        for (from, to, named, status) in &incident.phases {
            if *named == component {
                for tick in *from..(*to).min(spec.length + 1) {
                    let place: &mut Option<u8> = &mut worst[tick as usize];
                    *place = (*place).max(Some(rank(status)));
                }
            }
        }
    }
    worst
}

pub fn component(spec: &Spec, index: usize) -> Life {
    let ticks = spec.length as usize + 1;
    let Component { since, down_when, probes, .. } = &spec.components[index];
    let voices: Vec<Voice> = probes
        .iter()
        .map(|probe| {
            let silence = || vec![0; ticks];
            let mut voice = Voice { speak: silence(), down: silence(), worse: silence() };
            for samples in &probe.locations {
                location(spec, probe, samples, &mut voice);
            }
            voice
        })
        .collect();
    let born: Vec<Option<i64>> = probes
        .iter()
        .map(|probe| probe.locations.iter().flatten().map(|(at, _)| *at).min())
        .collect();
    let (all, counting) = (declared(spec, index, false), declared(spec, index, true));
    let first_declared = all.iter().position(Option::is_some).map(|tick| tick as i64);
    let first = born.iter().flatten().copied().chain(first_declared).min();
    let start = since.or(first).unwrap_or(i64::MAX);
    let mut corrected = vec![false; ticks];
    for span in spec.corrections.iter().filter(|span| span.components.contains(&index)) {
        // Not the moment of now, which lies at the end of what is corrected.
        for tick in span.from..span.to.min(spec.length) {
            corrected[tick as usize] = true;
        }
    }
    let (mut maintained, mut planned) = (vec![false; ticks], vec![false; ticks]);
    for (span, announced) in spec.maintenance.iter().flat_map(|one| &one.windows) {
        if span.components.contains(&index) {
            for tick in span.from.max(0)..span.to.min(ticks as i64) {
                maintained[tick as usize] = true;
                planned[tick as usize] |=
                    announced.is_some_and(|(from, to)| from <= tick && tick < to);
            }
        }
    }
    let mut life = Life {
        shown: vec![UNBORN; ticks],
        counted: vec![UNBORN; ticks],
        raw: vec![UNBORN; ticks],
        planned,
        measured: vec![UNBORN; ticks],
        corrected: vec![false; ticks],
    };
    for tick in 0..ticks {
        if (tick as i64) < start {
            continue;
        }
        let (mut heard, mut down, mut degraded, mut silent) = (0, 0, 0, 0);
        for (voice, born) in voices.iter().zip(&born) {
            if born.is_none_or(|born| born > tick as i64) {
                continue;
            }
            heard += 1;
            if voice.speak[tick] == 0 {
                silent += 1;
            } else if 2 * voice.down[tick] > voice.speak[tick] {
                down += 1;
            } else if voice.worse[tick] > 0 {
                degraded += 1;
            }
        }
        let needed = if *down_when == 0 { probes.len() } else { *down_when };
        let measured = if corrected[tick] || heard == 0 {
            UNKNOWN
        } else if down >= needed {
            MAJOR
        } else if down > 0 {
            PARTIAL
        } else if degraded > 0 {
            DEGRADED
        } else if silent > 0 {
            UNKNOWN
        } else {
            OPERATIONAL
        };
        let shown = if maintained[tick] {
            all[tick].unwrap_or(MAINTENANCE).max(MAINTENANCE)
        } else if probes.is_empty() {
            all[tick].unwrap_or(UNKNOWN)
        } else {
            measured.max(all[tick].unwrap_or(OPERATIONAL))
        };
        let raw = measured.max(counting[tick].unwrap_or(OPERATIONAL));
        let excluded = life.planned[tick] && shown == MAINTENANCE && raw != UNKNOWN;
        life.shown[tick] = shown;
        life.raw[tick] = raw;
        life.measured[tick] = measured;
        life.corrected[tick] = corrected[tick];
        life.counted[tick] = if excluded { MAINTENANCE } else { raw };
    }
    life
}

/// The first two components are members.
pub fn group(spec: &Spec, members: &[Life]) -> Life {
    let ticks = spec.length as usize + 1;
    let mut life = Life {
        shown: vec![UNBORN; ticks],
        counted: vec![UNBORN; ticks],
        raw: vec![UNBORN; ticks],
        planned: vec![false; ticks],
        measured: vec![UNBORN; ticks],
        corrected: vec![false; ticks],
    };
    for tick in 0..ticks {
        let (mut alive, mut heard, mut planned) = (0, 0, 0);
        // The worst status and the number of major ones, as shown, as counted and raw.
        let (mut worst, mut major) = ([0; 4], [0; 4]);
        for (member, component) in members.iter().zip(&spec.components[..2]) {
            let shown = member.shown[tick];
            if shown == UNBORN {
                continue;
            }
            alive += 1;
            planned += usize::from(member.planned[tick]);
            if component.probes.is_empty() && shown == UNKNOWN {
                continue;
            }
            heard += 1;
            let of = [shown, member.counted[tick], member.raw[tick], member.measured[tick]];
            for (at, status) in of.iter().enumerate() {
                worst[at] = worst[at].max(*status);
                major[at] += usize::from(*status == MAJOR);
            }
        }
        let needed = if spec.group_down == 0 { heard } else { spec.group_down };
        let mut together = [UNKNOWN; 4];
        for at in 0..4 {
            if heard > 0 {
                let is_partial = worst[at] == MAJOR && major[at] < needed;
                together[at] = if is_partial { PARTIAL } else { worst[at] };
            }
        }
        if alive > 0 {
            [life.shown[tick], life.counted[tick], life.raw[tick], life.measured[tick]] = together;
            life.planned[tick] = planned == alive;
        }
    }
    life
}

/// Sums from the beginning to each tick: window, observed, excluded, major, partial, degraded, raw
/// major, raw partial, missing.
pub struct Sums(Vec<[i64; 9]>);

impl Sums {
    pub fn of(life: &Life) -> Self {
        let mut sums = [0; 9];
        let mut all = vec![sums];
        for tick in 0..life.counted.len() - 1 {
            let (counted, raw) = (life.counted[tick], life.raw[tick]);
            if counted != UNBORN {
                sums[0] += 1;
                match counted {
                    UNKNOWN if !life.planned[tick] => sums[8] += 1,
                    MAINTENANCE => sums[2] += 1,
                    MAJOR => sums[3] += 1,
                    PARTIAL => sums[4] += 1,
                    DEGRADED => sums[5] += 1,
                    _ => {}
                }
                if counted != UNKNOWN {
                    sums[1] += 1;
                    match raw {
                        MAJOR => sums[6] += 1,
                        PARTIAL => sums[7] += 1,
                        _ => {}
                    }
                }
            }
            all.push(sums);
        }
        Self(all)
    }

    /// The sums of a stretch, in ticks.
    pub fn within(&self, from: i64, to: i64) -> [i64; 9] {
        let last = self.0.len() as i64 - 1;
        let at = |tick: i64| self.0[tick.clamp(0, last) as usize];
        let (mut sums, before) = (at(to), at(from));
        for (sum, before) in sums.iter_mut().zip(before) {
            *sum -= before;
        }
        sums
    }
}

/// Stretches of being down: first tick, the tick after the last or none at now, whether sight
/// was lost, how many ticks of it count.
pub fn outages(life: &Life) -> Vec<(i64, Option<i64>, bool, i64)> {
    let mut outages = Vec::new();
    let is_down = |tick: usize| matches!(life.raw[tick], PARTIAL | MAJOR);
    let end = life.raw.len();
    let mut tick = 0;
    while tick < end {
        if !is_down(tick) {
            tick += 1;
            continue;
        }
        let first = tick;
        while tick < end && is_down(tick) {
            tick += 1;
        }
        // The last tick is the moment of now and has no length yet.
        let counted = (first..tick.min(end - 1))
            .filter(|tick| matches!(life.counted[*tick], PARTIAL | MAJOR))
            .count();
        let to = (tick < end).then_some(tick as i64);
        // What people alone had said ends when they say so, and a correction loses no sight.
        let seen = matches!(life.measured[tick - 1], PARTIAL | MAJOR);
        let lost = to.is_some() && seen && life.raw[tick] == UNKNOWN && !life.corrected[tick];
        outages.push((first as i64, to, lost, counted as i64));
    }
    outages
}
