//! What became of a message on its way, told apart by what the mail server and the courier say.

use http_kit::Said;
use std::collections::BTreeMap;

http_kit::phrases! {
    /// What the courier, or a person, says of a message.
    pub enum MailReason {
        MailboxUnknown = "the mailbox does not exist",
        MailboxFull = "the mailbox is full",
        TooLarge = "the message is too large for the server",
        NotWanted = "the server does not want this message",
        RefusedForNow = "the server takes no message now",
        RefusedForGood = "the server refused the message",
        SenderStopped = "the sender stopped before it could say what became of it",
        GrantRanOut = "the grant ran out before the message began",
        SendAgain = "a person said: send again",
        LeaveIt = "a person said: leave it",
        NoTemplate = "there is no template {name}",
        DoubtAfterEnd = "after the end of the message: {detail}",
        ConnectionClosed = "{doing}: the server closed the connection",
        ConnectionLost = "{doing}: connection lost: {detail}",
        NoAnswer = "{doing}: no answer in time",
        NotSmtp = "{doing}: the answer is not SMTP",
        ServerSaid = "{doing}: the server said {detail}",
    }
}

/// Which reason it is; a mail server's reply is told apart by its codes (RFC 3463, RFC 5321 §4.2).
pub fn read(text: &str) -> Option<Said<MailReason>> {
    let reply = text.split_once(' ').and_then(|(code, rest)| Some((code.parse::<u16>().ok()?, rest)));
    let Some((code @ 400..600, rest)) = reply else { return MailReason::read(text) };
    let mut values = BTreeMap::from([("code".to_owned(), code.to_string())]);
    let status = rest.split_whitespace().next().filter(|word| word.split('.').count() == 3);
    values.extend(status.map(|status| ("status".to_owned(), status.to_owned())));
    let about = status.and_then(|status| status.split_once('.')).map(|(_, about)| about);
    let code = match (code, about) {
        (400..500, _) => MailReason::RefusedForNow,
        (_, Some("1.1" | "1.0" | "1.2" | "1.3" | "1.6" | "1.10" | "2.1")) => MailReason::MailboxUnknown,
        (_, Some("2.2")) | (552, None) => MailReason::MailboxFull,
        (_, Some("2.3" | "3.4")) => MailReason::TooLarge,
        (_, Some(about)) if about.starts_with("7.") => MailReason::NotWanted,
        _ => MailReason::RefusedForGood,
    };
    Some(Said { code, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_server_says_is_told_apart() {
        let check = |text: &str, expected: Option<MailReason>| {
            assert_eq!(read(text).map(|said| said.code), expected, "{text}");
        };
        check("550 5.1.1 no such user", Some(MailReason::MailboxUnknown));
        check("552 5.2.2 over quota", Some(MailReason::MailboxFull));
        check("552 message size exceeds fixed limit", Some(MailReason::MailboxFull));
        check("552 5.3.4 too big", Some(MailReason::TooLarge));
        check("554 5.7.1 spam", Some(MailReason::NotWanted));
        check("550 go away", Some(MailReason::RefusedForGood));
        check("451 4.7.1 greylisted", Some(MailReason::RefusedForNow));
        check("the sender stopped before it could say what became of it", Some(MailReason::SenderStopped));
        check("connecting: no answer in time", Some(MailReason::NoAnswer));
        check("after the end of the message: connection lost: reset", Some(MailReason::DoubtAfterEnd));
        check("consent_refused", None);
        check("550", None);
    }
}
