//! Who may do what: every command by every kind of actor.
//!
//! The table is written down here once more, from the specification and not from the code.

mod accounts;
mod bookings;
mod payments;
mod payouts;
mod profiles;
mod rows;
mod trial;

use self::trial::Trial;
use super::world::World;
use crate::{command::CommandKind, error::ErrorKind, platform::Error};

/// A kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    Member,
    Owner,
    OtherOwner,
    Trainer,
    OtherTrainer,
    Admin,
    PartyAdmin,
    Suspended,
    Deleted,
    System,
}

const EVERYBODY: [Who; 11] = [
    Who::Anonymous,
    Who::Member,
    Who::Owner,
    Who::OtherOwner,
    Who::Trainer,
    Who::OtherTrainer,
    Who::Admin,
    Who::PartyAdmin,
    Who::Suspended,
    Who::Deleted,
    Who::System,
];

/// What comes of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done,
    NotFound,
    Forbidden,
    Refused,
}

/// Whose the thing is that a command is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// It is of these parties, `o`wner or `t`rainer: others do not learn that it exists.
    Thing(&'static str),
    /// A proposal of one party, which only the other may answer: theirs to take back.
    Answer(&'static str),
    /// Oneself: everybody in the capacity does it for themselves.
    Oneself,
    /// A user whom the command names, and who is party to it.
    Named,
}

/// A command, the capacities in which it may be given (`m`ember, `o`wner, `t`rainer, `a`dmin,
/// `s`ystem), and what it is about.
type Row = (CommandKind, &'static str, About);

use About::{Answer as AnsweredBy, Named, Oneself, Thing};
use CommandKind as K;

const TABLE: &[Row] = &[
    (K::SignUp, "s", Oneself),
    (K::UpdateProfile, "mot", Oneself),
    (K::ChangeEmail, "mot", Oneself),
    (K::ChangePassword, "mot", Oneself),
    (K::SetPreferences, "mot", Oneself),
    (K::ReadNotification, "mot", Thing("o")),
    (K::ReadAllNotifications, "mot", Oneself),
    (K::AddLocation, "mot", Oneself),
    (K::UpdateLocation, "mot", Thing("o")),
    (K::RemoveLocation, "mot", Thing("o")),
    (K::BecomeOwner, "motas", Named),
    (K::BecomeTrainer, "motas", Named),
    (K::SuspendUser, "as", Named),
    (K::ReactivateUser, "as", Named),
    (K::EraseUser, "motas", Named),
    (K::GrantAdmin, "as", Named),
    (K::RevokeAdmin, "as", Named),
    (K::VerifyTrainer, "as", Named),
    (K::AddDog, "o", Oneself),
    (K::UpdateDog, "o", Thing("o")),
    (K::RemoveDog, "o", Thing("o")),
    (K::AddPhoto, "o", Thing("o")),
    (K::RemovePhoto, "o", Thing("o")),
    (K::UpdateTrainer, "t", Oneself),
    (K::ChangeZone, "t", Oneself),
    (K::SetHours, "t", Oneself),
    (K::SetException, "t", Oneself),
    (K::RemoveException, "t", Thing("t")),
    (K::BlockTime, "t", Oneself),
    (K::UnblockTime, "t", Thing("t")),
    (K::ImportBusyTime, "t", Oneself),
    (K::SetPolicy, "t", Oneself),
    (K::AddService, "t", Thing("t")),
    (K::UpdateService, "t", Thing("t")),
    (K::AddCertification, "t", Oneself),
    (K::UpdateCertification, "t", Thing("t")),
    (K::RemoveCertification, "t", Thing("t")),
    (K::RequestQuote, "o", Thing("o")),
    (K::RequestBooking, "o", Thing("o")),
    (K::RequestSeries, "o", Thing("o")),
    (K::AcceptBooking, "t", Thing("t")),
    (K::DeclineBooking, "t", Thing("t")),
    (K::WithdrawBooking, "o", Thing("o")),
    (K::CancelBooking, "ota", Thing("ot")),
    (K::CancelSeries, "ota", Thing("ot")),
    (K::CompleteBooking, "ts", Thing("t")),
    (K::MoveBooking, "o", Thing("o")),
    (K::ProposeMove, "t", Thing("t")),
    (K::AcceptProposal, "ot", AnsweredBy("o")),
    (K::DeclineProposal, "ot", AnsweredBy("o")),
    (K::WithdrawProposal, "ot", AnsweredBy("t")),
    (K::ClaimNoShow, "o", Thing("o")),
    (K::ContestNoShow, "o", Thing("o")),
    (K::AmendAttendance, "a", Thing("")),
    (K::ExpireBooking, "s", Thing("")),
    (K::ExpireProposal, "s", Thing("")),
    (K::ReleaseTime, "s", Thing("")),
    (K::SendReminder, "s", Thing("")),
    (K::StartPayment, "o", Thing("o")),
    (K::RecordPayment, "s", Thing("")),
    (K::GiveBack, "as", Thing("")),
    (K::CallOffRefund, "as", Thing("")),
    (K::SendRefund, "as", Thing("")),
    (K::RecordRefund, "s", Thing("")),
    (K::DecideDispute, "as", Thing("")),
    (K::TakeReport, "s", Thing("")),
    (K::ApplyReports, "s", Thing("")),
    (K::CreatePayout, "as", Thing("")),
    (K::SendPayout, "as", Thing("")),
    (K::RecordPayout, "as", Thing("")),
    (K::WriteOffRest, "as", Thing("")),
    (K::WriteReview, "o", Thing("o")),
    (K::EditReview, "o", Thing("o")),
    (K::ReplyToReview, "t", Thing("t")),
    (K::HideReview, "as", Thing("")),
    (K::UnhideReview, "as", Thing("")),
];

/// What the specification says comes of a command.
fn expected((_, capacities, about): Row, who: Who) -> Answer {
    let may = |capacity| capacities.contains(capacity);
    let (capacity, is_party) = match who {
        Who::Anonymous | Who::PartyAdmin | Who::Suspended | Who::Deleted => {
            return Answer::Forbidden;
        }
        Who::Admin if may("a") => return Answer::Done,
        Who::System if may("s") => return Answer::Done,
        Who::Admin | Who::System => return Answer::Forbidden,
        Who::Member => ("m", false),
        Who::Owner => ("o", true),
        Who::OtherOwner => ("o", false),
        Who::Trainer => ("t", true),
        Who::OtherTrainer => ("t", false),
    };
    if !may(capacity) {
        return Answer::Forbidden;
    }
    match about {
        Oneself => Answer::Done,
        Named if who == Who::Member => Answer::Done,
        Thing(of) | AnsweredBy(of) if is_party && of.contains(capacity) => Answer::Done,
        AnsweredBy(_) if is_party => Answer::Refused,
        Named | Thing(_) | AnsweredBy(_) => Answer::NotFound,
    }
}

fn answer(outcome: &Result<(), Error>) -> Answer {
    match outcome {
        Ok(()) => Answer::Done,
        Err(Error::Denied(_)) => Answer::Forbidden,
        Err(error) if error.kind() == ErrorKind::NotFound => Answer::NotFound,
        Err(_) => Answer::Refused,
    }
}

pub(super) async fn the_table_names_every_command(_world: World) {
    // An adoption is nobody's to give.
    for kind in CommandKind::ALL.iter().filter(|kind| **kind != K::Adopt) {
        assert_eq!(TABLE.iter().filter(|row| row.0 == *kind).count(), 1, "{kind}");
    }
}

pub(super) async fn every_command_answers_every_actor_as_the_table_says(world: World) {
    let mut wrong = Vec::new();
    for row in TABLE {
        for who in EVERYBODY {
            let trial = Trial::new(world.clone(), row.0, who).await;
            let outcome = trial.give(row.0).await;
            let (told, due) = (answer(&outcome), expected(*row, who));
            if told != due {
                wrong.push(format!("{} by {who:?}: {due:?}, but {outcome:?}", row.0));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
