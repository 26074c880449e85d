//! Worlds by chance: what probes found and people wrote, as numbers for the oracle and as the
//! files of a site for the program.

use std::fmt::Write;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// SplitMix64: the same worlds on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number of `[from, to)`.
    pub fn range(&mut self, from: i64, to: i64) -> i64 {
        from + (self.next() % (to - from).max(1) as u64) as i64
    }

    pub fn one_in(&mut self, number: i64) -> bool {
        self.range(0, number) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.range(0, from.len() as i64) as usize]
    }
}

/// Times are ticks since `start_s`; a tick has `tick_s` seconds.
pub struct Spec {
    pub tick_s: i64,
    pub start_s: i64,
    /// Now.
    pub length: i64,
    pub zone: &'static str,
    pub interval: i64,
    pub components: Vec<Component>,
    /// How many members down make the group down; 0 stands for all.
    pub group_down: usize,
    pub incidents: Vec<Incident>,
    pub maintenance: Vec<Maintenance>,
    pub corrections: Vec<Span>,
    pub files: Vec<(String, String)>,
}

pub struct Component {
    pub id: String,
    pub in_group: bool,
    /// The tick at which the day of `since:` begins.
    pub since: Option<i64>,
    pub since_day: Option<Date>,
    /// 0 stands for all.
    pub down_when: usize,
    pub probes: Vec<Probe>,
}

pub struct Probe {
    pub id: String,
    pub confirm_down: usize,
    pub confirm_up: usize,
    /// Each with its samples: tick and outcome, in order, one a tick.
    pub locations: Vec<Vec<(i64, &'static str)>>,
}

/// Components by index.
#[derive(Clone)]
pub struct Span {
    pub from: i64,
    pub to: i64,
    pub components: Vec<usize>,
}

pub struct Incident {
    pub counts: bool,
    pub informational: bool,
    /// From, to, component, status.
    pub phases: Vec<(i64, i64, usize, &'static str)>,
}

pub struct Maintenance {
    /// The window in force, the part of it that was planned and announced in time.
    pub windows: Vec<(Span, Option<(i64, i64)>)>,
}

pub const ZONES: &[(&str, [&str; 3])] = &[
    ("UTC", ["2026-02-10", "2026-06-01", "2026-12-20"]),
    ("Europe/London", ["2026-03-20", "2026-10-15", "2026-01-01"]),
    ("America/New_York", ["2026-03-01", "2026-10-25", "2026-07-01"]),
    ("Australia/Lord_Howe", ["2026-03-28", "2026-09-26", "2026-05-01"]),
    ("Pacific/Apia", ["2011-12-20", "2011-12-27", "2026-05-01"]),
    ("Asia/Kathmandu", ["2026-02-20", "2026-06-01", "2026-12-20"]),
];

const STATUSES: &[&str] =
    &["operational", "degraded_performance", "partial_outage", "major_outage"];

impl Spec {
    /// A world of so many days.
    pub fn roll(dice: &mut Dice, tick_s: i64, days: i64) -> Self {
        let (zone, starts) = dice.pick(ZONES);
        let rules = TimeZone::get(zone).unwrap();
        let first: Date = dice.pick(&starts).parse().unwrap();
        let midnight = first.to_zoned(rules.clone()).unwrap().timestamp().as_second();
        let start_s = midnight + dice.range(0, 86_400 / tick_s) * tick_s;
        let length = days * 86_400 / tick_s - dice.range(0, 600);
        let interval = match tick_s {
            1 => dice.pick(&[30, 300]),
            60 => dice.pick(&[20, 30, 60]),
            _ => dice.pick(&[6, 12, 24]),
        };
        let mut spec = Self {
            tick_s,
            start_s,
            length,
            zone,
            interval,
            components: Vec::new(),
            group_down: dice.pick(&[0, 1, 1, 2]),
            incidents: Vec::new(),
            maintenance: Vec::new(),
            corrections: Vec::new(),
            files: Vec::new(),
        };
        for index in 0..3 {
            let component = spec.component(dice, index, first);
            spec.components.push(component);
        }
        spec.config();
        spec.data(dice);
        for index in 0..dice.range(0, 5) {
            spec.incident(dice, index);
        }
        for index in 0..dice.range(0, 4) {
            if dice.one_in(2) {
                spec.once(dice, index);
            } else {
                spec.series(dice, index);
            }
        }
        for index in 0..dice.range(0, 3) {
            let span = spec.span(dice);
            let (ids, from, to) = (spec.ids(&span), spec.stamp(span.from), spec.stamp(span.to));
            let text = format!("---\ncomponents: [{ids}]\nfrom: {from}\nuntil: {to}\n---\nWhy.\n");
            spec.files.push((format!("content/corrections/{index}.md"), text));
            spec.corrections.push(span);
        }
        spec
    }

