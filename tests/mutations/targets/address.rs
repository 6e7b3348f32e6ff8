//! The page's address.

use mycoscope::ui::address::Options;

/// Reads an address, and writes and reads what was understood of it.
pub fn run(bytes: &[u8]) -> bool {
    let options = Options::parse(&String::from_utf8_lossy(bytes));
    let hash = options.hash();
    assert_eq!(Options::parse(&hash).hash(), hash, "an address that the page writes is read back as it is");
    let settings = options.method.settings();
    assert!(settings.check(64).is_ok(), "no address makes settings that the engine refuses");
    options != Options::default()
}
