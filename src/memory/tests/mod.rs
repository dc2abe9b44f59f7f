//! What only this backend's own tests can see: that a commit which is broken off leaves every
//! table and index as it was. The contract itself is checked by the conformance suite.

mod pages;
mod time_taken;
mod undo;
mod world;
