//! Content lines (RFC 5545, section 3.1).

/// A content line: a property with its parameters and its value.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it begins in the file, from 1.
    pub(super) number: u32,
    /// The property's name, in capitals.
    pub(super) name: String,
    /// The parameters, with names in capitals and without quotes.
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

impl Line {
    /// Takes a line apart that is already unfolded.
    pub(super) fn parse(number: u32, text: &str) -> Option<Self> {
        let (name, mut rest) = text.split_at(text.find([';', ':'])?);
        if !is_name(name) {
            return None;
        }
        let mut parameters = Vec::new();
        while let Some(parameter) = rest.strip_prefix(';') {
            let (name, value) = parameter.split_once('=')?;
            if !is_name(name) {
                return None;
            }
            let end = end_of_parameter(value)?;
            parameters.push((name.to_ascii_uppercase(), value[..end].replace('"', "")));
            rest = &value[end..];
        }
        let value = rest.strip_prefix(':')?.to_owned();
        Some(Self { number, name: name.to_ascii_uppercase(), parameters, value })
    }

    /// Returns the value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Says whether the value is `word`, whatever its case.
    pub(super) fn says(&self, word: &str) -> bool {
        self.value.trim().eq_ignore_ascii_case(word)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Finds the `;` or `:` that ends a parameter's value, outside of quotes.
fn end_of_parameter(value: &str) -> Option<usize> {
    let mut is_quoted = false;
    value.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        !is_quoted && matches!(byte, b';' | b':')
    })
}

/// The unfolded lines of a file, with the number of the line where each begins.
///
/// Lines are joined before they are read as UTF-8, because some programs fold within characters.
#[derive(Debug)]
pub(super) struct Unfolded<'f> {
    rest: &'f [u8],
    number: u32,
}

impl<'f> Unfolded<'f> {
    pub(super) fn new(file: &'f [u8]) -> Self {
        Self { rest: file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file), number: 0 }
    }

    fn physical(&mut self) -> &'f [u8] {
        self.number = self.number.saturating_add(1);
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &[][..]),
        };
        self.rest = rest;
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

impl Iterator for Unfolded<'_> {
    type Item = (u32, String);

    fn next(&mut self) -> Option<(u32, String)> {
        while !self.rest.is_empty() {
            let mut line = self.physical().to_vec();
            let number = self.number;
            while let [b' ' | b'\t', ..] = self.rest {
                line.extend_from_slice(&self.physical()[1..]);
            }
            if !line.is_empty() {
                return Some((number, String::from_utf8_lossy(&line).into_owned()));
            }
        }
        None
    }
}
