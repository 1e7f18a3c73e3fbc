//! Mails: texts by the command line; and, in `smtp`, over a real SMTP server, which `scripts/aiosmtpd` installs.

use crate::support::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_set_shown_tried_and_forgotten() {
    let house = House::new(store::testing::Place::sqlite());
    house.must(&["org", "create", "Net", "--kind", "reseller"]);
    let file = house.folder().join("text");
    let of = ["account_active", "--org", "Net"];
    let run = |words: &[&str]| house.run(&[&["mail"], words, &of].concat());
    let shown = |words: &[&str]| String::from_utf8(run(words).stdout).unwrap();
    assert!(shown(&["template", "show"]).starts_with("Subject: Active"));
    house.must(&["mail", "language", "--org", "Net", "es"]);
    assert!(shown(&["preview"]).contains("Activa: Fibre 1000/1000, Vestergade 12"));
    let set = ["template", "set", "--file", file.to_str().unwrap()];
    std::fs::write(&file, "Subject: Lista {{ account }}\n\nHola\n{{ acount }}\n").unwrap();
    let refused = run(&set);
    assert_eq!(refused.status.code(), Some(2));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("template line 4: "), "{words}");
    std::fs::write(&file, "Subject: Lista {{ account }}\n\nHola\n{{ account }}\n").unwrap();
    assert!(run(&set).status.success());
    assert_eq!(shown(&["template", "show"]), "Subject: Lista {{ account }}\n\nHola\n{{ account }}\n");
    assert_eq!(shown(&["preview"]), "Subject: Lista 20017\n\nHola\n20017\n");
    assert!(run(&["template", "reset"]).status.success());
    assert!(shown(&["template", "show"]).starts_with("Subject: Activa"));
    assert_eq!(run(&["template", "reset"]).status.code(), Some(3));
}

mod smtp {
    use crate::on_both;
    use crate::support::{Ended, House, free_address, until};
    use serde_json::Value;
    use std::path::PathBuf;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    const FROM: &str = "Demarc på Ærø <noreply@example.net>";

    /// Where the server is to be, and what it keeps.
    struct Mailbox {
        folder: PathBuf,
        port: String,
    }

    impl Mailbox {
        /// Names it in the settings; nothing listens there yet.
        fn of(house: &mut House) -> Self {
            let address = free_address();
            house.env.push(("DEMARC_SMTP__URL".into(), format!("smtp://{address}")));
            house.env.push(("DEMARC_SMTP__FROM".into(), FROM.into()));
            let port = address.rsplit_once(':').unwrap().1.to_owned();
            Self { folder: house.folder().join("mailbox"), port }
        }

        async fn open(&self) -> Ended {
            let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/aiosmtpd"));
            command.arg(&self.folder).arg(&self.port).stdin(Stdio::null());
            let server = Ended(command.spawn().unwrap());
            let listens =
                || async { tokio::net::TcpStream::connect(format!("127.0.0.1:{}", self.port)).await.ok() };
            assert!(until(Duration::from_secs(120), listens).await.is_some(), "no SMTP server");
            server
        }

        fn mails(&self) -> Vec<Value> {
            let read = |n: usize| std::fs::read(self.folder.join(format!("{n}.json"))).ok();
            (1..).map_while(read).map(|mail| serde_json::from_slice(&mail).unwrap()).collect()
        }

        async fn wait(&self, count: usize) -> Vec<Value> {
            let enough = || async { Some(self.mails()).filter(|mails| mails.len() >= count) };
            let found = until(Duration::from_secs(60), enough).await;
            found.unwrap_or_else(|| panic!("{} of {count} mails came", self.mails().len()))
        }
    }

