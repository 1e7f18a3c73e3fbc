//! Questions as people type them, with mistakes, each with the one premise that is meant: the share of right
//! first answers may not fall. `world` holds the premises, `asked` the questions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod asked;
mod floor;
mod tally;
mod world;

use asked::Asked;
use atlas::address::{Ask, Index};
use tally::Tally;
use world::World;

/// Reference of the first answer; empty when there is none.
fn first<'a>(world: &'a World, index: &Index, asked: &Asked, country: &str) -> &'a str {
    let ask = Ask { text: asked.query, country, limit: 1, ..Ask::default() };
    index.search(&ask).first().map_or("", |hit| world.reference(index.premise(hit.row)))
}

/// Shares of right first answers to all questions, asked with or without their country. Every wrong answer is
/// printed, so that `--no-capture` shows what there is to do.
fn shares(world: &World, index: &Index, with_country: bool) -> Tally {
    let mut tally = Tally::default();
    for asked in asked::all() {
        let country = if with_country { asked.country() } else { String::new() };
        let answer = first(world, index, &asked, &country);
        tally.count(&asked, answer == asked.reference);
        if answer != asked.reference {
            println!("{}\t{}\t{}\t{}\t{answer}", asked.language, asked.kind, asked.query, asked.reference);
        }
    }
    tally
}

#[test]
fn the_share_of_right_first_answers_does_not_fall() {
    let world = World::read();
    let index = world.index();
    let (alone, known) = std::thread::scope(|scope| {
        let known = scope.spawn(|| shares(&world, &index, true));
        (shares(&world, &index, false), known.join().unwrap())
    });
    println!("country not given\n{alone}\ncountry given\n{known}");
    floor::hold(&alone, &known);
}

#[test]
fn every_question_means_a_premise_that_there_is() {
    let world = World::read();
    let mut languages = std::collections::BTreeMap::new();
    for asked in asked::all() {
        assert!(world.has(asked.reference), "{} means {}", asked.query, asked.reference);
        *languages.entry(asked.language).or_insert(0) += 1;
    }
    assert!(languages.values().all(|count| *count >= 170), "{languages:?}");
    for (language, premises) in world.sizes() {
        assert!(premises >= 2_500, "{language} has {premises} premises");
    }
}
