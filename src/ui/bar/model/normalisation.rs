//! What pixels were normalised by in training, which a file does not say. Decisions only: no browser is needed.

use crate::ui::numbers;

/// Mean and standard deviation per channel, in 0..1.
pub type Normalisation = ([f32; 3], [f32; 3]);

/// The usual choices, by name.
pub const CHOICES: [(&str, Normalisation); 3] = [
    ("ImageNet's (DINO, DeiT, MAE, most others)", ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])),
    ("0.5 (AugReg, SigLIP)", ([0.5; 3], [0.5; 3])),
    ("CLIP's", ([0.481_454_66, 0.457_827_5, 0.408_210_73], [0.268_629_54, 0.261_302_6, 0.275_777_1])),
];

/// The likely one of [`CHOICES`]: by the file's name, and by the norm before the first block that CLIP has.
pub fn guess(file: &str, pre_norm: bool) -> usize {
    let name = file.to_ascii_lowercase();
    let named = |names: &[&str]| names.iter().any(|part| name.contains(part));
    match () {
        () if pre_norm || named(&["clip"]) && !named(&["siglip"]) => 2,
        () if named(&["augreg", "siglip", "beit"]) => 1,
        () => 0,
    }
}

/// Six numbers, as someone typed them: mean, then standard deviation.
pub fn read(text: &str) -> Result<Normalisation, &'static str> {
    let numbers: Vec<&str> = text.split([',', ' ', ';', '/']).filter(|number| !number.is_empty()).collect();
    let read: Option<Vec<f32>> = numbers.into_iter().map(numbers::read).collect();
    match read.as_deref() {
        Some(&[a, b, c, x, y, z]) if [x, y, z].iter().all(|std| *std > 0.0) => Ok(([a, b, c], [x, y, z])),
        _ => Err("Give six numbers between 0 and 1: the mean of red, green and blue, then their standard deviations."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_is_by_name_and_structure() {
        let guesses = [
            ("vit_tiny_patch16_224.augreg_in21k.safetensors", false),
            ("dino_vits16.safetensors", false),
            ("model.safetensors", true),
            ("siglip-b16.safetensors", false),
            ("CLIP-B-16.safetensors", false),
        ];
        assert_eq!(guesses.map(|(name, pre_norm)| guess(name, pre_norm)), [1, 0, 2, 1, 2]);
    }

    #[test]
    fn six_numbers_are_read_however_they_are_set_apart() {
        let expected = Ok(([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]));
        assert_eq!(read("0.485, 0.456, 0.406 / 0.229 0.224;0.225"), expected);
        for wrong in ["", "0.5", "0.5 0.5 0.5 0 0.5 0.5", "0.5 0.5 0.5 0.5 0.5 x", "1 2 3 4 5 6 7"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
