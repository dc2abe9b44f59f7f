use crate::text::{single_line, text_type};

text_type! {
    /// A person's first or last name.
    ///
    /// One line of 1 to 100 characters, without blanks around it and without control characters.
    PersonName = "person_name", single_line::<100>
}
