//! The SMTP client against the sink: what each fault means for the message.

use adapters::smtp::{Accepted, Envelope, SendError, SmtpClient, SmtpConfig};
use std::time::Duration;
use testkit::smtp::{Act, SinkTls, SmtpSink, Verb, When};

const MESSAGE: &str =
    "Message-ID: <1@shop.example>\r\nSubject: Ciao\r\n\r\nHello\r\n.hidden dot\r\n";

fn envelope() -> Envelope {
    Envelope {
        from: "shop@shop.example".into(),
        to: vec!["anna@example.com".into()],
    }
}

/// What answers at all answers within this, however busy the machine is.
const PATIENT: Duration = Duration::from_secs(20);
/// What hangs, hangs for longer than this.
const SHORT: Duration = Duration::from_millis(200);

fn config(sink: &SmtpSink) -> SmtpConfig {
    let mut config: SmtpConfig = sink.url().parse().expect("the sink writes urls we read");
    (config.command_timeout, config.data_timeout) = (PATIENT, PATIENT);
    config
}

async fn send(client: &SmtpClient) -> Result<Accepted, SendError> {
    client.send(&envelope(), MESSAGE.as_bytes()).await
}

fn kind(result: &Result<Accepted, SendError>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        Err(SendError::Transient { code, .. }) => format!("transient {}", code.unwrap_or(0)),
        Err(SendError::Permanent { code, .. }) => format!("permanent {}", code.unwrap_or(0)),
        Err(SendError::Unknown { .. }) => "unknown".into(),
    }
}

/// One fault, one send, with and without pipelining; then the server behaves and the client sends again.
async fn check(verb: Verb, act: Act, expected: &str, kept: usize) {
    for pipelining in [true, false] {
        let mut builder = SmtpSink::builder().rule(verb, act.clone());
        if !pipelining {
            builder = builder.without("PIPELINING");
        }
        let sink = builder.start().await.expect("the loopback has a free port");
        let mut client = SmtpClient::new(config(&sink));
        let hangs = matches!(act, Act::Hang | Act::AcceptThenHang | Act::Drip(_));
        if hangs {
            let mut short = config(&sink);
            *(if verb == Verb::End {
                &mut short.data_timeout
            } else {
                &mut short.command_timeout
            }) = SHORT;
            client = SmtpClient::new(short);
        }
        let result = send(&client).await;
        let case = format!("{verb:?} {act:?} pipelining {pipelining}: {result:?}");
        assert_eq!(kind(&result), expected, "{case}");
        assert_eq!(sink.count(), kept, "{case}");
        sink.clear_rules();
        if hangs {
            client = SmtpClient::new(config(&sink));
        }
        let again = send(&client).await;
        assert_eq!(kind(&again), "accepted", "{case}, then {again:?}");
        assert_eq!(sink.count(), kept + 1, "{case}");
    }
}

#[tokio::test]
async fn a_message_arrives_whole_and_its_connection_is_used_again() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    for n in 1..=3 {
        let accepted = send(&client).await.unwrap();
        assert_eq!(accepted.reply, format!("250 2.0.0 accepted as {n}"));
        assert!(accepted.refused.is_empty());
    }
    let messages = sink.messages();
    assert_eq!(messages[0].raw, MESSAGE.as_bytes());
    assert_eq!(
        (messages[0].from.as_str(), messages[0].to.as_slice()),
        ("shop@shop.example", &["anna@example.com".into()][..])
    );
    assert_eq!(messages[2].text(), "Hello\n.hidden dot\n");
    assert_eq!(
        (messages[0].subject().as_str(), sink.connections()),
        ("Ciao", 1)
    );
    assert_eq!(
        sink.counts_by_message_id()
            .into_values()
            .collect::<Vec<_>>(),
        [3]
    );
}

#[tokio::test]
async fn commands_go_in_one_write_and_the_content_in_another() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    send(&client).await.unwrap();
    let before = sink.reads();
    for _ in 0..10 {
        send(&client).await.unwrap();
    }
    assert_eq!(sink.reads() - before, 20);
    let transcript = sink.transcript();
    assert_eq!(transcript[0], "EHLO localhost");
    assert_eq!(
        &transcript[1..4],
        [
            "MAIL FROM:<shop@shop.example> SIZE=67",
            "RCPT TO:<anna@example.com>",
            "DATA"
        ]
    );
}

