//! A mailbox in this process, in place of a mail server: what would be sent is kept and shown.

use super::words::{HOST_GONE, HOST_SILENT};
use adapters::smtp::SendError;
use base::{Id, Time};
use engage::delivery::{Mail, Sending, Transport};
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    path::Path,
    sync::{Mutex, MutexGuard},
};

/// Mails kept; the oldest go first.
const MAILS_MAX: usize = 400;

/// The file's name inside the data folder.
const FILE: &str = "demo-mails.json";

/// What was done with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Sent,
    Refused,
    Unknown,
}

/// A mail as it would have been sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Counts up from 1.
    pub id: u64,
    pub at: Time,
    pub to: String,
    pub to_name: String,
    pub from: String,
    pub from_name: String,
    pub subject: String,
    /// Whether somebody opened it here.
    pub is_read: bool,
    pub outcome: Outcome,
    /// The message that it is, if it is one.
    pub message: Option<Id>,
    pub customer: Option<Id>,
    pub html: String,
    pub text: String,
}

impl Kept {
    /// All but what stands in it.
    fn outside(&self) -> Kept {
        Kept {
            to: self.to.clone(),
            to_name: self.to_name.clone(),
            from: self.from.clone(),
            from_name: self.from_name.clone(),
            subject: self.subject.clone(),
            html: String::new(),
            text: String::new(),
            ..*self
        }
    }
}

#[derive(Default)]
struct Inside {
    mails: VecDeque<Kept>,
    last_id: u64,
    /// Mails of ours that nobody has taken note of yet.
    fresh: Vec<Kept>,
}

/// Takes every mail at once, refuses what no mail server would take, and says nothing about those whose host is silent.
#[derive(Default)]
pub struct Mailbox(Mutex<Inside>);

impl Mailbox {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// The mailbox as it was left in a folder; an empty one where there is none that can be read.
    pub fn read(folder: &Path) -> Mailbox {
        let mails: VecDeque<Kept> = std::fs::read(folder.join(FILE))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let last_id = mails.back().map_or(0, |kept| kept.id);
        Mailbox(Mutex::new(Inside { mails, last_id, fresh: Vec::new() }))
    }

    /// Leaves it in the folder: who starts again tomorrow still finds the mail of today.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let bytes = serde_json::to_vec(&self.inside().mails).map_err(|e| e.to_string())?;
        std::fs::write(folder.join(FILE), bytes).map_err(|e| format!("{}: {e}", folder.join(FILE).display()))
    }

    /// The newest mails, newest first, without what stands in them.
    pub fn newest(&self, rows: usize) -> Vec<Kept> {
        self.inside().mails.iter().rev().take(rows).map(Kept::outside).collect()
    }

    /// The mail, read from now on.
    pub fn open(&self, id: u64) -> Option<Kept> {
        let mut inside = self.inside();
        let kept = inside.mails.iter_mut().find(|kept| kept.id == id)?;
        kept.is_read = true;
        Some(kept.clone())
    }

    /// The newest mail that one of these messages became.
    pub fn of_messages(&self, messages: &[Id]) -> Option<Kept> {
        let inside = self.inside();
        inside.mails.iter().rev().find(|kept| kept.message.is_some_and(|id| messages.contains(&id))).cloned()
    }

    /// What came in since the last time that this was asked.
    pub fn take_fresh(&self) -> Vec<Kept> {
        std::mem::take(&mut self.inside().fresh)
    }

    fn keep(&self, mail: Mail, outcome: Outcome) {
        let message = mail.message;
        let mut inside = self.inside();
        inside.last_id += 1;
        let kept = Kept {
            id: inside.last_id,
            at: message.date,
            to: message.to.address,
            to_name: message.to.name,
            from: message.from.address,
            from_name: message.from.name,
            subject: message.subject,
            is_read: false,
            outcome,
            message: mail.about.map(|(_, message)| message),
            customer: mail.about.map(|(customer, _)| customer),
            html: message.html,
            text: message.text,
        };
        if inside.fresh.len() < MAILS_MAX {
            // Who listens wants to know whom, not what.
            inside.fresh.push(kept.outside());
        }
        inside.mails.push_back(kept);
        if inside.mails.len() > MAILS_MAX {
            inside.mails.pop_front();
        }
    }
}