    pub fn stamp(&self, tick: i64) -> String {
        let second = self.start_s + tick * self.tick_s;
        jiff::Timestamp::from_second(second).unwrap().to_string()
    }

    /// The tick at a second, if it lies on one.
    pub fn tick(&self, second: i64) -> i64 {
        assert_eq!((second - self.start_s).rem_euclid(self.tick_s), 0);
        (second - self.start_s) / self.tick_s
    }

    fn ids(&self, span: &Span) -> String {
        let ids: Vec<&str> =
            span.components.iter().map(|index| self.components[*index].id.as_str()).collect();
        ids.join(", ")
    }

    fn span(&self, dice: &mut Dice) -> Span {
        let from = dice.range(0, self.length);
        let longest = if dice.one_in(3) { self.length / 2 } else { 12 * self.interval };
        let to = from + 1 + dice.range(0, longest.max(2));
        let components = (0..3).filter(|_| dice.one_in(2)).collect();
        Span { from, to, components }
    }

    fn component(&self, dice: &mut Dice, index: usize, first: Date) -> Component {
        let probes = if dice.one_in(8) { 0 } else { dice.range(1, 4) };
        let probes: Vec<Probe> = (0..probes)
            .map(|number| {
                let named = dice.pick(&[1, 1, 1, 2, 3]);
                Probe {
                    id: format!("c{index}p{number}"),
                    confirm_down: dice.pick(&[1, 1, 2, 3]),
                    confirm_up: dice.pick(&[1, 1, 2]),
                    locations: (0..named).map(|_| self.samples(dice)).collect(),
                }
            })
            .collect();
        let since_day = dice
            .one_in(4)
            .then(|| first.checked_add(jiff::Span::new().days(dice.range(1, 4))).unwrap());
        let since = since_day.map(|day| {
            let midnight = day.to_zoned(TimeZone::get(self.zone).unwrap()).unwrap();
            (midnight.timestamp().as_second() - self.start_s).div_euclid(self.tick_s)
        });
        Component {
            id: format!("c{index}"),
            in_group: index < 2,
            since,
            since_day,
            down_when: if probes.len() > 1 { dice.pick(&[0, 1, 2]) } else { 1 },
            probes,
        }
    }

    fn samples(&self, dice: &mut Dice) -> Vec<(i64, &'static str)> {
        let mut samples = Vec::new();
        let latest = if dice.one_in(3) { self.length / 2 } else { self.interval };
        let mut at = dice.range(0, latest);
        let mut outcome = "up";
        let mut left = dice.range(1, 40);
        while at <= self.length {
            samples.push((at, outcome));
            left -= 1;
            if left <= 0 {
                outcome =
                    dice.pick(&["up", "up", "up", "up", "degraded", "down", "down", "unknown"]);
                let rare = outcome != "up";
                left = if rare { dice.pick(&[1, 1, 2, 3, 8]) } else { dice.range(1, 60) };
            }
            let jitter = if dice.one_in(4) { dice.range(0, self.interval / 2) } else { 0 };
            at += self.interval - jitter.min(self.interval - 1);
            if dice.one_in(60) {
                at += dice.range(0, 20 * self.interval);
            }
        }
        samples
    }

    fn config(&mut self) {
        let group_down = match self.group_down {
            0 => "all".to_owned(),
            number => number.to_string(),
        };
        let mut text = format!(
            "site: {{ title: A, url: https://a.example, timezone: {} }}\ninterval: {}s\ngroups: [{{ id: g, down_when: {group_down} }}]\ncomponents:\n",
            self.zone,
            self.interval * self.tick_s,
        );
        for component in &self.components {
            let Component { id, down_when, probes, .. } = component;
            write!(text, "  - id: {id}\n    name: Name of {id}\n").unwrap();
            if component.in_group {
                text.push_str("    group: g\n");
            }
            if let Some(day) = component.since_day {
                writeln!(text, "    since: {day}").unwrap();
            }
            if probes.is_empty() {
                continue;
            }
            let down_when = if *down_when == 0 { "all".to_owned() } else { down_when.to_string() };
            writeln!(text, "    down_when: {down_when}\n    probes:").unwrap();
            for Probe { id, confirm_down, confirm_up, .. } in probes {
                writeln!(text, "      - {{ id: {id}, url: 'tcp://a:1', confirm_down: {confirm_down}, confirm_up: {confirm_up} }}").unwrap();
            }
        }
        self.files.push(("probes.yaml".to_owned(), text));
    }

