//! Why features could not be computed.

/// Why features could not be computed, in a sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// A setting out of its range.
    #[error("the setting {name} is {value}; it must be {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it was.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// SimCLR is on, but there are no negatives.
    #[error("the SimCLR objective needs negatives, and there are none; make them or turn the objective off")]
    NoNegatives,
    /// Negatives of another model.
    #[error("the negatives are {found} wide where the model needs {expected}; they belong to another model")]
    NegativesWidth {
        /// Width of the negatives.
        found: usize,
        /// Width that fits the model.
        expected: usize,
    },
    /// Heads, signs or negatives made elsewhere that do not fit the model or the settings.
    #[error("the given {name} does not fit: its size is {found} where {expected} was expected")]
    Given {
        /// What was given.
        name: String,
        /// Its size.
        found: usize,
        /// The size that fits.
        expected: usize,
    },
    /// Views that do not fit the settings and the model in number or size.
    #[error("the views hold {found} numbers where these settings need {expected}; cut them again with these settings")]
    Views {
        /// How many numbers there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// The device stopped working.
    #[error("{0}; starting again may help, and the CPU always works")]
    Device(DeviceFailure),
    /// NaN or infinity came back.
    #[error(
        "the device returned numbers that are not finite; start again on the CPU, which shows whether the device or the \
         model is at fault"
    )]
    NotFinite,
    /// NaN or infinity on the CPU, which computes rightly: the model is at fault.
    #[error("the model's numbers overflow: its weights, or the given mean and deviation, are out of range")]
    Overflow,
}

#[cfg(feature = "engine")]
impl ExtractError {
    /// What the device's own error means.
    pub(super) fn device(error: impl ToString) -> Self {
        Self::Device(DeviceFailure::of(&error.to_string()))
    }

    /// An error unless what was given has the expected size.
    pub(super) fn given(name: impl Into<String>, found: usize, expected: usize) -> Result<(), Self> {
        if found == expected { Ok(()) } else { Err(Self::Given { name: name.into(), found, expected }) }
    }
}

/// How a device stopped working. Drivers' own words are for their developers (chains of causes, backtraces), so these
/// stand in for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceFailure {
    /// It is gone, and every later call would fail as well.
    #[error("the device was lost: its driver stopped or was reset")]
    Lost,
    /// It has too little memory.
    #[error("the device ran out of memory")]
    Memory,
    /// Anything else.
    #[error("the device failed while computing")]
    Other,
}

#[cfg(feature = "engine")]
impl DeviceFailure {
    /// Reads it from the words of Burn, CubeCL and wgpu, whose types differ by backend.
    fn of(words: &str) -> Self {
        let words = words.to_lowercase();
        let say = |any: &[&str]| any.iter().any(|word| words.contains(word));
        if say(&["out of memory", "out-of-memory", "out of device memory", "can't allocate"]) {
            Self::Memory
        } else if say(&["poisoned", "lost", "destroyed"]) {
            Self::Lost
        } else {
            Self::Other
        }
    }
}

/// Why a file of negatives could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NegativesError {
    /// Not a safetensors file, or cut short.
    #[error("the negatives are not a complete safetensors file ({0}); download or compute them again")]
    Format(#[from] safetensors::SafeTensorError),
    /// Not a table of numbers.
    #[error(
        "the negatives' tensor is {dtype} of shape {shape:?}; a table [images x views, width] in F16 or F32 is expected"
    )]
    Shape {
        /// Its number format.
        dtype: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// NaN or infinity among them.
    #[error("the negatives hold a value that is not finite; the file is damaged")]
    NotFinite,
}

#[cfg(test)]
#[cfg(feature = "engine")]
mod tests {
    use super::*;

    #[test]
    fn a_failed_device_is_told_without_its_drivers_words() {
        // As CubeCL 0.11 and Burn 0.22 write them.
        let cases = [
            ("The device is poisoned\nCaused by:\n  Destroyed: Device was destroyed.", DeviceFailure::Lost),
            (
                "An error happened during execution\nCaused by:\n  Device lost\nBacktrace:\nNo backtrace available",
                DeviceFailure::Lost,
            ),
            ("out of device memory allocating 4096 bytes\nNo backtrace available", DeviceFailure::Memory),
            ("can't allocate buffer of size: 9000000000\nNo backtrace available", DeviceFailure::Memory),
            ("An error happened during execution\nCaused by:\n  Validation Error\nBacktrace:\n", DeviceFailure::Other),
        ];
        for (words, expected) in cases {
            let error = ExtractError::device(words);
            assert!(matches!(error, ExtractError::Device(found) if found == expected), "{words}: {error:?}");
            let told = error.to_string();
            assert!(told.starts_with("the device ") && !told.contains('\n'), "{told}");
            for word in ["Caused", "acktrace", "rror", "poisoned", "4096"] {
                assert!(!told.contains(word), "{told}");
            }
        }
    }
}
