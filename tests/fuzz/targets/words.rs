#![no_main]

use libfuzzer_sys::fuzz_target;
use sitstay::{
    contact::{
        AddressLine, City, CountryCode, Email, EmailKey, PasswordHash, PersonName, Phone,
        PostalCode, Region,
    },
    search::SearchWords,
    text::{HttpsUrl, Name, Reason, Text, Token, search_text},
};
use sitstay_fuzz::settles;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    settles::<Name>(text);
    settles::<Reason>(text);
    settles::<Text>(text);
    settles::<Token>(text);
    settles::<HttpsUrl>(text);
    settles::<PersonName>(text);
    settles::<Email>(text);
    settles::<EmailKey>(text);
    settles::<Phone>(text);
    settles::<AddressLine>(text);
    settles::<City>(text);
    settles::<Region>(text);
    settles::<PostalCode>(text);
    settles::<CountryCode>(text);
    if let Ok(hash) = PasswordHash::parse(text) {
        assert_eq!(hash.expose(), text);
    }
    if let Some((country, code)) = text.split_once(' ')
        && let Ok(country) = country.parse()
        && let Ok(code) = PostalCode::parse_in(country, code)
    {
        assert_eq!(PostalCode::parse_in(country, code.as_str()), Ok(code));
    }
    if let Ok(email) = text.parse::<Email>() {
        let key = email.key();
        assert_eq!(key.as_str().parse().ok(), Some(key.clone()));
    }

    // Whatever words of a text somebody types, it is found.
    let stored = search_text([text]);
    assert_eq!(search_text([stored.as_str()]), stored);
    if let Ok(words) = SearchWords::parse(text) {
        assert!(words.are_in(&stored), "{words:?} in {stored:?}");
    }
});
