//! Where the programs of Postgres are, and as whom they run.

use std::{
    env, fs,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::PathBuf,
    process::Command,
};

/// Finds the folder of `initdb` and `postgres`.
pub fn binaries() -> PathBuf {
    let mut folders: Vec<PathBuf> = env::var_os("PG_BIN").map(PathBuf::from).into_iter().collect();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(String::from_utf8_lossy(&output.stdout).trim().into());
    }
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        let mut installed: Vec<_> = versions.flatten().map(|v| v.path().join("bin")).collect();
        installed.sort();
        folders.extend(installed.into_iter().rev());
    }
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .expect(
            "no Postgres was found. Run .ci/test, which installs one; or install it (on Debian: \
             apt-get install postgresql); or name the folder of its binaries in PG_BIN",
        )
}

/// Lets a command be carried out by the user who runs servers.
///
/// `initdb` refuses root: then that is `postgres` or `nobody`.
pub(super) fn as_server(command: &mut Command) -> &mut Command {
    match unprivileged() {
        Some((user, group)) => command.gid(group).uid(user),
        None => command,
    }
}

fn unprivileged() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let user = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = user.split(':').skip(2);
        Some((ids.next()?.parse().ok()?, ids.next()?.parse().ok()?))
    })
}
