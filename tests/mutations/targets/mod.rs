//! What is attacked: each target takes the bytes of an untrusted file or message and tells whether they were accepted.
//! The targets of `fuzz/` run the same bodies.

pub mod address;
pub mod archive;
pub mod gallery;
pub mod image;
pub mod kept;
pub mod mask;
pub mod protocol;
pub mod safetensors;
