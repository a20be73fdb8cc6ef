//! How the sink misbehaves: at which command, what, and how often.

use std::time::Duration;

/// Where a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// The greeting of a new connection.
    Connect,
    Ehlo,
    Helo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the consent to DATA, before the content is read.
    Content,
    /// The end mark came: the whole message is here.
    End,
    Rset,
    Quit,
}

/// What happens there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// This code and text instead of consent; at [`Verb::End`] the message is not kept.
    Reply(u16, String),
    /// No answer any more; at [`Verb::End`] the message is not kept.
    Hang,
    /// The connection is closed without an answer; at [`Verb::End`] the message is not kept.
    Drop,
    /// At [`Verb::End`]: the message is accepted and kept, and no answer ever comes.
    AcceptThenHang,
    /// At [`Verb::End`]: the message is accepted and kept, and the connection closed without an answer.
    AcceptThenDrop,
    /// The ordinary answer, later.
    Delay(Duration),
    /// The ordinary answer, with this pause before each of its bytes.
    Drip(Duration),
    /// At [`Verb::Content`]: closes after so many bytes of it.
    DropAfter(usize),
    /// At [`Verb::Content`]: reads nothing any more, so that the client's buffers fill.
    StopReading,
}

impl Act {
    pub fn reply(code: u16, text: &str) -> Act {
        Act::Reply(code, text.to_owned())
    }
}

/// How often a rule applies, counted over all connections.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    Always,
    /// The first so many times.
    Times(usize),
    /// Every so-manieth time.
    Every(usize),
    /// With this probability, repeatable by its seed.
    Chance {
        probability: f64,
        seed: u64,
    },
}

#[derive(Debug)]
struct Rule {
    verb: Verb,
    act: Act,
    when: When,
    address: Option<String>,
    seen: usize,
}

/// The first rule that applies wins.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    pub fn add(&mut self, verb: Verb, act: Act, when: When, address: Option<String>) {
        self.0.push(Rule { verb, act, when, address, seen: 0 });
    }

    /// What to do at this command; `about` is its line, or the recipients of a message.
    pub fn act(&mut self, verb: Verb, about: &str) -> Option<Act> {
        for rule in &mut self.0 {
            let named = rule.address.as_ref().is_none_or(|address| about.contains(address.as_str()));
            if rule.verb != verb || !named {
                continue;
            }
            rule.seen += 1;
            let applies = match rule.when {
                When::Always => true,
                When::Times(n) => rule.seen <= n,
                When::Every(n) => n > 0 && rule.seen % n == 0,
                When::Chance { probability, seed } => {
                    let drawn = base::stable_hash_seeded(seed, &rule.seen.to_le_bytes());
                    (drawn >> 11) as f64 / (1u64 << 53) as f64 <= probability
                }
            };
            if applies {
                return Some(rule.act.clone());
            }
        }
        None
    }
}
