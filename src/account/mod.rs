//! People: users, their roles, the owner's profile and places.

mod location;
mod owner;
mod role;
mod user;

pub use location::Location;
pub use owner::Owner;
pub use role::{Role, RoleName, UserRole};
pub use user::{User, UserStatus};
