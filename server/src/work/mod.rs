//! Has the one who asks paid for it with work?
