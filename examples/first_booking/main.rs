//! The program of the guide's first page: from an empty platform to a review.
//!
//! ```text
//! cargo run --example first_booking
//! ```
//!
//! Each file beside this one is a step of [`sitstay::guide::first_booking`], which shows it whole.

mod give;
mod lesson;
mod open;
mod owner;
mod payment;
mod request;
mod trainer;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use sitstay::command::Actor;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match tell(&mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn tell(out: &mut (dyn Write + Send)) -> Result<(), Box<dyn Error + Send + Sync>> {
    let now = "2027-03-01T07:00:00Z".parse()?;
    let platform = open::open()?;
    let trainer = trainer::join(&platform, now).await?;
    let owner = owner::join(&platform, now).await?;

    let requested = request::request(&platform, &trainer, &owner, now).await?;
    writeln!(out, "asked for: {}, {}", requested.session, requested.price)?;
    let payment = payment::accept_and_pay(&platform, &trainer, &owner, &requested, now).await?;
    writeln!(out, "the payment is {}", payment.status)?;
    lesson::take_place(&platform, &owner, &requested).await?;

    let card = platform.trainer_card(Actor::Anonymous, trainer.id).await?;
    let rating = card.trainer.rating;
    writeln!(out, "{} has {} points from {} review", card.first_name, rating.sum, rating.count)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_lesson_is_asked_for_paid_and_reviewed() {
        let mut told = Vec::new();
        tell(&mut told).await.unwrap();
        let told = String::from_utf8(told).unwrap();
        assert_eq!(
            told,
            "asked for: 2027-03-01T09:00:00Z/2027-03-01T10:00:00Z, 55.00 EUR\n\
             the payment is paid\n\
             Ada has 5 points from 1 review\n"
        );
    }
}