#[tokio::test]
async fn a_4xx_may_be_tried_again() {
    let reply = |code| Act::reply(code, "4.7.1 later, please");
    check(Verb::Connect, reply(421), "transient 421", 0).await;
    check(Verb::Connect, reply(450), "transient 450", 0).await;
    check(Verb::Ehlo, reply(421), "transient 421", 0).await;
    for verb in [Verb::Mail, Verb::Rcpt, Verb::Data, Verb::End] {
        for code in [421, 450, 451, 452] {
            check(verb, reply(code), &format!("transient {code}"), 0).await;
        }
    }
}

#[tokio::test]
async fn a_5xx_is_final_for_the_message_but_not_when_it_is_about_us() {
    let reply = |code| Act::reply(code, "5.1.1 no");
    for verb in [Verb::Mail, Verb::Rcpt, Verb::Data, Verb::End] {
        for code in [550, 552, 554] {
            check(verb, reply(code), &format!("permanent {code}"), 0).await;
        }
    }
    check(Verb::Connect, reply(554), "transient 554", 0).await;
}

#[tokio::test]
async fn a_hang_before_the_end_mark_is_transient_and_after_it_unknown() {
    for verb in [
        Verb::Connect,
        Verb::Ehlo,
        Verb::Mail,
        Verb::Rcpt,
        Verb::Data,
    ] {
        check(verb, Act::Hang, "transient 0", 0).await;
    }
    check(Verb::End, Act::Hang, "unknown", 0).await;
    check(Verb::End, Act::AcceptThenHang, "unknown", 1).await;
}

#[tokio::test]
async fn a_lost_connection_before_the_end_mark_is_transient_and_after_it_unknown() {
    for verb in [
        Verb::Connect,
        Verb::Ehlo,
        Verb::Mail,
        Verb::Rcpt,
        Verb::Data,
    ] {
        check(verb, Act::Drop, "transient 0", 0).await;
    }
    check(Verb::End, Act::Drop, "unknown", 0).await;
    check(Verb::End, Act::AcceptThenDrop, "unknown", 1).await;
}

#[tokio::test]
async fn an_answer_that_is_not_smtp_counts_as_none() {
    check(
        Verb::Mail,
        Act::Reply(999, "what?".into()),
        "transient 0",
        0,
    )
    .await;
    check(Verb::End, Act::Reply(999, "what?".into()), "unknown", 0).await;
    check(Verb::End, Act::reply(354, "more?"), "unknown", 0).await;
    check(Verb::Rcpt, Act::reply(354, "go on"), "transient 354", 0).await;
    check(
        Verb::Data,
        Act::reply(250, "done already"),
        "transient 0",
        0,
    )
    .await;
}

/// Content larger than the sockets' buffers, so that the end mark cannot have left.
#[tokio::test]
async fn content_stopped_half_way_is_transient() {
    for tls in [SinkTls::None, SinkTls::StartTls] {
        for act in [Act::StopReading, Act::DropAfter(1_000)] {
            let sink = SmtpSink::builder()
                .tls(tls)
                .rule(Verb::Content, act.clone())
                .start()
                .await
                .unwrap();
            let config = config(&sink);
            let mut config = config;
            config.data_timeout = SHORT;
            let client = SmtpClient::new(config);
            let big = [
                MESSAGE.as_bytes(),
                "a line of text\r\n".repeat(1 << 20).as_bytes(),
            ]
            .concat();
            let result = client.send(&envelope(), &big).await;
            assert_eq!(kind(&result), "transient 0", "{tls:?} {act:?} {result:?}");
            assert_eq!(sink.count(), 0);
        }
    }
}

#[tokio::test]
async fn a_slow_answer_is_an_answer_and_a_too_slow_one_is_none() {
    let sink = SmtpSink::builder()
        .rule(Verb::Mail, Act::Delay(Duration::from_millis(20)))
        .start()
        .await
        .unwrap();
    assert_eq!(
        kind(&send(&SmtpClient::new(config(&sink))).await),
        "accepted"
    );
    // A byte at a time never reaches the end of the line within the timeout, although each read does.
    check(
        Verb::Mail,
        Act::Drip(Duration::from_millis(50)),
        "transient 0",
        0,
    )
    .await;
    check(
        Verb::End,
        Act::Drip(Duration::from_millis(50)),
        "unknown",
        1,
    )
    .await;
}

#[tokio::test]
async fn no_server_is_transient() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    drop(sink);
    let result = send(&client).await;
    assert_eq!(kind(&result), "transient 0", "{result:?}");
}

