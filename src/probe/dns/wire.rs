//! DNS messages as they travel (RFC 1035, and the records of RFC 2782, 3596 and 8659).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::model::target::RecordType;

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The code: 0 is NOERROR, 3 is NXDOMAIN.
    pub rcode: u8,
    /// It did not fit.
    pub is_truncated: bool,
    /// The records of the type that was asked, as text.
    pub records: Vec<String>,
}

const HEADER: usize = 12;

/// A question that asks for recursion.
pub fn query(id: u16, name: &str, record: RecordType) -> Vec<u8> {
    let mut message = Vec::with_capacity(HEADER + name.len() + 6);
    message.extend(id.to_be_bytes());
    message.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        message.push(label.len() as u8);
        message.extend(label.as_bytes());
    }
    message.push(0);
    message.extend((record as u16).to_be_bytes());
    message.extend([0, 1]);
    message
}

/// Whether a message is an answer to this query: the same id and the same question.
pub fn answers(message: &[u8], query: &[u8]) -> bool {
    let (Some(head), Some(question)) = (message.get(..HEADER), query.get(HEADER..)) else {
        return false;
    };
    // A server that finds no sense in a question may leave it out.
    let repeats = match head[4..6] {
        [0, 0] => true,
        _ => message
            .get(HEADER..HEADER + question.len())
            .is_some_and(|repeated| repeated.eq_ignore_ascii_case(question)),
    };
    head[..2] == query[..2] && head[2] & 0x80 != 0 && repeats
}

/// The word of a code.
pub fn rcode_word(code: u8) -> &'static str {
    match code {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => "another error",
    }
}

/// Reads a message. None when it is not one.
pub fn parse(message: &[u8]) -> Option<Answer> {
    let mut reader = Reader { message, at: 2 };
    let flags = reader.u16()?;
    let (questions, count) = (reader.u16()?, reader.u16()?);
    reader.take(4)?;
    let mut asked = None;
    for _ in 0..questions {
        reader.name()?;
        asked = Some(reader.u16()?);
        reader.u16()?;
    }
    let is_truncated = flags & 0x0200 != 0;
    let mut records = Vec::new();
    for _ in 0..count {
        let record = reader.record();
        match record {
            Some((kind, text)) if Some(kind) == asked => records.extend(text),
            Some(_) => {}
            // What did not fit may be cut anywhere.
            None if is_truncated => break,
            None => return None,
        }
    }
    Some(Answer { rcode: (flags & 15) as u8, is_truncated, records })
}

struct Reader<'m> {
    message: &'m [u8],
    at: usize,
}

impl<'m> Reader<'m> {
    fn take(&mut self, count: usize) -> Option<&'m [u8]> {
        let bytes = self.message.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(bytes)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A name, which may go on elsewhere. Each jump leads further back, so it ends.
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        let mut after = None;
        let mut limit = self.at;
        loop {
            let length = usize::from(self.u8()?);
            match length {
                0 => break,
                1..=63 => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    for byte in self.take(length)? {
                        match byte {
                            b'.' | b'\\' => name.extend(['\\', char::from(*byte)]),
                            b'!'..=b'~' => name.push(char::from(*byte)),
                            _ => name.push_str(&format!("\\{byte:03}")),
                        }
                    }
                    if name.len() > 1024 {
                        return None;
                    }
                }
                0xc0..=0xff => {
                    let target = (length & 0x3f) << 8 | usize::from(self.u8()?);
                    after.get_or_insert(self.at);
                    if target >= limit {
                        return None;
                    }
                    limit = target;
                    self.at = target;
                }
                _ => return None,
            }
        }
        if let Some(after) = after {
            self.at = after;
        }
        Some(if name.is_empty() { ".".to_owned() } else { name })
    }

    /// The type of the next record and, where the type is known, its data as text.
    fn record(&mut self) -> Option<(u16, Option<String>)> {
        self.name()?;
        let kind = self.u16()?;
        self.u16()?;
        self.u32()?;
        let length = usize::from(self.u16()?);
        let end = self.at.checked_add(length).filter(|end| *end <= self.message.len())?;
        let text = self.data(kind, end)?;
        // Data that ends elsewhere than it says is not data of this type.
        if text.is_some() && self.at != end {
            return None;
        }
        self.at = end;
        Some((kind, text))
    }

    fn data(&mut self, kind: u16, end: usize) -> Option<Option<String>> {
        let record = RecordType::WORDS.iter().find(|(_, record)| *record as u16 == kind);
        let Some((_, record)) = record else { return Some(None) };
        Some(Some(match record {
            RecordType::A => Ipv4Addr::from(<[u8; 4]>::try_from(self.take(4)?).ok()?).to_string(),
            RecordType::Aaaa => {
                Ipv6Addr::from(<[u8; 16]>::try_from(self.take(16)?).ok()?).to_string()
            }
            RecordType::Ns | RecordType::Cname | RecordType::Ptr => self.name()?,
            RecordType::Mx => format!("{} {}", self.u16()?, self.name()?),
            RecordType::Srv => {
                format!("{} {} {} {}", self.u16()?, self.u16()?, self.u16()?, self.name()?)
            }
            RecordType::Soa => {
                let (primary, mailbox) = (self.name()?, self.name()?);
                let mut numbers = String::new();
                for _ in 0..5 {
                    numbers.push_str(&format!(" {}", self.u32()?));
                }
                format!("{primary} {mailbox}{numbers}")
            }
            RecordType::Txt => {
                let mut text = Vec::new();
                while self.at < end {
                    let length = usize::from(self.u8()?);
                    text.extend_from_slice(self.take(length)?);
                }
                String::from_utf8_lossy(&text).into_owned()
            }
            RecordType::Caa => {
                let flags = self.u8()?;
                let length = usize::from(self.u8()?);
                let tag = String::from_utf8_lossy(self.take(length)?).into_owned();
                let value = self.take(end.checked_sub(self.at)?)?;
                format!("{flags} {tag} {}", String::from_utf8_lossy(value))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_points_at_itself_ends() {
        let mut message = query(7, "a.example", RecordType::A);
        message[2] = 0x81;
        message[7] = 1;
        let here = message.len();
        message.extend([0xc0, here as u8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
        assert_eq!(parse(&message), None);
        message[here + 1] = HEADER as u8;
        let answer = parse(&message).expect("a whole message");
        assert_eq!(answer.records, ["1.2.3.4"]);
        assert!(answers(&message, &query(7, "A.example", RecordType::A)));
        assert!(!answers(&message, &query(8, "a.example", RecordType::A)));
        assert!(!answers(&message, &query(7, "b.example", RecordType::A)));
        for length in 0..message.len() {
            assert_eq!(parse(&message[..length]), None, "{length}");
        }
    }
}
