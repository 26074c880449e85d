//! Response times, folded: how many samples took how long, half hour by half hour.
//!
//! A chart wants the median and the spread of a stretch of time, not its samples. So samples are
//! counted in bins that widen with the time they stand for, in buckets of a fixed length. Buckets
//! add up to any longer stretch, and the sums do not depend on how the samples were divided among
//! files. All of it is integers, so that every machine draws the same chart.

use super::Time;
use super::buckets::{BINS, Bins, Level, bin_of, middle_of};
use super::time::{DAY, HOUR, MINUTE};

/// The length of a fine bucket, of which the charts of hours are made.
pub const FINE_MS: i64 = 30 * MINUTE;
/// The length of a coarse bucket, of which the charts of days and months are made.
pub const COARSE_MS: i64 = 3 * HOUR;

/// Fine buckets are kept for this long before the day of *now*. A chart shows 24 hours; the rest
/// is room for longer steps, whose first begins before what is shown.
const FINE_KEPT_MS: i64 = 3 * DAY;
/// Coarse buckets are kept for this long before the day of *now*. A chart shows 90 days; the rest
/// is room for longer steps, whose first begins before what is shown.
const COARSE_KEPT_MS: i64 = 93 * DAY;

/// How far back response times are kept.
///
/// It moves from midnight to midnight (UTC) and not with every second, so that what is kept at one
/// moment of a day is what is kept at any other: a cache made later on a day serves all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Horizon(Time);

impl Horizon {
    /// What is kept for a page of this moment.
    pub fn at(now: Time) -> Self {
        Self(Time::from_ms(now.ms().div_euclid(DAY) * DAY))
    }

    /// The midnight before *now*; [`Self::at`] makes the same horizon of it.
    pub fn midnight(self) -> Time {
        self.0
    }

    /// When the oldest bucket of this length begins.
    #[inline]
    fn begin(self, length_ms: i64) -> i64 {
        self.0.ms() - if length_ms == FINE_MS { FINE_KEPT_MS } else { COARSE_KEPT_MS }
    }
}

/// The spread of the response times of a stretch.
///
/// The times are nearest ranks: of `n` samples in order, the `p`th percentile is the one in place
/// `p × n / 100`, rounded up, so that it is one of them and not a mean of two. Below 64 ms it is
/// exact; above, the middle of its bin stands for it, which is at most 1/64 of it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// One sample in twenty took this long or less, in milliseconds.
    pub p5: u32,
    /// The median, in milliseconds.
    pub p50: u32,
    /// Nineteen samples in twenty took this long or less, in milliseconds.
    pub p95: u32,
    /// How many samples these are.
    pub count: u32,
}

/// How long the samples of one probe at one location took, as far back as charts reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latencies {
    horizon: Horizon,
    /// None without a bucket: most files are older than the horizon.
    levels: Option<Box<Levels>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Levels {
    fine: Level<FINE_MS>,
    coarse: Level<COARSE_MS>,
}

impl Latencies {
    /// Begins without samples; those beyond the horizon will be left out.
    pub fn new(horizon: Horizon) -> Self {
        Self { horizon, levels: None }
    }

    /// Takes in a sample that is newer than all before it, unless it lies beyond the horizon.
    #[inline]
    pub fn add(&mut self, time: Time, ms: u32) {
        if time.ms() < self.horizon.begin(COARSE_MS) {
            return;
        }
        let levels = self.levels.get_or_insert_default();
        let bin = bin_of(ms);
        levels.coarse.add(time, bin);
        if time.ms() >= self.horizon.begin(FINE_MS) {
            levels.fine.add(time, bin);
        }
    }

    /// Closes it: nothing is added sample by sample any more.
    pub fn finish(&mut self) {
        if let Some(levels) = &mut self.levels {
            levels.fine.finish();
            levels.coarse.finish();
        }
    }

    /// Puts later samples behind these; both are closed.
    pub fn append(&mut self, later: Self) {
        match (&mut self.levels, later.levels) {
            (_, None) => {}
            (Some(levels), Some(later)) => {
                levels.fine.append(&later.fine);
                levels.coarse.append(&later.coarse);
            }
            (none, later) => *none = later,
        }
        if self.horizon != later.horizon {
            self.forget(self.horizon.max(later.horizon));
        }
    }