    fn header<'a>(mail: &'a Value, name: &str) -> &'a str {
        let all: Vec<&Value> = mail["headers"].as_array().unwrap().iter().filter(|h| h[0] == name).collect();
        assert_eq!(all.len(), 1, "{name}: {all:?}");
        all[0][1].as_str().unwrap()
    }

    /// Waits until the mail to an address is in a state.
    async fn became(house: &House, recipient: &str, state: &str) -> Value {
        let list = || async {
            let listed: Value = serde_json::from_str(&house.must(&["mail", "list", "--json"])).unwrap();
            let of = listed.as_array().unwrap().iter().find(|m| m["recipient"] == recipient).cloned();
            of.filter(|mail| mail["state"] == state && (mail["tries"] != 0 || mail["state"] != "queued"))
        };
        until(Duration::from_secs(60), list).await.unwrap_or_else(|| panic!("{recipient} never is {state}"))
    }

    fn test_mail(house: &House, recipient: &str) {
        house.must(&["mail", "test", recipient, "--org", "Net"]);
    }

    on_both!(a_mail_arrives_as_it_was_written, |mut house: House| async move {
        let mailbox = Mailbox::of(&mut house);
        let _server = mailbox.open().await;
        let mut node = house.serve(&[]).await;
        house.must(&["org", "create", "Net", "--kind", "reseller"]);
        let file = house.folder().join("text");
        let body = format!("Kære læser\n.\n..prikker\n{}\n{{{{ organization }}}}", "å".repeat(600));
        std::fs::write(&file, format!("Subject: Prøve på æøå {}\n\n{body}", "og så videre ".repeat(9)))
            .unwrap();
        house.must(&["mail", "template", "set", "test", "--org", "Net", "--file", file.to_str().unwrap()]);
        test_mail(&house, "mette@example.dk");
        let mail = mailbox.wait(1).await.remove(0);
        assert_eq!(mail["sender"], "noreply@example.net");
        assert_eq!(mail["recipients"], serde_json::json!(["mette@example.dk"]));
        assert_eq!(header(&mail, "Subject"), format!("Prøve på æøå {}", "og så videre ".repeat(9)).trim());
        assert_eq!(header(&mail, "From").replace('"', ""), FROM);
        assert_eq!(header(&mail, "To"), "mette@example.dk");
        assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
        assert!(header(&mail, "Content-Type").to_lowercase().contains("utf-8"));
        let id = header(&mail, "Message-ID");
        assert!(id.starts_with('<') && id.ends_with("@example.net>") && id.len() == 36 + 14, "{id}");
        assert!(header(&mail, "Date").ends_with("+0000"), "{}", header(&mail, "Date"));
        let text = mail["text"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(text.trim_end(), body.replace("{{ organization }}", "Net"));
        let sent = became(&house, "mette@example.dk", "sent").await;
        assert_eq!((&sent["tries"], &sent["error"]), (&1.into(), &Value::Null));
        assert!(node.terminate().await.success());
        assert!(!node.log().contains("mette@"), "{}", node.log());
    });

    on_both!(a_mail_waits_for_a_server_that_is_down_and_goes_out_once, |mut house: House| async move {
        let mailbox = Mailbox::of(&mut house);
        let _node = house.serve(&[]).await;
        house.must(&["org", "create", "Net", "--kind", "reseller"]);
        test_mail(&house, "mette@example.dk");
        let waiting = became(&house, "mette@example.dk", "queued").await;
        assert!(waiting["error"].as_str().unwrap().contains("refused"), "{waiting}");
        let _server = mailbox.open().await;
        mailbox.wait(1).await;
        became(&house, "mette@example.dk", "sent").await;
        tokio::time::sleep(Duration::from_secs(7)).await;
        assert_eq!(mailbox.mails().len(), 1);
    });

    on_both!(
        a_refused_recipient_fails_with_the_servers_words_and_holds_up_nobody,
        |mut house: House| async move {
            let mailbox = Mailbox::of(&mut house);
            let _server = mailbox.open().await;
            let node = house.serve(&[]).await;
            house.must(&["org", "create", "Net", "--kind", "reseller"]);
            for recipient in ["unknown@example.dk", "later@example.dk", "mette@example.dk"] {
                test_mail(&house, recipient);
            }
            let refused = became(&house, "unknown@example.dk", "failed").await;
            assert!(refused["error"].as_str().unwrap().contains("no such mailbox"), "{refused}");
            assert_eq!(refused["tries"], 1);
            let later = became(&house, "later@example.dk", "queued").await;
            assert!(later["error"].as_str().unwrap().contains("come back later"), "{later}");
            became(&house, "mette@example.dk", "sent").await;
            assert_eq!(mailbox.mails().len(), 1);
            assert!(!node.log().contains("unknown@"), "{}", node.log());
        }
    );

    #[tokio::test(flavor = "multi_thread")]
    async fn a_kill_and_settings_that_come_later_lose_nothing_and_send_nothing_twice() {
        let mut house = House::new(store::testing::Place::sqlite());
        let mut node = house.serve(&[]).await;
        house.must(&["org", "create", "Net", "--kind", "reseller"]);
        let recipients: Vec<String> = (0..6).map(|n| format!("reader{n}@example.dk")).collect();
        for recipient in &recipients {
            test_mail(&house, recipient);
        }
        node.kill();
        let mailbox = Mailbox::of(&mut house);
        let mut node = house.serve(&[]).await;
        for recipient in &recipients {
            became(&house, recipient, "queued").await;
        }
        node.kill();
        let _server = mailbox.open().await;
        let _node = house.serve(&[]).await;
        for recipient in &recipients {
            became(&house, recipient, "sent").await;
        }
        let mut reached: Vec<String> =
            mailbox.mails().iter().map(|m| m["recipients"][0].as_str().unwrap().to_owned()).collect();
        reached.sort_unstable();
        assert_eq!(reached, recipients);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_mail_of_which_the_servers_yes_was_lost_comes_again_under_the_same_id() {
        let mut house = House::new(store::testing::Place::sqlite());
        let mailbox = Mailbox::of(&mut house);
        let _server = mailbox.open().await;
        let _node = house.serve(&[]).await;
        house.must(&["org", "create", "Net", "--kind", "reseller"]);
        test_mail(&house, "dropped@example.dk");
        let mails = mailbox.wait(2).await;
        assert_eq!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
        assert_eq!(mails[0], mails[1]);
        assert_eq!(became(&house, "dropped@example.dk", "sent").await["tries"], 2);
        assert_eq!(mailbox.mails().len(), 2);
    }
}
