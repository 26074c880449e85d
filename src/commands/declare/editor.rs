//! Opens a file in the editor of the person who asked, and waits until it is closed.

use std::path::Path;
use std::process::Command;

use crate::model::template::Variables;

/// Runs `$VISUAL` or `$EDITOR`, which may have arguments of its own, as git does.
pub fn edit(variables: &Variables, file: &Path) -> Result<(), String> {
    let set = |name: &str| variables.get(name).filter(|value| !value.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).map_or("vi", String::as_str);
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), editor])
        .arg(file)
        .status()
        .map_err(|error| format!("cannot start the editor `{editor}`: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("the editor `{editor}` failed; set `EDITOR` to another one")),
    }
}
