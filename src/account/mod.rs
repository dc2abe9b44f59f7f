//! People: users, their roles, the owner's profile and places, and what erasure leaves of them.

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
