//! What becomes of the tests' own server when the tests are killed.
//!
//! The tests that are killed are this test binary, run again with a task in its environment.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::postgres_server::{FAST, Server, is_running};

const TASK: &str = "SITSTAY_STARTS_A_SERVER";

/// The child's side; for anybody else it is a test that does nothing.
#[test]
fn starts_a_server() {
    if std::env::var_os(TASK).is_none() {
        return;
    }
    let server = Server::start(FAST);
    let line = format!("started {} {}\n", server.pid(), server.folder().display());
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    // Longer than anybody waits for it to be killed.
    thread::sleep(Duration::from_secs(600));
}

#[test]
fn a_server_goes_with_the_process_that_started_it() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "orphaned::starts_a_server", "--nocapture"])
        .env(TASK, "")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (say, said) = mpsc::channel();
    thread::spawn(move || {
        // The harness may have begun the line.
        let started = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once("started ").map(|(_, rest)| rest.to_owned()));
        let _ = say.send(started);
    });
    let started = said.recv_timeout(Duration::from_secs(120));
    child.kill().unwrap();
    child.wait().unwrap();
    let started = started.unwrap().expect("a child that started a server");
    let (pid, folder) = started.split_once(' ').unwrap();
    let (pid, folder) = (pid.parse().unwrap(), Path::new(folder));
    for _ in 0..6_000 {
        if !is_running(pid) && !folder.exists() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{started} is left: running {}, folder {}", is_running(pid), folder.exists());
}
