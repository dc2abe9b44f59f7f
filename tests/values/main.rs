//! Properties of the small values that all of the library uses.

mod cancellation;
mod geo;
mod money;
mod text;
