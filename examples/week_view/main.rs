//! Draws a trainer's week as an SVG picture: what a page of a service could show.
//!
//! ```text
//! cargo run --features memory,testing --example week_view > week.svg
//! ```
//!
//! Everything in it is an answer of the platform: the hours and blocks of the calendar, the lessons,
//! the time that they take with their buffers, and the starts that an owner can book. The week is one
//! in which clocks change. The picture of the README is drawn by this program, and a test compares
//! the two.

mod svg;
mod town;
mod week;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use self::{svg::draw, town::Town, week::Week};

/// What anything here comes to.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let told = match picture().await {
        Ok(svg) => io::stdout().write_all(svg.as_bytes()),
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "{error}");
            return ExitCode::FAILURE;
        }
    };
    if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Draws the week of the town's trainer.
pub(crate) async fn picture() -> Outcome<String> {
    let town = Town::new().await?;
    Ok(draw(&Week::of(&town).await?))
}