    /// Drops what lies beyond a horizon. What was dropped before does not come back.
    pub fn forget(&mut self, horizon: Horizon) {
        self.horizon = self.horizon.max(horizon);
        if let Some(levels) = &mut self.levels {
            levels.fine.forget(self.horizon.begin(FINE_MS));
            levels.coarse.forget(self.horizon.begin(COARSE_MS));
            if levels.coarse.is_empty() {
                self.levels = None;
            }
        }
    }

    /// The band of each stretch from `from` to before `to`; see [`bands`].
    pub fn bands(&self, from: Time, to: Time, step_ms: i64) -> Vec<(Time, Option<Band>)> {
        bands([self], from, to, step_ms)
    }

    /// Adds all buckets to a text for a cache, in printable ASCII without quotes and backslashes.
    /// What is closed comes back from [`Self::unpack`].
    pub fn pack(&self, text: &mut String) {
        match &self.levels {
            None => Level::<COARSE_MS>::default().pack(text),
            Some(levels) => {
                levels.coarse.pack(text);
                levels.fine.pack(text);
            }
        }
    }

    /// Reads what [`Self::pack`] wrote with this horizon, and what follows it. None when it did not
    /// write this.
    pub fn unpack(text: &str, horizon: Horizon) -> Option<(Self, &str)> {
        let (coarse, rest) = Level::unpack(text)?;
        if coarse.is_empty() {
            return Some((Self::new(horizon), rest));
        }
        let (fine, rest) = Level::unpack(rest)?;
        Some((Self { horizon, levels: Some(Box::new(Levels { fine, coarse })) }, rest))
    }
}

/// The bands of what was measured at several locations together: one for each stretch that
/// overlaps the time from `from` to before `to`. A stretch begins at a multiple of its length since
/// the Unix epoch, so that the first may begin before `from`, and the last end after `to`.
///
/// Steps that are multiples of [`COARSE_MS`] are read off the coarse buckets, which reach back for
/// 93 days; other multiples of [`FINE_MS`] off the fine ones, which reach back for three. Any other
/// step is rounded up to one of these, and one of more than 93 days is that long.
pub fn bands<'l>(
    latencies: impl IntoIterator<Item = &'l Latencies>,
    from: Time,
    to: Time,
    step_ms: i64,
) -> Vec<(Time, Option<Band>)> {
    chart(latencies, from, to, step_ms).0
}

/// The bands of each stretch as [`bands`] gives them, and the band of all these stretches together.
pub fn chart<'l>(
    latencies: impl IntoIterator<Item = &'l Latencies>,
    from: Time,
    to: Time,
    step_ms: i64,
) -> (Vec<(Time, Option<Band>)>, Option<Band>) {
    let levels = latencies.into_iter().filter_map(|one| one.levels.as_deref());
    let step_ms = (step_ms.clamp(1, COARSE_KEPT_MS) + FINE_MS - 1) / FINE_MS * FINE_MS;
    if step_ms % COARSE_MS == 0 {
        sums(levels.map(|levels| &levels.coarse).collect(), from, to, step_ms)
    } else {
        sums(levels.map(|levels| &levels.fine).collect(), from, to, step_ms)
    }
}

fn sums<const LENGTH: i64>(
    levels: Vec<&Level<LENGTH>>,
    from: Time,
    to: Time,
    step_ms: i64,
) -> (Vec<(Time, Option<Band>)>, Option<Band>) {
    let mut begin = from.ms().div_euclid(step_ms) * step_ms;
    let mut rests: Vec<_> = levels.iter().map(|level| level.since(begin).peekable()).collect();
    let (mut counts, mut all) = (Counts::new(), Counts::new());
    let mut bands = Vec::new();
    while begin < to.ms() {
        let end = begin + step_ms;
        for rest in &mut rests {
            while let Some((_, text)) = rest.next_if(|(start, _)| *start < end) {
                Bins::of(text).for_each(|(bin, count)| {
                    counts.add(bin, count);
                    all.add(bin, count);
                });
            }
        }
        bands.push((Time::from_ms(begin), counts.take()));
        begin = end;
    }
    (bands, all.take())
}

