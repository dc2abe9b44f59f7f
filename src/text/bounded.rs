use super::text_type;
use crate::error::Problem;

text_type! {
    /// The name of a thing: a service, a dog, a breed, a certification.
    ///
    /// One line of 1 to 100 characters, without blanks around it and without control characters.
    Name = "name", single_line::<100>
}

impl Name {
    /// Returns the name that stands in for those that an erased user gave to things: `Deleted`.
    #[must_use]
    pub fn tombstone() -> Self {
        Self("Deleted".to_owned())
    }
}

text_type! {
    /// Why somebody cancelled, suspended or refunded something.
    ///
    /// 1 to 1,000 characters, without blanks around them; line feeds and tabs are the only control
    /// characters. CRLF line ends become line feeds.
    Reason = "reason", reason
}

text_type! {
    /// A longer text that may be empty: a bio, notes, a comment.
    ///
    /// At most 5,000 characters; line feeds and tabs are the only control characters. CRLF line
    /// ends, which browsers send, become line feeds; the text is kept as typed otherwise.
    #[derive(Default)]
    Text = "text", text
}

impl Text {
    /// Says whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Trims one line and accepts 1 to `MAX` characters, none of them a control character.
pub(crate) fn single_line<const MAX: u64>(text: &str) -> Result<String, Problem> {
    let line = text.trim();
    if line.is_empty() {
        return Err(Problem::Empty);
    }
    require_at_most(line, MAX)?;
    if line.chars().any(char::is_control) {
        return Err(Problem::Malformed("one line without control characters"));
    }
    Ok(line.to_owned())
}

fn reason(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    if trimmed.is_empty() { Err(Problem::Empty) } else { multi_line::<1_000>(trimmed) }
}

fn text(text: &str) -> Result<String, Problem> {
    multi_line::<5_000>(text)
}

fn multi_line<const MAX: u64>(text: &str) -> Result<String, Problem> {
    let text = text.replace("\r\n", "\n");
    require_at_most(&text, MAX)?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Problem::Malformed("text without control characters"));
    }
    Ok(text)
}

fn require_at_most(text: &str, max: u64) -> Result<(), Problem> {
    // A character takes one to four bytes, so only texts of middling size need counting.
    let bytes = text.len() as u64;
    if bytes > max && (bytes > 4 * max || text.chars().count() as u64 > max) {
        return Err(Problem::TooLong { max });
    }
    Ok(())
}

text_type! {
    /// A name that machines give to things: a payment provider, a provider's reference.
    ///
    /// 1 to 255 visible ASCII characters, kept as they are.
    Token = "token", token
}

fn token(text: &str) -> Result<String, Problem> {
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    require_at_most(text, 255)?;
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::Malformed("visible ASCII characters"));
    }
    Ok(text.to_owned())
}
