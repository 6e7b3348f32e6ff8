//! Why weights could not be loaded.

use crate::kernels::Activation;

/// Why weights could not be loaded, in a sentence that names the tensor.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Not a safetensors file, or cut short.
    #[error("the weights are not a complete safetensors file ({0}); download or convert them again")]
    Format(#[from] safetensors::SafeTensorError),
    /// A file of PyTorch's own, which no page reads.
    #[error("this is a PyTorch file, not safetensors; convert it first: three lines of Python in the README do that")]
    PyTorch,
    /// A tensor that every ViT has is not there.
    #[error("the weights lack the tensor {name}; a vision transformer with timm's or Hugging Face's names is expected")]
    Missing {
        /// The name, under the file's own naming scheme where that is known.
        name: String,
    },
    /// A tensor that this architecture has no place for.
    #[error("the weights hold the tensor {name} of shape {shape:?}, which a plain vision transformer has no place for")]
    Unexpected {
        /// The name in the file.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A tensor of another shape than the rest of the file asks for.
    #[error("the tensor {name} has shape {found:?}, where {expected} was expected")]
    Shape {
        /// The name in the file.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// The shape that fits the rest.
        expected: String,
    },
    /// Two tensors of the file mean the same weight.
    #[error("the tensors {first} and {second} stand for the same weight; keep one of them")]
    Duplicate {
        /// One name.
        first: String,
        /// The other.
        second: String,
    },
    /// A number format that weights are not read from.
    #[error("the tensor {name} is stored as {dtype}; convert it to F32, F16 or BF16")]
    Dtype {
        /// The name in the file.
        name: String,
        /// Its number format.
        dtype: String,
    },
    /// NaN or infinity among the weights.
    #[error("the tensor {name} holds a value that is not finite; the file is damaged")]
    NotFinite {
        /// The name in the file.
        name: String,
    },
    /// A model, but not the one of that name.
    #[error("the file holds another model than the catalogue describes: {found}, where {expected} was expected")]
    Other {
        /// The file's shape, in words.
        found: String,
        /// The catalogue's.
        expected: String,
    },
    /// An MLP without hidden values.
    #[error("the tensor {name} says that the MLP has a width of 0; the file is damaged")]
    EmptyMlp {
        /// The name in the file.
        name: String,
    },
    /// An activation that the MLP's shapes contradict.
    #[error("the activation {asked} does not fit these weights, whose MLP is {}; leave it out", gated_or_not(*.gated))]
    Activation {
        /// The activation asked for.
        asked: Activation,
        /// Whether the MLP's first layer is twice as wide as what its second layer takes.
        gated: bool,
    },
    /// The number of heads is unknown or does not divide the width.
    #[error("a width of {dim} cannot be split into {}; give the number of attention heads", heads_of(.heads))]
    Heads {
        /// Width of a token.
        dim: usize,
        /// The number asked for, if any.
        heads: Option<usize>,
    },
    /// A side that is no multiple of the patch.
    #[error("an image side of {image} is not a positive multiple of the patch side {patch}")]
    Image {
        /// The side asked for.
        image: usize,
        /// Side of a patch.
        patch: usize,
    },
    /// A side whose tokens would take too much memory.
    #[error("an image side of {image} makes more patches than memory is kept for; choose at most {limit}")]
    ImageTooLarge {
        /// The side asked for.
        image: usize,
        /// The largest side that is allowed.
        limit: usize,
    },
    /// A mean that no pixel has.
    #[error("the mean must be a finite number for each channel; it is {}", channels(.0))]
    Mean([f32; 3]),
    /// A standard deviation that cannot be divided by.
    #[error("the standard deviation must be a finite number above 0 for each channel; it is {}", channels(.0))]
    Std([f32; 3]),
    /// An epsilon that does not keep a variance above 0.
    #[error("the norms' epsilon must be a finite number above 0; it is {0}")]
    Epsilon(f32),
}

fn heads_of(heads: &Option<usize>) -> String {
    heads.map_or_else(|| "heads of 64".into(), |heads| format!("{heads} equal heads"))
}

fn gated_or_not(gated: bool) -> &'static str {
    if gated { "gated" } else { "not gated" }
}

fn channels([red, green, blue]: &[f32; 3]) -> String {
    format!("{red}, {green}, {blue}")
}
