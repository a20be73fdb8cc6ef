//! How to reach the mail server, and the URL people write for it.

use std::{fmt, str::FromStr, time::Duration};

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Never, even where the server offers it: for a server on the same machine.
    None,
    /// STARTTLS where the server offers it. A password is still never sent unencrypted.
    Opportunistic,
    /// STARTTLS, or no message.
    Required,
    /// TLS from the first byte (port 465).
    Implicit,
}

/// Where and how to send. Read from a URL with [`str::parse`], or built by hand.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    /// Host name or address; IPv6 without brackets.
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// Take any certificate. Only for a test server: whoever sits between can read the password.
    pub accept_invalid_certs: bool,
    /// User and password.
    pub auth: Option<(String, String)>,
    /// The name we greet with (EHLO): best the sending machine's full host name.
    pub helo_name: String,
    /// For the TCP connection, and again for the TLS handshake.
    pub connect_timeout: Duration,
    /// For each reply before the message's content.
    pub command_timeout: Duration,
    /// From the call to the content's first byte, all together (waiting for a free connection, connecting, every command).
    /// A send that cannot begin in this time is given back as transient, so that the caller can ask again whether it should
    /// still go out.
    pub start_timeout: Duration,
    /// For writing the content and for the server's answer to it. Too short makes messages doubtful, not undelivered
    /// (RFC 5321 §4.5.3.2.6 suggests ten minutes).
    pub data_timeout: Duration,
    /// A connection without work is closed after this long: servers hang up on such ones soon.
    pub idle_max: Duration,
    /// Connections open at once; a send beyond waits its turn.
    pub connections_max: usize,
}

impl SmtpConfig {
    /// The defaults for a server: opportunistic TLS, no password, eight connections.
    pub fn new(host: impl Into<String>, port: u16) -> SmtpConfig {
        SmtpConfig {
            host: host.into(),
            port,
            tls: Tls::Opportunistic,
            accept_invalid_certs: false,
            auth: None,
            helo_name: "localhost".into(),
            connect_timeout: Duration::from_secs(10),
            command_timeout: Duration::from_secs(20),
            start_timeout: Duration::from_secs(30),
            data_timeout: Duration::from_secs(120),
            idle_max: Duration::from_secs(30),
            connections_max: 8,
        }
    }

    /// The longest a call to `send` can take before it has its answer or its error.
    pub fn send_time_max(&self) -> Duration {
        self.start_timeout + self.data_timeout
    }
}

