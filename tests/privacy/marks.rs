//! Texts and places that nobody but one person wrote, and that are found again wherever they went.

use sitstay::{
    contact::{Address, Email, PasswordHash, PersonName, Phone, PostalCode},
    geo::GeoPoint,
    text::{HttpsUrl, Name, Reason, Text},
};

/// What becomes of something that was written, before the erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is replaced or removed.
    Replaced,
    /// It is kept, for its author and who deals with them.
    Kept,
    /// It is kept, and was meant for somebody else.
    Told,
}

/// Something that only one person wrote, and only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// In lower case.
    Text(String),
    /// A coordinate, in 10⁻⁷ degrees.
    Coordinate(i32),
}

impl Mark {
    /// How it reads in a column.
    pub(crate) fn in_column(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Coordinate(units) => units.to_string(),
        }
    }

    /// How it reads in JSON.
    pub(crate) fn in_json(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Coordinate(units) => {
                format!("{}.{:07}", units / 10_000_000, units % 10_000_000)
            }
        }
    }

    /// Says whether it is in files, of which the text in lower case and the bytes are given.
    pub(crate) fn is_in(&self, folded: &str, bytes: &str) -> bool {
        match self {
            Self::Text(text) => folded.contains(text),
            Self::Coordinate(units) => bytes.contains(&characters(&units.to_be_bytes())),
        }
    }
}

/// Turns every byte into a character, so that bytes can be searched as fast as text.
pub(crate) fn characters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// All that one person wrote.
#[derive(Debug)]
pub(crate) struct Marks {
    name: &'static str,
    number: i32,
    drawn: i32,
    made: Vec<(Fate, Mark)>,
}

impl Marks {
    /// The `number`, 1 to 9, goes into what has no letters.
    pub(crate) const fn of(name: &'static str, number: i32) -> Self {
        Self { name, number, drawn: 0, made: Vec::new() }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &(Fate, Mark)> {
        self.made.iter()
    }

    pub(crate) fn current(&self) -> impl Iterator<Item = &Mark> {
        self.all().filter(|(fate, _)| *fate != Fate::Replaced).map(|(_, mark)| mark)
    }

    fn draw(&mut self) -> i32 {
        self.drawn += 1;
        self.drawn
    }

    fn made(&mut self, fate: Fate, text: String) -> String {
        self.made.push((fate, Mark::Text(text.to_lowercase())));
        text
    }

    /// Upper and lower case in it differ, also beyond ASCII.
    fn word(&mut self, fate: Fate) -> String {
        let (name, drawn) = (self.name, self.draw());
        let text = format!("ZqÄ{name}Ö{drawn}Zq");
        self.made(fate, text)
    }

    fn ascii(&mut self, fate: Fate) -> String {
        let (name, drawn) = (self.name, self.draw());
        let text = format!("Zq{name}-{drawn}-Zq");
        self.made(fate, text)
    }

    /// Marked at both ends, and so long that no page of a database holds it.
    pub(crate) fn text(&mut self, fate: Fate) -> Text {
        let (begin, end) = (self.word(fate), self.word(fate));
        Text::parse(&format!("{begin} {}{end}", "and so on, ".repeat(440))).unwrap()
    }

    pub(crate) fn reason(&mut self) -> Reason {
        self.word(Fate::Told).parse().unwrap()
    }

    pub(crate) fn name(&mut self, fate: Fate) -> Name {
        self.word(fate).parse().unwrap()
    }

    pub(crate) fn person_name(&mut self, fate: Fate) -> PersonName {
        self.word(fate).parse().unwrap()
    }

    pub(crate) fn email(&mut self, fate: Fate) -> Email {
        format!("{}@example.com", self.ascii(fate)).parse().unwrap()
    }

    pub(crate) fn password(&mut self, fate: Fate) -> PasswordHash {
        let hash = self.ascii(fate);
        format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA${hash}").parse().unwrap()
    }

    pub(crate) fn phone(&mut self, fate: Fate) -> Phone {
        let (number, drawn) = (self.number, self.draw());
        let digits = format!("49{number}7319{drawn:05}");
        format!("+{}", self.made(fate, digits)).parse().unwrap()
    }

    pub(crate) fn url(&mut self, fate: Fate) -> HttpsUrl {
        format!("https://pictures.example.com/{}.jpg", self.ascii(fate)).parse().unwrap()
    }

    /// In Luxembourg, which leaves the form of a postal code open here.
    pub(crate) fn address(&mut self, fate: Fate) -> Address {
        let (name, drawn) = (self.name, self.draw());
        let code: PostalCode = self.made(fate, format!("ZQ{name}{drawn}ZQ")).parse().unwrap();
        let line = self.word(fate).parse().unwrap();
        let (city, state) = (self.word(fate).parse().unwrap(), self.word(fate).parse().unwrap());
        Address::new(line, city, Some(state), Some(code), "LU".parse().unwrap()).unwrap()
    }

    /// Its coordinates end in a digit that is not zero, so that JSON writes all of them.
    pub(crate) fn point(&mut self, fate: Fate) -> GeoPoint {
        let step = 1_000_020 * self.number + 10_530 * self.draw();
        let (latitude, longitude) = (486_234_561 + step, 62_345_677 + step);
        self.made.push((fate, Mark::Coordinate(latitude)));
        self.made.push((fate, Mark::Coordinate(longitude)));
        GeoPoint::new(latitude, longitude).unwrap()
    }
}
