//! Envelope addresses: what may stand between the angle brackets of MAIL and RCPT, and international domains.

/// An address as it goes on the wire.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WireAddress {
    pub text: String,
    /// It has letters beyond ASCII before the `@`: only a server with SMTPUTF8 takes it.
    pub needs_utf8: bool,
}

/// Checks an address and turns an international domain into its ASCII form (RFC 3492), so that most need no SMTPUTF8.
/// The error is the second half of a sentence about the address.
pub(crate) fn to_wire(address: &str) -> Result<WireAddress, &'static str> {
    // 254: RFC 5321 §4.5.3.1.3 less the brackets.
    if address.len() > 254 {
        return Err("is longer than 254 bytes");
    }
    if address.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '\\')) {
        return Err("has a character that no address we send to may have");
    }
    let (local, domain) = address.rsplit_once('@').ok_or("has no @")?;
    if local.is_empty() || domain.is_empty() || local.contains('@') {
        return Err("is not of the form name@domain");
    }
    let domain = domain_to_ascii(domain).ok_or("has a domain that cannot be written in ASCII")?;
    Ok(WireAddress { needs_utf8: !local.is_ascii(), text: format!("{local}@{domain}") })
}

fn domain_to_ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    let mut labels = Vec::new();
    for label in domain.to_lowercase().split(['.', '。']) {
        // A combining mark means text that is not composed; encoding it as it is would name another domain.
        let combining = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
        if label.is_empty() || label.chars().any(combining) {
            return None;
        }
        labels.push(if label.is_ascii() { label.to_owned() } else { format!("xn--{}", punycode(label)?) });
    }
    Some(labels.join("."))
}

/// RFC 3492 §6.3, with the parameters of §5.
fn punycode(label: &str) -> Option<String> {
    let input: Vec<u32> = label.chars().map(u32::from).collect();
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic);
    while (handled as usize) < input.len() {
        let next = *input.iter().filter(|c| **c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for &c in &input {
            if c < n {
                delta = delta.checked_add(1)?;
            }
            if c == n {
                write_variable(&mut out, delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    // A label is 63 bytes at most (RFC 1035 §2.3.4), of which `xn--` takes four.
    (out.len() <= 59).then_some(out)
}

fn write_variable(out: &mut String, delta: u32, bias: u32) {
    let digit = |d: u32| char::from(if d < 26 { b'a' + d as u8 } else { b'0' + (d - 26) as u8 });
    let (mut q, mut k) = (delta, 36);
    loop {
        let t = if k <= bias { 1 } else { (k - bias).min(26) };
        if q < t {
            break;
        }
        out.push(digit(t + (q - t) % (36 - t)));
        q = (q - t) / (36 - t);
        k += 36;
    }
    out.push(digit(q));
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Option<(&str, bool)>) {
        let wire = to_wire(address).ok();
        assert_eq!(wire.as_ref().map(|w| (w.text.as_str(), w.needs_utf8)), expected, "{address:?}");
    }

    #[test]
    fn addresses_go_on_the_wire_or_are_refused() {
        check("anna@shop.example", Some(("anna@shop.example", false)));
        check("anna+cart@shop.example", Some(("anna+cart@shop.example", false)));
        check("anna@bücher.example", Some(("anna@xn--bcher-kva.example", false)));
        check("anna@Caffè.example", Some(("anna@xn--caff-8oa.example", false)));
        check("anna@他们为什么不说中文", Some(("anna@xn--ihqwcrb4cv8a8dqg056pqjye", false)));
        check("niccolò@shop.example", Some(("niccolò@shop.example", true)));
        check("anna@caffe\u{300}.example", None);
        check("anna", None);
        check("@shop.example", None);
        check("anna@", None);
        check("a@b@c", None);
        check("a b@c", None);
        check("a@b>\r\nRCPT TO:<x@y", None);
        check("a@b> NOTIFY=NEVER", None);
        check(&format!("{}@b", "a".repeat(260)), None);
    }
}