impl Transport for Mailbox {
    fn send(&self, mail: Mail) -> Sending<'_> {
        let host = mail.message.to.address.rsplit('@').next().unwrap_or_default().to_owned();
        let answer = match host.as_str() {
            HOST_GONE => Err(SendError::Permanent {
                code: Some(550),
                text: "5.1.1 no such mailbox here".to_owned(),
                recipient: Some(mail.message.to.address.clone()),
            }),
            HOST_SILENT => Err(SendError::Unknown { text: "the connection ended after the last byte".to_owned() }),
            _ => Ok(()),
        };
        let outcome = match &answer {
            Ok(()) => Outcome::Sent,
            Err(SendError::Unknown { .. }) => Outcome::Unknown,
            Err(_) => Outcome::Refused,
        };
        self.keep(mail, outcome);
        Box::pin(std::future::ready(answer))
    }

    fn width(&self) -> usize {
        16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use adapters::{
        mime::{Mailbox as Place, Message},
        smtp::Envelope,
    };

    fn mail(to: &str, about: Option<(Id, Id)>) -> Mail {
        let message = Message {
            from: Place::new("Passo Lento", "ciao@passolento.example"),
            reply_to: None,
            to: Place::new("Ada", to),
            subject: "Ciao".to_owned(),
            date: Time(7),
            message_id: "1@passolento.example".to_owned(),
            unsubscribe: None,
            headers: Vec::new(),
            text: "Ciao".to_owned(),
            html: "<p>Ciao</p>".to_owned(),
        };
        Mail { envelope: Envelope { from: String::new(), to: vec![to.to_owned()] }, message, about }
    }

    #[tokio::test]
    async fn it_keeps_the_newest_and_answers_as_a_mail_server_would() {
        let mailbox = Mailbox::default();
        assert_eq!(mailbox.send(mail("ada@posta.example", Some((Id([1; 16]), Id([2; 16]))))).await, Ok(()));
        assert!(matches!(mailbox.send(mail("x@inesistente.example", None)).await, Err(SendError::Permanent { .. })));
        assert!(matches!(mailbox.send(mail("x@muta.example", None)).await, Err(SendError::Unknown { .. })));
        let outcomes: Vec<_> = mailbox.newest(9).iter().map(|kept| kept.outcome).collect();
        assert_eq!(outcomes, [Outcome::Unknown, Outcome::Refused, Outcome::Sent]);
        assert_eq!(mailbox.take_fresh().len(), 3);
        assert!(mailbox.take_fresh().is_empty());
        assert!(!mailbox.of_messages(&[Id([2; 16])]).expect("it was kept").is_read);
        mailbox.open(1).expect("it was kept");
        assert!(mailbox.of_messages(&[Id([2; 16])]).expect("it was kept").is_read);
        for _ in 0..MAILS_MAX {
            mailbox.send(mail("b@posta.example", None)).await.expect("it takes everything");
        }
        assert!(mailbox.open(1).is_none());
        let folder = testkit::TempDir::with_prefix("ritorno-mailbox-").expect("the temporary folder is writable");
        mailbox.write(folder.path()).expect("the folder is writable");
        let again = Mailbox::read(folder.path());
        assert_eq!(again.open(100).map(|kept| kept.html), mailbox.open(100).map(|kept| kept.html));
        again.send(mail("b@posta.example", None)).await.expect("it takes everything");
        assert_eq!(again.newest(1)[0].id, mailbox.newest(1)[0].id + 1, "it counts on");
        assert_eq!(mailbox.newest(usize::MAX).len(), MAILS_MAX);
    }
}
