//! When a trainer can be booked, against published vectors, the definition minute by minute, and
//! other implementations.

mod definition;
mod interval_set;
mod listing;
mod local_time;
mod oracle;
mod vectors;
mod writing;
