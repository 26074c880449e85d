//! Asks on a terminal for what the command line did not say. In CI nobody is there to ask.

use std::io::{IsTerminal, stderr, stdin};

use super::super::{Failure, err, progress};
use crate::model::template::Variables;

/// Whether somebody is there.
pub fn is_possible(variables: &Variables) -> bool {
    stdin().is_terminal() && stderr().is_terminal() && !variables.contains_key("CI")
}

/// One line; empty if only the return key is pressed.
pub fn line(question: &str) -> Result<String, Failure> {
    progress(format_args!("{question} "));
    let mut answer = String::new();
    match stdin().read_line(&mut answer) {
        Ok(0) | Err(_) => Err(Failure::Usage("nothing was written".to_owned())),
        Ok(_) => Ok(answer.trim().to_owned()),
    }
}

/// One line that is not empty.
pub fn filled(question: &str) -> Result<String, Failure> {
    loop {
        let answer = line(question)?;
        if !answer.is_empty() {
            return Ok(answer);
        }
    }
}

/// Lines up to one that is a single dot, so that paragraphs can be pasted.
pub fn text(question: &str) -> Result<String, Failure> {
    err(format_args!("{question} A line with a single dot ends it."));
    let mut text = String::new();
    loop {
        let before = text.len();
        match stdin().read_line(&mut text) {
            Ok(0) | Err(_) => return Err(Failure::Usage("nothing was written".to_owned())),
            Ok(_) if text[before..].trim_end() == "." => {
                text.truncate(before);
                return Ok(text);
            }
            Ok(_) => {}
        }
    }
}

/// One of several words, by its number, or by its beginning if no other begins so.
pub fn choice(question: &str, words: &[&str], default: usize) -> Result<usize, Failure> {
    for (number, word) in words.iter().enumerate() {
        err(format_args!("  {} {word}", number + 1));
    }
    loop {
        let answer = line(&format!("{question} [{}]", words[default]))?.to_lowercase();
        if answer.is_empty() {
            return Ok(default);
        }
        let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(number) = number.filter(|number| *number < words.len()) {
            return Ok(number);
        }
        let fits = |word: &&str| word.to_lowercase().starts_with(&answer);
        let mut fitting = words.iter().enumerate().filter(|(_, word)| fits(word));
        if let (Some((number, _)), None) = (fitting.next(), fitting.next()) {
            return Ok(number);
        }
        err("write one of the numbers, or the word");
    }
}

/// Asks whether something shall be done; no is the answer of whoever says nothing.
pub fn is_agreed(question: &str) -> Result<bool, Failure> {
    let answer = line(&format!("{question} [y/N]"))?;
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}
