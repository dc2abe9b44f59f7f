//! People: users, their roles, the owner's profile and places, and what erasure leaves of them.
//!
//! A [`User`] signs up once, and may be an owner, a trainer and an admin at the same time: each is a
//! [`Role`] that the user holds, and owners and trainers have a profile of their own beside it. Places
//! ([`Location`]) are the user's. The commands are [`SignUp`](crate::platform::SignUp),
//! [`BecomeOwner`](crate::platform::BecomeOwner), [`BecomeTrainer`](crate::platform::BecomeTrainer) and
//! their neighbours.
//!
//! # Example: a suspended user reads, and does nothing
//!
//! ```
//! use sitstay::{
//!     account::{User, UserStatus},
//!     conformance::fixtures::Fixtures,
//! };
//!
//! let user = Fixtures::new().user();
//! assert!(user.is_active());
//! let suspended = User { status: UserStatus::Suspended, ..user };
//! assert!(!suspended.is_active());
//! ```

mod erasure;
mod error;
mod location;
mod owner;
mod role;
mod user;

pub use erasure::ErasureObstacle;
pub use error::AccountError;
pub use location::Location;
pub use owner::Owner;
pub use role::{Role, RoleName, UserRole};
pub use user::{User, UserStatus};
