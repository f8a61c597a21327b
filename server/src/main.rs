//! `tekser-server`: the look-up server.

fn main() {}
