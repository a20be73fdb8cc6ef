//! LISTEN on a connection of its own, which comes back when it is lost.

use super::{connect::Connect, error::fold};
use crate::{StoreError, wake::Wakes};
use std::{collections::BTreeSet, future::poll_fn, sync::Weak, time::Duration};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{AsyncMessage, Client, Notification};

/// Waits between attempts to come back: from the first to the last, doubling.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_LAST: Duration = Duration::from_secs(5);

/// A channel to hear from now on; answered once the server knows.
pub(super) type Hear = (String, oneshot::Sender<()>);

/// Runs until nobody can ask for channels any more.
pub(super) async fn run(connect: Connect, mut asks: mpsc::UnboundedReceiver<Hear>, wakes: Weak<Wakes>) {
    let mut channels = BTreeSet::new();
    // The first connection is made when there is something to hear.
    let Some((channel, mut done)) = asks.recv().await.map(|(channel, done)| (channel, vec![done])) else {
        return;
    };
    channels.insert(channel);
    let mut wait = RETRY_FIRST;
    let mut lost = false;
    loop {
        let began = begin(&connect, &channels).await;
        if let Ok((client, mut heard)) = began {
            wait = RETRY_FIRST;
            for done in done.drain(..) {
                // Who asked may have stopped waiting.
                let _ = done.send(());
            }
            let Some(all) = wakes.upgrade() else { return };
            if std::mem::take(&mut lost) {
                // Some may have been missed while we were away.
                channels.iter().for_each(|channel| all.wake(channel, ""));
            }
            drop(all);
            loop {
                tokio::select! {
                    notification = heard.recv() => {
                        let Some(notification) = notification else { break };
                        let Some(wakes) = wakes.upgrade() else { return };
                        wakes.wake(notification.channel(), notification.payload());
                    }
                    ask = asks.recv() => {
                        let Some((channel, answer)) = ask else { return };
                        let heard = client.batch_execute(&listen(&channel)).await.is_ok();
                        channels.insert(channel);
                        if heard {
                            let _ = answer.send(());
                        } else {
                            done.push(answer);
                            break;
                        }
                    }
                }
            }
            lost = true;
            tracing::warn!("the connection for wake-ups is lost: it is made again");
        } else if let Err(error) = began {
            tracing::warn!(error = %error, "no connection for wake-ups: it is tried again");
        }
        // New channels are taken while we wait, and a database that is closed ends us.
        tokio::select! {
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(RETRY_LAST),
            ask = asks.recv() => {
                let Some((channel, answer)) = ask else { return };
                channels.insert(channel);
                done.push(answer);
            }
        }
    }
}

type Heard = mpsc::UnboundedReceiver<Notification>;

/// Connects and listens on all channels.
async fn begin(connect: &Connect, channels: &BTreeSet<String>) -> Result<(Client, Heard), StoreError> {
    let (client, mut connection) =
        connect.config.connect(connect.tls.clone()).await.map_err(|error| fold(&error, "connecting"))?;
    let (sender, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        // Ends when the client is dropped or the connection breaks; the channel then closes.
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(notification) = message
                && sender.send(notification).is_err()
            {
                return;
            }
        }
    });
    for channel in channels {
        let text = listen(channel);
        client.batch_execute(&text).await.map_err(|error| fold(&error, &text))?;
    }
    Ok((client, heard))
}

/// The channel as a quoted name.
fn listen(channel: &str) -> String {
    format!("LISTEN \"{}\"", channel.replace('"', "\"\""))
}
