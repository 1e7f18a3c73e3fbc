//! Opening a store: a fresh one, one that is there, one that does not fit; its master key.

use crate::world::*;
use store::{Location, Open, Opened, Role};

/// Like `on_both!`, for tests that do the opening themselves.
macro_rules! at_both {
    ($name:ident, $test:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                ($test)(Place::sqlite());
            }

            #[test]
            fn postgres() {
                ($test)(Place::postgres());
            }
        }
    };
}

fn open(place: &Place, role: Role) -> Result<Opened, Error> {
    Open {
        location: place.location.clone(),
        role,
        secret_file: Some(place.secret_file.clone()),
        database_ca: None,
    }
    .open()
}

fn refusal(result: Result<Opened, Error>) -> String {
    match result.err().expect("it was opened") {
        Error::Unfit(reason) => reason,
        other => panic!("{other:?}"),
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn set_schema(store: &Store, version: &'static str) {
    wait(store.did(move |tx| store::setting::set(tx, "schema", version)));
}

at_both!(a_fresh_store_has_its_root_operator_and_keeps_it_when_opened_again, |place: Place| {
    let first = open(&place, Role::Server).unwrap();
    let root = wait(first.store.saw(store::organization::root));
    assert_eq!(root.parent, None);
    assert_eq!(
        wait(first.store.saw(|tx| store::setting::get(tx, "schema"))),
        Some(store::SCHEMA.to_string())
    );
    drop(first);
    let again = open(&place, Role::Server).unwrap();
    assert_eq!(wait(again.store.saw(store::organization::all)), vec![root]);
});

at_both!(a_store_of_a_newer_version_is_refused_to_everybody_with_what_to_do, |place: Place| {
    set_schema(&open(&place, Role::Server).unwrap().store, "2");
    for role in [Role::Server, Role::Command] {
        let reason = refusal(open(&place, role));
        assert!(reason.contains("version 2") && reason.contains("newer"), "{reason}");
    }
});

at_both!(a_store_of_an_older_version_is_refused_to_a_command_and_left_as_it_is, |place: Place| {
    let server = open(&place, Role::Server).unwrap();
    set_schema(&server.store, "0");
    let reason = refusal(open(&place, Role::Command));
    assert!(reason.contains("version 0") && reason.contains("demarc serve"), "{reason}");
    assert_eq!(wait(server.store.saw(|tx| store::setting::get(tx, "schema"))).as_deref(), Some("0"));
});

at_both!(a_command_works_beside_a_server_and_on_its_data, |place: Place| {
    let server = open(&place, Role::Server).unwrap();
    let command = open(&place, Role::Command).unwrap();
    wait(command.store.did(|tx| store::setting::set(tx, "told", "by a command")));
    let told = wait(server.store.saw(|tx| store::setting::get(tx, "told")));
    assert_eq!(told.as_deref(), Some("by a command"));
});

at_both!(the_wrong_master_key_is_refused_and_the_right_one_taken_again, |place: Place| {
    drop(open(&place, Role::Server).unwrap());
    let right = std::fs::read_to_string(&place.secret_file).unwrap();
    for (wrong, said) in [
        ("ab".repeat(32), "not the one of this store"),
        ("not a key".into(), "64 hexadecimal"),
        (String::new(), "64 hex"),
    ] {
        std::fs::write(&place.secret_file, &wrong).unwrap();
        let reason = refusal(open(&place, Role::Server));
        assert!(reason.contains(said), "{wrong}: {reason}");
        assert!(
            !reason.contains(right.trim()) && (wrong.is_empty() || !reason.contains(&wrong)),
            "it shows a key"
        );
    }
    std::fs::write(&place.secret_file, right).unwrap();
    open(&place, Role::Server).unwrap();
});

at_both!(a_missing_master_key_is_refused_and_none_is_made_in_its_place, |place: Place| {
    drop(open(&place, Role::Server).unwrap());
    std::fs::remove_file(&place.secret_file).unwrap();
    for role in [Role::Server, Role::Command] {
        let reason = refusal(open(&place, role));
        assert!(reason.contains("is missing") && reason.contains("DEMARC_SECRET_FILE"), "{reason}");
    }
    assert!(!place.secret_file.exists());
});

at_both!(a_new_master_key_is_for_its_owner_only_and_nothing_else_is_left_beside_it, |place: Place| {
    use std::os::unix::fs::PermissionsExt;
    let _opened = open(&place, Role::Server).unwrap();
    assert_eq!(std::fs::metadata(&place.secret_file).unwrap().permissions().mode() & 0o777, 0o600);
    let names = std::fs::read_dir(place.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| name == "secret" || name == "data"));
});

at_both!(many_that_open_a_fresh_store_in_the_same_moment_all_succeed, |place: Place| {
    // Only one server may hold a folder.
    let role = if matches!(place.location, Location::Folder(_)) { Role::Command } else { Role::Server };
    let start = std::sync::Barrier::new(6);
    let opened: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            start.wait();
            open(&place, role)
        };
        let running: Vec<_> = (0..6).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|thread| thread.join().unwrap().map_err(|e| e.to_string())).collect()
    });
    let opened: Vec<Opened> = opened.into_iter().collect::<Result<_, _>>().unwrap();
    let sealed = opened[0].store.vault().seal(b"secret").unwrap();
    for each in &opened {
        assert_eq!(each.store.vault().open(&sealed).unwrap(), b"secret");
        assert_eq!(wait(each.store.saw(store::organization::all)).len(), 1);
    }
});

