//! How a content line is written.

/// The longest line, in octets, without its end (RFC 5545, section 3.1).
const MAX_LINE: usize = 75;

/// Appends a content line, folded where it is too long, but never within a character.
pub(super) fn push_line(calendar: &mut String, line: &str) {
    let mut room = MAX_LINE;
    for character in line.chars() {
        if character.len_utf8() > room {
            // The blank that marks a continuation is a part of its line.
            calendar.push_str("\r\n ");
            room = MAX_LINE - 1;
        }
        calendar.push(character);
        room -= character.len_utf8();
    }
    calendar.push_str("\r\n");
}

/// Writes a value of the type TEXT: escaped, on one line, without other control characters.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\t' => escaped.push('\t'),
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}
