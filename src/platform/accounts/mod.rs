//! People: sign-up, profiles and places, roles, suspension, export, erasure, and who sees whom.

mod admins;
mod erasure;
mod export;
mod locations;
mod profile;
mod roles;
mod sign_up;
mod suspension;
mod target;
mod verification;
mod views;

pub use admins::{GrantAdmin, RevokeAdmin};
pub use erasure::{EraseUser, UserErased};
pub use export::{Export, LessonExport, OwnerExport, PayoutExport, TrainerExport};
pub use locations::{AddLocation, RemoveLocation, UpdateLocation};
pub use profile::{ChangeEmail, ChangePassword, UpdateProfile};
pub use roles::{BecomeOwner, BecomeTrainer};
pub use sign_up::SignUp;
pub use suspension::{ReactivateUser, SuspendUser};
pub use verification::VerifyTrainer;
pub use views::{AccountDetails, Profile};
