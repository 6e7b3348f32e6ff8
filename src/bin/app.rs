//! The page.

fn main() {
    mycoscope::ui::start();
}
