use crate::{error::Problem, text::text_type};

text_type! {
    /// A phone number in the international form of ITU-T E.164: `+` and 8 to 15 digits.
    ///
    /// The first digit is not 0, and there is nothing between the digits. Numbers in a national
    /// form are a service's to convert.
    redacted Phone = "phone", phone
}

fn phone(text: &str) -> Result<String, Problem> {
    const FORM: Problem = Problem::Malformed("+ and 8 to 15 digits, the first of them not 0");
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    let digits = text.strip_prefix('+').ok_or(FORM)?;
    let is_sound = (8..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if is_sound { Ok(text.to_owned()) } else { Err(FORM) }
}
