//! `aboveboard theme eject`: copies files of the built-in theme to where a site may change them.

use std::path::Path;

use super::project::load_settings;
use super::{Failure, World, print};
use crate::{disk, problem, theme};

/// Writes one file of the built-in theme into the theme of the site, or all of them. Files that are
/// there already stay as they are.
pub fn eject(world: &World, folder: &Path, file: Option<&str>) -> Result<(), Failure> {
    let (settings, problems) = load_settings(folder)?;
    let Some(settings) = settings else {
        print(&problems);
        return Err(Failure::Mistakes);
    };
    let files = theme::built_in();
    let wanted: Vec<(&str, &str)> = match file {
        None => files.into_iter().collect(),
        Some(name) => match files.get_key_value(name) {
            Some((name, text)) => vec![(*name, *text)],
            None => {
                let help = problem::suggest(name, files.keys().copied());
                return Err(Failure::Usage(format!("no theme has a file `{name}`; {help}")));
            }
        },
    };
    let theme = format!("themes/{}", settings.look.theme);
    for (name, text) in wanted {
        let path = format!("{theme}/{name}");
        if disk::write_new(&folder.join(&path), text)? {
            world.say(format!("wrote {path}"));
        } else {
            world.say(format!("kept  {path}, which was there already"));
        }
    }
    if settings.look.theme == "default" {
        world.say("these files now stand before the built-in ones; what you do not change, delete again, so that it keeps up with new releases");
    }
    Ok(())
}
