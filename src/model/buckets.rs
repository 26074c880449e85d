//! Buckets of response times: how many samples of a stretch fell into each bin, packed.
//!
//! What the charts of a hundred probes need may be two million pairs of a bin and a count. Most
//! counts are one and most bins near the one before, so that a pair is written as one letter and
//! read again where it is needed. All of them together are then small enough to be kept in memory,
//! and to be read from a cache at each build.

use super::Time;

/// How many bins there are: one more than the greatest number that [`bin_of`] gives.
pub(super) const BINS: usize = 896;

/// The bin of a response time: its first six binary digits, and how many digits follow them.
///
/// So every time below 64 ms has a bin of its own, and each doubling from there on has 32. A bin
/// with `more` digits left out is `1 << more` wide and begins at `32 << more` or later.
#[inline]
pub(super) fn bin_of(ms: u32) -> u16 {
    let more = (u32::BITS - 6).saturating_sub(ms.leading_zeros());
    (32 * more + (ms >> more)) as u16
}

/// The response time that a bin stands for: the middle of those in it.
pub(super) fn middle_of(bin: usize) -> u32 {
    let bin = bin as u32;
    if bin < 64 {
        return bin;
    }
    let more = bin / 32 - 1;
    ((bin - 32 * more) << more) + (1 << (more - 1))
}

/// Buckets of one length, oldest first, each with a sample at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level<const LENGTH: i64> {
    buckets: Vec<Bucket>,
    /// The bins of all buckets one after another, as [`Bins`] reads them: about a byte each, where
    /// a pair of numbers would take six.
    text: String,
    /// The bins of the samples of the bucket that is being filled, in the order they came: to count
    /// them at the end is quicker than to look for the place of each.
    open: Vec<u16>,
    /// When that bucket ends; before all time without one.
    open_end: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bucket {
    /// It begins this many lengths after the Unix epoch.
    number: i32,
    /// How many bytes its bins take.
    bytes: u16,
}

impl<const LENGTH: i64> Default for Level<LENGTH> {
    fn default() -> Self {
        Self { buckets: Vec::new(), text: String::new(), open: Vec::new(), open_end: i64::MIN }
    }
}

impl<const LENGTH: i64> Level<LENGTH> {
    /// Takes in a sample that is newer than all before it.
    #[inline]
    pub(super) fn add(&mut self, time: Time, bin: u16) {
        if time.ms() >= self.open_end {
            self.close();
            self.open_end = (time.ms().div_euclid(LENGTH) + 1) * LENGTH;
            // As many as a sample every five minutes makes, so that the room seldom has to grow.
            self.open.reserve(36);
        }
        self.open.push(bin);
    }

    /// Puts the bucket that is being filled behind the others.
    fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let number = number_of::<LENGTH>(self.open_end) - 1;
        self.text.reserve(self.open.len());
        // Counted and marked, the bins come in order without being sorted.
        let mut counts = [0_u32; BINS];
        let mut marks = [0_u64; BINS.div_ceil(64)];
        for bin in self.open.drain(..) {
            let bin = usize::from(bin);
            counts[bin] += 1;
            marks[bin / 64] |= 1 << (bin % 64);
        }
        let marked = marks.into_iter().zip(0_u16..).flat_map(|(mut rest, word)| {
            std::iter::from_fn(move || {
                let bin = word * 64 + rest.trailing_zeros() as u16;
                let is_there = rest != 0;
                rest &= rest.wrapping_sub(1);
                is_there.then_some(bin)
            })
        });
        self.put(number, marked.map(|bin| (bin, counts[usize::from(bin)])));
    }

    /// Whether it has no bucket but the one that is being filled.
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Ends the bucket that is being filled; no sample follows.
    pub(super) fn finish(&mut self) {
        self.close();
        self.open = Vec::new();
        self.open_end = i64::MIN;
    }

    /// Takes the newest bucket away, if it has this number; its bins.
    fn reopen(&mut self, number: i32) -> Vec<(u16, u32)> {
        let Some(last) = self.buckets.pop_if(|last| last.number == number) else {
            return Vec::new();
        };
        let rest = self.text.len() - usize::from(last.bytes);
        let bins = Bins::of(&self.text[rest..]).collect();
        self.text.truncate(rest);
        bins
    }

    /// Adds a bucket newer than all others, whose bins are in order.
    fn put(&mut self, number: i32, bins: impl Iterator<Item = (u16, u32)>) {
        let before = self.text.len();
        let mut next = 0;
        for (bin, count) in bins {
            // Most counts are one, and are told in the last digit of the distance.
            write(&mut self.text, u32::from(bin - next) * 2 + u32::from(count > 1));
            if count > 1 {
                write(&mut self.text, count - 2);
            }
            next = bin + 1;
        }
        self.buckets.push(Bucket { number, bytes: (self.text.len() - before) as u16 });
    }

    /// Puts later buckets behind these, of which the first may be the last of these.
    pub(super) fn append(&mut self, later: &Self) {
        let Some(first) = later.buckets.first() else { return };
        let (mut buckets, mut text) = (&later.buckets[..], &later.text[..]);
        let mut bins = self.reopen(first.number);
        if !bins.is_empty() {
            let (same, rest) = text.split_at(usize::from(first.bytes));
            bins.extend(Bins::of(same));
            bins.sort_unstable();
            let same = bins.chunk_by(|(a, _), (b, _)| a == b);
            let sum = |pairs: &[(u16, u32)]| {
                pairs.iter().fold(0_u32, |sum, (_, count)| sum.saturating_add(*count))
            };
            self.put(first.number, same.map(|pairs| (pairs[0].0, sum(pairs))));
            (buckets, text) = (&buckets[1..], rest);
        }
        self.buckets.extend(buckets);
        self.text.push_str(text);
    }

    /// Drops the buckets that begin before this time.
    pub(super) fn forget(&mut self, time: i64) {
        let oldest = number_of::<LENGTH>(time);
        let old = self.buckets.partition_point(|bucket| bucket.number < oldest);
        let bytes: usize = self.buckets.drain(..old).map(|bucket| usize::from(bucket.bytes)).sum();
        self.text.drain(..bytes);
    }

    /// The buckets that begin at this time or later: when, and their bins.
    pub(super) fn since(&self, time: i64) -> impl Iterator<Item = (i64, &str)> {
        let mut rest = self.text.as_str();
        let all = self.buckets.iter().map(move |bucket| {
            let (own, after) = rest.split_at(usize::from(bucket.bytes));
            rest = after;
            (i64::from(bucket.number) * LENGTH, own)
        });
        all.skip_while(move |(begin, _)| *begin < time)
    }

    /// Adds all buckets to a text.
    pub(super) fn pack(&self, text: &mut String) {
        write(text, self.buckets.len() as u32);
        let mut before = 0;
        for bucket in &self.buckets {
            write(text, bucket.number.wrapping_sub(before) as u32);
            write(text, u32::from(bucket.bytes));
            before = bucket.number;
        }
        text.push_str(&self.text);
    }

    /// Reads what [`Self::pack`] wrote, and what follows it.
    pub(super) fn unpack(text: &str) -> Option<(Self, &str)> {
        let mut bytes = text.bytes();
        let mut level = Self::default();
        let (mut number, mut total) = (0_i32, 0);
        for _ in 0..read(&mut bytes)? {
            let before = number;
            number = number.wrapping_add(read(&mut bytes)? as i32);
            let bytes = u16::try_from(read(&mut bytes)?).ok()?;
            if bytes == 0 || (!level.buckets.is_empty() && number <= before) {
                return None;
            }
            total += usize::from(bytes);
            level.buckets.push(Bucket { number, bytes });
        }
        let (own, rest) = text.get(text.len() - bytes.len()..)?.split_at_checked(total)?;
        level.text = own.is_ascii().then(|| own.to_owned())?;
        Some((level, rest))
    }
}