    /// The rows in files by day and location; in some worlds in disorder, twice, or all in one.
    fn data(&mut self, dice: &mut Dice) {
        let mess = dice.range(0, 6);
        let mut files: std::collections::BTreeMap<String, Vec<String>> = Default::default();
        for probe in self.components.iter().flat_map(|component| &component.probes) {
            for (number, samples) in probe.locations.iter().enumerate() {
                let place = if number == 0 { String::new() } else { format!("@l{number}") };
                for (tick, outcome) in samples {
                    let stamp = self.stamp(*tick);
                    let day = if mess == 1 { "all" } else { &stamp[..10] };
                    let latency = if *outcome == "up" { "12" } else { "" };
                    let row = format!("{stamp},{},{outcome},{latency},,", probe.id);
                    if mess == 2 && dice.one_in(5) {
                        // A repetition, in another file and with a prettier outcome too.
                        let again = files.entry(format!("data/x{place}.csv")).or_default();
                        again.push(row.clone());
                        if *outcome == "down" {
                            again.push(row.replace(",down,", ",degraded,"));
                        }
                    }
                    files.entry(format!("data/{day}{place}.csv")).or_default().push(row);
                }
                // A wrong clock.
                if mess == 3 {
                    let row = format!("{},{},down,,,", self.stamp(self.length + 7), probe.id);
                    files.entry(format!("data/x{place}.csv")).or_default().push(row);
                }
            }
        }
        for (path, mut rows) in files {
            if mess == 4 {
                for index in 1..rows.len() {
                    let other = dice.range(0, index as i64 + 1) as usize;
                    rows.swap(index, other);
                }
            } else if mess != 5 {
                rows.sort();
            }
            let text = format!("time,probe,outcome,latency_ms,code,detail\n{}\n", rows.join("\n"));
            self.files.push((path, text));
        }
    }

    fn incident(&mut self, dice: &mut Dice, index: i64) {
        let span = self.span(dice);
        let is_open = dice.one_in(6);
        let end = if is_open { self.length + 1 } else { span.to };
        let counts = !dice.one_in(4);
        let informational = dice.one_in(8);
        let change = (span.to - span.from > 2 && dice.one_in(2))
            .then(|| (dice.range(span.from + 1, span.to), dice.pick(STATUSES)));
        let (mut affected, mut changes, mut phases) = (Vec::new(), Vec::new(), Vec::new());
        for component in &span.components {
            let id = &self.components[*component].id;
            let status = dice.pick(STATUSES);
            affected.push(format!("{id}: {status}"));
            // What a later update says is not known before its time.
            match change.filter(|(at, _)| *at <= self.length) {
                Some((at, to)) => {
                    changes.push(format!("{id}={to}"));
                    phases.push((span.from, at, *component, status));
                    phases.push((at, end, *component, to));
                }
                None => phases.push((span.from, end, *component, status)),
            }
        }
        let mut text = format!(
            "---\ntitle: I\naffected: {{ {} }}\naffects_uptime: {counts}\ninformational: {informational}\n---\n## Investigating · {}\n",
            affected.join(", "),
            self.stamp(span.from)
        );
        if let Some((at, _)) = change {
            let changes = changes.join(" ");
            let braces = if changes.is_empty() { String::new() } else { format!(" {{{changes}}}") };
            write!(text, "\n## Monitoring · {}{braces}\n", self.stamp(at)).unwrap();
        }
        if !is_open {
            write!(text, "\n## Resolved · {}\n", self.stamp(span.to)).unwrap();
        }
        self.files.push((format!("content/incidents/{index}.md"), text));
        self.incidents.push(Incident { counts, informational, phases });
    }

    fn once(&mut self, dice: &mut Dice, index: i64) {
        let span = self.span(dice);
        let announced =
            dice.pick(&[Some(span.from), Some(span.from - 60), Some(span.from + 1), None]);
        let middle = dice.range(span.from, span.to);
        let (updates, from, to) = match dice.range(0, 6) {
            // Nobody knows yet of an end that lies in the future.
            0 if middle <= self.length => {
                (format!("## Completed · {}\n", self.stamp(middle)), span.from, middle)
            }
            1 => {
                let at = span.from - 30;
                (format!("## Cancelled · {}\n", self.stamp(at)), span.from, span.from)
            }
            2 => {
                let at = span.from - dice.range(1, 50);
                (format!("## In progress · {}\n", self.stamp(at)), at, span.to)
            }
            _ => (String::new(), span.from, span.to),
        };
        let is_announced = announced.is_some_and(|at| at <= span.from);
        let mut text = format!(
            "---\ntitle: M\ncomponents: [{}]\nstart: {}\nend: {}\n",
            self.ids(&span),
            self.stamp(span.from),
            self.stamp(span.to)
        );
        if let Some(at) = announced {
            writeln!(text, "announced: {}", self.stamp(at)).unwrap();
        }
        write!(text, "---\n{updates}").unwrap();
        self.files.push((format!("content/maintenance/{index}.md"), text));
        let planned = is_announced.then_some((span.from.max(from), to));
        let in_force = Span { from, to, components: span.components };
        self.maintenance.push(Maintenance { windows: vec![(in_force, planned)] });
    }