#[tokio::test]
async fn a_bad_recipient_never_blocks_the_others() {
    for pipelining in [true, false] {
        let builder = SmtpSink::builder();
        let builder = if pipelining {
            builder
        } else {
            builder.without("PIPELINING")
        };
        let sink = builder.without("SMTPUTF8").start().await.unwrap();
        sink.rule_for("full@", Verb::Rcpt, Act::reply(452, "4.2.2 mailbox full"));
        sink.rule_for("gone@", Verb::Rcpt, Act::reply(550, "5.1.1 no such person"));
        let client = SmtpClient::new(config(&sink));
        let to = [
            "gone@x.example",
            "anna@x.example",
            "not an address",
            "full@x.example",
            "niccolò@x.example",
        ];
        let to: Vec<String> = to.map(String::from).into();
        let accepted = client
            .send(
                &Envelope {
                    from: String::new(),
                    to,
                },
                MESSAGE.as_bytes(),
            )
            .await
            .unwrap();
        let mut refused: Vec<_> = accepted
            .refused
            .iter()
            .map(|r| (r.recipient.as_str(), r.code))
            .collect();
        refused.sort_unstable();
        assert_eq!(
            refused,
            [
                ("full@x.example", 452),
                ("gone@x.example", 550),
                ("niccolò@x.example", 553),
                ("not an address", 553)
            ]
        );
        assert_eq!(sink.messages()[0].to, ["anna@x.example"]);
        assert_eq!(sink.messages()[0].from, "");
    }
}

#[tokio::test]
async fn when_all_recipients_are_refused_one_that_may_come_back_decides() {
    let sink = SmtpSink::start().await;
    sink.rule_for("full@", Verb::Rcpt, Act::reply(452, "mailbox full"));
    sink.rule_for("gone@", Verb::Rcpt, Act::reply(550, "no such person"));
    let client = SmtpClient::new(config(&sink));
    let send = async |to: &[&str]| {
        let to = to.iter().map(|t| (*t).to_owned()).collect();
        client
            .send(
                &Envelope {
                    from: "a@shop.example".into(),
                    to,
                },
                MESSAGE.as_bytes(),
            )
            .await
    };
    assert_eq!(kind(&send(&["gone@x", "full@x"]).await), "transient 452");
    let Err(SendError::Permanent {
        code: Some(550),
        recipient,
        text,
    }) = send(&["gone@x"]).await
    else {
        panic!()
    };
    assert_eq!(
        (recipient.as_deref(), text.as_str()),
        (Some("gone@x"), "550 no such person")
    );
    assert_eq!(kind(&send(&["x@x>\r\nDATA"]).await), "permanent 553");
    assert_eq!(kind(&send(&[]).await), "permanent 0");
    assert_eq!((sink.count(), sink.connections()), (0, 1));
}

