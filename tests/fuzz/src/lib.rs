//! What holds for every parser: what it takes, it takes again in the form that it writes.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use serde::{Serialize, de::DeserializeOwned};

/// Reads text, and what is written of it, which must be the same.
pub fn settles<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        let written = read.to_string();
        assert_eq!(written.parse().ok().as_ref(), Some(&read), "{written:?} of {text:?}");
    }
}

/// Reads JSON, and what is written of it, which must be the same.
pub fn settles_as_json<T: Serialize + DeserializeOwned>(json: &[u8]) {
    if let Ok(read) = serde_json::from_slice::<T>(json) {
        let written = serde_json::to_value(read).expect("what was read can be written");
        let again = serde_json::from_value::<T>(written.clone()).expect("and read again");
        assert_eq!(serde_json::to_value(again).ok(), Some(written));
    }
}
