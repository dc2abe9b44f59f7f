//! How the story is told: numbered steps with the time beside them, in lines that fit a terminal.

use std::io::{self, Write};

const WIDTH: usize = 92;
const INDENT: &str = "   ";

/// Writes the story down.
pub(crate) struct Narration<'a> {
    out: &'a mut (dyn Write + Send),
    steps: usize,
}

impl<'a> Narration<'a> {
    pub(crate) fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self { out, steps: 0 }
    }

    pub(crate) fn title(&mut self, title: &str) -> io::Result<()> {
        let line = "─".repeat(title.chars().count());
        writeln!(self.out, "\n{INDENT}{title}\n{INDENT}{line}")
    }

    /// Begins a step; the time at which it happens stands at the end of the line.
    pub(crate) fn step(&mut self, heading: &str, time: &str) -> io::Result<()> {
        self.steps += 1;
        let left = format!("{:<2} {heading}", self.steps);
        let gap = WIDTH.saturating_sub(left.chars().count());
        writeln!(self.out, "\n{left}{time:>gap$}\n")
    }

    /// Says something, in as many lines as it takes.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        for line in wrap(text, WIDTH - INDENT.len()) {
            writeln!(self.out, "{INDENT}{line}")?;
        }
        Ok(())
    }

    /// Shows lines as they are.
    pub(crate) fn show(&mut self, lines: &str) -> io::Result<()> {
        for line in lines.lines() {
            writeln!(self.out, "{}", format!("{INDENT}{line}").trim_end())?;
        }
        Ok(())
    }

    pub(crate) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let needed = word.chars().count() + 1;
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + needed <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
