use super::CountryCode;
use crate::{
    error::{InvalidValue, Problem},
    text::text_type,
};

text_type! {
    /// A postal code in the form that its country uses, in capital letters.
    ///
    /// The forms of some countries are known; elsewhere 3 to 12 letters, digits, blanks and hyphens
    /// are accepted. Whether the code exists is not checked. [`parse`](Self::parse) knows no
    /// country and only asks for the general form; an [`Address`](super::Address) checks both.
    PostalCode = "postal_code", general_form
}

impl PostalCode {
    /// Takes a postal code of a country.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for text that does not have the country's form.
    ///
    /// # Example: one form per country
    ///
    /// ```
    /// use sitstay::contact::PostalCode;
    ///
    /// assert_eq!(PostalCode::parse_in("GB".parse()?, "sw1a 1aa")?.as_str(), "SW1A 1AA");
    /// assert!(PostalCode::parse_in("DE".parse()?, "SW1A 1AA").is_err());
    /// # Ok::<(), sitstay::error::InvalidValue>(())
    /// ```
    pub fn parse_in(country: CountryCode, text: &str) -> Result<Self, InvalidValue> {
        let code = Self::parse(text)?;
        if code.fits(country) {
            Ok(code)
        } else {
            let problem = Problem::Malformed("a postal code in the form of its country");
            Err(InvalidValue::new("postal_code", problem))
        }
    }

    /// Says whether the code has the form that a country uses.
    #[must_use]
    pub fn fits(&self, country: CountryCode) -> bool {
        let forms = forms(country);
        forms.is_empty() || forms.iter().any(|form| has_form(&self.0, form))
    }
}

fn general_form(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    let is_sound = (3..=12).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
    if is_sound {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Problem::Malformed("3 to 12 letters, digits, blanks and hyphens"))
    }
}

/// Returns the forms of a country's codes, none if they are unknown.
///
/// `9` stands for a digit, `A` for a letter, `*` for either, and the rest for itself.
fn forms(country: CountryCode) -> &'static [&'static str] {
    match country.as_str() {
        "US" => &["99999", "99999-9999"],
        "CA" => &["A9A 9A9", "A9A9A9"],
        "GB" => &[
            "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "A99AA", "A999AA",
            "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA",
        ],
        "IE" => &["A9* ****", "A9*****"],
        "AU" | "NZ" | "AT" | "CH" | "BE" | "DK" | "NO" => &["9999"],
        "DE" | "FR" | "IT" | "ES" | "FI" => &["99999"],
        "SE" => &["999 99", "99999"],
        "NL" => &["9999 AA", "9999AA"],
        "PL" => &["99-999"],
        "PT" => &["9999-999"],
        "BR" => &["99999-999", "99999999"],
        "JP" => &["999-9999", "9999999"],
        "IN" => &["999999", "999 999"],
        _ => &[],
    }
}

fn has_form(code: &str, form: &str) -> bool {
    code.len() == form.len()
        && code.bytes().zip(form.bytes()).all(|(byte, expected)| match expected {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'*' => byte.is_ascii_alphanumeric(),
            other => byte == other,
        })
}
