//! What investigators get is what counting identifier by identifier gives.

mod counted;
mod dumps;
mod small_leaks;
