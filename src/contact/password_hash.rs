use std::{fmt, str::FromStr};

use crate::error::{InvalidValue, Problem};

/// A password's hash as a PHC string, for instance `$argon2id$v=19$…`; opaque to this library.
///
/// The service makes and verifies it. Only [`expose`](Self::expose) gives it away: `Debug` does
/// not show it, and it can neither be displayed nor serialised.
///
/// # Example: it stays out of responses
///
/// ```compile_fail,E0277
/// use sitstay::contact::PasswordHash;
///
/// let hash = PasswordHash::parse("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA").unwrap();
/// serde_json::to_string(&hash).unwrap();
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a PHC string: `$`, the algorithm's name, and at least one more field after a `$`.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for other text, such as a bare password, and beyond 512 characters.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        const MAX: u64 = 512;
        let refuse = |problem| Err(InvalidValue::new("password_hash", problem));
        if text.is_empty() {
            return refuse(Problem::Empty);
        }
        if text.len() as u64 > MAX {
            return refuse(Problem::TooLong { max: MAX });
        }
        if !is_phc(text) {
            return refuse(Problem::Malformed("a PHC string"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the hash itself, to verify a password or to store it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn is_phc(text: &str) -> bool {
    let Some((algorithm, fields)) = text.strip_prefix('$').and_then(|rest| rest.split_once('$'))
    else {
        return false;
    };
    (1..=32).contains(&algorithm.len())
        && algorithm.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && fields.split('$').all(|field| !field.is_empty())
        && fields.bytes().all(|byte| byte.is_ascii_graphic())
}

impl FromStr for PasswordHash {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text)
    }
}

impl TryFrom<String> for PasswordHash {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        Self::parse(&text)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}
