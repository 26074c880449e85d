//! What feeds and pictures need to know of XML beside its escapes.

/// Takes out what XML 1.0 forbids however it is written: the colours of a pasted log, say, would
/// break a whole feed.
pub fn keep_allowed(text: &mut String) {
    text.retain(|c| {
        matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    });
}
