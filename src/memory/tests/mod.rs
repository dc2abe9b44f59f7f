//! What only this backend's own tests can see: that a commit which is broken off leaves every
//! table and index as it was, and that its own maps do what a tree does. The contract itself is
//! checked by the conformance suite.

mod index;
mod pages;
mod sorted;
mod time_taken;
mod undo;
mod world;
