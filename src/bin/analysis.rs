//! The page's second kind of worker: evaluation, maps, archives.

fn main() {}