#[test]
fn a_folder_has_one_server_at_a_time() {
    let place = Place::sqlite();
    let first = open(&place, Role::Server).unwrap();
    let reason = refusal(open(&place, Role::Server));
    assert!(reason.contains("in use by another demarc server") && reason.contains("--data"), "{reason}");
    assert!(open(&place, Role::Command).is_ok());
    drop(first);
    open(&place, Role::Server).unwrap();
}

#[test]
fn the_master_key_of_a_folder_lies_beside_it_unless_told_otherwise() {
    let place = Place::sqlite();
    Open { location: place.location.clone(), role: Role::Server, secret_file: None, database_ca: None }
        .open()
        .unwrap();
    assert!(place.folder.path().join("data.key").exists());
}

#[test]
fn postgres_must_be_told_where_the_master_key_lies() {
    let location = Location::Postgres("postgres://nobody@127.0.0.1:1/none?sslmode=disable".into());
    // Even before it is known whether the server answers.
    let reason = refusal(Open { location, role: Role::Server, secret_file: None, database_ca: None }.open());
    assert!(reason.contains("DEMARC_SECRET_FILE"), "{reason}");
}

#[test]
fn a_postgres_that_does_not_answer_is_unavailable_and_a_database_that_is_not_there_is_unfit() {
    let place = Place::postgres();
    let Location::Postgres(url) = &place.location else { panic!("{:?}", place.location) };
    let at = |url: String| Open {
        location: Location::Postgres(url),
        role: Role::Server,
        secret_file: Some(place.secret_file.clone()),
        database_ca: None,
    };
    let nobody = at("postgres://postgres@127.0.0.1:1/none?sslmode=disable".into()).open().err().unwrap();
    assert!(matches!(nobody, Error::Unavailable { .. }), "{nobody:?}");
    let reason = refusal(at(url.replace("?", "_not_there?")).open());
    assert!(reason.contains("does not exist"), "{reason}");
}

#[test]
fn a_file_of_authorities_that_cannot_be_used_is_refused_by_its_name() {
    let place = Place::sqlite();
    let file = place.folder.path().join("authorities.pem");
    let open = || Open {
        // The file is looked at before the server is asked.
        location: Location::Postgres("postgres://postgres@127.0.0.1:1/none".into()),
        role: Role::Server,
        secret_file: Some(place.secret_file.clone()),
        database_ca: Some(file.clone()),
    };
    for text in [None, Some(""), Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let reason = refusal(open().open());
        assert!(reason.contains("authorities.pem"), "{text:?}: {reason}");
    }
}

store::on_both!(looking_for_a_store_makes_none, |store: store::testing::TestStore| async move {
    let found = tokio::task::spawn_blocking(move || {
        let there = Open {
            location: store.location.clone(),
            role: Role::Command,
            secret_file: None,
            database_ca: None,
        };
        let place = match &there.location {
            Location::Folder(_) => Place::sqlite(),
            Location::Postgres(_) => Place::postgres(),
        };
        let absent = Open { location: place.location.clone(), ..there.clone() };
        [&there, &absent, &absent].map(|open| open.finds_store().unwrap())
    });
    assert_eq!(found.await.unwrap(), [true, false, false]);
});

#[test]
fn a_folder_with_a_file_that_is_no_database_is_refused_and_left_alone() {
    let place = Place::sqlite();
    let Location::Folder(folder) = &place.location else { panic!("{:?}", place.location) };
    std::fs::create_dir_all(folder).unwrap();
    let file = Location::file(folder);
    std::fs::write(&file, "something else entirely, longer than a header of sixteen bytes".repeat(100))
        .unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(open(&place, Role::Server).err(), Some(Error::Corrupt(_))));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}
