//! Who asks, and have they asked too much?