/// The number of the bucket that begins at this time. The years 1 to 9999 fit.
fn number_of<const LENGTH: i64>(begin: i64) -> i32 {
    begin.div_euclid(LENGTH) as i32
}

/// Reads the bins of a bucket, in order, each with its count. Text that nothing here wrote ends
/// somewhere, and does no other harm.
pub(super) struct Bins<'t> {
    bytes: std::str::Bytes<'t>,
    next: u32,
}

impl<'t> Bins<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { bytes: text.bytes(), next: 0 }
    }
}

impl Iterator for Bins<'_> {
    type Item = (u16, u32);

    #[inline]
    fn next(&mut self) -> Option<(u16, u32)> {
        let number = read(&mut self.bytes)?;
        let bin = self.next + number / 2;
        self.next = bin.saturating_add(1);
        let count = if number % 2 == 0 { 1 } else { read(&mut self.bytes)?.saturating_add(2) };
        ((bin as usize) < BINS).then_some((bin as u16, count))
    }
}

/// The first of the letters that end a number, and how many they are: all from `#` to `[`.
const ENDS: (u8, u32) = (b'#', 57);
/// The first of the 32 letters that stand for five binary digits, of which more follow.
const DIGITS: u8 = b']';

/// Writes a number, the last digits first; a small one is one letter.
pub(super) fn write(text: &mut String, mut number: u32) {
    while number >= ENDS.1 {
        text.push(char::from(DIGITS + (number % 32) as u8));
        number /= 32;
    }
    text.push(char::from(ENDS.0 + number as u8));
}

/// Reads a number. None at the end, and where there is no number.
#[inline]
fn read(bytes: &mut std::str::Bytes<'_>) -> Option<u32> {
    let (mut number, mut shift) = (0_u32, 0);
    loop {
        let byte = bytes.next()?;
        let end = u32::from(byte.wrapping_sub(ENDS.0));
        if end < ENDS.1 {
            return Some(number | end.checked_shl(shift)?);
        }
        let digits = u32::from(byte.wrapping_sub(DIGITS));
        if digits >= 32 {
            return None;
        }
        number |= digits.checked_shl(shift)?;
        shift += 5;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_stands_for_what_is_in_it_and_the_bins_are_in_order() {
        let powers = (0..32).flat_map(|digits| {
            let power = 1_u32 << digits;
            (0..2000).flat_map(move |off| [power.saturating_sub(off), power.saturating_add(off)])
        });
        let mut times: Vec<u32> = (0..300_000).chain(powers).collect();
        times.extend((0..1_000_000_u32).map(|number| number.wrapping_mul(2_654_435_761)));
        times.push(u32::MAX);
        times.sort_unstable();
        let mut before = 0;
        for ms in times {
            let bin = bin_of(ms);
            let middle = middle_of(usize::from(bin));
            assert!(before <= bin && usize::from(bin) < BINS, "{ms}");
            assert_eq!(bin_of(middle), bin, "{ms}");
            assert!(u64::from(middle.abs_diff(ms)) * 64 <= u64::from(ms), "{ms} and {middle}");
            assert!(ms >= 64 || middle == ms, "{ms} and {middle}");
            before = bin;
        }
        assert_eq!(usize::from(bin_of(u32::MAX)), BINS - 1);
    }

    #[test]
    fn a_number_survives_its_letters() {
        for number in (0..100_000).chain((0..32).map(|digits| u32::MAX >> digits)) {
            let mut text = String::new();
            write(&mut text, number);
            assert_eq!(read(&mut text.bytes()), Some(number));
            assert_eq!(text.len() == 1, number < ENDS.1);
        }
    }
}
