use crate::text::{single_line, text_type};

text_type! {
    /// A person's first or last name.
    ///
    /// One line of 1 to 100 characters, without blanks around it and without control characters.
    PersonName = "person_name", single_line::<100>
}

impl PersonName {
    /// Returns the name that stands in for those of an erased user: `Deleted`.
    ///
    /// A service that shows it in another language goes by the user's status, not by the word.
    #[must_use]
    pub fn tombstone() -> Self {
        Self("Deleted".to_owned())
    }
}
