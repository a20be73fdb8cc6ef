//! Tree to text.

use super::{Content, Document, Element};

/// Writes a file, in UTF-8 with its declaration.
pub(crate) fn write(document: &Document) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for content in &document.before {
        write_content(content, &mut out);
        out.push('\n');
    }
    write_element(&document.root, &mut out);
    out.push('\n');
    for content in &document.after {
        write_content(content, &mut out);
        out.push('\n');
    }
    out
}

fn write_element(element: &Element, out: &mut String) {
    out.push('<');
    out.push_str(&element.tag);
    for attribute in &element.attributes {
        out.push(' ');
        out.push_str(&attribute.name);
        out.push_str("=\"");
        escape(&attribute.value, true, out);
        out.push('"');
    }
    if element.content.is_empty() {
        out.push_str(" />");
        return;
    }
    out.push('>');
    for content in &element.content {
        write_content(content, out);
    }
    out.push_str("</");
    out.push_str(&element.tag);
    out.push('>');
}

fn write_content(content: &Content, out: &mut String) {
    match content {
        Content::Element(element) => write_element(element, out),
        Content::Text(text) => escape(text, false, out),
        Content::CData(text) => {
            out.push_str("<![CDATA[");
            out.push_str(text);
            out.push_str("]]>");
        }
        Content::Comment(text) => {
            out.push_str("<!--");
            out.push_str(text);
            out.push_str("-->");
        }
        Content::Instruction(text) => {
            out.push_str("<?");
            out.push_str(text);
            out.push_str("?>");
        }
    }
}

/// Line ends and tabs of an attribute become references, because a reader turns the characters into blanks.
fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\t' if attribute => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}
