//! The SMTP client against the sink: encryption, passwords, what the server offers, and the pool.

mod common;

use adapters::smtp::{Envelope, SmtpClient};
use common::*;
use std::time::Duration;
use testkit::smtp::{Act, SinkTls, SmtpSink, Verb, When};

#[tokio::test]
async fn encryption_and_passwords_work_in_every_mode() {
    for tls in [SinkTls::None, SinkTls::StartTls, SinkTls::Implicit] {
        for mechanism in ["plain", "login"] {
            let builder = SmtpSink::builder().tls(tls).auth("anna@shop", "p:ss w/ô%");
            let builder = if mechanism == "login" { builder.without("PLAIN") } else { builder };
            let sink = builder.start().await.unwrap();
            let config = config(&sink);
            let mut config = config;
            let client = SmtpClient::new(config.clone());
            for _ in 0..2 {
                let result = send(&client).await;
                assert_eq!(kind(&result), "accepted", "{tls:?} {mechanism} {result:?}");
            }
            assert_eq!(sink.messages()[0].encrypted, tls != SinkTls::None);
            assert_eq!(sink.messages()[1].user.as_deref(), Some("anna@shop"));
            assert_eq!(sink.connections(), 1);
            config.auth = Some(("anna@shop".into(), "wrong".into()));
            assert_eq!(kind(&send(&SmtpClient::new(config)).await), "transient 535", "{tls:?} {mechanism}");
        }
    }
}

#[tokio::test]
async fn a_certificate_nobody_signed_is_refused_unless_asked_for() {
    for tls in [SinkTls::StartTls, SinkTls::Implicit] {
        let sink = SmtpSink::builder().tls(tls).start().await.unwrap();
        let mut config = config(&sink);
        config.accept_invalid_certs = false;
        let result = send(&SmtpClient::new(config)).await;
        assert_eq!(kind(&result), "transient 0", "{result:?}");
        assert_eq!(sink.count(), 0);
    }
}

#[tokio::test]
async fn nothing_goes_out_unencrypted_where_encryption_is_required_or_a_password_would_be_seen() {
    use adapters::smtp::Tls;
    let sink = SmtpSink::builder().auth("anna", "secret").start().await.unwrap();
    for tls in [Tls::Required, Tls::Opportunistic] {
        let mut config = config(&sink);
        config.tls = tls;
        assert_eq!(kind(&send(&SmtpClient::new(config)).await), "transient 0");
    }
    let transcript = sink.transcript();
    assert!(transcript.iter().all(|line| line.starts_with("EHLO")), "{transcript:?}");
    let plain = SmtpSink::start().await;
    let mut config = config(&plain);
    config.tls = Tls::Opportunistic;
    assert_eq!(kind(&send(&SmtpClient::new(config)).await), "accepted");
}

#[tokio::test]
async fn an_old_server_that_knows_only_helo_is_served() {
    let sink = SmtpSink::builder().rule(Verb::Ehlo, Act::reply(502, "what?")).start().await.unwrap();
    assert_eq!(kind(&send(&SmtpClient::new(config(&sink))).await), "accepted");
    assert!(sink.transcript().contains(&"MAIL FROM:<shop@shop.example>".to_owned()), "no SIZE without EHLO");
}

#[tokio::test]
async fn what_the_server_cannot_take_is_found_before_it_is_asked() {
    let sink = SmtpSink::builder().without("8BITMIME").without("SMTPUTF8").size_max(100).start().await.unwrap();
    let client = SmtpClient::new(config(&sink));
    let check = async |from: &str, to: &str, message: &str| {
        let result = client.send(&Envelope { from: from.into(), to: vec![to.into()] }, message.as_bytes()).await;
        kind(&result)
    };
    assert_eq!(check("a@x", "b@x", "Subject: caffè\r\n\r\n").await, "permanent 0");
    assert_eq!(check("a@x", "b@x", &"long ".repeat(50)).await, "permanent 0");
    assert_eq!(check("niccolò@x", "b@x", MESSAGE).await, "permanent 0");
    assert_eq!(check("a@x", "niccolò@x", MESSAGE).await, "permanent 553");
    assert_eq!(check("a@x", "b@caffè.example", MESSAGE).await, "accepted");
    assert_eq!(sink.messages()[0].to, ["b@xn--caff-8oa.example"]);
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn letters_beyond_ascii_go_where_the_server_takes_them() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    let envelope = Envelope { from: "a@x".into(), to: vec!["niccolò@x".into()] };
    client.send(&envelope, "Subject: caffè\r\n\r\n".as_bytes()).await.unwrap();
    let transcript = sink.transcript();
    assert!(transcript[1].ends_with(" BODY=8BITMIME SMTPUTF8"), "{transcript:?}");
    assert_eq!(sink.messages()[0].to, ["niccolò@x"]);
}

