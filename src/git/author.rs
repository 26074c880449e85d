//! Commits for the author, on the branch that is checked out: one file at a time, and nothing else.

use std::path::Path;

use super::{GitError, Repository, command, run};

impl Repository {
    /// The branch that is checked out; a commit on none would be lost.
    pub fn branch(&self) -> Result<String, GitError> {
        let action = "find the branch to commit on";
        let found = run(command(&self.top).args(["symbolic-ref", "--short", "HEAD"]), &[], action)?;
        Ok(String::from_utf8_lossy(&found).trim_end().to_owned())
    }

    /// Commits a file as it is on the disk. What else is staged stays staged.
    pub fn commit_file(&self, file: &Path, message: &str) -> Result<(), GitError> {
        run(command(&self.top).args(["add", "--"]).arg(file), &[], "add the file to a commit")?;
        let mut commit = command(&self.top);
        commit.args(["commit", "--quiet", "--only", "--file", "-", "--"]).arg(file);
        run(&mut commit, message.as_bytes(), "commit the file")?;
        Ok(())
    }

    /// Pushes the branch to where it is pushed by `git push`.
    pub fn push_branch(&self) -> Result<(), GitError> {
        let mut push = command(&self.top);
        push.args(["push", "--quiet"]);
        push.envs(self.reach.iter().filter(|(name, _)| name == "GIT_SSH_COMMAND").cloned());
        run(&mut push, &[], "push the branch")?;
        Ok(())
    }
}