/// How many samples fell into each bin.
struct Counts {
    bins: [u32; BINS],
    /// The least and the greatest bin with a sample, so that a narrow spread is quick to go
    /// through; the wrong way round without any.
    range: (usize, usize),
}

impl Counts {
    fn new() -> Self {
        Self { bins: [0; BINS], range: (BINS, 0) }
    }

    fn add(&mut self, bin: u16, count: u32) {
        let bin = usize::from(bin);
        self.bins[bin] = self.bins[bin].saturating_add(count);
        self.range = (self.range.0.min(bin), self.range.1.max(bin));
    }

    /// The band of all samples, which are forgotten. None without any.
    fn take(&mut self) -> Option<Band> {
        let (least, greatest) = std::mem::replace(&mut self.range, (BINS, 0));
        let bins = self.bins.get_mut(least..=greatest)?;
        let total: u64 = bins.iter().copied().map(u64::from).sum();
        let rank = |percent: u64| (total * percent).div_ceil(100);
        let at = |rank: u64| {
            let mut seen = 0;
            let is_enough = |count: &u32| {
                seen += u64::from(*count);
                seen >= rank
            };
            middle_of(least + bins.iter().position(is_enough).unwrap_or(0))
        };
        let (p5, p50, p95) = (at(rank(5)), at(rank(50)), at(rank(95)));
        bins.fill(0);
        Some(Band { p5, p50, p95, count: u32::try_from(total).unwrap_or(u32::MAX) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_305_600_000;

    fn at(minutes: i64) -> Time {
        Time::from_ms(NOW + minutes * MINUTE)
    }

    /// Closed, of a sample a minute from this one on.
    fn of(first: i64, times: &[u32]) -> Latencies {
        let mut latencies = Latencies::new(Horizon::at(at(0)));
        for (minute, ms) in (first..).zip(times) {
            latencies.add(at(minute), *ms);
        }
        latencies.finish();
        latencies
    }

    /// The only band of half an hour.
    fn band(latencies: &Latencies, minutes: i64) -> Option<Band> {
        let bands = latencies.bands(at(minutes), at(minutes + 30), FINE_MS);
        assert_eq!(bands.len(), 1);
        assert_eq!(bands[0].0, at(minutes));
        bands[0].1
    }

    #[test]
    fn ranks_are_those_of_samples_and_not_between_them() {
        let band = |times: &[u32]| {
            let band = band(&of(0, times), 0).expect("samples");
            (band.p5, band.p50, band.p95, band.count)
        };
        assert_eq!(band(&[7]), (7, 7, 7, 1));
        assert_eq!(band(&[20, 10]), (10, 10, 20, 2));
        assert_eq!(band(&[30, 10, 20]), (10, 20, 30, 3));
        assert_eq!(band(&(1..=20).collect::<Vec<_>>()), (1, 10, 19, 20));
        assert_eq!(band(&(1..=21).collect::<Vec<_>>()), (2, 11, 20, 21));
        assert_eq!(band(&[0, 0, u32::MAX]), (0, 0, middle_of(BINS - 1), 3));
    }

    #[test]
    fn stretches_are_aligned_and_overlap_what_was_asked_for() {
        let latencies = of(-30, &[10; 60]);
        let starts = |from, to, step_ms| -> Vec<(Time, u32)> {
            let bands = latencies.bands(at(from), at(to), step_ms);
            bands.iter().map(|(start, band)| (*start, band.map_or(0, |band| band.count))).collect()
        };
        assert_eq!(starts(-31, 1, FINE_MS), [(at(-60), 0), (at(-30), 30), (at(0), 30)]);
        assert_eq!(starts(-30, 0, FINE_MS), [(at(-30), 30)]);
        assert_eq!(starts(0, 0, FINE_MS), []);
        assert_eq!(starts(-1, 1, COARSE_MS), [(at(-180), 30), (at(0), 30)]);
        assert_eq!(starts(-1, 1, DAY), [(at(-1440), 30), (at(0), 30)]);
        // Steps that are no step.
        assert_eq!(starts(0, 1, 0), starts(0, 1, FINE_MS));
        assert_eq!(starts(0, 1, FINE_MS + 1), starts(0, 1, 2 * FINE_MS));
        assert_eq!(starts(0, 1, i64::MAX).len(), 1);
    }

    #[test]
    fn what_lies_beyond_the_horizon_is_left_out_and_dropped_alike() {
        let days = |days: i64| days * 24 * 60;
        let (before, after) = (Horizon::at(at(0)), Horizon::at(at(days(1))));
        // Two samples at each midnight, of which the first belongs to the day that ends.
        let of_days = |horizon, range: std::ops::Range<i64>| {
            let mut latencies = Latencies::new(horizon);
            for day in range {
                latencies.add(at(days(day) - 1), 10);
                latencies.add(at(days(day)), 20);
            }
            latencies.finish();
            latencies
        };
        let count = |latencies: &Latencies, step_ms| -> u32 {
            let bands = latencies.bands(at(days(-100)), at(days(1)), step_ms);
            bands.iter().filter_map(|(_, band)| band.map(|band| band.count)).sum()
        };
        let (mut early, mut late) = (of_days(before, -95..1), of_days(after, -95..1));
        assert_eq!((count(&early, FINE_MS), count(&early, COARSE_MS)), (2 * 4 - 1, 2 * 94 - 1));
        assert_eq!((count(&late, FINE_MS), count(&late, COARSE_MS)), (2 * 3 - 1, 2 * 93 - 1));
        early.forget(after);
        assert_eq!(early, late);
        // The later horizon holds for both sides of a join.
        for (first, second) in [(before, after), (after, before)] {
            let mut joined = of_days(first, -95..0);
            joined.append(of_days(second, 0..1));
            assert_eq!(joined, late);
        }
        // Nothing is left, and no trace of it.
        let far = Horizon::at(at(days(200)));
        late.forget(far);
        assert_eq!(late, Latencies::new(far));
        // The day of the horizon is one and the same from its first to its last moment.
        assert_eq!(Horizon::at(at(days(1)).plus(DAY - 1)), after);
        assert_eq!(Horizon::at(after.midnight()), after);
    }

    #[test]
    fn a_join_within_a_bucket_is_as_if_there_was_none() {
        let times: Vec<u32> = (0..400).map(|number| number * number % 977).collect();
        let whole = of(0, &times);
        for cut in [0, 1, 29, 30, 31, 180, 181, 399, 400] {
            let (first, second) = times.split_at(cut);
            let mut joined = of(0, first);
            joined.append(of(cut as i64, second));
            assert_eq!(joined, whole, "cut at {cut}");
        }
    }

    #[test]
    fn what_is_packed_comes_back_and_other_text_does_no_harm() {
        let mut text = String::new();
        let all = [
            of(0, &[]),
            of(0, &[0]),
            of(-400, &[100; 400]),
            of(0, &(0..300).map(|number| number * 7_654_321).collect::<Vec<_>>()),
            of(0, &[u32::MAX, 0]),
        ];
        all.iter().for_each(|latencies| latencies.pack(&mut text));
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte)));
        let mut rest = text.as_str();
        for latencies in &all {
            let (read, after) = Latencies::unpack(rest, latencies.horizon).expect("packed");
            assert_eq!(&read, latencies);
            rest = after;
        }
        assert_eq!(rest, "");
        let last = &text[text.len() - 9..];
        assert_eq!(Latencies::unpack(&last[..8], Horizon::at(at(0))), None);
        for at_byte in 0..text.len() {
            for letter in ["#", "[", "]", "|", " ", "é", ""] {
                let spoilt = format!("{}{letter}{}", &text[..at_byte], &text[at_byte + 1..]);
                let mut rest = spoilt.as_str();
                while let Some((mut read, after)) = Latencies::unpack(rest, Horizon::at(at(0))) {
                    read.append(of(0, &[1; 200]));
                    read.bands(at(-400), at(400), FINE_MS);
                    rest = after;
                    if rest.is_empty() {
                        break;
                    }
                }
            }
        }
    }
}
