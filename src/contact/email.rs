use crate::{
    error::Problem,
    ids::UserId,
    text::{is_host, text_type},
};

text_type! {
    /// An e-mail address as its owner writes it, with the domain in lower case.
    ///
    /// The rule is that of HTML's `<input type=email>`, with a point in the domain and at most 254
    /// characters. It is ASCII throughout: an international domain is written in its `xn--` form.
    ///
    /// # Example: two spellings of one mailbox
    ///
    /// ```
    /// use sitstay::contact::Email;
    ///
    /// let email = Email::parse("Ann.Lee@Example.COM")?;
    /// assert_eq!(email.as_str(), "Ann.Lee@example.com");
    /// assert_eq!(email.key(), Email::parse("ann.lee@example.com")?.key());
    /// assert_eq!(format!("{email:?}"), "Email(..)");
    /// # Ok::<(), sitstay::error::InvalidValue>(())
    /// ```
    redacted Email = "email", email
}

text_type! {
    /// What two spellings of one e-mail address have in common: the address in lower case.
    ///
    /// It is stored beside the address and unique among users who are not deleted.
    redacted EmailKey = "email", email_key
}

impl Email {
    /// Returns the key under which the address is unique.
    #[must_use]
    pub fn key(&self) -> EmailKey {
        EmailKey(self.0.to_lowercase())
    }

    /// Returns the address that stands in for that of an erased user.
    ///
    /// No mail can reach it: the domain is reserved by RFC 2606.
    #[must_use]
    pub fn tombstone(user: UserId) -> Self {
        Self(format!("{}@erased.invalid", user.as_uuid().simple()))
    }
}

fn email(text: &str) -> Result<String, Problem> {
    const FORM: Problem = Problem::Malformed("an e-mail address");
    const MAX: u64 = 254;
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    if text.len() as u64 > MAX {
        return Err(Problem::TooLong { max: MAX });
    }
    let (local, domain) = text.split_once('@').ok_or(FORM)?;
    let is_sound = !local.is_empty()
        && local.bytes().all(is_local_byte)
        && domain.contains('.')
        && is_host(domain);
    if is_sound { Ok(format!("{local}@{}", domain.to_ascii_lowercase())) } else { Err(FORM) }
}

fn email_key(text: &str) -> Result<String, Problem> {
    Ok(email(text)?.to_lowercase())
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}
