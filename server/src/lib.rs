//! The look-up server: it answers "which leaks is this in?" without learning what "this" is.
//!
//! | room | question |
//! |---|---|
//! | `limits` | who asks, and have they asked too much? |
//! | `work` | has the one who asks paid for it with work? |

pub mod limits;
pub mod work;
