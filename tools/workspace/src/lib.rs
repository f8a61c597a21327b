//! Where is everything in this project, and how are cargo and npm called for it?

mod cargo;
mod folder;
mod npm;
mod stamp;
mod website;

pub use cargo::cargo;
pub use folder::{NotFound, root, target};
pub use npm::{NodeError, check_node, npm};
pub use website::{WebsiteError, build as build_website, install as install_website_packages};
