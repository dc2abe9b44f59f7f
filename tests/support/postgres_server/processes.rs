//! The processes of a server, as `/proc` tells of them: not every machine has `pgrep`.

use std::{fs, process::Command, thread, time::Duration};

/// What `/proc` says of a process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Process {
    pub(super) parent: u32,
    state: char,
}

impl Process {
    /// Looks for a process; one that is over and that nobody has asked about is none.
    pub(super) fn find(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // Its name, in parentheses, may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        (!matches!(state, 'Z' | 'X')).then_some(Self { parent, state })
    }

    const fn is_stopped(self) -> bool {
        matches!(self.state, 'T' | 't')
    }
}

/// Says whether a process is there and goes on.
pub fn is_running(pid: u32) -> bool {
    Process::find(pid).is_some()
}

fn children(parent: u32) -> Vec<u32> {
    let pids = fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| Process::find(*pid).is_some_and(|found| found.parent == parent)).collect()
}

/// The shell's own `kill`: not every machine has the program.
fn signal(signal: &str, pids: &[u32]) {
    let kill = r#"signal=$1; shift; for pid; do kill "$signal" "$pid" 2>/dev/null || true; done"#;
    let pids = pids.iter().map(u32::to_string);
    let sent = Command::new("sh").args(["-c", kill, "kill", signal]).args(pids).status();
    assert!(sent.unwrap().success());
}

fn wait(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("{what}");
}

/// Kills a process and all its children on the spot, and waits until they are gone.
pub(super) fn kill_all(pid: u32) {
    // A process that stands still starts no child that nobody kills.
    signal("-STOP", &[pid]);
    wait("there is no such process to kill", || {
        Process::find(pid).is_some_and(Process::is_stopped)
    });
    let mut all = children(pid);
    all.push(pid);
    signal("-KILL", &all);
    // While one of them is going, it keeps the data locked.
    wait("a killed process goes on", || all.iter().all(|pid| Process::find(*pid).is_none()));
}
