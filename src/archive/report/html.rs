//! Text within HTML.

use std::fmt::{Display, Formatter, Result, Write};

/// A text that is shown as it is, whatever it holds: labels and names come from anywhere.
pub struct Text<'a>(pub &'a str);

impl Display for Text<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        for c in self.0.chars() {
            match c {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                // Some would turn the text around them, some are no text.
                c if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => {
                    out.write_char('\u{FFFD}')?;
                }
                c => out.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stays_a_text() {
        let label = "<script>alert('1 & \"2\"')</script>\u{202E}\0";
        let shown = "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;\u{FFFD}\u{FFFD}";
        assert_eq!(Text(label).to_string(), shown);
    }
}
