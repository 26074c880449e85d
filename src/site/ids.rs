//! Ids as Statuspage has them: twelve letters and digits. They follow from what a thing is
//! called in the files, so that they stay when it is renamed for visitors and when all is built
//! again.

use crate::model::Settings;

/// The id of something of this site.
pub fn id(settings: &Settings, kind: &str, name: &str) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let text = format!("{}\n{kind}\n{name}", settings.url);
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut number =
        digest.as_ref()[..16].iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    let mut id = String::new();
    for _ in 0..12 {
        id.push(char::from(DIGITS[(number % 36) as usize]));
        number /= 36;
    }
    id
}