    /// A series whose days are found by asking each day of the calendar.
    fn series(&mut self, dice: &mut Dice, index: i64) {
        let zone_name = dice.pick(&["UTC", "Europe/London", "America/New_York", "Pacific/Apia"]);
        let zone = TimeZone::get(zone_name).unwrap();
        let components: Vec<usize> = (0..3).filter(|_| dice.one_in(2)).collect();
        let start = jiff::Timestamp::from_second(self.start_s).unwrap().to_zoned(zone.clone());
        let mut first =
            start.date().checked_add(jiff::Span::new().days(dice.range(-9, 4))).unwrap();
        if zone_name == "Pacific/Apia" && first.to_string() == "2011-12-30" {
            // A day that never was cannot be the first.
            first = first.tomorrow().unwrap();
        }
        let (hour, minute) = (dice.range(0, 24) as i8, dice.pick(&[0, 30]));
        let length = dice.range(1, 40) * 15 * 60 / self.tick_s;
        let step = dice.range(1, 4);
        let (rule, names): (String, Box<dyn Fn(Date) -> bool>) = match dice.range(0, 4) {
            0 => (
                format!("FREQ=DAILY;INTERVAL={step}"),
                Box::new(move |day| (day - first).get_days() as i64 % step == 0),
            ),
            1 => (
                format!("FREQ=WEEKLY;INTERVAL={step}"),
                Box::new(move |day| (day - first).get_days() as i64 % (7 * step) == 0),
            ),
            2 => {
                let week = (first.day() - 1) / 7 + 1;
                let name = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
                    [first.weekday().to_monday_zero_offset() as usize];
                (
                    format!("FREQ=MONTHLY;BYDAY={week}{name}"),
                    Box::new(move |day| {
                        day.weekday() == first.weekday() && (day.day() - 1) / 7 + 1 == week
                    }),
                )
            }
            _ => (
                format!("FREQ=MONTHLY;BYMONTHDAY={},-1", first.day()),
                Box::new(move |day| day.day() == first.day() || day.tomorrow().unwrap().day() == 1),
            ),
        };
        let last = jiff::Timestamp::from_second(self.start_s + self.length * self.tick_s).unwrap();
        let last = last.to_zoned(zone.clone()).date().tomorrow().unwrap();
        let mut days: Vec<Date> =
            first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last).collect();
        days.retain(|day| names(*day));
        let mut text = format!("repeat: {rule}");
        if dice.one_in(3) {
            let count = dice.range(1, 6) as usize;
            write!(text, ";COUNT={count}").unwrap();
            days.truncate(count);
        } else if !days.is_empty() && dice.one_in(3) {
            let until = dice.pick(&days);
            write!(text, ";UNTIL={}", until.to_string().replace('-', "")).unwrap();
            days.retain(|day| *day <= until);
        }
        if days.len() > 1 && dice.one_in(3) {
            let except = dice.pick(&days);
            write!(text, "\nexcept: [{except}]").unwrap();
            days.retain(|day| *day != except);
        }
        let seconds = |day: Date| {
            day.at(hour, minute, 0, 0).to_zoned(zone.clone()).unwrap().timestamp().as_second()
        };
        let announced = seconds(first) + dice.pick(&[-3600, 0, 86_400]);
        let mut starts: Vec<i64> = days.iter().map(|day| seconds(*day)).collect();
        starts.dedup();
        let windows = starts.into_iter().map(|start| {
            let from = (start - self.start_s).div_euclid(self.tick_s);
            let span = Span { from, to: from + length, components: components.clone() };
            let planned = (announced <= start).then_some((span.from, span.to));
            (span, planned)
        });
        let windows: Vec<_> = windows.collect();
        let span = Span { from: 0, to: 0, components };
        let text = format!(
            "---\ntitle: S\ncomponents: [{}]\nstart: {first} {hour:02}:{minute:02} {zone_name}\nduration: {}s\n{text}\nannounced: {}\n---\n",
            self.ids(&span),
            length * self.tick_s,
            jiff::Timestamp::from_second(announced).unwrap(),
        );
        self.files.push((format!("content/maintenance/{index}.md"), text));
        self.maintenance.push(Maintenance { windows });
    }
}
