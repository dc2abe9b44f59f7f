//! A lesson, from the first look at a week to the review, told as it happens.

mod cast;
mod scenes;
mod stage;

use std::io;

use sitstay::platform::{Error, Platform};

use self::{
    cast::Cast, clock::SimulatedClock, data::PlatformFile, narration::Narration, scenes::Story,
    stage::Stage,
};
use super::{clock, data, ids, load, narration, week, words};

/// Why a story ended before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoryError {
    #[error(transparent)]
    Platform(#[from] Error),
    #[error("the output cannot be written")]
    Output(#[from] io::Error),
}

type Told<T = ()> = Result<T, StoryError>;

/// Tells the next story on a platform that is loaded.
pub(crate) async fn tell(
    platform: &Platform,
    file: &PlatformFile,
    clock: &SimulatedClock,
    narration: &mut Narration<'_>,
) -> Result<(), StoryError> {
    let Some(cast) = Cast::of(platform, file).await? else { return Ok(()) };
    let mut story = Story { stage: Stage { platform, clock, cast }, narration };
    story.catch_up().await?;
    story.let_others_book().await?;
    let Some(start) = story.show_week().await? else { return Ok(()) };
    let requested = story.ask(start).await?;
    story.come_second(start).await?;
    story.answer(&requested).await?;
    story.give_the_lesson(&requested).await?;
    story.review(&requested).await?;
    story.show_what_is_left(&requested).await
}