#[tokio::test]
async fn a_pooled_connection_that_died_is_replaced_without_a_word() {
    // The second message meets a server that closes or says goodbye at MAIL.
    for act in [Act::Drop, Act::reply(421, "idle for too long")] {
        let sink = SmtpSink::start().await;
        let client = SmtpClient::new(config(&sink));
        send(&client).await.unwrap();
        sink.rule_when(Verb::Mail, act, When::Times(1));
        send(&client).await.unwrap();
        assert_eq!((sink.count(), sink.connections()), (2, 2));
    }
}

#[tokio::test]
async fn a_server_that_was_restarted_is_found_again() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    send(&client).await.unwrap();
    let address = sink.address();
    drop(sink);
    // The port is free once the old listener is gone.
    let again = async {
        loop {
            match SmtpSink::builder().listen(address).start().await {
                Ok(sink) => return sink,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let sink = tokio::time::timeout(PATIENT, again).await.expect("the port becomes free");
    send(&client).await.unwrap();
    assert_eq!(sink.count(), 1);
}

#[tokio::test]
async fn after_a_refusal_the_connection_is_cleared_and_kept() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    sink.rule_when(Verb::Rcpt, Act::reply(550, "no"), When::Times(1));
    assert_eq!(kind(&send(&client).await), "permanent 550");
    assert_eq!(kind(&send(&client).await), "accepted");
    assert_eq!(sink.connections(), 1);
    assert!(sink.transcript().contains(&"RSET".to_owned()));
}

#[tokio::test]
async fn an_idle_connection_is_closed_politely() {
    let sink = SmtpSink::start().await;
    let mut config = config(&sink);
    config.idle_max = Duration::from_millis(50);
    let client = SmtpClient::new(config);
    send(&client).await.unwrap();
    let closed = async {
        while sink.open_connections() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENT, closed).await.expect("closed in time");
    assert_eq!(sink.transcript().last().map(String::as_str), Some("QUIT"));
    send(&client).await.unwrap();
    assert_eq!(sink.connections(), 2);
}

#[tokio::test]
async fn no_more_connections_than_allowed_and_no_wait_without_end() {
    let sink = SmtpSink::builder().rule(Verb::End, Act::Delay(Duration::from_millis(5))).start().await.unwrap();
    let mut config = config(&sink);
    config.connections_max = 3;
    let client = SmtpClient::new(config.clone());
    let sends: Vec<_> = (0..30)
        .map(|_| {
            tokio::spawn({
                let client = client.clone();
                async move { send(&client).await }
            })
        })
        .collect();
    for one in sends {
        one.await.unwrap().unwrap();
    }
    assert_eq!(sink.count(), 30);
    assert!(sink.connections() <= 3);

    config.connections_max = 1;
    config.start_timeout = Duration::from_millis(50);
    let client = SmtpClient::new(config);
    sink.rule(Verb::Mail, Act::Hang);
    let (first, second) = tokio::join!(send(&client), send(&client));
    assert_eq!((kind(&first).as_str(), kind(&second).as_str()), ("transient 0", "transient 0"));
}

#[tokio::test]
async fn the_doctor_knocks_and_leaves() {
    let sink = SmtpSink::builder().tls(SinkTls::StartTls).auth("anna", "secret").start().await.unwrap();
    let config = config(&sink);
    let ping = SmtpClient::new(config).ping().await.unwrap();
    assert!(ping.encrypted && ping.signed_in && ping.pipelining);
    assert_eq!(ping.size_max, Some(32 << 20));
    assert_eq!(ping.greeting, "220 sink.test ESMTP ready");
    assert_eq!(sink.transcript().last().map(String::as_str), Some("QUIT"));
}