impl fmt::Debug for SmtpConfig {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.auth.as_ref().map(|(user, _)| user);
        f.debug_struct("SmtpConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("user", &user)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for SmtpConfig {
    /// `host:port`, for sentences about it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// The mail server's URL cannot be read. It names the part and never repeats the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("smtp url: {part} {problem}")]
pub struct ConfigError {
    pub part: &'static str,
    pub problem: String,
}

fn wrong(part: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError { part, problem: problem.into() }
}

impl FromStr for SmtpConfig {
    type Err = ConfigError;

    /// `smtp://[user:password@]host[:port][?option=value&…]`, or `smtps://…` for TLS from the first byte; user and password
    /// percent-encoded. Ports by default: smtps 465, smtp 587 with a password, else 25. Options: `tls`
    /// (none, opportunistic, required, implicit), `accept_invalid_certs` (true, false), `helo`, `connections`, and in
    /// seconds `connect_timeout`, `command_timeout`, `start_timeout`, `data_timeout`.
    fn from_str(url: &str) -> Result<SmtpConfig, ConfigError> {
        let (scheme, rest) = url
            .trim()
            .split_once("://")
            .ok_or_else(|| wrong("scheme", "is missing: write smtp://host:port or smtps://host:port"))?;
        let implicit = match scheme.to_ascii_lowercase().as_str() {
            "smtp" => false,
            "smtps" => true,
            other => {
                return Err(wrong("scheme", format!("{other:?} is neither smtp nor smtps")));
            }
        };
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (user, host_port) = match authority.rsplit_once('@') {
            Some((user, host_port)) => (Some(user), host_port),
            None => (None, authority),
        };
        let auth = user.map(read_user).transpose()?;
        let (host, port) = read_host(host_port)?;
        let default_port = match (implicit, &auth) {
            (true, _) => 465,
            (false, Some(_)) => 587,
            (false, None) => 25,
        };
        let mut config = SmtpConfig::new(host, port.unwrap_or(default_port));
        config.auth = auth;
        if implicit {
            config.tls = Tls::Implicit;
        }
        for option in options.split('&').filter(|o| !o.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            read_option(&mut config, name, &decode("option", value)?)?;
        }
        Ok(config)
    }
}

fn read_user(text: &str) -> Result<(String, String), ConfigError> {
    let (user, password) = text.split_once(':').ok_or_else(|| wrong("password", "is missing: write user:password@"))?;
    let (user, password) = (decode("user", user)?, decode("password", password)?);
    if user.is_empty() {
        return Err(wrong("user", "is empty"));
    }
    if user.contains('\0') || password.contains('\0') {
        return Err(wrong("password", "or user holds a zero byte"));
    }
    Ok((user, password))
}

fn read_host(text: &str) -> Result<(String, Option<u16>), ConfigError> {
    let (host, port) = if let Some(v6) = text.strip_prefix('[') {
        let (host, after) = v6.split_once(']').ok_or_else(|| wrong("host", "lacks the closing ]"))?;
        let port = match after {
            "" => None,
            _ => Some(after.strip_prefix(':').ok_or_else(|| wrong("port", "does not follow the host with a colon"))?),
        };
        (host, port)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    if host.is_empty() {
        return Err(wrong("host", "is empty"));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if !host.chars().all(plain) {
        return Err(wrong("host", format!("{host:?} has a character no host name has")));
    }
    let port = match port {
        None => None,
        Some(p) => match p.parse::<u16>() {
            Ok(p) if p > 0 => Some(p),
            _ => {
                return Err(wrong("port", format!("{p:?} is not a number from 1 to 65535")));
            }
        },
    };
    Ok((host.to_owned(), port))
}

fn read_option(config: &mut SmtpConfig, name: &str, value: &str) -> Result<(), ConfigError> {
    let seconds = |part: &'static str| match value.parse::<u32>() {
        Ok(s) if s > 0 => Ok(Duration::from_secs(s.into())),
        _ => Err(wrong(part, format!("{value:?} is not a number of seconds above 0"))),
    };
    match name {
        "tls" => {
            config.tls = match value {
                "none" => Tls::None,
                "opportunistic" => Tls::Opportunistic,
                "required" | "starttls" => Tls::Required,
                "implicit" => Tls::Implicit,
                _ => {
                    return Err(wrong("tls", format!("{value:?} is none of none, opportunistic, required, implicit")));
                }
            }
        }
        "accept_invalid_certs" => {
            config.accept_invalid_certs = match value {
                "true" | "1" => true,
                "false" | "0" => false,
                _ => {
                    return Err(wrong("accept_invalid_certs", format!("{value:?} is neither true nor false")));
                }
            }
        }
        "helo" => {
            if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(wrong("helo", format!("{value:?} is not a host name")));
            }
            config.helo_name = value.to_owned();
        }
        "connections" => {
            config.connections_max = match value.parse::<usize>() {
                Ok(n) if (1..=1_000).contains(&n) => n,
                _ => {
                    return Err(wrong("connections", format!("{value:?} is not a number from 1 to 1000")));
                }
            }
        }
        "connect_timeout" => config.connect_timeout = seconds("connect_timeout")?,
        "command_timeout" => config.command_timeout = seconds("command_timeout")?,
        "start_timeout" => config.start_timeout = seconds("start_timeout")?,
        "data_timeout" => config.data_timeout = seconds("data_timeout")?,
        other => return Err(wrong("option", format!("{other:?} is not known"))),
    }
    Ok(())
}

/// Percent-decoding; `+` stays a plus.
fn decode(part: &'static str, text: &str) -> Result<String, ConfigError> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let digit = |i: usize| bytes.get(i).and_then(|b| (*b as char).to_digit(16));
        match (digit(at + 1), digit(at + 2)) {
            (Some(high), Some(low)) => out.push((high * 16 + low) as u8),
            _ => {
                return Err(wrong(
                    part,
                    "has a % that two hexadecimal digits do not follow: write %25 for a percent sign",
                ));
            }
        }
        at += 3;
    }
    String::from_utf8(out).map_err(|_| wrong(part, "is not UTF-8 once decoded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<(&str, u16, Tls), &str>) {
        let read = url.parse::<SmtpConfig>();
        let read = read.as_ref().map(|c| (c.host.as_str(), c.port, c.tls)).map_err(|e| e.part);
        assert_eq!(read, expected, "{url}");
    }

    #[test]
    fn urls_are_read_and_errors_name_the_part() {
        check("smtp://localhost:2525", Ok(("localhost", 2525, Tls::Opportunistic)));
        check("smtp://mail.example.com", Ok(("mail.example.com", 25, Tls::Opportunistic)));
        check("smtp://u:p@mail.example.com", Ok(("mail.example.com", 587, Tls::Opportunistic)));
        check("smtps://u:p@mail.example.com/", Ok(("mail.example.com", 465, Tls::Implicit)));
        check("SMTP://[::1]:26?tls=none", Ok(("::1", 26, Tls::None)));
        check("smtp://h?tls=required&connections=2", Ok(("h", 25, Tls::Required)));
        check("localhost:25", Err("scheme"));
        check("http://localhost", Err("scheme"));
        check("smtp://", Err("host"));
        check("smtp://a b", Err("host"));
        check("smtp://h\r\nx", Err("host"));
        check("smtp://[::1", Err("host"));
        check("smtp://h:0", Err("port"));
        check("smtp://h:99999", Err("port"));
        check("smtp://user@h", Err("password"));
        check("smtp://:p@h", Err("user"));
        check("smtp://u:%zz@h", Err("password"));
        check("smtp://u:%ff@h", Err("password"));
        check("smtp://h?tls=maybe", Err("tls"));
        check("smtp://h?colour=red", Err("option"));
        check("smtp://h?connections=0", Err("connections"));
        check("smtp://h?data_timeout=soon", Err("data_timeout"));
        check("smtp://h?helo=a%0d%0ab", Err("helo"));
    }

    #[test]
    fn user_and_password_are_percent_decoded_and_never_shown() {
        let config: SmtpConfig = "smtp://anna%40shop.example:p%3Aw%2F%25+@h?helo=crm.shop.example".parse().unwrap();
        assert_eq!(config.auth, Some(("anna@shop.example".into(), "p:w/%+".into())));
        assert_eq!(config.helo_name, "crm.shop.example");
        assert!(!format!("{config:?} {config}").contains("p:w"));
    }

    #[test]
    fn an_at_sign_in_the_password_may_stand_unencoded() {
        let config: SmtpConfig = "smtp://u:p@ss@h".parse().unwrap();
        assert_eq!(config.auth, Some(("u".into(), "p@ss".into())));
        assert_eq!(config.host, "h");
    }
}
