//! What is wrong with a data file, and in which line and field.

use std::{collections::BTreeMap, fmt};

use serde_json::{error::Category, value::RawValue};
use serde_path_to_error::Segment;

/// The first thing that is wrong with a file; shown as `line: field: problem`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) line: usize,
    pub(crate) field: String,
    pub(crate) problem: String,
}

impl Mistake {
    /// A value that cannot be read as what its field needs.
    pub(super) fn of_reading(
        text: &str,
        error: &serde_path_to_error::Error<serde_json::Error>,
    ) -> Self {
        match error.inner().classify() {
            Category::Data => {
                let path = Path::from(error.path());
                let problem = without_name(&without_position(error.inner())).to_owned();
                Wrong { path, problem }.find_in(text)
            }
            Category::Syntax | Category::Eof | Category::Io => Self::of_syntax(error.inner()),
        }
    }

    /// A value that can be read, and is refused all the same.
    pub(crate) fn at(path: &Path, problem: String, text: &str) -> Self {
        Wrong { path: path.clone(), problem }.find_in(text)
    }

    /// Text that is no JSON.
    pub(super) fn of_syntax(error: &serde_json::Error) -> Self {
        Self {
            line: error.line(),
            field: format!("column {}", error.column()),
            problem: without_position(error),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.problem)
    }
}

/// What is wrong with a value, before it is known in which line the value stands.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) path: Path,
    pub(super) problem: String,
}

impl Wrong {
    pub(super) fn find_in(self, text: &str) -> Mistake {
        let line = self.path.line_in(text);
        Mistake { line, field: self.path.to_string(), problem: self.problem }
    }
}

/// The way to a value in the file; shown as in `trainers[3].hours[1].end`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Path {
    /// The way on to a field of an object.
    pub(crate) fn at(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// The way on to an entry of a list, counted from 0.
    pub(crate) fn nth(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// The line in which the value begins, from 1; of what holds it, where it is missing.
    pub(crate) fn line_in(&self, text: &str) -> usize {
        let Ok(root) = serde_json::from_str::<&RawValue>(text) else { return 1 };
        let mut found = root.get();
        for step in &self.0 {
            let Some(inner) = step.find_in(found) else { break };
            found = inner;
        }
        // Raw values borrow from the text, so their addresses say where they stand.
        let offset = (found.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
    }
}

impl Step {
    fn find_in<'a>(&self, json: &'a str) -> Option<&'a str> {
        let inner = match self {
            Self::Key(key) => {
                let fields: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
                fields.get(key).copied()
            }
            Self::Index(index) => {
                let entries: Vec<&RawValue> = serde_json::from_str(json).ok()?;
                entries.get(*index).copied()
            }
        };
        inner.map(RawValue::get)
    }
}

impl From<&serde_path_to_error::Path> for Path {
    fn from(path: &serde_path_to_error::Path) -> Self {
        let step = |segment: &Segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        Self(path.iter().map_while(step).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// serde_json adds where the reader stood, which may be past the value.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}

/// The library's messages begin with the name of the value, which the path says already unless it
/// is a part of a time of day.
fn without_name(problem: &str) -> &str {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match problem.split_once(": ") {
        Some(("hour" | "minute", _)) | None => problem,
        Some((name, rest)) if is_name(name) => rest.trim_end(),
        Some(_) => problem,
    }
}
