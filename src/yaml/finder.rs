//! The way back from a node to its place in the text.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::node::{MOST_NODES, NodeSeed};

/// One step from a node to a node within it.
#[derive(Debug, Clone)]
pub enum Step {
    /// The value of the nth entry with this key.
    Key(String, usize),
    /// The nth element of a list.
    Index(usize),
}

/// Walks along a path and fails at its end, so that the error carries the position.
pub struct Finder<'p> {
    /// Where to.
    pub path: &'p [Step],
    /// Whether to stop at the last key rather than at its value.
    pub key: bool,
}

const FOUND: &str = "found";

impl<'de> DeserializeSeed<'de> for Finder<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Finder<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the place of a mistake")
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Err(E::custom(FOUND))
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Err(E::custom(FOUND))
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Err(E::custom(FOUND))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom(FOUND))
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Err(E::custom(FOUND))
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Err(E::custom(FOUND))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Some((Step::Index(index), rest)) = self.path.split_first() else {
            return Err(de::Error::custom(FOUND));
        };
        for _ in 0..*index {
            access.next_element_seed(NodeSeed(&Cell::new(MOST_NODES)))?;
        }
        access.next_element_seed(Finder { path: rest, key: self.key })?;
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Some((Step::Key(key, nth), rest)) = self.path.split_first() else {
            return Err(de::Error::custom(FOUND));
        };
        let mut left = *nth;
        let stop = self.key && rest.is_empty();
        while let Some(matches) = access.next_key_seed(KeyFinder { key, left: &mut left, stop })? {
            if matches {
                access.next_value_seed(Finder { path: rest, key: self.key })?;
                break;
            }
            access.next_value_seed(NodeSeed(&Cell::new(MOST_NODES)))?;
        }
        Ok(())
    }
}

/// Tells whether a key is the one looked for; fails there when it is the end of the path.
struct KeyFinder<'k> {
    key: &'k str,
    left: &'k mut usize,
    stop: bool,
}

impl<'de> DeserializeSeed<'de> for KeyFinder<'_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeyFinder<'_> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<bool, E> {
        if value != self.key {
            return Ok(false);
        }
        if *self.left > 0 {
            *self.left -= 1;
            return Ok(false);
        }
        if self.stop { Err(E::custom(FOUND)) } else { Ok(true) }
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<bool, E> {
        self.visit_str(&value.to_string())
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<bool, E> {
        self.visit_str(&value.to_string())
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<bool, E> {
        self.visit_str(&value.to_string())
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<bool, E> {
        self.visit_str(&value.to_string())
    }
    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        self.visit_str("null")
    }
}