#[tokio::test]
async fn encryption_and_passwords_work_in_every_mode() {
    for tls in [SinkTls::None, SinkTls::StartTls, SinkTls::Implicit] {
        for mechanism in ["plain", "login"] {
            let builder = SmtpSink::builder().tls(tls).auth("anna@shop", "p:ss w/ô%");
            let builder = if mechanism == "login" {
                builder.without("PLAIN")
            } else {
                builder
            };
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
            assert_eq!(
                kind(&send(&SmtpClient::new(config)).await),
                "transient 535",
                "{tls:?} {mechanism}"
            );
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
    let sink = SmtpSink::builder()
        .auth("anna", "secret")
        .start()
        .await
        .unwrap();
    for tls in [Tls::Required, Tls::Opportunistic] {
        let mut config = config(&sink);
        config.tls = tls;
        assert_eq!(kind(&send(&SmtpClient::new(config)).await), "transient 0");
    }
    let transcript = sink.transcript();
    assert!(
        transcript.iter().all(|line| line.starts_with("EHLO")),
        "{transcript:?}"
    );
    let plain = SmtpSink::start().await;
    let mut config = config(&plain);
    config.tls = Tls::Opportunistic;
    assert_eq!(kind(&send(&SmtpClient::new(config)).await), "accepted");
}

#[tokio::test]
async fn an_old_server_that_knows_only_helo_is_served() {
    let sink = SmtpSink::builder()
        .rule(Verb::Ehlo, Act::reply(502, "what?"))
        .start()
        .await
        .unwrap();
    assert_eq!(
        kind(&send(&SmtpClient::new(config(&sink))).await),
        "accepted"
    );
    assert!(
        sink.transcript()
            .contains(&"MAIL FROM:<shop@shop.example>".to_owned()),
        "no SIZE without EHLO"
    );
}

#[tokio::test]
async fn what_the_server_cannot_take_is_found_before_it_is_asked() {
    let sink = SmtpSink::builder()
        .without("8BITMIME")
        .without("SMTPUTF8")
        .size_max(100)
        .start()
        .await
        .unwrap();
    let client = SmtpClient::new(config(&sink));
    let check = async |from: &str, to: &str, message: &str| {
        let result = client
            .send(
                &Envelope {
                    from: from.into(),
                    to: vec![to.into()],
                },
                message.as_bytes(),
            )
            .await;
        kind(&result)
    };
    assert_eq!(
        check("a@x", "b@x", "Subject: caffè\r\n\r\n").await,
        "permanent 0"
    );
    assert_eq!(
        check("a@x", "b@x", &"long ".repeat(50)).await,
        "permanent 0"
    );
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
    let envelope = Envelope {
        from: "a@x".into(),
        to: vec!["niccolò@x".into()],
    };
    client
        .send(&envelope, "Subject: caffè\r\n\r\n".as_bytes())
        .await
        .unwrap();
    let transcript = sink.transcript();
    assert!(
        transcript[1].ends_with(" BODY=8BITMIME SMTPUTF8"),
        "{transcript:?}"
    );
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
    let sink = tokio::time::timeout(PATIENT, again)
        .await
        .expect("the port becomes free");
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
    tokio::time::timeout(PATIENT, closed)
        .await
        .expect("closed in time");
    assert_eq!(sink.transcript().last().map(String::as_str), Some("QUIT"));
    send(&client).await.unwrap();
    assert_eq!(sink.connections(), 2);
}

#[tokio::test]
async fn no_more_connections_than_allowed_and_no_wait_without_end() {
    let sink = SmtpSink::builder()
        .rule(Verb::End, Act::Delay(Duration::from_millis(5)))
        .start()
        .await
        .unwrap();
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
    assert_eq!(
        (kind(&first).as_str(), kind(&second).as_str()),
        ("transient 0", "transient 0")
    );
}

#[tokio::test]
async fn the_doctor_knocks_and_leaves() {
    let sink = SmtpSink::builder()
        .tls(SinkTls::StartTls)
        .auth("anna", "secret")
        .start()
        .await
        .unwrap();
    let config = config(&sink);
    let ping = SmtpClient::new(config).ping().await.unwrap();
    assert!(ping.encrypted && ping.signed_in && ping.pipelining);
    assert_eq!(ping.size_max, Some(32 << 20));
    assert_eq!(ping.greeting, "220 sink.test ESMTP ready");
    assert_eq!(sink.transcript().last().map(String::as_str), Some("QUIT"));
}

/// Many messages through a server that misbehaves at random: what the client calls accepted is there once, what it calls
/// not sent is not there, and only what it calls unknown may be either.
#[tokio::test]
async fn no_message_is_there_twice_when_only_what_was_not_sent_is_repeated() {
    let chance = |probability, seed| When::Chance { probability, seed };
    let sink = SmtpSink::builder()
        .rule_when(Verb::End, Act::AcceptThenDrop, chance(0.05, 1))
        .rule_when(Verb::End, Act::Drop, chance(0.05, 2))
        .rule_when(Verb::End, Act::reply(451, "later"), chance(0.1, 3))
        .rule_when(Verb::Content, Act::DropAfter(20), chance(0.1, 4))
        .rule_when(Verb::Data, Act::Drop, chance(0.1, 5))
        .rule_when(Verb::Rcpt, Act::reply(450, "later"), chance(0.1, 6))
        .rule_when(Verb::Mail, Act::reply(421, "closing"), chance(0.1, 7))
        .rule_when(Verb::Connect, Act::Drop, chance(0.1, 8))
        .start()
        .await
        .unwrap();
    let client = SmtpClient::new(config(&sink));
    let mut unknown = Vec::new();
    for n in 0..300 {
        let message = format!("Message-ID: <{n}>\r\n\r\n{}\r\n", "text ".repeat(20));
        for attempt in 0.. {
            assert!(attempt < 50, "message {n} never gets through");
            match client.send(&envelope(), message.as_bytes()).await {
                Ok(_) => break,
                Err(SendError::Transient { .. }) => {}
                Err(SendError::Unknown { .. }) => {
                    unknown.push(format!("<{n}>"));
                    break;
                }
                Err(e) => panic!("{e}"),
            }
        }
    }
    let counts = sink.counts_by_message_id();
    assert_eq!(counts.values().max(), Some(&1));
    let missing: Vec<_> = (0..300)
        .map(|n| format!("<{n}>"))
        .filter(|id| !counts.contains_key(id))
        .collect();
    assert!(
        missing.iter().all(|id| unknown.contains(id)),
        "missing {missing:?}, unknown {unknown:?}"
    );
    assert!(!unknown.is_empty() && unknown.len() < 100);
}
