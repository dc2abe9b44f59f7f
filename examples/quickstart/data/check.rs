//! Rules that no single value can break: what belongs together in a file must fit.

use std::{collections::BTreeSet, fmt::Display};

use chrono::{Datelike, NaiveDate};
use sitstay::{
    availability::{Session, WeeklyHours},
    error::InvalidValue,
    money::MoneyPolicy,
    time::{Instant, Weekday},
};

use super::{
    form::{Certificate, DecimalPrice, Exception, PlatformFile, Service, Terms, Trainer},
    mistake::{Path, Wrong},
};

type Checked = Result<(), Wrong>;

/// Finds the first thing that loading the platform would stumble over.
pub(super) fn check(platform: &PlatformFile, now: Instant) -> Checked {
    let root = Path::default();
    let (trainers, owners) = (root.at("trainers"), root.at("owners"));
    each_once(&trainers, platform.trainers.iter().map(|trainer| &trainer.key), "key")?;
    each_once(&owners, platform.owners.iter().map(|owner| &owner.key), "key")?;
    check_emails(platform, &trainers, &owners)?;
    for (trainer, at) in platform.trainers.iter().zip(entries(&trainers)) {
        check_trainer(trainer, &platform.platform.charges, &at)?;
        check_certifications(&trainer.certifications, now, &at.at("certifications"))?;
    }
    for (owner, at) in platform.owners.iter().zip(entries(&owners)) {
        each_once(&at.at("dogs"), owner.dogs.iter().map(|dog| &dog.key), "key")?;
    }
    check_cast(platform, &trainers, &owners)
}

/// The story needs somebody to play in it.
fn check_cast(platform: &PlatformFile, trainers: &Path, owners: &Path) -> Checked {
    let Some(trainer) = platform.trainers.first() else {
        return wrong(trainers.clone(), "must not be empty");
    };
    let Some(service) = trainer.services.first() else {
        return wrong(trainers.nth(0).at("services"), "must not be empty for the first trainer");
    };
    let with_dog = platform.owners.iter().filter(|owner| owner.dog_for(service).is_some());
    if with_dog.count() < 2 {
        let problem = "must have two with a dog for the first service of the first trainer";
        return wrong(owners.clone(), problem);
    }
    Ok(())
}

/// An address is one person's, in whatever case it is written.
fn check_emails(platform: &PlatformFile, trainers: &Path, owners: &Path) -> Checked {
    let mut known = BTreeSet::new();
    let trainers = platform.trainers.iter().map(|trainer| &trainer.email).zip(entries(trainers));
    let owners = platform.owners.iter().map(|owner| &owner.email).zip(entries(owners));
    for (email, at) in trainers.chain(owners) {
        if !known.insert(email.key()) {
            return wrong(at.at("email"), "is used by another person in this file");
        }
    }
    Ok(())
}

fn check_trainer(trainer: &Trainer, charges: &MoneyPolicy, at: &Path) -> Checked {
    WeeklyHours::disjoint(trainer.windows()).or_else(|error| wrong(at.at("hours"), error))?;
    let exceptions = at.at("exceptions");
    each_once(&exceptions, trainer.exceptions.iter().map(|exception| exception.date), "date")?;
    for (exception, at) in trainer.exceptions.iter().zip(entries(&exceptions)) {
        check_exception(exception, at.at("windows"))?;
    }
    let services = at.at("services");
    each_once(&services, trainer.services.iter().map(|service| &service.key), "key")?;
    for (service, at) in trainer.services.iter().zip(entries(&services)) {
        check_service(service, charges, &at)?;
    }
    check_terms(&trainer.policy, charges, &at.at("policy"))
}

/// A date's windows keep to the rules of a week that has no others.
fn check_exception(exception: &Exception, at: Path) -> Checked {
    let weekday = Weekday::of(exception.date);
    let windows = exception.windows.iter().map(|&window| (weekday, window));
    WeeklyHours::disjoint(windows).map(drop).or_else(|error| wrong(at, error))
}

fn check_certifications(held: &[Certificate], now: Instant, list: &Path) -> Checked {
    each_once(list, held.iter().map(|certificate| &certificate.key), "key")?;
    let today = now.to_utc().date_naive();
    let is_sound = |date: NaiveDate| (1900..).contains(&date.year()) && date <= today;
    match held.iter().zip(entries(list)).find(|(held, _)| !is_sound(held.issued_at)) {
        Some((_, at)) => wrong(at.at("issued_at"), "must lie between 1900 and today"),
        None => Ok(()),
    }
}

fn check_service(service: &Service, charges: &MoneyPolicy, at: &Path) -> Checked {
    let Service { duration_minutes, buffer_before_minutes, buffer_after_minutes, .. } = *service;
    Session::new(
        duration_minutes.into(),
        buffer_before_minutes.into(),
        buffer_after_minutes.into(),
    )
    .or_else(|error| wrong(at.at(error.what()), error.problem()))?;
    check_price(service.price, charges, at.at("price"))
}

fn check_terms(terms: &Terms, charges: &MoneyPolicy, at: &Path) -> Checked {
    if let Some(custom) = &terms.custom_requests {
        let at = at.at("custom_requests");
        check_price(custom.min_price, charges, at.at("min_price"))?;
        check_price(custom.max_price, charges, at.at("max_price"))?;
        if custom.min_price.0.currency() != custom.max_price.0.currency() {
            return wrong(at.at("max_price"), "must have the currency of min_price");
        }
    }
    terms.policy().map(drop).or_else(|error| {
        wrong(policy_field(&error).fold(at.clone(), |at, key| at.at(key)), error.problem())
    })
}

/// The library names the bounds of custom requests by their columns.
fn policy_field(error: &InvalidValue) -> impl Iterator<Item = &'static str> {
    let what = error.what();
    let custom = what.strip_prefix("custom_").or(what.starts_with("buffer").then_some(what));
    let (object, field) = custom.map_or((None, what), |field| (Some("custom_requests"), field));
    object.into_iter().chain([field])
}

fn check_price(price: DecimalPrice, charges: &MoneyPolicy, at: Path) -> Checked {
    charges.check(price.0).or_else(|error| wrong(at, error))
}

fn each_once<T: Ord>(list: &Path, values: impl Iterator<Item = T>, field: &str) -> Checked {
    let mut known = BTreeSet::new();
    for (value, at) in values.zip(entries(list)) {
        if !known.insert(value) {
            return wrong(at.at(field), "is used by an earlier entry of the list");
        }
    }
    Ok(())
}

fn entries(list: &Path) -> impl Iterator<Item = Path> {
    (0..).map(|index| list.nth(index))
}

fn wrong<T>(path: Path, problem: impl Display) -> Result<T, Wrong> {
    Err(Wrong { path, problem: problem.to_string() })
}
